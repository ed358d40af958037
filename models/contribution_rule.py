"""Which rows each money figure adds up: the one table that totals, laws, the warehouse and `tieout explain` share."""

from __future__ import annotations

from typing import Final, NamedTuple

from models.stream import (
    ACTUAL_BENEFIT,
    ACTUAL_COST,
    BUDGET_COST,
    DIRECT_COST,
    PLANNED_BENEFIT,
    PLANNED_COST,
)
from models.vocabulary import CAPITAL, OPERATING

ALL: Final = "all"
PAST: Final = "past"
OPEN: Final = "open"
PERIODS: Final = (ALL, PAST, OPEN)


class Part(NamedTuple):
    """Rows that a figure adds up: those of a stream, or of an expense type, or of some base periods of it."""

    stream: str
    expense_type: str | None = None
    periods: str = ALL
    sign: int = 1


def less(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The same rows, taken away."""
    return tuple(part._replace(sign=-part.sign) for part in parts)


COST: Final = (Part(PLANNED_COST),)
BENEFIT: Final = (Part(PLANNED_BENEFIT),)
BUDGET: Final = (Part(BUDGET_COST),)
ESTIMATE: Final = (Part(ACTUAL_COST, periods=PAST), Part(PLANNED_COST, periods=OPEN))
LOSS: Final = (*COST, *less(BENEFIT))

PARTS: Final[dict[str, tuple[Part, ...]]] = {
    "estimated_cost": COST,
    "planned_capital": (Part(PLANNED_COST, CAPITAL),),
    "planned_operating": (Part(PLANNED_COST, OPERATING),),
    "estimated_benefit": BENEFIT,
    "actual_cost": (Part(ACTUAL_COST),),
    "actual_capital": (Part(ACTUAL_COST, CAPITAL),),
    "actual_operating": (Part(ACTUAL_COST, OPERATING),),
    "demand_direct_actual": (Part(DIRECT_COST),),
    "budget_cost": BUDGET,
    "budget_capital": (Part(BUDGET_COST, CAPITAL),),
    "budget_operating": (Part(BUDGET_COST, OPERATING),),
    "actual_benefit": (Part(ACTUAL_BENEFIT),),
    "planned_return": LOSS,
    "net_benefit": less(LOSS),
    "estimate_at_completion": ESTIMATE,
    "budget_variance": (*BUDGET, *less(ESTIMATE)),
    "planned_cost": COST,
    "planned_benefit": BENEFIT,
    "forecast_cost": ESTIMATE,
}
"""The parts of each figure, under the specification's sign of planned return."""

SAME_FIGURE: Final = {
    "planned_cost": "estimated_cost",
    "planned_benefit": "estimated_benefit",
    "forecast_cost": "estimate_at_completion",
}
"""What the figures that only base periods have are called over all periods."""


def parts_of(metric: str, *, planned_return_sign: str) -> tuple[Part, ...]:
    """The parts of a figure under the setting that turns planned return round."""
    is_turned = metric == "planned_return" and planned_return_sign == "benefit_minus_cost"
    return less(PARTS[metric]) if is_turned else PARTS[metric]
