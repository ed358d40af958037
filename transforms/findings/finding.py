"""Findings: what an analyst should know about the data, gathered from the rules that noticed it."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import (
    BaselineFinding,
    BudgetFinding,
    CalendarFinding,
    CompletenessFinding,
    CostFinding,
    CurrencyFinding,
    ExportFinding,
    Finding,
    OversightFinding,
    PlanFinding,
    PlanningFinding,
    ReturnFinding,
    StructureFinding,
)
from models.columns import MONEY_PRECISION, MONEY_SCALE
from models.finding import FINDINGS


def finding(
    export_finding: dy.LazyFrame[ExportFinding],
    completeness_finding: dy.LazyFrame[CompletenessFinding],
    calendar_finding: dy.LazyFrame[CalendarFinding],
    structure_finding: dy.LazyFrame[StructureFinding],
    cost_finding: dy.LazyFrame[CostFinding],
    plan_finding: dy.LazyFrame[PlanFinding],
    budget_finding: dy.LazyFrame[BudgetFinding],
    planning_finding: dy.LazyFrame[PlanningFinding],
    return_finding: dy.LazyFrame[ReturnFinding],
    currency_finding: dy.LazyFrame[CurrencyFinding],
    oversight_finding: dy.LazyFrame[OversightFinding],
    baseline_finding: dy.LazyFrame[BaselineFinding],
) -> dy.LazyFrame[Finding]:
    """All findings of the run."""
    parts = [
        export_finding,
        completeness_finding,
        calendar_finding,
        structure_finding,
        cost_finding,
        plan_finding,
        budget_finding,
        planning_finding,
        return_finding,
        currency_finding,
        oversight_finding,
        baseline_finding,
    ]
    return Finding.cast(pl.concat(parts))


def found(
    rows: pl.LazyFrame,
    code: str,
    message: pl.Expr,
    *,
    source_table: str | pl.Expr,
    sys_id: str | None = None,
    work_item: str | None = None,
    amount: str | None = None,
) -> pl.LazyFrame:
    """One finding of the catalogue's kind `code` for each of the rows; the names are columns of the rows."""
    nothing = pl.lit(None, dtype=pl.String)
    said = rows.with_columns(
        code=pl.lit(code),
        severity=pl.lit(FINDINGS[code].severity),
        work_item=pl.col(work_item) if work_item else nothing,
        source_table=pl.lit(source_table) if isinstance(source_table, str) else source_table,
        sys_id=pl.col(sys_id) if sys_id else nothing,
        message=message,
        amount=(pl.col(amount) if amount else pl.lit(None)).cast(pl.Decimal(MONEY_PRECISION, MONEY_SCALE)),
    )
    return said.select(Finding.column_names())
