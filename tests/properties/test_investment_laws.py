"""The laws about investments and planning items can fail: each is broken by a change that it is there to notice."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import polars as pl
import pytest

from models.audit import InvestmentConservation
from models.cost import BreakdownFigures
from models.investment import EXECUTION, STORED, InvestmentFigures
from models.planning_item import PlanningItemFigures
from models.table import Table
from tests.night import Frames
from tests.spec.world import tonight
from transforms.catalogue import all_transforms
from transforms.investment import FIGURES
from transforms.planning_item_figures import BENEFITS, PLANNED_COSTS

Change = Callable[[pl.DataFrame], pl.DataFrame]
STORED_FIGURES: Final = (
    "planned_cost | planned_capital | planned_operating | planned_benefit | work_cost | capex_work_cost | "
    "opex_work_cost | actual_benefit | budget_cost"
)


@cache
def frames() -> Frames:
    """A1 is on and of project P1; A2 is off and of P1; A3 is off, with plans on itself; A4 is off and stored only."""
    return tonight(
        sn_align_cmn_int_integrations_setup="planning_item_table | active \n on | true",
        sn_align_core_planning_item="""
            sys_id | sys_class_name | task | investment
            A1     | on             | P1   | -
            A2     | off            | P1   | -
            A3     | off            | -    | -
            A4     | off            | -    | I2
        """,
        sn_invst_pln_investment=f"""
            sys_id | funding_entity_id | {STORED_FIGURES}
            I1     | P1                | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
            I2     | -                 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
        """,
        cost_plan="sys_id | task \n C1 | P1 \n C3 | A3",
        cost_plan_breakdown="cost_plan | value | expense_type \n C1 | 10 | capex \n C3 | 20 | capex \n C3 | 5 | opex",
        benefit_plan="sys_id | task \n B1 | P1 \n B3 | A3",
        benefit_plan_breakdown="benefit_plan | value | actual_benefit \n B1 | 30 | 3 \n B3 | 40 | 4",
        fm_expense_line="task | amount \n P1 | 70",
        project_funding="opex_budget \n 500",
    ).frames


def laws(changed: Frames) -> pl.DataFrame:
    """The laws over the night, some of its tables changed."""
    transform = next(one for one in all_transforms() if one.table is InvestmentConservation)
    return transform({**frames(), **changed}, {}).collect()


def plus_one(figure: str, **where: str) -> Change:
    """One more in one row."""
    return one_row(where, pl.col(figure) + 1, figure)


def unknown(figure: str, **where: str) -> Change:
    """The figure is lost in one row."""
    return one_row(where, pl.lit(None), figure)


def one_row(where: dict[str, str], value: pl.Expr, column: str) -> Change:
    is_meant = pl.all_horizontal(pl.col(name) == wanted for name, wanted in where.items())
    return lambda rows: rows.with_columns(pl.when(is_meant).then(value).otherwise(column).alias(column))


def without(**where: str) -> Change:
    return lambda rows: rows.remove(**where)


INVESTMENTS: Final = {
    "investments: exported = shown": without(investment="I2"),
    "investments: known figures of work items = shown": unknown("actual_capital", investment="I1"),
    "investments: known figures as stored = shown": unknown("budget_cost", investment="I2"),
    **{f"investments: {figure} of work items = shown": plus_one(figure, investment="I1") for figure in FIGURES},
    **{f"investments: {figure} as stored = shown": plus_one(figure, investment="I2") for figure in FIGURES},
}
ITEMS: Final = {
    "planning items: exported = shown": without(planning_item="A4"),
    "planning items: known figures of work items and investments = shown": unknown(
        "actual_capital", planning_item="A1"
    ),
    **{
        f"planning items: {figure} of work items and investments = shown": plus_one(figure, planning_item="A4")
        for figure in FIGURES
    },
    **{
        f"planning items: {figure} of plans without work item = shown": plus_one(figure, planning_item="A3")
        for figure in (*PLANNED_COSTS, *BENEFITS)
    },
    "planning items: of classes with an active setup row = integration on": one_row(
        {"planning_item": "A1"}, pl.lit("off"), "integration"
    ),
    **{
        f"planning items: integration on = {source} execution": one_row(
            {"planning_item": "A2"}, pl.lit(EXECUTION), source
        )
        for source in ("actual_cost_source", "budget_source")
    },
}
BREAKDOWN: Final = {
    "planning items: tied breakdown rows = tied to one with integration on": one_row(
        {"planning_item": "A1"}, pl.lit("A2"), "planning_item"
    ),
    "planning items: breakdown rows of their work items = tied": one_row(
        {"planning_item": "A1", "breakdown_type": "task"}, pl.lit(None), "planning_item"
    ),
}
BREAKS: Final = [
    *((InvestmentFigures, law, change) for law, change in INVESTMENTS.items()),
    *((PlanningItemFigures, law, change) for law, change in ITEMS.items()),
    *((BreakdownFigures, law, change) for law, change in BREAKDOWN.items()),
]


@pytest.mark.parametrize(("table", "law", "change"), BREAKS, ids=[law for _, law, _ in BREAKS])
def test_a_law_breaks_when_what_it_is_about_is_changed(table: type[Table], law: str, change: Change) -> None:
    changed = change(frames()[table].collect())

    broken = laws({table: changed.lazy()}).remove(pl.col("holds"))

    assert law in broken["law"].to_list()


def test_every_law_holds_as_long_as_nothing_is_changed_and_each_has_its_change() -> None:
    unchanged = laws({})
    assert unchanged["holds"].all()
    assert set(unchanged["law"]) == {law for _, law, _ in BREAKS}


@pytest.mark.parametrize("item", ["A1", "A2", "A3", "A4"])
def test_each_figure_of_each_side_is_watched(item: str) -> None:
    """One more in any known figure of a planning item breaks the law of that figure, and no other."""
    shown = frames()[PlanningItemFigures].collect()
    (row,) = shown.filter(planning_item=item).to_dicts()
    for figure in (figure for figure in FIGURES if row[figure] is not None):
        changed = plus_one(figure, planning_item=item)(shown)
        (broken,) = laws({PlanningItemFigures: changed.lazy()}).remove(pl.col("holds"))["law"].to_list()
        assert broken.startswith(f"planning items: {figure} of ")


def test_a_source_that_names_the_wrong_side_breaks_laws() -> None:
    shown = frames()[PlanningItemFigures].collect()
    changed = one_row({"planning_item": "A2"}, pl.lit(STORED), "benefit_source")(shown)
    assert set(laws({PlanningItemFigures: changed.lazy()}).remove(pl.col("holds"))["law"]) == {
        f"planning items: {figure} of work items and investments = shown" for figure in BENEFITS
    }
