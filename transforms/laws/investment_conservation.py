"""Laws about investments and planning items: each shows, once, what the side holds that it says it has it from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from models.audit import InvestmentConservation
from models.benefit import BenefitPlan, BenefitRow
from models.cost import BreakdownFigures, CostPlan, Requirement
from models.figures import WorkItem
from models.investment import EXECUTION, STORED, Investment, InvestmentFigures
from models.planning_item import ON, IntegrationSetup, PlanningItem, PlanningItemFigures
from transforms.figure import total
from transforms.investment import FIGURES, execution_figures, stored_figures
from transforms.laws.conservation import MONEY, compared, law, number
from transforms.planning_item_figures import BENEFITS, GROUPS, PLANNED_COSTS, cost_rows

ALONE: Final = pl.col("work_item").is_null()


def investment_conservation(
    sn_invst_pln_investment: dy.LazyFrame[Investment],
    investment: dy.LazyFrame[InvestmentFigures],
    sn_align_core_planning_item: dy.LazyFrame[PlanningItem],
    sn_align_cmn_int_integrations_setup: dy.LazyFrame[IntegrationSetup],
    planning_item: dy.LazyFrame[PlanningItemFigures],
    work_item: dy.LazyFrame[WorkItem],
    cost_plan: dy.LazyFrame[CostPlan],
    requirement: dy.LazyFrame[Requirement],
    benefit_plan: dy.LazyFrame[BenefitPlan],
    benefit_row: dy.LazyFrame[BenefitRow],
    cost_plan_breakdown: dy.LazyFrame[BreakdownFigures],
) -> dy.LazyFrame[InvestmentConservation]:
    """Rows as exported = rows shown; figures of work items, of plans beside them and as stored = figures shown."""
    rows_on_cost_plans = _rows_on(cost_plan, cost_rows(requirement))
    rows_on_benefit_plans = _rows_on(benefit_plan, benefit_row.rename({"benefit_plan": "plan"}))
    laws = [
        law("investments: exported = shown", number(sn_invst_pln_investment), number(investment)),
        law("planning items: exported = shown", number(sn_align_core_planning_item), number(planning_item)),
        *_investment_laws(sn_invst_pln_investment, investment, work_item),
        *_side_laws(planning_item, work_item, sn_invst_pln_investment),
        _plans_beside_work_items(planning_item, rows_on_cost_plans, PLANNED_COSTS, "planned_cost_source"),
        _plans_beside_work_items(planning_item, rows_on_benefit_plans, BENEFITS, "benefit_source"),
        *_integration_laws(sn_align_core_planning_item, sn_align_cmn_int_integrations_setup, planning_item),
        *_breakdown_laws(cost_plan_breakdown, planning_item),
    ]
    return InvestmentConservation.cast(pl.concat(laws))


def _per_figure(name: str, expected: pl.LazyFrame, found: pl.LazyFrame, figures: Sequence[str]) -> pl.LazyFrame:
    """One law for each figure: its sums on both sides are equal."""
    expected_sums, found_sums = (
        rows.select(pl.col(figures).sum()).unpivot(variable_name="figure", value_name=side)
        for side, rows in (("expected", expected), ("found", found))
    )
    before, after = name.split("{figure}")
    law_name = pl.concat_str(pl.lit(before), "figure", pl.lit(after))
    return compared(expected_sums.join(found_sums, on="figure"), law_name)


def _known(rows: pl.LazyFrame) -> pl.LazyFrame:
    """How many figures are known: no sum can tell unknown from 0."""
    known = pl.sum_horizontal(pl.col(figure).is_not_null() for figure in FIGURES)
    return rows.select(amount=known.sum().cast(MONEY))


def _investment_laws(
    sn_invst_pln_investment: pl.LazyFrame, investment: pl.LazyFrame, work_item: pl.LazyFrame
) -> list[pl.LazyFrame]:
    """Those with a work item show its own figures, all others what is stored in them."""
    exported = stored_figures(sn_invst_pln_investment)
    own = exported.select("investment", task="funding_entity_id").join(execution_figures(work_item), on="task")
    stored = exported.join(own, on="investment", how="anti")
    shown_own, shown_stored = (investment.filter(figures_source=side) for side in (EXECUTION, STORED))
    return [
        _per_figure("investments: {figure} of work items = shown", own, shown_own, FIGURES),
        _per_figure("investments: {figure} as stored = shown", stored, shown_stored, FIGURES),
        law("investments: known figures of work items = shown", _known(own), _known(shown_own)),
        law("investments: known figures as stored = shown", _known(stored), _known(shown_stored)),
    ]


def _side_laws(
    planning_item: pl.LazyFrame, work_item: pl.LazyFrame, sn_invst_pln_investment: pl.LazyFrame
) -> list[pl.LazyFrame]:
    """Each group of figures is the work item's or the investment's, as its source says."""
    own, stored = execution_figures(work_item), stored_figures(sn_invst_pln_investment)
    sides = (
        planning_item.drop(FIGURES)
        .join(own, on="work_item", how="left")
        .join(stored, on="investment", how="left", suffix="_stored")
    )
    parts = [(figure, pl.col(source) == EXECUTION) for source, figures in GROUPS.items() for figure in figures]
    held = sides.select(
        pl.when(executed).then(name).otherwise(f"{name}_stored").alias(name) for name, executed in parts
    )
    shown = planning_item.select(pl.when(~(executed & ALONE)).then(name).alias(name) for name, executed in parts)
    return [
        _per_figure("planning items: {figure} of work items and investments = shown", held, shown, FIGURES),
        law("planning items: known figures of work items and investments = shown", _known(held), _known(shown)),
    ]


def _rows_on(plans: pl.LazyFrame, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of plans with what their plan stands on."""
    return rows.join(plans.select("task", plan="sys_id"), on="plan")


def _plans_beside_work_items(
    planning_item: pl.LazyFrame, rows: pl.LazyFrame, figures: Sequence[str], source: str
) -> pl.LazyFrame:
    """Without a work item, figures of execution are those of plans on the planning item and on its investment."""
    alone = planning_item.filter(ALONE)
    places = [alone.select("planning_item", task=place) for place in ("planning_item", "investment")]
    held = pl.concat(places).unique().join(rows, on="task").group_by("planning_item").agg(map(total, figures))
    shown = alone.filter(pl.col(source) == EXECUTION)
    return _per_figure("planning items: {figure} of plans without work item = shown", held, shown, figures)


def _integration_laws(
    sn_align_core_planning_item: pl.LazyFrame, setup: pl.LazyFrame, planning_item: pl.LazyFrame
) -> list[pl.LazyFrame]:
    """On is what an active setup row says, and on means that actual cost and budget are those of execution."""
    active = setup.filter(pl.col("active").fill_null(True)).select(_class_name("planning_item_table"))
    of_active = sn_align_core_planning_item.select(_class_name("sys_class_name")).join(active, on="class", how="semi")
    on = number(planning_item.filter(integration=ON))
    return [
        law("planning items: of classes with an active setup row = integration on", number(of_active), on),
        *(
            law(f"planning items: integration on = {source} execution", on, number(_executed(planning_item, source)))
            for source in ("actual_cost_source", "budget_source")
        ),
    ]


def _class_name(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.to_lowercase().alias("class")


def _executed(planning_item: pl.LazyFrame, source: str) -> pl.LazyFrame:
    return planning_item.filter(pl.col(source) == EXECUTION)


def _breakdown_laws(cost_plan_breakdown: pl.LazyFrame, planning_item: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Breakdown rows are tied to planning items with integration on, and all those of their work items are tied."""
    on = planning_item.filter(integration=ON)
    tied = cost_plan_breakdown.filter(pl.col("planning_item").is_not_null())
    of_work_items = (rows.join(on, on="work_item", how="semi") for rows in (cost_plan_breakdown, tied))
    return [
        law(
            "planning items: tied breakdown rows = tied to one with integration on",
            number(tied),
            number(tied.join(on, on="planning_item", how="semi")),
        ),
        law("planning items: breakdown rows of their work items = tied", *map(number, of_work_items)),
    ]
