"""Stream 5, actual benefit: what the rows of benefit plans have realised."""

from __future__ import annotations

import dataframely as dy

from models.benefit import ActualBenefit
from models.counted_row import CountedRow
from models.stream import ACTUAL_BENEFIT
from transforms.counted_row import of_stream
from transforms.figure import total


def actual_benefit(counted_row: dy.LazyFrame[CountedRow]) -> dy.LazyFrame[ActualBenefit]:
    """Sum of realised amounts per work item and base period; unknown where one of them is."""
    rows = of_stream(counted_row, ACTUAL_BENEFIT)
    return ActualBenefit.cast(rows.group_by("work_item", "fiscal_period").agg(total(ACTUAL_BENEFIT)))
