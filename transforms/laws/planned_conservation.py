"""Laws about plans: requirement rows and benefit rows are all in a work item, or on a plan that nobody owns."""

from __future__ import annotations

from typing import NamedTuple

import dataframely as dy
import polars as pl

from models.audit import PlannedConservation
from models.benefit import BenefitPlanBreakdown, BenefitPlanFigures, BenefitRow
from models.cost import CostPlanBreakdown, CostPlanFigures, PlannedCost, Requirement
from models.figures import WorkItem
from models.vocabulary import REQUIREMENT, UNCLASSIFIED
from transforms.laws.conservation import amount, law, with_known

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
    exported = amount(cost_plan_breakdown.filter(pl.col("breakdown_type") == REQUIREMENT), "value")
    rows = amount(with_known(requirement, work_item, "work_item", "estimated_cost"), "planned_cost")
    of_plans = amount(with_known(requirement, cost_plan, "cost_plan", "total_planned_cost"), "planned_cost")
    unowned = amount(requirement.filter(OWNERLESS), "planned_cost")
    of_items = with_known(planned_cost, work_item, "work_item", "estimated_cost")
    unclassified = amount(of_items.filter(pl.col("expense_type") == UNCLASSIFIED), "planned_cost")
    known_items = work_item.filter(pl.col("estimated_cost").is_not_null())
    classified = amount(known_items, pl.col("planned_capital") + pl.col("planned_operating"))
    cost = amount(work_item, "estimated_cost")
    laws = [
        law("planned cost: requirement rows as exported = as entered", exported, amount(requirement, "entered_cost")),
        law("planned cost: requirement rows = work items + plans without owner", rows, cost, unowned),
        law("planned cost: requirement rows = cost plans", of_plans, amount(cost_plan, "total_planned_cost")),
        law("planned cost: total = capital + operating + unclassified", cost, classified, unclassified),
        *_benefit_laws(benefit_plan_breakdown, benefit_row, benefit_plan, work_item),
    ]
    return PlannedConservation.cast(pl.concat(laws))


class BenefitStream(NamedTuple):
    """The columns of a stream of benefits, from rows to figures."""

    exported: str
    entered: str
    of_row: str
    of_plan: str
    figure: str


BENEFITS = {
    "planned benefit": BenefitStream(
        "value", "entered_planned", "planned_benefit", "total_planned_benefit", "estimated_benefit"
    ),
    "actual benefit": BenefitStream(
        "actual_benefit", "entered_actual", "actual_benefit", "total_actual_benefit", "actual_benefit"
    ),
}


def _benefit_laws(
    benefit_plan_breakdown: pl.LazyFrame, benefit_row: pl.LazyFrame, benefit_plan: pl.LazyFrame, work_item: pl.LazyFrame
) -> list[pl.LazyFrame]:
    laws = []
    for stream, columns in BENEFITS.items():
        of_items = amount(with_known(benefit_row, work_item, "work_item", columns.figure), columns.of_row)
        of_plans = amount(with_known(benefit_row, benefit_plan, "benefit_plan", columns.of_plan), columns.of_row)
        unowned = amount(benefit_row.filter(OWNERLESS), columns.of_row)
        figures = amount(work_item, columns.figure)
        exported, entered = amount(benefit_plan_breakdown, columns.exported), amount(benefit_row, columns.entered)
        laws += [
            law(f"{stream}: rows as exported = as entered", exported, entered),
            law(f"{stream}: rows = work items + plans without owner", of_items, figures, unowned),
            law(f"{stream}: rows = benefit plans", of_plans, amount(benefit_plan, columns.of_plan)),
        ]
    return laws
