"""Findings about baselines: those that nobody can say whose they are, and those that can't be compared."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.audit import BaselineFinding
from models.baseline import BaselineHeader
from models.baseline_source import DemandBaselineHeader, InvestmentBaselineHeader
from models.investment import Investment
from models.work_item import TaskOwner
from transforms.baseline.comparison import is_comparable
from transforms.baseline.platform_baseline import platform_headers, with_work_item
from transforms.findings.finding import found
from transforms.sentence import sentence

NO_CURRENCY: Final = "no named currency"


def baseline_finding(
    sn_invst_pln_invst_investment_baseline_header: dy.LazyFrame[InvestmentBaselineHeader],
    dmn_demand_baseline_header: dy.LazyFrame[DemandBaselineHeader],
    sn_invst_pln_investment: dy.LazyFrame[Investment],
    task_owner: dy.LazyFrame[TaskOwner],
    header: dy.LazyFrame[BaselineHeader],
    *,
    functional_currency: str | None,
) -> dy.LazyFrame[BaselineFinding]:
    """One finding for each baseline of the platform without a work item, and each one in another currency."""
    headers = platform_headers(sn_invst_pln_invst_investment_baseline_header, dmn_demand_baseline_header)
    owned = with_work_item(headers, sn_invst_pln_investment, task_owner)
    message = sentence("The baseline {} names no work item: it is left out.", "name")
    nobodys = owned.filter(pl.col("work_item").is_null())
    foreign = header.filter(~is_comparable(functional_currency))
    named, today = pl.col("currency").fill_null(NO_CURRENCY), functional_currency or NO_CURRENCY
    incomparable = sentence(f"The baseline {{}} is in {{}}, today's figures are in {today}.", "name", named)
    findings = [
        found(nobodys, "baseline_without_work_item", message, source_table=pl.col("source_table"), sys_id="sys_id"),
        found(
            foreign,
            "baseline_in_other_currency",
            incomparable,
            source_table=pl.lit("baseline.header"),
            work_item="work_item",
            sys_id="baseline",
        ),
    ]
    return BaselineFinding.cast(pl.concat(findings))
