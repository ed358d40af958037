"""Planning items: what stands behind them, and for which integration with execution is on."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.investment import Investment
from models.planning_item import IntegratedPlanningItem, IntegrationSetup, PlanningItem, PlanningItemLink
from models.work_item import Subject


def planning_item_link(
    sn_align_core_planning_item: dy.LazyFrame[PlanningItem],
    sn_align_cmn_int_integrations_setup: dy.LazyFrame[IntegrationSetup],
    sn_invst_pln_investment: dy.LazyFrame[Investment],
    subject: dy.LazyFrame[Subject],
) -> dy.LazyFrame[PlanningItemLink]:
    """Every planning item with what stands behind it, and whether its class has an active setup row.

    Its work item is its task, else the one its investment funds. Its investment is the one it names, else the one that
    stands for its work item or for itself; of several, the one with the lowest key.
    """
    on = sn_align_cmn_int_integrations_setup.filter(pl.col("active").fill_null(True))
    classes = on.select(class_name=_word("planning_item_table"), is_integrated=True).unique()
    items = (
        sn_align_core_planning_item.with_columns(class_name=_word("sys_class_name"), planning_item="sys_id")
        .join(classes, on="class_name", how="left")
        .join(_funded(sn_invst_pln_investment, subject), on="investment", how="left")
        .with_columns(pl.coalesce("task", "work_item").alias("work_item"), pl.col("is_integrated").fill_null(False))
    )
    found = items.join(_standing(sn_invst_pln_investment, items), on="planning_item", how="left")
    return PlanningItemLink.cast(found.with_columns(pl.coalesce("investment", "found").alias("investment")))


def _standing(sn_invst_pln_investment: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """The lowest of the investments that stand for the work item of each planning item, or for the item itself."""
    lowest = sn_invst_pln_investment.group_by(entity="funding_entity_id").agg(found=pl.col("sys_id").min())
    entities = pl.concat([items.select("planning_item", entity=column) for column in ("work_item", "planning_item")])
    return entities.join(lowest, on="entity").group_by("planning_item").agg(pl.col("found").min())


def _funded(sn_invst_pln_investment: pl.LazyFrame, subject: pl.LazyFrame) -> pl.LazyFrame:
    """Each investment that stands for a work item, with it."""
    investment = sn_invst_pln_investment.select(investment="sys_id", work_item="funding_entity_id")
    return investment.join(subject, on="work_item", how="semi")


def integrated_planning_item(
    planning_item_link: dy.LazyFrame[PlanningItemLink],
) -> dy.LazyFrame[IntegratedPlanningItem]:
    """The planning items whose class has an active setup row, with their work items."""
    return IntegratedPlanningItem.cast(planning_item_link.filter("is_integrated"))


def _word(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.to_lowercase()


def with_planning_item(rows: pl.LazyFrame, integrated_planning_item: pl.LazyFrame) -> pl.LazyFrame:
    """Rows with the planning item they are tied to: their own `planning_item`, else that of their work item.

    Only items for which integration is on count; of several of one work item, the one with the lowest key.
    """
    on = integrated_planning_item.select("planning_item", own="planning_item")
    of_item = (
        integrated_planning_item.drop_nulls("work_item")
        .group_by("work_item")
        .agg(of_item=pl.col("planning_item").min())
    )
    joined = rows.join(on, on="planning_item", how="left").join(of_item, on="work_item", how="left")
    return joined.with_columns(planning_item=pl.coalesce("own", "of_item"))
