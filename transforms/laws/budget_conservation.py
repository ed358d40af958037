"""Laws about budgets: every amount is shared out in full, belongs to the other version, or stands on no work item."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import BudgetConservation
from models.budget import BudgetRow, BudgetSelection, BudgetShare, InvestmentBudget, ProjectFunding
from models.figures import WorkItem
from models.vocabulary import V1, V2
from transforms.laws.conservation import amount, law, with_known


def budget_conservation(
    project_funding: dy.LazyFrame[ProjectFunding],
    sn_invst_pln_invst_budget: dy.LazyFrame[InvestmentBudget],
    budget_row: dy.LazyFrame[BudgetRow],
    budget_selection: dy.LazyFrame[BudgetSelection],
    budget_share: dy.LazyFrame[BudgetShare],
    work_item: dy.LazyFrame[WorkItem],
) -> dy.LazyFrame[BudgetConservation]:
    """Stream 4 from both tables, through the choice of a version and the split, to work items."""
    version = pl.col("version")
    split = pl.sum_horizontal("capex_budget", "opex_budget")
    unsplit = pl.all_horizontal(pl.col("capex_budget", "opex_budget").is_null())
    entered_v1 = amount(project_funding, pl.when(unsplit).then("total_budget").otherwise(split))
    chosen = budget_selection.select("work_item", "version")
    owned = budget_row.filter(pl.col("work_item").is_not_null())
    other_version = amount(owned.join(chosen, on=["work_item", "version"], how="anti"), "amount")
    unowned = amount(budget_row.filter(pl.col("work_item").is_null()), "amount")
    shared = amount(budget_share, "budget_cost")
    laws = [
        law(
            "budget: project_funding = v1 amounts",
            entered_v1,
            amount(budget_row.filter(version == V1), "entered_amount"),
        ),
        law(
            "budget: sn_invst_pln_invst_budget = v2 amounts",
            amount(sn_invst_pln_invst_budget, "amount"),
            amount(budget_row.filter(version == V2), "entered_amount"),
        ),
        law(
            "budget: amounts = shares + other version + no work item",
            amount(budget_row, "amount"),
            shared,
            other_version,
            unowned,
        ),
        law(
            "budget: shares = work items",
            amount(with_known(budget_share, work_item, "work_item", "budget_cost"), "budget_cost"),
            amount(work_item, "budget_cost"),
        ),
    ]
    return BudgetConservation.cast(pl.concat(laws))
