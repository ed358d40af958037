"""Findings about the calendar, and about chains of parents."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import StructureFinding
from models.fiscal_calendar import BasePeriod
from models.work_item import ProjectCycle, TaskOwner
from transforms.findings.finding import found
from transforms.sentence import sentence


def structure_finding(
    base_period: dy.LazyFrame[BasePeriod],
    task_owner: dy.LazyFrame[TaskOwner],
    project_cycle: dy.LazyFrame[ProjectCycle],
) -> dy.LazyFrame[StructureFinding]:
    """No base periods, base periods without a quarter, tasks and projects whose parents run in a circle."""
    parts = [no_base_periods(base_period), no_fiscal_quarter(base_period), task_cycle(task_owner)]
    return StructureFinding.cast(pl.concat([*parts, _project_cycle(project_cycle)]))


def no_base_periods(base_period: pl.LazyFrame) -> pl.LazyFrame:
    """The calendar holds no month and no period, so that no money has a place in it."""
    empty = base_period.select(periods=pl.len()).filter(pl.col("periods") == 0)
    message = pl.lit("The fiscal calendar has no month or period: no row of a plan, budget or line can count.")
    return found(empty, "no_base_periods", message, source_table="fiscal_period")


def no_fiscal_quarter(base_period: pl.LazyFrame) -> pl.LazyFrame:
    """A base period lies in no quarter, so that the quarterly forecast lacks it."""
    outside = base_period.filter(pl.col("fiscal_quarter").is_null())
    message = sentence("{} lies in no fiscal quarter: quarterly forecasts leave it out.", "fiscal_period_name")
    return found(outside, "no_fiscal_quarter", message, source_table="fiscal_period", sys_id="fiscal_period")


def task_cycle(task_owner: pl.LazyFrame) -> pl.LazyFrame:
    """A task's parents run in a circle, so that it has no owner."""
    message = sentence("The parents of task {} run in a circle: money on it belongs to no work item.", "task")
    return found(task_owner.filter("in_cycle"), "task_cycle", message, source_table=pl.col("task_table"), sys_id="task")


def _project_cycle(project_cycle: pl.LazyFrame) -> pl.LazyFrame:
    message = sentence("The parents of project {} run in a circle: its rolled-up figures are its own.", "work_item")
    return found(
        project_cycle, "project_cycle", message, source_table="pm_project", sys_id="work_item", work_item="work_item"
    )
