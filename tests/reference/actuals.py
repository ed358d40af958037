"""Stream 3: actual cost. The funnel of expense lines, and the requirement rows that counted lines go to."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .admission import Admitted
from .classification import Classification
from .currency import Converted, Exchange
from .fiscal_calendar import Calendar
from .ledger import Fact, Origin, plus
from .ownership import Ownership
from .planned import plan_owners, requirement_rows
from .rows import Row
from .settings import Settings


@dataclass(frozen=True)
class Outcome:
    """What became of one expense line. Work item and period are given whenever they are known."""

    line: Row
    outcome: str
    work_item: str | None
    fiscal_period: str | None
    on_demand: bool
    converted: Converted

    @property
    def amount(self) -> Decimal | None:
        """What the line counts as; None without an exchange rate."""
        return self.converted.amount


def expense_funnel(
    admitted: Admitted, ownership: Ownership, calendar: Calendar, exchange: Exchange, settings: Settings
) -> list[Outcome]:
    """Exactly one outcome per admitted line, the first that applies."""
    lines = set(admitted.by_key("fm_expense_line"))
    outcomes = []
    for line in admitted.rows("fm_expense_line"):
        task = line.text("task") or line.text("source_id")
        owner, period = ownership.owner(task), calendar.holding(line.day("date"))
        on_demand = task in ownership.demands
        outcome = _outcome(
            not_processed=line.word("state").strip().lower() != "processed",
            no_work_item=owner is None,
            top_task_copy=line.text("base_expense") in lines - {line.sys_id},
            demand_direct=on_demand and settings.demand_direct_actuals == "exclude",
            no_fiscal_period=period is None,
        )
        day = exchange.line_day(line.day("date"), (period.start, period.end) if period else None)
        currencies = line.text("currency"), ownership.currency(owner)
        converted = exchange.convert(line.amount("amount"), day, *currencies)
        outcomes.append(Outcome(line, outcome, owner, period.sys_id if period else None, on_demand, converted))
    return outcomes


def _outcome(**reasons: bool) -> str:
    """The first reason that holds, else the line counts."""
    return next((reason for reason, holds in reasons.items() if holds), "counted")


def demand_direct_actual(funnel: Sequence[Outcome], work_item: str) -> Decimal | None:
    """Processed lines directly on the demand, copies apart, whatever their date and whatever the setting."""
    aside = {"not_processed", "no_work_item", "top_task_copy"}
    return plus(
        *(
            line.amount
            for line in funnel
            if line.on_demand and line.work_item == work_item and line.outcome not in aside
        )
    )


def actual_cost(funnel: Sequence[Outcome], classification: Classification) -> list[Fact]:
    """Counted lines in the base period that holds their date."""
    return [
        Fact(
            "actual_cost",
            line.work_item,
            line.fiscal_period,
            line.amount,
            classification.expense_type(line.line),
            classification.resource_type(line.line),
            Origin(
                "fm_expense_line",
                line.line.sys_id,
                line.line.text("cost_plan"),
                line.converted,
                line.line.day("date"),
            ),
        )
        for line in funnel
        if line.outcome == "counted" and line.fiscal_period is not None
    ]


def received(
    admitted: Admitted, ownership: Ownership, classification: Classification, funnel: Sequence[Outcome]
) -> dict[str, list[Decimal | None]]:
    """What each requirement row received from counted project lines, by the row's key."""
    owners = plan_owners(admitted, ownership, "cost_plan")
    rows = requirement_rows(admitted)
    amounts: dict[str, list[Decimal | None]] = defaultdict(list)
    for line in funnel:
        if line.outcome == "counted" and line.work_item in ownership.projects:
            row = _destination(line, rows, owners, classification)
            if row is not None:
                amounts[row.sys_id].append(line.amount)
    return amounts


def _destination(
    line: Outcome, rows: Sequence[Row], owners: dict[str, str | None], classification: Classification
) -> Row | None:
    """The one requirement row a counted project line goes to.

    A line that names a plan of its own work item: that plan's only row of the period, or none. Any other: the only row
    of its resource type, else the only row of its expense type, within work item and period.
    """
    period = [row for row in rows if row.text("fiscal_period") == line.fiscal_period]
    plan = line.line.text("cost_plan")
    if plan is not None and owners[plan] == line.work_item:
        return _only(period, lambda row: row.text("cost_plan") == plan)
    same_item = [row for row in period if owners[row.word("cost_plan")] == line.work_item]
    cost_type, expense_type = classification.resource_type(line.line), classification.expense_type(line.line)
    by_cost_type = _only(
        same_item, lambda row: cost_type is not None and classification.resource_type(row) == cost_type
    )
    return by_cost_type or _only(same_item, lambda row: classification.expense_type(row) == expense_type)


def _only(rows: Sequence[Row], fits: Callable[[Row], bool]) -> Row | None:
    """The row that fits, if exactly one does."""
    fitting = [row for row in rows if fits(row)]
    return fitting[0] if len(fitting) == 1 else None
