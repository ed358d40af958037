"""Investments: what portfolio planning sees of a work item, and the figures stored there."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.figures import WorkItem
from models.investment import EXECUTION, STORED, Investment, InvestmentFigures, PlanningFigures

FIGURES: Final = tuple(PlanningFigures.column_names())
"""The figures that both sides have."""


def investment(
    sn_invst_pln_investment: dy.LazyFrame[Investment], work_item: dy.LazyFrame[WorkItem]
) -> dy.LazyFrame[InvestmentFigures]:
    """The own figures of the work item that an investment stands for; the figures stored in it when it has none.

    A figure that is unknown for the work item is unknown here too: the stored one does not stand in for it.
    """
    has_work_item = pl.col("work_item").is_not_null()
    frame = (
        stored_figures(sn_invst_pln_investment)
        .join(
            execution_figures(work_item), left_on="funding_entity_id", right_on="task", how="left", suffix="_executed"
        )
        .with_columns(figures_source=pl.when(has_work_item).then(pl.lit(EXECUTION)).otherwise(pl.lit(STORED)))
        .with_columns(
            pl.when(has_work_item).then(f"{figure}_executed").otherwise(figure).alias(figure) for figure in FIGURES
        )
    )
    return InvestmentFigures.cast(frame)


def stored_figures(sn_invst_pln_investment: pl.LazyFrame) -> pl.LazyFrame:
    """Each investment with the figures stored in it, under the names of the planning side."""
    names = {"work_cost": "actual_cost", "capex_work_cost": "actual_capital", "opex_work_cost": "actual_operating"}
    return sn_invst_pln_investment.rename({"sys_id": "investment", **names})


def execution_figures(work_item: pl.LazyFrame) -> pl.LazyFrame:
    """Each work item, also as `task`, with its own figures under the names of the planning side."""
    names = {"estimated_cost": "planned_cost", "estimated_benefit": "planned_benefit"}
    return work_item.rename(names).select("work_item", *FIGURES, task="work_item")
