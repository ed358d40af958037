"""Laws about figures that show the same money in different ways: by period, rolled up, by dimension."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import FigureConservation
from models.cost import TaskRow
from models.figures import Forecast, WorkItem, WorkItemPeriod, WorkItemRollup
from models.vocabulary import PROJECT_TABLE, YEAR
from models.work_item import ProjectAncestor
from transforms.figure import SUMMED
from transforms.laws.conservation import amount, law, with_known

BY_PERIOD = {
    "planned_cost": "estimated_cost",
    "planned_benefit": "estimated_benefit",
    "actual_cost": "actual_cost",
    "actual_benefit": "actual_benefit",
    "budget_cost": "budget_cost",
}


def figure_conservation(
    work_item: dy.LazyFrame[WorkItem],
    work_item_period: dy.LazyFrame[WorkItemPeriod],
    forecast: dy.LazyFrame[Forecast],
    task_row: dy.LazyFrame[TaskRow],
    work_item_rollup: dy.LazyFrame[WorkItemRollup],
    project_ancestor: dy.LazyFrame[ProjectAncestor],
) -> dy.LazyFrame[FigureConservation]:
    """Periods, forecast years, task rows and rollups against work items."""
    forecast_years = forecast.filter(pl.col("duration") == YEAR)
    estimated = work_item.filter(pl.col("estimate_at_completion").is_not_null())
    laws = [
        *(
            law(
                f"{figure}: work items = base periods",
                amount(work_item, figure),
                amount(with_known(work_item_period, work_item, "work_item", figure), part),
            )
            for part, figure in BY_PERIOD.items()
        ),
        law(
            "estimate at completion: work items = forecast years",
            amount(estimated, "estimate_at_completion"),
            amount(forecast_years.join(estimated, on="work_item", how="semi"), "forecast_cost"),
        ),
        *_task_row_laws(work_item, task_row),
        *_rollup_laws(work_item, work_item_rollup, project_ancestor),
    ]
    return FigureConservation.cast(pl.concat(laws))


def _task_row_laws(work_item: pl.LazyFrame, task_row: pl.LazyFrame) -> list[pl.LazyFrame]:
    projects = work_item.filter(pl.col("work_item_table") == PROJECT_TABLE)
    return [
        law(
            "estimated_cost: work items = task rows",
            amount(work_item, "estimated_cost"),
            amount(with_known(task_row, work_item, "work_item", "estimated_cost"), "planned_cost"),
        ),
        law(
            "actual_cost: projects = task rows",
            amount(projects, "actual_cost"),
            amount(with_known(task_row, work_item, "work_item", "actual_cost"), "actual_cost"),
        ),
        law(
            "budget_cost: work items = task rows",
            amount(work_item, "budget_cost"),
            amount(with_known(task_row, work_item, "work_item", "budget_cost"), "budget_cost"),
        ),
    ]


def _rollup_laws(
    work_item: pl.LazyFrame, work_item_rollup: pl.LazyFrame, project_ancestor: pl.LazyFrame
) -> list[pl.LazyFrame]:
    """Items with nothing above them hold, rolled up, everything below; what is unknown there is unknown above."""
    below = project_ancestor.filter(pl.col("work_item") != pl.col("ancestor"))
    tops = work_item_rollup.join(below, on="work_item", how="anti")
    in_projects = project_ancestor.select("work_item", top="ancestor")
    members = work_item.join(in_projects, on="work_item", how="left").with_columns(
        pl.col("top").fill_null(pl.col("work_item"))
    )
    return [
        law(
            f"{figure}: work items = rolled-up tops",
            amount(
                members.join(
                    tops.filter(pl.col(figure).is_not_null()), left_on="top", right_on="work_item", how="semi"
                ),
                figure,
            ),
            amount(tops, figure),
        )
        for figure in SUMMED
    ]
