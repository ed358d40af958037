"""Promise 7: money is exact, up to the largest amounts that admission lets in; what is larger is told, never wrapped."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from models.catalogue import SOURCES
from models.columns import MONEY_LIMIT_DIGITS, MONEY_PRECISION, MONEY_SCALE
from models.settings import Settings
from pipelines.execution import run_night
from tests.promises.extreme_amounts import LARGEST, at_the_limit
from tests.properties.comparison import differences, told
from tests.properties.nights import broken_laws, from_rows, placement, published
from tests.published import rows
from tests.reference import World, compute, world
from tests.reference.world_currencies import in_currencies
from transforms.defect import DEFECT, INPUT_ROW
from transforms.parsing import parsed

WORLDS: Final = 60
A_FEW: Final = (1, 8)
ROUNDED: Final = ("irr_pct", "irr_roots_pct")
"""Rates of return are no money; of extreme amounts they are beyond what floats tell to nine digits."""


def extreme_world(seed: int) -> World:
    """Odd seeds have foreign money, and every fourth one has rows that admission sets aside."""
    drawn = world(seed, missing_tables=False, dirty=seed % 4 == 0)
    return at_the_limit(in_currencies(drawn, seed) if seed % 2 else drawn, seed)


def unequal(drawn: World) -> list[str]:
    """What differs from the reference, which computes with Python's decimals; and laws that are broken."""
    expected = compute(drawn.tables, as_of=drawn.as_of, settings=drawn.settings)
    frames = from_rows(drawn).computed()
    found = differences(published(frames), expected, placement(drawn))
    broken = [str(law) for law in broken_laws(frames)]
    return [one for one in found if not any(f" {column}: " in one for column in ROUNDED)] + broken


@pytest.mark.parametrize("seed", A_FEW)
def test_every_figure_of_extreme_amounts_equals_that_of_decimals(seed: int) -> None:
    found = unequal(extreme_world(seed))

    assert not found, told(seed, found)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(100, 100 + WORLDS))
def test_every_figure_of_many_extreme_worlds_equals_that_of_decimals(seed: int) -> None:
    found = unequal(extreme_world(seed))

    assert not found, told(seed, found)


# Sums that are larger than any amount


ROWS: Final = 2_000
TABLES: Final = {
    "fiscal_period": """
        sys_id,name,fiscal_type,start_date_time,end_date_time
        FY,FY26,year,2026-01-01 00:00:00,2026-12-31 23:59:59
        M1,FY26: M01,month,2026-01-01 00:00:00,2026-06-30 23:59:59
        M2,FY26: M02,month,2026-07-01 00:00:00,2026-12-31 23:59:59
    """,
    "pm_project": "sys_id,primary_program,primary_portfolio,parent\nP0,G,F,\nP1,G,F,P0",
    "pm_program": "sys_id\nG",
    "pm_portfolio": "sys_id\nF",
    "cost_plan": "sys_id,task\nC1,P1",
    "benefit_plan": "sys_id,task\nB1,P1",
}
MANY: Final = {
    "cost_plan_breakdown": ("breakdown_type,cost_plan,fiscal_period,value", "requirement,C1,M1,{0}"),
    "benefit_plan_breakdown": ("benefit_plan,fiscal_period,value,actual_benefit", "B1,M1,{0},{0}"),
    "fm_expense_line": ("state,date,task,amount", "processed,2026-01-05,P1,{0}"),
    "project_funding": ("task,fiscal_period,capex_budget", "P1,FY,{0}"),
}
"""Tables with many rows: their columns and the cells of each row, around the largest amount."""
FIGURES: Final = {
    "estimated_cost": ("planned_cost", "cost_plan_breakdown"),
    "estimated_benefit": ("planned_benefit", "benefit_plan_breakdown"),
    "actual_cost": ("actual_cost", "fm_expense_line"),
    "actual_benefit": ("actual_benefit", "benefit_plan_breakdown"),
    "budget_cost": ("budget_cost", "project_funding"),
}
"""Figures of work items: what they are called in a period, and the table of their rows."""


@pytest.fixture(scope="module")
def of_giants(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of rows that each have the largest amount there is."""
    folder = tmp_path_factory.mktemp("giants")
    export = folder / "export"
    export.mkdir()
    for table, text in TABLES.items():
        (export / f"{table}.csv").write_text("\n".join(line.strip() for line in text.strip().splitlines()))
    for table, (columns, cells) in MANY.items():
        lines = [f"{table}{row},{cells.format(LARGEST)}" for row in range(ROWS)]
        (export / f"{table}.csv").write_text("\n".join([f"sys_id,{columns}", *lines]))
    warehouse = folder / "portfolio.duckdb"
    run_night(export, warehouse, as_of=dt.date(2026, 8, 1), settings=Settings(), progress=lambda _line: None)
    return warehouse


@pytest.mark.parametrize("figure", FIGURES)
def test_sums_beyond_the_largest_amount_are_exact_wherever_they_are_shown(of_giants: Path, figure: str) -> None:
    total = ROWS * LARGEST
    of_period, table = FIGURES[figure]

    assert rows(of_giants, f"SELECT {figure} FROM mart.work_item WHERE work_item = 'P1'") == [(total,)]
    assert rows(of_giants, f"SELECT {figure} FROM mart.work_item_rollup WHERE work_item = 'P0'") == [(total,)]
    assert rows(of_giants, f"SELECT sum({of_period}) FROM mart.work_item_period WHERE work_item = 'P1'") == [(total,)]
    for group in ("program", "portfolio"):
        assert rows(of_giants, f"SELECT {figure} FROM mart.{group}") == [(total,)]
    accepted = f"SELECT DISTINCT amount_accepted FROM audit.source_file_amount WHERE source_table = '{table}'"
    assert (total,) in rows(of_giants, accepted)


def test_figures_made_of_several_streams_are_exact_too(of_giants: Path) -> None:
    figures = "estimate_at_completion, budget_variance, planned_return"

    assert rows(of_giants, f"SELECT {figures} FROM mart.work_item WHERE work_item = 'P1'") == [
        (ROWS * LARGEST, Decimal(0), Decimal(0))
    ]


def test_no_sum_of_admitted_amounts_can_be_too_large_for_its_column() -> None:
    """A table has at most as many rows as its numbers of rows tell apart; each is in a figure once."""
    most_rows = 2 ** (8 * pl.Series([0], dtype=DEFECT[INPUT_ROW]).estimated_size())

    assert most_rows * 10**MONEY_LIMIT_DIGITS < 10 ** (MONEY_PRECISION - MONEY_SCALE)


# What is larger than any amount


MONEY: Final = [
    (table, column) for table in SOURCES.values() for column in table.columns_of_kind("money", "number", "rate")
]
TOO_LARGE: Final[dict[str, list[Any]]] = {
    "text": [
        "100000000000000",
        "-100000000000000",
        "100,000,000,000,000.00",
        "USD;170141183460469231731687303715884105728",
        "9" * 400,
    ],
    "Int64": [10**14, -(10**14), 2**63 - 1, -(2**63)],
    "UInt64": [10**14, 2**64 - 1],
    "Int128": [10**14, 2**127 - 1, -(2**127)],
    "Float64": [1e14, -1e14, 1e300, -1e300],
    "Float32": [1e15, -3e38],
    "Decimal": [Decimal(10) ** 14, -(Decimal(10) ** 27)],
}
TYPES: Final = {
    "text": pl.String(),
    "Int64": pl.Int64(),
    "UInt64": pl.UInt64(),
    "Int128": pl.Int128(),
    "Float64": pl.Float64(),
    "Float32": pl.Float32(),
    "Decimal": pl.Decimal(38, 10),
}


@pytest.mark.parametrize("kind", TYPES)
def test_amounts_beyond_the_limit_are_set_aside_with_a_reason_in_every_column_of_every_type(kind: str) -> None:
    cells = pl.Series("cell", TOO_LARGE[kind], dtype=TYPES[kind])
    found = Counter(
        (rule, value)
        for table, column in MONEY
        for value, rule in zip(*parsed(cells, table, column, instance_time_zone="UTC"), strict=True)
    )

    assert found == {("out_of_range", None): len(MONEY) * len(cells)}
