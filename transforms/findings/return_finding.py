"""Findings about discount rates and present values."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import ReturnFinding
from models.figures import CashFlow, WorkItem
from transforms.findings.finding import found
from transforms.net_present_value import LOWEST_RATE


def return_finding(work_item: dy.LazyFrame[WorkItem], cash_flow: dy.LazyFrame[CashFlow]) -> dy.LazyFrame[ReturnFinding]:
    """Planned work items whose discount rate is missing or unusable, or whose present value is no amount."""
    planned = work_item.join(cash_flow, on="work_item", how="semi")
    rate = pl.col("discount_rate")
    calculable = cash_flow.group_by("work_item").agg(
        (pl.col("net").is_not_null() & pl.col("discount_factor").is_not_null()).all().alias("calculable")
    )
    too_large = planned.join(calculable, on="work_item").filter("calculable", pl.col("npv").is_null())
    parts = [
        _on_work_item(planned.filter(rate.is_null()), "missing_discount_rate", "It has a plan but no discount rate."),
        _on_work_item(
            planned.filter(rate <= LOWEST_RATE), "unusable_discount_rate", "Its discount rate is -100 % or less."
        ),
        _on_work_item(too_large, "net_present_value_out_of_range", "Its net present value is too large for an amount."),
    ]
    return ReturnFinding.cast(pl.concat(parts))


def _on_work_item(rows: pl.LazyFrame, code: str, message: str) -> pl.LazyFrame:
    table = pl.col("work_item_table")
    return found(rows, code, pl.lit(message), source_table=table, sys_id="work_item", work_item="work_item")
