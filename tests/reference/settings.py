"""The settings of a run that change a figure, with the contract's defaults."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """One choice per question the specification leaves open.

    `functional_currency`, `missing_exchange_rate`, `approved_states` and `alias_file` are carried for completeness:
    the reference knows neither currencies, baselines nor aliases.
    """

    instance_time_zone: str = "UTC"
    functional_currency: str | None = None
    demand_direct_actuals: str = "exclude"
    budget_without_migration_record: str = "v1"
    planned_return_sign: str = "cost_minus_benefit"
    npv_first_year: str = "first_planned"
    missing_discount_rate: str = "zero"
    missing_exchange_rate: str = "null"
    approved_states: tuple[str, ...] = ()
    alias_file: str | None = None
