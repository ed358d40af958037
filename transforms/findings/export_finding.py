"""Findings about the export as a whole: what is missing, and what points to nothing."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import Admission, ExportFinding, UnknownReference
from models.benefit import BenefitPlan
from models.budget import InvestmentBudget, ProjectFunding
from models.catalogue import SOURCES
from models.cost import CostPlan
from models.expense import ExpenseLine
from models.table import Source
from models.work_item import Demand, Project
from transforms.findings.finding import found
from transforms.sentence import sentence


def export_finding(
    admission: dy.LazyFrame[Admission],
    unknown_reference: dy.LazyFrame[UnknownReference],
    pm_project: dy.LazyFrame[Project],
    dmn_demand: dy.LazyFrame[Demand],
    cost_plan: dy.LazyFrame[CostPlan],
    benefit_plan: dy.LazyFrame[BenefitPlan],
    fm_expense_line: dy.LazyFrame[ExpenseLine],
    project_funding: dy.LazyFrame[ProjectFunding],
    sn_invst_pln_invst_budget: dy.LazyFrame[InvestmentBudget],
    *,
    functional_currency: str | None,
) -> dy.LazyFrame[ExportFinding]:
    """Tables that are not there, references to rows that are not there, and currencies that are mixed."""
    work_items_and_plans = (pm_project, dmn_demand, cost_plan, benefit_plan)
    in_currency = (*work_items_and_plans, fm_expense_line, project_funding, sn_invst_pln_invst_budget)
    mixed = several_currencies(*in_currency).filter(pl.lit(functional_currency is None))
    parts = [missing_source(admission), _unknown_reference(unknown_reference), mixed]
    return ExportFinding.cast(pl.concat(parts))


def missing_source(admission: pl.LazyFrame) -> pl.LazyFrame:
    """One finding for each source table that the export lacks and something needs: what can't be told without it.

    Tables of orders are needed only where the export has orders.
    """
    sources = [table for table in SOURCES.values() if issubclass(table, Source) and table.absence]
    asked_for_by = {
        "source_table": [table.table_name() for table in sources],
        "absence": [table.absence for table in sources],
        "asked_for_by": [list(table.asked_for_by) for table in sources],
    }
    tables = pl.LazyFrame(asked_for_by, schema_overrides={"asked_for_by": pl.List(pl.String)})
    present = admission.select(present=pl.col("source_table").implode())
    is_asked_for = pl.col("asked_for_by").list.set_intersection("present").list.len() > 0
    asked = tables.join(present, how="cross").filter((pl.col("asked_for_by").list.len() == 0) | is_asked_for)
    absent = asked.join(admission, on="source_table", how="anti")
    message = sentence("{} is not in the export. {}", "source_table", "absence")
    return found(absent, "missing_source", message, source_table=pl.col("source_table"))


def _unknown_reference(unknown_reference: pl.LazyFrame) -> pl.LazyFrame:
    message = sentence("{} of this row is {}, which no admitted row has; it counts as empty.", "column", "value")
    return found(unknown_reference, "unknown_reference", message, source_table=pl.col("source_table"), sys_id="sys_id")


def several_currencies(*tables: pl.LazyFrame) -> pl.LazyFrame:
    """One finding when rows name more than one currency: their amounts are added up as if in one."""
    named = pl.concat([table.select(pl.col("currency").str.strip_chars().str.to_uppercase()) for table in tables])
    listed = named.drop_nulls().unique().select(codes=pl.col("currency").sort().str.join(", "), currencies=pl.len())
    message = sentence("Rows are in {} currencies ({}), and are added up as if in one.", "currencies", "codes")
    return found(
        listed.filter(pl.col("currencies") > 1), "several_currencies", message, source_table=pl.lit(None, pl.String)
    )
