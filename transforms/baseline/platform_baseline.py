"""The platform's own baselines: which there are, and of which work item."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.baseline import PLATFORM, PlatformBaseline, RememberedBaselineHeader
from models.baseline_source import DEMAND_HEADER, INVESTMENT_HEADER, DemandBaselineHeader, InvestmentBaselineHeader
from models.investment import Investment
from models.work_item import TaskOwner


def platform_baseline(
    sn_invst_pln_invst_investment_baseline_header: dy.LazyFrame[InvestmentBaselineHeader],
    dmn_demand_baseline_header: dy.LazyFrame[DemandBaselineHeader],
    sn_invst_pln_investment: dy.LazyFrame[Investment],
    task_owner: dy.LazyFrame[TaskOwner],
    remembered_baseline_header: dy.LazyFrame[RememberedBaselineHeader],
    *,
    instance_time_zone: str,
) -> dy.LazyFrame[PlatformBaseline]:
    """Headers that are not remembered yet, with their work item: what is remembered is never read again.

    The work item is the owner of the header's task, else that of what its investment funds, else the task as it is: it
    was there when the baseline was made. A header without any of these is of no work item, and left out.
    """
    headers = platform_headers(sn_invst_pln_invst_investment_baseline_header, dmn_demand_baseline_header)
    owned = with_work_item(headers, sn_invst_pln_investment, task_owner)
    day = pl.col("created_on").dt.replace_time_zone("UTC").dt.convert_time_zone(instance_time_zone).dt.date()
    new = owned.filter(pl.col("work_item").is_not_null()).select(
        "name", "work_item", baseline="sys_id", created_on=day, kind=pl.lit(PLATFORM)
    )
    unread = new.join(remembered_baseline_header, on="baseline", how="anti")
    return PlatformBaseline.cast(unread.select(PlatformBaseline.column_names()))


def platform_headers(investment_header: pl.LazyFrame, demand_header: pl.LazyFrame) -> pl.LazyFrame:
    """The headers of both tables; of a key that is in both, that of the investment."""
    of_investments = investment_header.with_columns(source_table=pl.lit(INVESTMENT_HEADER))
    of_demands = demand_header.with_columns(source_table=pl.lit(DEMAND_HEADER))
    return pl.concat([of_investments, of_demands.join(investment_header, on="sys_id", how="anti")])


def with_work_item(
    headers: pl.LazyFrame, sn_invst_pln_investment: pl.LazyFrame, task_owner: pl.LazyFrame
) -> pl.LazyFrame:
    """Headers with the work item that they are of; null where they name none."""
    funded = sn_invst_pln_investment.select("funding_entity_id", investment="sys_id")
    owner = task_owner.select("task", owner="work_item")
    joined = (
        headers.join(owner, on="task", how="left")
        .join(funded, on="investment", how="left")
        .join(owner.rename({"task": "funding_entity_id", "owner": "funded"}), on="funding_entity_id", how="left")
    )
    return joined.with_columns(work_item=pl.coalesce("owner", "funded", "task"))
