"""Fiscal periods on which an amount can't stand: neither a base period nor, for budgets, one that contains any."""

from __future__ import annotations

from typing import Final

import polars as pl

from models.fiscal_calendar import FiscalPeriod
from models.vocabulary import BASE_PERIOD_TYPES
from transforms.defect import DEFECT, INPUT_ROW, Stage, defects
from transforms.fiscal_calendar import fiscal_span, period_member
from transforms.row_rule import ON_BASE_PERIODS, SPREAD_OVER_BASE_PERIODS
from transforms.sentence import sentence
from transforms.typed_table import TypedTable

PERIOD: Final = "fiscal_period"


def misplaced_periods(table: TypedTable, fiscal_period: pl.DataFrame, *, instance_time_zone: str) -> pl.DataFrame:
    """Sound rows on a known fiscal period of the wrong kind: `not_a_base_period` or `no_base_period`."""
    name = table.source.table_name()
    if name in ON_BASE_PERIODS:
        return _not_on_a_base_period(table, fiscal_period)
    if name in SPREAD_OVER_BASE_PERIODS:
        return _without_base_period(table, fiscal_period, instance_time_zone)
    return pl.DataFrame(schema=DEFECT)


def _not_on_a_base_period(table: TypedTable, fiscal_period: pl.DataFrame) -> pl.DataFrame:
    others = fiscal_period.filter(~pl.col("fiscal_type").is_in(BASE_PERIOD_TYPES))
    message = sentence(
        "fiscal_period is {}, a {}: amounts of this table stand on a month or period. Spread it, or leave it out.",
        "period_name", "fiscal_type",
    )  # fmt: skip
    return _on(table, others, "not_a_base_period", message)


def _without_base_period(table: TypedTable, fiscal_period: pl.DataFrame, zone: str) -> pl.DataFrame:
    spans = fiscal_span(FiscalPeriod.cast(fiscal_period.lazy()), instance_time_zone=zone)
    members = period_member(spans).select(PERIOD).collect()
    empty = fiscal_period.join(members, left_on="sys_id", right_on=PERIOD, how="anti")
    message = sentence(
        "fiscal_period is {}, a {} without any month or period over which the budget could be spread.",
        "period_name", "fiscal_type",
    )  # fmt: skip
    return _on(table, empty, "no_base_period", message)


def _on(table: TypedTable, periods: pl.DataFrame, rule: str, message: pl.Expr) -> pl.DataFrame:
    """The defect for every sound row on one of the periods."""
    named = periods.select("sys_id", "fiscal_type", period_name="name")
    rows = table.sound.select(INPUT_ROW, PERIOD).join(named, left_on=PERIOD, right_on="sys_id")
    return defects(rows, table.source, PERIOD, Stage.REFERENCE, rule=pl.lit(rule), message=message)
