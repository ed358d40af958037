"""The choices that the specification leaves open, as one validated object that is stored with every run."""

from __future__ import annotations

import zoneinfo
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from models.vocabulary import WORK_ITEM_TABLES


class Settings(BaseModel):
    """How figures are to be read. Every default is the specification's own reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instance_time_zone: str = Field(
        default="UTC", description="Zone in which moments become days, e.g. `Europe/London`."
    )
    functional_currency: str | None = Field(
        default=None,
        description="Currency of all figures, e.g. `EUR`: others are converted; none = everything is taken as in one.",
    )
    demand_direct_actuals: Literal["exclude", "include"] = Field(
        default="exclude", description="Whether lines on a demand itself count as its actual cost."
    )
    budget_without_migration_record: Literal["v1", "v2_if_only_v2"] = Field(
        default="v1",
        description="Budget of a work item that has not been migrated: v1, or v2 where it has only v2 rows.",
    )
    planned_return_sign: Literal["cost_minus_benefit", "benefit_minus_cost"] = Field(
        default="cost_minus_benefit", description="Sign of planned_return; net_benefit always is benefit less cost."
    )
    npv_first_year: Literal["first_planned", "as_of"] = Field(
        default="first_planned",
        description="Year t = 0: the first planned one, or the one that holds as_of (earlier ones left out).",
    )
    missing_discount_rate: Literal["zero", "null"] = Field(
        default="zero", description="Net present value without a discount rate: at rate 0, or none."
    )
    condition_null: Literal["match", "sql"] = Field(
        default="match",
        description="Whether an empty field meets `!=`, `NOT IN` and `NOT LIKE` in conditions of oversight rules "
        "(`match`), or only `ISEMPTY` and `ANYTHING` (`sql`).",
    )
    missing_exchange_rate: Literal["null", "one"] = Field(
        default="null",
        description="Amount without an exchange rate: unknown, and every figure that needs it, or at 1.",
    )
    plan_rate_date: Literal["period_start", "period_end"] = Field(
        default="period_start",
        description="Day whose exchange rate counts for plans, benefits and budgets: the first or the last one of "
        "their fiscal period.",
    )
    actual_rate_date: Literal["line_date", "period_start", "period_end"] = Field(
        default="line_date",
        description="Day whose exchange rate counts for expense lines: their own, or the first or the last one of the "
        "base period that holds it.",
    )
    approved_states: dict[str, list[str]] = Field(
        default_factory=dict,
        description="Per work item table, the states that count as approved: on reaching one, a baseline is taken.",
    )
    alias_file: Path | None = Field(default=None, description="Further spellings of tables and columns, a TOML file.")

    @field_validator("functional_currency")
    @classmethod
    def _currency_is_named(cls, currency: str | None) -> str | None:
        code = None if currency is None else currency.strip().upper()
        if code == "":
            raise ValueError("is blank: leave it out, or name a currency such as 'EUR'")
        return code

    @field_validator("approved_states")
    @classmethod
    def _tables_exist(cls, states: dict[str, list[str]]) -> dict[str, list[str]]:
        for table in states:
            if table not in WORK_ITEM_TABLES:
                raise ValueError(f"{table!r} is no table of work items; those are {' and '.join(WORK_ITEM_TABLES)}")
        return states

    @field_validator("instance_time_zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        if zone not in _zones():
            raise ValueError(f"{zone!r} is not a time zone name such as 'UTC' or 'Europe/London'")
        return zone


@cache
def _zones() -> set[str]:
    """The names of time zones; to list them takes longer than all else that is checked here."""
    return zoneinfo.available_timezones()


PRESETS: Final = {
    "specification": Settings(),
    "platform": Settings(
        demand_direct_actuals="include",
        planned_return_sign="benefit_minus_cost",
        npv_first_year="as_of",
        condition_null="sql",
    ),
}
"""Settings with a name: the specification's reading, and the platform's own documentation where it says otherwise."""
