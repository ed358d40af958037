"""Contract, section 8: every number can be explained by its rows, and by those left out, with the reason."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from models.contribution import METRICS, PERIOD_METRICS, LeftOutRow
from models.contribution_reason import LEFT_OUT, REASONS
from models.contribution_rule import PARTS, SAME_FIGURE
from models.figures import MoneyFigures
from models.settings import Settings
from tests.contributions import behind, figures_of, untied
from tests.spec.world import AS_OF, Night, tonight

DAY = dt.date.fromisoformat(AS_OF)
DEMAND = {"dmn_demand": "sys_id \n D1", "dmn_demand_task": "sys_id | parent \n DT1 | D1"}


def rows_of(night: Night, metric: str, work_item: str | None = "P1") -> dict[str, tuple[Any, ...]]:
    """The rows behind a figure: amount, included, reason."""
    found = behind(night.frames, DAY).filter(pl.col("metric") == metric, pl.col("work_item").eq_missing(work_item))
    rows = found.select("sys_id", "amount", "included", "reason").iter_rows()
    return {key: values for key, *values_ in rows for values in [tuple(values_)]}


def reason_of(night: Night, sys_id: str, stream: str | None = None) -> str:
    rows = night.rows(LeftOutRow, sys_id=sys_id)
    chosen = rows if stream is None else rows.filter(stream=stream)
    reason: str = chosen["reason"].unique().item()
    return reason


def test_every_money_figure_has_its_rule() -> None:
    money = {name for name, column in MoneyFigures.columns().items() if column.metadata["kind"] == "money"}  # type: ignore[index]

    assert set(METRICS) == money
    assert set(PARTS) == {*METRICS, *PERIOD_METRICS}
    for in_periods, over_all in SAME_FIGURE.items():
        assert PARTS[in_periods] == PARTS[over_all]


def test_the_rows_of_planned_cost_and_of_its_expense_types() -> None:
    plan = """
        sys_id | expense_type | value
        capital | capex       | 100
        running | opex        |  20
        neither | -           |   3
    """
    night = tonight(cost_plan_breakdown=plan)

    assert rows_of(night, "estimated_cost") == {
        "capital": (Decimal(100), True, None),
        "running": (Decimal(20), True, None),
        "neither": (Decimal(3), True, None),
    }
    assert rows_of(night, "planned_capital") == {
        "capital": (Decimal(100), True, None),
        "running": (Decimal(20), False, "other_expense_type"),
        "neither": (Decimal(3), False, "other_expense_type"),
    }


@pytest.mark.parametrize(("sign", "cost"), [("cost_minus_benefit", 100), ("benefit_minus_cost", -100)])
def test_rows_enter_a_return_with_their_sign(sign: Any, cost: int) -> None:
    night = tonight(
        settings=Settings(planned_return_sign=sign),
        cost_plan_breakdown="sys_id | value \n cost | 100",
        benefit_plan_breakdown="sys_id | value \n gain | 130",
    )

    assert rows_of(night, "planned_return") == {
        "cost": (Decimal(cost), True, None),
        "gain": (Decimal(-130 if cost > 0 else 130), True, None),
    }
    assert rows_of(night, "net_benefit") == {"cost": (Decimal(-100), True, None), "gain": (Decimal(130), True, None)}


def test_an_estimate_at_completion_takes_what_was_spent_of_the_past_and_the_plan_of_the_rest() -> None:
    night = tonight(
        cost_plan_breakdown="sys_id | fiscal_period | value \n was planned | 2026-04 | 10 \n is planned | 2026-05 | 20",
        fm_expense_line="sys_id | task | date | amount \n old | P1 | 2026-04-30 | 7 \n new | P1 | 2026-05-01 | 9",
    )

    expected = {
        "was planned": (Decimal(10), False, "plan_of_past_period"),
        "is planned": (Decimal(20), True, None),
        "old": (Decimal(7), True, None),
        "new": (Decimal(9), False, "actual_of_open_period"),
    }
    assert rows_of(night, "estimate_at_completion") == expected
    assert rows_of(night, "budget_variance") == {
        key: (-amount, included, reason) for key, (amount, included, reason) in expected.items()
    }


def test_every_line_that_is_left_out_has_the_reason_of_its_outcome() -> None:
    lines = """
        sys_id   | state     | date       | task | base_expense | amount
        waiting  | pending   | 2026-01-15 | P1   | -            | 1
        nobodys  | processed | 2026-01-15 | -    | -            | 2
        base     | processed | 2026-01-15 | P1   | -            | 3
        copy     | processed | 2026-01-15 | P1   | base         | 3
        direct   | processed | 2026-01-15 | D1   | -            | 5
        outside  | processed | 2031-01-15 | P1   | -            | 6
        on task  | processed | 2026-01-15 | DT1  | -            | 7
    """
    night = tonight(**DEMAND, fm_expense_line=lines)

    assert rows_of(night, "actual_cost") == {
        "waiting": (Decimal(1), False, "not_processed"),
        "base": (Decimal(3), True, None),
        "copy": (Decimal(3), False, "top_task_copy"),
        "outside": (Decimal(6), False, "no_fiscal_period"),
    }
    assert rows_of(night, "actual_cost", "D1") == {
        "direct": (Decimal(5), False, "demand_direct"),
        "on task": (Decimal(7), True, None),
    }
    assert rows_of(night, "actual_cost", None) == {"nobodys": (Decimal(2), False, "no_work_item")}


def test_what_a_demand_does_not_count_is_counted_as_direct() -> None:
    lines = """
        sys_id  | state     | date       | task | amount
        direct  | processed | 2026-01-15 | D1   | 5
        outside | processed | 2031-01-15 | D1   | 6
        waiting | pending   | 2026-01-15 | D1   | 7
    """
    night = tonight(**DEMAND, fm_expense_line=lines)

    assert rows_of(night, "demand_direct_actual", "D1") == {
        "direct": (Decimal(5), True, None),
        "outside": (Decimal(6), True, None),
        "waiting": (Decimal(7), False, "not_processed"),
    }
    period = behind(night.frames, DAY).filter(metric="demand_direct_actual", sys_id="outside")["fiscal_period"]
    assert period.to_list() == [None]


def test_a_row_that_a_figure_would_not_count_anyway_says_that() -> None:
    night = tonight(fm_expense_line="sys_id | state | task | expense_type \n L | pending | P1 | opex")

    assert rows_of(night, "actual_capital") == {"L": (Decimal(100), False, "other_expense_type")}
    assert rows_of(night, "actual_operating") == {"L": (Decimal(100), False, "not_processed")}


def test_aggregates_of_the_platform_are_left_out_of_the_work_item_that_they_stand_on() -> None:
    plan = """
        sys_id  | breakdown_type | cost_plan | task
        own     | requirement    | C1        | -
        task    | task           | -         | P1
        program | program        | -         | G1
    """
    night = tonight(pm_program="sys_id \n G1", cost_plan_breakdown=plan)

    assert rows_of(night, "estimated_cost") == {
        "own": (Decimal(100), True, None),
        "task": (Decimal(100), False, "aggregate_row"),
    }
    assert rows_of(night, "estimated_cost", None) == {"program": (Decimal(100), False, "aggregate_row")}


def test_plans_and_benefits_that_no_work_item_owns_are_left_out() -> None:
    night = tonight(
        pm_program="sys_id \n G1",
        cost_plan="sys_id | task \n C1 | G1",
        benefit_plan="sys_id | task \n B1 | G1",
        cost_plan_breakdown="sys_id \n cost",
        benefit_plan_breakdown="sys_id | actual_benefit \n gain | 5",
    )

    assert reason_of(night, "cost") == reason_of(night, "gain") == "no_work_item"
    assert night.rows(LeftOutRow, sys_id="gain")["stream"].sort().to_list() == ["actual_benefit", "planned_benefit"]


def test_budgets_of_the_other_version_without_a_work_item_or_without_an_amount_are_left_out() -> None:
    night = tonight(
        pm_program="sys_id \n G1",
        sn_invst_pln_financial_migration="task | is_budget_migrated \n P1 | false",
        project_funding="""
            sys_id | task | capex_budget
            counts | P1   | 12
            empty  | P1   | -
            target | G1   | 30
        """,
        sn_invst_pln_invst_budget="sys_id \n v2",
    )

    assert {key: reason_of(night, key) for key in ("empty", "target", "v2")} == {
        "empty": "no_amount",
        "target": "no_work_item",
        "v2": "other_budget_version",
    }
    shares = behind(night.frames, DAY).filter(metric="budget_cost", sys_id="counts")
    assert (shares.height, shares["amount"].sum(), shares["included"].all()) == (12, Decimal(12), True)


def test_a_row_without_an_exchange_rate_is_included_and_says_why_the_figure_is_empty() -> None:
    night = tonight(
        settings=Settings(functional_currency="USD"), fm_expense_line="sys_id | task | currency \n L | P1 | EUR"
    )

    assert night.figure("actual_cost") is None
    assert rows_of(night, "actual_cost") == {"L": (None, True, "missing_exchange_rate")}


def test_a_benefit_of_nothing_in_a_currency_without_a_rate_is_unknown_too() -> None:
    night = tonight(
        settings=Settings(functional_currency="USD"),
        benefit_plan="sys_id | task | currency \n B1 | P1 | EUR",
        benefit_plan_breakdown="sys_id | actual_benefit \n gain | -",
    )

    assert night.figure("actual_benefit") is None
    assert rows_of(night, "actual_benefit") == {"gain": (None, True, "missing_exchange_rate")}


def test_the_rows_of_a_period_add_up_to_its_figures() -> None:
    night = tonight(
        cost_plan_breakdown="sys_id | fiscal_period | value \n a | 2026-04 | 10 \n b | 2026-05 | 20",
        fm_expense_line="sys_id | task | date | amount \n old | P1 | 2026-04-30 | 7",
    )

    assert untied(behind(night.frames, DAY).to_dicts(), *figures_of(night.frames)) == []


def test_reasons_are_explained_and_say_what_to_do() -> None:
    for code, (meaning, remedy) in REASONS.items():
        assert meaning.endswith("."), code
        assert remedy.endswith("."), code
    assert set(LEFT_OUT) < set(REASONS)


def test_a_sum_of_requirement_rows_says_that_before_anything_else() -> None:
    """Nothing is to be corrected in it, whatever its expense type and period."""
    night = tonight(
        cost_plan_breakdown="""
            sys_id | breakdown_type | cost_plan | task | fiscal_period | expense_type | value
            plan   | requirement    | C1        | -    | 2026-01       | opex         | 100
            task   | task           | -         | P1   | 2026-01       | opex         | 100
        """
    )

    assert rows_of(night, "planned_capital") == {
        "plan": (Decimal(100), False, "other_expense_type"),
        "task": (Decimal(100), False, "aggregate_row"),
    }
    assert rows_of(night, "estimate_at_completion") == {
        "plan": (Decimal(100), False, "plan_of_past_period"),
        "task": (Decimal(100), False, "aggregate_row"),
    }
