"""Figures of several work items added up: with everything below, per program, per portfolio."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.figures import AvailableStream, PortfolioFigures, ProgramFigures, WorkItem, WorkItemRollup
from models.work_item import Portfolio, Program, ProjectAncestor
from transforms.available_stream import known
from transforms.figure import BUDGETS, NEEDED_STREAMS, SUMMED, total, with_derived_figures


def work_item_rollup(
    work_item: dy.LazyFrame[WorkItem], project_ancestor: dy.LazyFrame[ProjectAncestor], *, planned_return_sign: str
) -> dy.LazyFrame[WorkItemRollup]:
    """Each work item's own figures plus those of all projects below it; a demand's are its own."""
    above = pl.coalesce("ancestor", "work_item")
    own = work_item.join(project_ancestor, on="work_item", how="left").with_columns(ancestor=above)
    sums = own.group_by(work_item="ancestor").agg(map(total, SUMMED))
    rolled_up = work_item.drop(SUMMED).join(sums, on="work_item")
    return WorkItemRollup.cast(with_derived_figures(rolled_up, planned_return_sign=planned_return_sign))


def program(
    pm_program: dy.LazyFrame[Program],
    work_item: dy.LazyFrame[WorkItem],
    available_stream: dy.LazyFrame[AvailableStream],
    *,
    planned_return_sign: str,
) -> dy.LazyFrame[ProgramFigures]:
    """Own figures of the work items of each program, each counted once; 0 for a program without any."""
    groups = pm_program.select("number", "name", program="sys_id")
    frame = _members_added_up(groups, work_item, "program", available_stream)
    return ProgramFigures.cast(with_derived_figures(frame, planned_return_sign=planned_return_sign))


def portfolio(
    pm_portfolio: dy.LazyFrame[Portfolio],
    work_item: dy.LazyFrame[WorkItem],
    available_stream: dy.LazyFrame[AvailableStream],
    *,
    planned_return_sign: str,
) -> dy.LazyFrame[PortfolioFigures]:
    """Own figures of the work items of each portfolio, each counted once; 0 for a portfolio without any."""
    groups = pm_portfolio.select("number", "name", portfolio="sys_id")
    frame = _members_added_up(groups, work_item, "portfolio", available_stream)
    return PortfolioFigures.cast(with_derived_figures(frame, planned_return_sign=planned_return_sign))


def _members_added_up(
    groups: pl.LazyFrame, work_item: pl.LazyFrame, group: str, available_stream: pl.LazyFrame
) -> pl.LazyFrame:
    sums = work_item.group_by(group).agg(*map(total, SUMMED), work_item_count=pl.len())
    joined = groups.join(sums, on=group, how="left").join(available_stream, how="cross")
    return joined.with_columns(*_zero_without_members(), pl.col("work_item_count").fill_null(0))


def _zero_without_members() -> list[pl.Expr]:
    """Sums of nothing are 0 where the stream is available."""
    nobody = pl.col("work_item_count").is_null()
    any_budget = pl.any_horizontal("has_budget_v1", "has_budget_v2")
    zeros = [known(figure, *streams) for figure, streams in NEEDED_STREAMS.items()]
    zeros += [known(figure, any_budget) for figure in BUDGETS]
    return [pl.when(nobody).then(zero).otherwise(pl.col(zero.meta.output_name())) for zero in zeros]
