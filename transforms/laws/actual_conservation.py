"""Laws about expense lines: each has one outcome, and the counted ones are all in a work item."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import ActualConservation
from models.cost import CostPlanFigures, Requirement
from models.expense import ExpenseFunnel, ExpenseLine, RequirementActual
from models.figures import WorkItem
from models.vocabulary import COUNTED
from transforms.laws.conservation import amount, law, number, with_known


def actual_conservation(
    fm_expense_line: dy.LazyFrame[ExpenseLine],
    expense_funnel: dy.LazyFrame[ExpenseFunnel],
    requirement_actual: dy.LazyFrame[RequirementActual],
    requirement: dy.LazyFrame[Requirement],
    cost_plan: dy.LazyFrame[CostPlanFigures],
    work_item: dy.LazyFrame[WorkItem],
) -> dy.LazyFrame[ActualConservation]:
    """Stream 3 from its lines, through the funnel, to work items and plans."""
    lines = expense_funnel.filter(pl.col("outcome") == COUNTED)
    counted = amount(with_known(lines, work_item, "work_item", "actual_cost"), "amount")
    received = requirement_actual.join(requirement.select("cost_plan_breakdown", "cost_plan"), on="cost_plan_breakdown")
    laws = [
        law("actual cost: lines = funnel", amount(fm_expense_line, "amount"), amount(expense_funnel, "entered_amount")),
        law("actual cost: number of lines = number of outcomes", number(fm_expense_line), number(expense_funnel)),
        law("actual cost: counted lines = work items", counted, amount(work_item, "actual_cost")),
        law(
            "actual cost: received by requirement rows = cost plans",
            amount(with_known(received, cost_plan, "cost_plan", "total_actual_cost"), "actual_cost"),
            amount(cost_plan, "total_actual_cost"),
        ),
    ]
    return ActualConservation.cast(pl.concat(laws))
