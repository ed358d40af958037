"""The same input under two settings: what each choice moves, what it leaves alone, and what all move together."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, get_args

import polars as pl
from polars.testing import assert_frame_equal

from models.figures import PortfolioFigures, ProgramFigures, WorkItem
from models.settings import PRESETS, Settings
from pipelines.trials.settings_comparison import ALL, Comparison, compared
from tests.frames import drawn
from tests.night import night
from tests.spec.order_world import orders
from tests.spec.world import AS_OF, admitted
from transforms.figure_change import figure_changes, largest_movements

PORTFOLIO = {
    "pm_program": "sys_id | number \n G1 | PRG1",
    "pm_portfolio": "sys_id | number \n F1 | PRT1",
    "pm_project": """
        sys_id | number | primary_program | primary_portfolio
        P1     | PRJ1   | G1              | F1
        P2     | PRJ2   |                 |
    """,
    "cost_plan": "sys_id | task \n C1 | P1 \n C2 | P2",
    "benefit_plan": "sys_id | task \n B1 | P1 \n B2 | P2",
}
"""P1 is what a choice is about, P2 is a bystander."""


def under(b: Settings, a: Settings | None = None, as_of: str = AS_OF, **pictures: str) -> Comparison:
    """What moves in a world when B's choices take the place of A's, by default the specification's."""
    day = dt.date.fromisoformat(as_of)
    tables = night(admitted(**{**PORTFOLIO, **pictures}), as_of=day, wanted=set())
    return compared(a or Settings(), b, lambda _settings: tables, day)


def moves(found: Comparison, picture: str, choice: str, level: type[Any] = WorkItem) -> None:
    """Assert that these, and nothing else, are the figures that a choice moves; amounts in full."""
    rows = found.changes.filter(choice=choice, level=level.table_name()).select("id", "figure", "a", "b", "difference")
    told = [{name: None if cell is None else str(cell) for name, cell in row.items()} for row in rows.to_dicts()]
    assert told == drawn(picture)


def test_lines_on_a_demand_itself() -> None:
    """D1 has one; D2 has a line on its task only, which both settings count."""
    found = under(
        Settings(demand_direct_actuals="include"),
        dmn_demand="sys_id | primary_program | primary_portfolio \n D1 | G1 | F1 \n D2 | G1 | F1",
        dmn_demand_task="sys_id | parent \n T2 | D2",
        fm_expense_line="task | expense_type | amount \n D1 | opex | 12.5 \n T2 | opex | 100",
    )

    moved = """
        id | figure                 | a        | b        | difference
        D1 | actual_cost            | 0.0000   | 12.5000  | 12.5000
        D1 | actual_operating       | 0.0000   | 12.5000  | 12.5000
        D1 | estimate_at_completion | 0.0000   | 12.5000  | 12.5000
        D1 | budget_variance        | 0.0000   | -12.5000 | -12.5000
    """
    moves(found, moved, "demand_direct_actuals")
    totals = """
        id | figure                 | a         | b         | difference
        G1 | actual_cost            | 100.0000  | 112.5000  | 12.5000
        G1 | actual_operating       | 100.0000  | 112.5000  | 12.5000
        G1 | estimate_at_completion | 100.0000  | 112.5000  | 12.5000
        G1 | budget_variance        | -100.0000 | -112.5000 | -12.5000
    """
    moves(found, totals, "demand_direct_actuals", ProgramFigures)
    moves(found, totals.replace("G1", "F1"), "demand_direct_actuals", PortfolioFigures)


def test_the_budget_of_a_work_item_without_a_migration_record() -> None:
    """P1 has v2 rows only; P2 has v1 rows, too."""
    found = under(
        Settings(budget_without_migration_record="v2_if_only_v2"),
        sn_invst_pln_investment="sys_id | funding_entity_id \n I1 | P1 \n I2 | P2",
        sn_invst_pln_invst_budget="investment | amount | expense_type \n I1 | 70 | capex \n I2 | 80 | capex",
        project_funding="task | capex_budget \n P2 | 5",
    )

    moved = """
        id | figure          | a      | b       | difference
        P1 | budget_cost     | 0.0000 | 70.0000 | 70.0000
        P1 | budget_capital  | 0.0000 | 70.0000 | 70.0000
        P1 | budget_variance | 0.0000 | 70.0000 | 70.0000
        P1 | budget_source   | none   | v2      |
    """
    moves(found, moved, "budget_without_migration_record")


def test_the_sign_of_the_planned_return() -> None:
    """A return of nothing has no sign: P2 does not move."""
    found = under(
        Settings(planned_return_sign="benefit_minus_cost"),
        cost_plan_breakdown="cost_plan | value \n C1 | 30 \n C2 | 50",
        benefit_plan_breakdown="benefit_plan | value \n B1 | 100.25 \n B2 | 50",
    )

    moved = """
        id | figure         | a        | b       | difference
        P1 | planned_return | -70.2500 | 70.2500 | 140.5000
    """
    moves(found, moved, "planned_return_sign")


def test_the_first_year_of_the_net_present_value() -> None:
    """P1 has a plan of last year, P2 none before the year of as_of."""
    found = under(
        Settings(npv_first_year="as_of"),
        cost_plan_breakdown="cost_plan | fiscal_period | value \n C1 | 2025-03 | 100 \n C2 | 2026-03 | 100",
        benefit_plan_breakdown="""
            benefit_plan | fiscal_period | value
            B1           | 2026-03       | 110
            B2           | 2027-03       | 110
        """,
    )

    moved = """
        id | figure     | a       | b             | difference
        P1 | npv        | 10.0000 | 110.0000      | 100.0000
        P1 | irr_pct    | 10.0    |               |
        P1 | irr_status | ok      | too_few_years |
    """
    moves(found, moved, "npv_first_year")
    assert found.changes.filter(level="program").is_empty()


def test_a_missing_discount_rate() -> None:
    """P1 has none, P2 has one. What one side does not know has no difference, and is counted as such."""
    found = under(
        Settings(missing_discount_rate="null"),
        pm_project="sys_id | discount_rate \n P1 | \n P2 | 10",
        cost_plan_breakdown="cost_plan | value \n C1 | 100 \n C2 | 100",
    )

    moves(found, "id | figure | a | b | difference \n P1 | npv | -100.0000 | | ", "missing_discount_rate")
    assert found.totals.to_dicts() == [
        {
            "choice": "missing_discount_rate",
            "level": "work_item",
            "figure": "npv",
            "moved": 1,
            "difference": None,
            "unknown_on_one_side": 1,
        }
    ]


DOLLARS = {
    "fx_rate": "from_currency | to_currency | rate | valid_from \n EUR | USD | 1.25 | 2025-01-01",
    "fm_expense_line": "task | currency | expense_type | amount \n P1 | XXX | opex | 10 \n P2 | EUR | opex | 100",
}
"""P1 has spent in a currency that has no rate."""


def test_a_missing_exchange_rate() -> None:
    found = under(
        Settings(functional_currency="USD", missing_exchange_rate="one"), Settings(functional_currency="USD"), **DOLLARS
    )

    moved = """
        id | figure                 | a | b        | difference
        P1 | actual_cost            |   | 10.0000  |
        P1 | actual_operating       |   | 10.0000  |
        P1 | estimate_at_completion |   | 10.0000  |
        P1 | budget_variance        |   | -10.0000 |
    """
    moves(found, moved, "missing_exchange_rate")


def test_a_functional_currency() -> None:
    """Without one, amounts stand as they are."""
    lines = "task | currency | expense_type | amount \n P1 | USD | opex | 10 \n P2 | EUR | opex | 100"
    found = under(Settings(functional_currency="USD"), **{**DOLLARS, "fm_expense_line": lines})

    moved = """
        id | figure                 | a         | b         | difference
        P2 | actual_cost            | 100.0000  | 125.0000  | 25.0000
        P2 | actual_operating       | 100.0000  | 125.0000  | 25.0000
        P2 | estimate_at_completion | 100.0000  | 125.0000  | 25.0000
        P2 | budget_variance        | -100.0000 | -125.0000 | -25.0000
    """
    moves(found, moved, "functional_currency")
    assert [(choice.a, choice.b) for choice in found.choices] == [("(none)", "USD")]


def test_empty_fields_in_conditions_move_decisions_and_no_figure() -> None:
    """L1 has no specification: `!=` meets it, or not, and with its project goes that of its site. L2 has one."""
    day = dt.date.fromisoformat(AS_OF)
    tables = night(
        orders(
            product_specification="sys_id \n S1 \n S2",
            sn_ind_tmt_orm_order_line_item="sys_id | specification \n L1 | \n L2 | S2",
            oversight_rule="sys_id | decision_table | order | condition | answer \n R1 | order_line_item | 10 | specification!=S1 | T1",
        ),
        as_of=day,
        wanted=set(),
    )

    found = compared(Settings(), Settings(condition_null="sql"), lambda _settings: tables, day)

    assert found.decisions == {"condition_null": 2}
    assert found.changes.is_empty()


def test_approved_states_have_no_part_in_figures() -> None:
    found = under(Settings(approved_states={"pm_project": ["approved"]}), fm_expense_line="task | amount \n P1 | 10")

    assert found.changes.is_empty()
    (choice,) = found.choices
    assert (choice.name, choice.a, choice.b) == ("approved_states", "(none)", '{"pm_project": ["approved"]}')
    assert not choice.is_read


def test_each_choice_is_shown_on_its_own_and_all_together() -> None:
    """The sign moves P1 and P2, the discount rate P1; together nothing is counted twice."""
    found = under(
        Settings(planned_return_sign="benefit_minus_cost", missing_discount_rate="null"),
        pm_project="sys_id | discount_rate \n P1 | \n P2 | 10",
        cost_plan_breakdown="cost_plan | value \n C1 | 100 \n C2 | 60",
    )

    assert found.parts == ["planned_return_sign", "missing_discount_rate", ALL]
    assert [found.moved(part) for part in found.parts] == [2, 1, 2]
    sums = found.totals.filter(level="work_item").select("choice", "figure", "moved", "difference").rows()
    assert sums == [
        ("planned_return_sign", "planned_return", 2, Decimal("-320.0000")),
        ("missing_discount_rate", "npv", 1, None),
        (ALL, "planned_return", 2, Decimal("-320.0000")),
        (ALL, "npv", 1, None),
    ]


def test_choices_that_only_move_something_together() -> None:
    """Without a functional currency nobody asks for a rate: only both choices make the rate of 1."""
    lines = "task | currency | amount \n P1 | XXX | 10 \n P2 | USD | 10"
    found = under(
        Settings(functional_currency="USD", missing_exchange_rate="one"), **{**DOLLARS, "fm_expense_line": lines}
    )

    assert found.moved("missing_exchange_rate") == 0
    assert found.moved("functional_currency") == 1
    assert found.moved(ALL) == 0


def test_equal_settings_have_nothing_to_compare() -> None:
    found = under(Settings(), fm_expense_line="task | amount \n P1 | 10")

    assert (found.choices, found.parts, found.decisions) == ((), [], {})
    assert found.changes.is_empty()
    assert found.work_items == 2


def test_presets_are_the_specification_and_where_the_platform_says_otherwise() -> None:
    assert PRESETS["specification"] == Settings()
    differing = PRESETS["platform"].model_dump(exclude_defaults=True)
    assert differing == {
        "demand_direct_actuals": "include",
        "planned_return_sign": "benefit_minus_cost",
        "npv_first_year": "as_of",
        "condition_null": "sql",
    }


def another(name: str) -> Any:
    """A choice that is not the default."""
    words = {"functional_currency": "USD", "approved_states": {"pm_project": ["approved"]}}
    default = getattr(Settings(), name)
    others = (word for word in get_args(Settings.model_fields[name].annotation) if word != default)
    return words.get(name) or next(others)


def test_what_is_not_computed_anew_is_what_would_have_come_out() -> None:
    """Each choice's figures are as if all had been computed under it, whatever is taken over from A."""
    world = admitted(
        **{
            **PORTFOLIO,
            **DOLLARS,
            "dmn_demand": "sys_id \n D1",
            "fm_expense_line": "task | currency | amount \n P1 | XXX | 10 \n D1 | EUR | 20",
            "cost_plan_breakdown": "cost_plan | fiscal_period | value \n C1 | 2025-03 | 100 \n C2 | 2026-03 | 100",
        }
    )
    day = dt.date.fromisoformat(AS_OF)
    names = Settings.model_fields.keys() - {"alias_file", "instance_time_zone"}
    a = Settings(functional_currency="EUR")
    b = a.model_copy(update={name: another(name) for name in names})
    tables = night(world, as_of=day, wanted=set())

    found = compared(a, b, lambda _settings: tables, day).changes

    whole = {name: a.model_copy(update={name: another(name)}) for name in names} | {ALL: b}
    before = night(world, as_of=day, settings=a, wanted={WorkItem})[WorkItem]
    for part, settings in whole.items():
        after = night(world, as_of=day, settings=settings, wanted={WorkItem})[WorkItem]
        expected = figure_changes(before, after, WorkItem).collect()
        told = found.filter(choice=part, level="work_item").drop("choice")
        assert_frame_equal(told, expected, check_row_order=False)


def test_a_work_item_that_only_one_side_has() -> None:
    """Its amounts are told, its zeros and empty figures are not."""
    worlds = [
        admitted(fm_expense_line="task | amount \n P1 | 10", pm_project=f"sys_id \n P1{more}")
        for more in ("", " \n P2")
    ]
    day = dt.date.fromisoformat(AS_OF)
    before, after = (night(world, as_of=day, wanted={WorkItem})[WorkItem] for world in worlds)

    new = figure_changes(before, after, WorkItem).collect()
    gone = figure_changes(after, before, WorkItem).collect()

    words = [("P2", "budget_source", "(not there)", "none"), ("P2", "irr_status", "(not there)", "too_few_years")]
    assert sorted(new.select("id", "figure", "a", "b").rows()) == words
    assert sorted(gone.select("id", "figure", "b", "a").rows()) == words


def test_the_largest_movements_come_first() -> None:
    """By amount, whatever its sign; what became unknown counts as all of it, words and rates come last."""
    changes = pl.DataFrame(
        {
            "choice": ["c"] * 5,
            "level": ["work_item"] * 5,
            "id": ["P1", "P2", "P2", "P3", "P4"],
            "figure": ["irr_status", "npv", "estimated_cost", "npv", "npv"],
            "size": [None, 5, 5, 70, 6],
        },
        schema_overrides={"size": pl.Decimal(38, 4)},
    )

    found = largest_movements(changes.lazy()).collect()

    assert found.select("id", "figure", "others").rows() == [
        ("P3", "npv", []),
        ("P4", "npv", []),
        ("P2", "estimated_cost", ["npv"]),
        ("P1", "irr_status", []),
    ]
