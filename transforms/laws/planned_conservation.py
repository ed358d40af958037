"""Laws about plans: requirement rows and benefit rows are all in a work item, or on a plan that nobody owns."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import PlannedConservation
from models.benefit import BenefitPlanBreakdown, BenefitPlanFigures, BenefitRow
from models.cost import CostPlanBreakdown, CostPlanFigures, PlannedCost, Requirement
from models.figures import WorkItem
from models.vocabulary import REQUIREMENT, UNCLASSIFIED
from transforms.laws.conservation import amount, law

OWNERLESS = pl.col("work_item").is_null()


def planned_conservation(
    cost_plan_breakdown: dy.LazyFrame[CostPlanBreakdown],
    requirement: dy.LazyFrame[Requirement],
    planned_cost: dy.LazyFrame[PlannedCost],
    cost_plan: dy.LazyFrame[CostPlanFigures],
    benefit_plan_breakdown: dy.LazyFrame[BenefitPlanBreakdown],
    benefit_row: dy.LazyFrame[BenefitRow],
    benefit_plan: dy.LazyFrame[BenefitPlanFigures],
    work_item: dy.LazyFrame[WorkItem],
) -> dy.LazyFrame[PlannedConservation]:
    """Streams 1, 2 and 5 from their rows to plans and work items."""
    rows = amount(cost_plan_breakdown.filter(pl.col("breakdown_type") == REQUIREMENT), "value")
    unowned = amount(requirement.filter(OWNERLESS), "planned_cost")
    unclassified = amount(planned_cost.filter(pl.col("expense_type") == UNCLASSIFIED), "planned_cost")
    classified = amount(work_item, pl.col("planned_capital") + pl.col("planned_operating"))
    cost = amount(work_item, "estimated_cost")
    laws = [
        law("planned cost: requirement rows = work items + plans without owner", rows, cost, unowned),
        law("planned cost: requirement rows = cost plans", rows, amount(cost_plan, "total_planned_cost")),
        law("planned cost: total = capital + operating + unclassified", cost, classified, unclassified),
        *_benefit_laws(benefit_plan_breakdown, benefit_row, benefit_plan, work_item),
    ]
    return PlannedConservation.cast(pl.concat(laws))


def _benefit_laws(
    benefit_plan_breakdown: pl.LazyFrame, benefit_row: pl.LazyFrame, benefit_plan: pl.LazyFrame, work_item: pl.LazyFrame
) -> list[pl.LazyFrame]:
    streams = {
        "planned benefit": ("value", "planned_benefit", "total_planned_benefit", "estimated_benefit"),
        "actual benefit": ("actual_benefit", "actual_benefit", "total_actual_benefit", "actual_benefit"),
    }
    laws = []
    for stream, (entered, of_row, of_plan, figure) in streams.items():
        rows = amount(benefit_plan_breakdown, entered)
        unowned = amount(benefit_row.filter(OWNERLESS), of_row)
        items = amount(work_item, figure)
        laws.append(law(f"{stream}: rows = work items + plans without owner", rows, items, unowned))
        laws.append(law(f"{stream}: rows = benefit plans", rows, amount(benefit_plan, of_plan)))
    return laws
