"""The settings of a run that change a figure, with the contract's defaults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """One choice per question the specification leaves open.

    `alias_file` is carried for completeness: the reference knows no aliases.
    """

    instance_time_zone: str = "UTC"
    functional_currency: str | None = None
    demand_direct_actuals: str = "exclude"
    budget_without_migration_record: str = "v1"
    planned_return_sign: str = "cost_minus_benefit"
    npv_first_year: str = "first_planned"
    missing_discount_rate: str = "zero"
    missing_exchange_rate: str = "null"
    plan_rate_date: str = "period_start"
    actual_rate_date: str = "line_date"
    approved_states: Mapping[str, Sequence[str]] = field(default_factory=dict)
    alias_file: str | None = None
