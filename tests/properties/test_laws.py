"""Laws that the figures of any portfolio keep, whatever its rows."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.audit import UnknownReference
from models.benefit import BenefitPlanFigures
from models.catalogue import MARTS, SOURCES
from models.cost import BreakdownFigures, CostPlanFigures
from models.expense import ExpenseFunnel, ExpenseLine
from models.figures import (
    CashFlow,
    Forecast,
    PortfolioFigures,
    ProgramFigures,
    WorkItem,
    WorkItemPeriod,
    WorkItemRollup,
)
from models.fiscal_calendar import BasePeriod
from models.investment import Investment, InvestmentFigures
from models.planning_item import PlanningItem, PlanningItemFigures
from models.table import Table
from tests.night import Frames
from tests.properties.nights import Export, Records, broken_laws, from_rows
from tests.reference import World, world
from tests.reference.admission import admit_values
from tests.reference.ownership import Ownership
from tests.reference.worlds import OPTIONAL_TABLES
from transforms.figure import SUMMED

WORLDS: Final = 24
CENT: Final = Decimal("0.01")
BEFORE: Final = dt.date(1999, 1, 1)
AFTER: Final = dt.date(2099, 1, 1)
TOTALS: Final[tuple[type[Table], ...]] = (
    WorkItem,
    WorkItemRollup,
    ProgramFigures,
    PortfolioFigures,
    CostPlanFigures,
    BenefitPlanFigures,
    InvestmentFigures,
    PlanningItemFigures,
)
OVER_TIME: Final[tuple[type[Table], ...]] = (WorkItemPeriod, Forecast, BreakdownFigures)
TOTALS_AND_YEARS: Final[tuple[type[Table], ...]] = (*TOTALS, CashFlow)
FIGURES: Final[tuple[type[Table], ...]] = (*MARTS.values(), ExpenseFunnel)

seeds = st.integers(0, WORLDS - 1)
amounts = st.integers(-(10**10), 10**10).map(lambda units: Decimal(units).scaleb(-4))
every_world = settings(deadline=None, max_examples=WORLDS)
some_worlds = settings(deadline=None, max_examples=10)


@cache
def small_world(seed: int) -> World:
    """Three projects and two demands; odd seeds are dirty, every fourth may lack tables."""
    return world(seed, projects=3, demands=2, dirty=seed % 2 == 1, missing_tables=seed % 4 == 3)


@cache
def export(seed: int) -> Export:
    return from_rows(small_world(seed))


@cache
def computed(seed: int) -> Frames:
    return export(seed).computed()


def rows(frames: Frames, table: type[Table], **where: object) -> Records:
    return frames[table].filter(**where).collect().to_dicts()


def total(values: Iterable[object]) -> Decimal | None:
    """The sum, unknown as soon as a part is."""
    amounts = list(values)
    known = [amount for amount in amounts if isinstance(amount, Decimal)]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def total_by(records: Records, column: str, *key: str) -> dict[tuple[object, ...], Decimal | None]:
    groups: dict[tuple[object, ...], list[object]] = {}
    for row in records:
        groups.setdefault(tuple(row[name] for name in key), []).append(row[column])
    return {one: total(values) for one, values in groups.items()}


def money_columns(table: type[Table]) -> list[str]:
    return table.columns_of_kind("money")


def assert_same_rows(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    assert_frame_equal(found, expected, check_row_order=False, check_exact=True)


# Figures agree with each other


@every_world
@given(seeds)
def test_planned_cost_is_capital_operating_and_unclassified(seed: int) -> None:
    frames = computed(seed)
    unclassified = rows(frames, BreakdownFigures, breakdown_type="requirement", expense_type="unclassified")
    rest = total_by(unclassified, "planned_cost", "work_item")
    for item in rows(frames, WorkItem):
        parts = [item["planned_capital"], item["planned_operating"], rest.get((item["work_item"],), Decimal(0))]
        assert item["estimated_cost"] == total(parts)


@every_world
@given(seeds)
def test_planned_return_and_net_benefit_are_one_number_with_opposite_signs(seed: int) -> None:
    turned = export(seed).settings.planned_return_sign == "benefit_minus_cost"
    for table in (WorkItem, WorkItemRollup, ProgramFigures, PortfolioFigures):
        for row in rows(computed(seed), table):
            if turned:
                assert row["planned_return"] == row["net_benefit"]
            elif row["net_benefit"] is None:
                assert row["planned_return"] is None
            else:
                assert total([row["planned_return"], row["net_benefit"]]) == 0


@every_world
@given(seeds)
def test_what_is_below_nothing_holds_everything_rolled_up(seed: int) -> None:
    drawn = small_world(seed)
    ownership = Ownership(admit_values(drawn.tables, ZoneInfo(drawn.settings.instance_time_zone)))
    below = {part for item in ownership.work_items for part in ownership.rolled_up(item) if part != item}
    own, rolled_up = rows(computed(seed), WorkItem), rows(computed(seed), WorkItemRollup)
    for figure in SUMMED:
        tops = [row[figure] for row in rolled_up if row["work_item"] not in below]
        assert total(tops) == total(row[figure] for row in own)


@every_world
@given(seeds)
def test_forecast_quarters_add_up_to_years_where_every_period_has_a_quarter(seed: int) -> None:
    frames = computed(seed)
    year_of = {row["fiscal_quarter"]: row["fiscal_year"] for row in rows(frames, BasePeriod)}
    if None in year_of:
        return
    quarters = [
        {**row, "fiscal_period": year_of[row["fiscal_period"]]} for row in rows(frames, Forecast, duration="quarter")
    ]
    years = rows(frames, Forecast, duration="year")
    key = ("work_item", "fiscal_period")
    assert total_by(quarters, "forecast_cost", *key) == total_by(years, "forecast_cost", *key)


@every_world
@given(seeds)
def test_estimate_at_completion_is_the_actuals_of_the_past_and_the_plan_of_the_rest(seed: int) -> None:
    frames, as_of = computed(seed), export(seed).as_of
    parts = [
        {"work_item": row["work_item"], "amount": row["actual_cost" if row["end_date"] < as_of else "planned_cost"]}
        for row in frames[WorkItemPeriod].collect().iter_rows(named=True)
    ]
    expected = total_by(parts, "amount", "work_item")
    for item in rows(frames, WorkItem):
        if item["estimated_cost"] is None or item["actual_cost"] is None:
            assert item["estimate_at_completion"] is None
        else:
            assert item["estimate_at_completion"] == expected.get((item["work_item"],), Decimal(0))


@some_worlds
@given(seeds, st.sampled_from([(BEFORE, "estimated_cost"), (AFTER, "actual_cost")]))
def test_before_the_calendar_everything_is_plan_and_after_it_everything_is_actual(
    seed: int, day_and_figure: tuple[dt.date, str]
) -> None:
    day, figure = day_and_figure
    for item in rows(replace(export(seed), as_of=day).computed(), WorkItem):
        known = item["estimated_cost"] is not None and item["actual_cost"] is not None
        assert item["estimate_at_completion"] == (item[figure] if known else None)


# What must not matter


@some_worlds
@given(seeds, amounts, st.data())
def test_a_line_in_draft_changes_nothing(seed: int, amount: Decimal, data: st.DataObject) -> None:
    drafted = with_lines(export(seed), data, {"draft": (amount, "draft")})
    frames = drafted.computed()
    for table in MARTS.values():
        assert_same_rows(frames[table].collect(), computed(seed)[table].collect())
    assert broken_laws(frames) == []


@some_worlds
@given(seeds, amounts, st.data())
def test_an_amount_and_its_credit_change_no_figure(seed: int, amount: Decimal, data: st.DataObject) -> None:
    """They may add periods, with amounts of 0."""
    lines = {"spent": (amount, "processed"), "credited": (-amount, "processed")}
    frames = with_lines(export(seed), data, lines).computed()
    for table in TOTALS_AND_YEARS:
        assert_same_rows(frames[table].collect(), computed(seed)[table].collect())
    for table in OVER_TIME:
        assert_same_rows(without_zeros(frames, table), without_zeros(computed(seed), table))
    assert broken_laws(frames) == []


def with_lines(before: Export, data: st.DataObject, lines: dict[str, tuple[Decimal, str]]) -> Export:
    """The export with lines that share task, date and class, each with its own key, amount and state."""
    if ExpenseLine not in before.tables:
        return before
    known = before.tables[ExpenseLine]
    like = data.draw(st.sampled_from(known.to_dicts() or [dict.fromkeys(known.columns)]), label="like this line")
    date = like["date"] or before.as_of
    common = {**like, "date": date, "base_expense": None}
    added = [{**common, "sys_id": key, "amount": amount, "state": state} for key, (amount, state) in lines.items()]
    longer = pl.concat([known, pl.DataFrame(added, schema=known.schema)])
    return replace(before, tables={**before.tables, ExpenseLine: longer})


def without_zeros(frames: Frames, table: type[Table]) -> pl.DataFrame:
    """The rows that hold any money."""
    amounts = pl.col(money_columns(table))
    return frames[table].filter(pl.any_horizontal(amounts.fill_null(0) != 0)).collect()


@some_worlds
@given(seeds, st.text("abc", min_size=1, max_size=4))
def test_keys_have_no_meaning(seed: int, salt: str) -> None:
    """Other keys, in another order, give the same figures under the other keys.

    Only investments and planning items keep their order: of several, the one with the lowest key counts.
    """
    before = export(seed)
    lowest_counts = [before.tables[table]["sys_id"] for table in (Investment, PlanningItem) if table in before.tables]
    in_order = sorted({key for keys in lowest_counts for key in keys})
    ordered = dict(zip(in_order, sorted(map(hashed(salt), in_order)), strict=True))

    def renamed(key: str) -> str:
        return ordered.get(key) or hashed(salt)(key)

    tables = {table: with_other_keys(frame, table, renamed) for table, frame in before.tables.items()}
    frames = replace(before, tables=tables).computed()
    for table in FIGURES:
        expected = with_other_keys(computed(seed)[table].collect(), table, renamed)
        assert_same_rows(frames[table].collect(), expected)


def hashed(salt: str) -> Callable[[str], str]:
    return lambda key: hashlib.md5(f"{salt}{key}".encode()).hexdigest()


def with_other_keys(frame: pl.DataFrame, table: type[Table], renamed: Callable[[str], str]) -> pl.DataFrame:
    keys = {*table.columns_of_kind("reference"), *({"sys_id"} & table.columns().keys())}
    if table is UnknownReference:
        keys.add("value")
    return frame.with_columns(pl.col(sorted(keys)).map_elements(renamed, pl.String)) if keys else frame


@some_worlds
@given(seeds, st.integers(0, 10**6))
def test_the_order_of_rows_has_no_meaning(seed: int, shuffle: int) -> None:
    before = export(seed)
    tables = {table: frame.sample(fraction=1, shuffle=True, seed=shuffle) for table, frame in before.tables.items()}
    frames = replace(before, tables=tables).computed()
    for table in computed(seed).keys() - SOURCES.values():
        assert_same_rows(frames[table].collect(), computed(seed)[table].collect())


# Scale


@some_worlds
@given(seeds)
def test_twice_every_amount_is_twice_every_figure_and_the_same_ratios(seed: int) -> None:
    """Shares of a budget are whole cents: only their sums are twice as large. Present values are rounded."""
    before = export(seed)
    tables = {table: doubled(frame, table) for table, frame in before.tables.items()}
    frames = replace(before, tables=tables).computed()
    for table in TOTALS:
        expected = doubled(computed(seed)[table].collect(), table)
        assert_equal_but_for(frames[table].collect(), expected, npv=CENT)
    for table in OVER_TIME:
        budgets = [column for column in money_columns(table) if column.startswith("budget")]
        expected = doubled(computed(seed)[table].collect(), table).drop(budgets)
        assert_same_rows(frames[table].collect().drop(budgets), expected)
    expected = doubled(computed(seed)[CashFlow].collect(), CashFlow)
    assert_equal_but_for(frames[CashFlow].collect(), expected, present_value=Decimal("0.0001"))


def doubled(frame: pl.DataFrame, table: type[Table]) -> pl.DataFrame:
    return frame.with_columns((pl.col(column) + pl.col(column)) for column in money_columns(table))


def assert_equal_but_for(found: pl.DataFrame, expected: pl.DataFrame, **rounded: Decimal) -> None:
    """Assert that the tables are equal, apart from columns that may differ by so much."""
    columns = [column for column in found.columns if column in rounded]
    key = [column for column in found.columns if column in ("work_item", "fiscal_period")]
    assert_same_rows(found.drop(columns), expected.drop(columns))
    for column in columns:
        pairs = found.select(*key, column).join(expected.select(*key, theirs=column), on=key)
        assert pairs.height == found.height
        for one, other in pairs.select(column, "theirs").iter_rows():
            assert (one is None) == (other is None)
            assert one is None or abs(one - other) <= rounded[column]


# Conservation


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.sets(st.sampled_from(OPTIONAL_TABLES), max_size=6))
def test_every_law_of_conservation_holds_also_without_some_tables(seed: int, missing: set[str]) -> None:
    drawn = world(seed, projects=3, demands=2, dirty=seed % 2 == 1)
    there = {name: cells for name, cells in drawn.tables.items() if name not in missing}
    assert broken_laws(from_rows(replace(drawn, tables=there)).computed()) == []


@pytest.mark.parametrize("missing", ["pm_project", "dmn_demand"])
@pytest.mark.parametrize("seed", range(3))
def test_every_law_of_conservation_holds_without_one_kind_of_work_item(seed: int, missing: str) -> None:
    drawn = small_world(seed)
    there = {name: cells for name, cells in drawn.tables.items() if name != missing}
    assert broken_laws(from_rows(replace(drawn, tables=there)).computed()) == []
