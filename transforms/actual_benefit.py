"""Stream 5, actual benefit: what the rows of benefit plans have realised."""

from __future__ import annotations

import dataframely as dy

from models.benefit import ActualBenefit, BenefitRow
from transforms.planned_benefit import per_period


def actual_benefit(benefit_row: dy.LazyFrame[BenefitRow]) -> dy.LazyFrame[ActualBenefit]:
    """Sum of realised amounts per work item and base period; rows without one add 0."""
    return ActualBenefit.cast(per_period(benefit_row, "actual_benefit"))
