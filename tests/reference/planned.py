"""Streams 1, 2 and 5: planned cost, planned benefit and actual benefit."""

from dataclasses import dataclass
from decimal import Decimal

from .admission import Admitted
from .classification import Classification
from .currency import Converted, Exchange
from .fiscal_calendar import Calendar
from .ledger import ZERO, Fact, Origin
from .ownership import Ownership
from .rows import Row


def requirement_rows(admitted: Admitted) -> list[Row]:
    """The only breakdown rows that are planned cost; task, program and portfolio rows repeat the same money."""
    return [row for row in admitted.rows("cost_plan_breakdown") if row.text("breakdown_type") == "requirement"]


def plan_owners(admitted: Admitted, ownership: Ownership, table: str) -> dict[str, str | None]:
    """The work item of each plan: the owner of the plan's task."""
    return {plan.sys_id: ownership.owner(plan.text("task")) for plan in admitted.rows(table)}


@dataclass(frozen=True)
class PlanRates:
    """What it takes to convert amounts of plans: the plan's currency, else the work item's, and the day."""

    admitted: Admitted
    ownership: Ownership
    calendar: Calendar
    exchange: Exchange

    def convert(self, table: str, plan: str, fiscal_period: str, amount: Decimal) -> Converted:
        """An amount of a plan in a base period."""
        row = self.admitted.by_key(table)[plan]
        period = self.calendar.period(fiscal_period)
        currencies = row.text("currency"), self.ownership.currency(self.ownership.owner(row.text("task")))
        return self.exchange.convert(amount, self.exchange.plan_day(period.start, period.end), *currencies)


def planned_cost(rates: PlanRates, classification: Classification) -> list[Fact]:
    """Requirement rows through their cost plan to the work item."""
    owners = plan_owners(rates.admitted, rates.ownership, "cost_plan")
    facts = []
    for row in requirement_rows(rates.admitted):
        plan, period = row.word("cost_plan"), row.word("fiscal_period")
        converted = rates.convert("cost_plan", plan, period, row.amount("value"))
        kinds = classification.expense_type(row), classification.resource_type(row)
        origin = Origin("cost_plan_breakdown", row.sys_id, plan, converted)
        facts.append(Fact("planned_cost", owners[plan], period, converted.amount, *kinds, origin))
    return facts


def benefits(rates: PlanRates) -> list[Fact]:
    """Every benefit row is planned benefit and, realised or not yet, actual benefit."""
    owners = plan_owners(rates.admitted, rates.ownership, "benefit_plan")
    facts = []
    for row in rates.admitted.rows("benefit_plan_breakdown"):
        plan, period = row.word("benefit_plan"), row.word("fiscal_period")
        for stream, amount in (
            ("planned_benefit", row.amount("value")),
            ("actual_benefit", row.money("actual_benefit") or ZERO),
        ):
            converted = rates.convert("benefit_plan", plan, period, amount)
            origin = Origin("benefit_plan_breakdown", row.sys_id, plan, converted)
            facts.append(Fact(stream, owners[plan], period, converted.amount, origin=origin))
    return facts
