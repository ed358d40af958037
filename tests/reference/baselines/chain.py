"""Night after night: what each publishes of baselines, and what it leaves to the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.reference.engine import open_books
from tests.reference.figures import Books, Record
from tests.reference.worlds import World

from .approval import states, taken
from .bridge import bridge_table, comparisons, group_bridge_table
from .kept_rows import rows_of
from .memory import Baseline, Kept, Memory, Night
from .platform import first_seen
from .variance import group_variance_table, pair_table, period_table, variance_table

Published = dict[str, list[Record]]


@dataclass(frozen=True)
class _Tonight:
    published: Published
    memory: Memory


def nights_of(worlds: Sequence[World]) -> list[Published]:
    """The tables of section 7 of each night, each after the one before."""
    memory = Memory()
    published = []
    for world in worlds:
        books = open_books(world.tables, as_of=world.as_of, settings=world.settings)
        tonight = _night(books, memory)
        memory = tonight.memory
        published.append(tonight.published)
    return published


def _night(books: Books, memory: Memory) -> _Tonight:
    baselines = (*memory.baselines, *taken(books, memory), *first_seen(books, memory))
    variances = variance_table(books, baselines)
    bridge = bridge_table(books, comparisons(books, baselines, memory))
    published = {
        **_kept_tables(baselines),
        "mart.baseline_variance_period": period_table(books, baselines),
        "mart.baseline_variance": variances,
        "mart.program_baseline_variance": group_variance_table(variances, "program"),
        "mart.portfolio_baseline_variance": group_variance_table(variances, "portfolio"),
        "mart.baseline_pair_variance": pair_table(books, baselines),
        "mart.variance_bridge": bridge,
        "mart.program_variance_bridge": group_bridge_table(bridge, "program"),
        "mart.portfolio_variance_bridge": group_bridge_table(bridge, "portfolio"),
    }
    return _Tonight(published, _remembered(books, memory, baselines))


def _remembered(books: Books, memory: Memory, baselines: tuple[Baseline, ...]) -> Memory:
    items = books.ownership.work_items
    night = Night(
        books.as_of,
        books.exchange.functional,
        {item: books.own_money(item)["estimate_at_completion"] for item in items},
        {item: tuple(rows_of(books, item, "planned_cost", "actual_cost")) for item in items},
        {item: (row.text("primary_program"), row.text("primary_portfolio")) for item, row in items.items()},
    )
    return Memory(baselines, states(books, memory), {**memory.nights, books.as_of: night})


def _kept_tables(baselines: Sequence[Baseline]) -> Published:
    kept = {
        "baseline.cost_plan_breakdown": _cost,
        "baseline.benefit_plan_breakdown": _benefit,
        "baseline.budget": _budget,
        "baseline.actual_cost": _actual,
    }
    streams = {
        "baseline.cost_plan_breakdown": "planned_cost",
        "baseline.benefit_plan_breakdown": "planned_benefit",
        "baseline.budget": "budget_cost",
        "baseline.actual_cost": "actual_cost",
    }
    tables: Published = {"baseline.header": [_header(baseline) for baseline in baselines]}
    for table, record in kept.items():
        tables[table] = [
            {"baseline": one.key, "fiscal_period": row.fiscal_period, "end_date": row.end, **record(one, row)}
            for one in baselines
            for row in one.rows
            if row.stream == streams[table]
        ]
    return tables


def _header(baseline: Baseline) -> Record:
    return {
        "baseline": baseline.key,
        "name": baseline.name,
        "work_item": baseline.work_item,
        "created_on": baseline.day,
        "kind": baseline.kind,
        **{
            f"has_{name}": stream in baseline.known
            for name, stream in (
                ("planned_cost", "planned_cost"),
                ("planned_benefit", "planned_benefit"),
                ("actual_cost", "actual_cost"),
                ("budget", "budget_cost"),
            )
        },
        "currency": baseline.currency,
    }


def _entered(baseline: Baseline, row: Kept) -> Record:
    """What was entered. Where no functional currency was named, nothing is said of the one it was entered in."""
    converted = row.converted
    return {
        "entered_amount": converted.entered,
        **({} if baseline.currency is None else {"currency": converted.currency}),
        "rate_date": converted.rate_date,
        "exchange_rate": converted.rate,
    }


def _cost(baseline: Baseline, row: Kept) -> Record:
    return {
        "cost_plan_breakdown": row.sys_id,
        "cost_plan": row.plan,
        "expense_type": row.expense_type,
        "resource_type": row.resource_type,
        "planned_cost": row.amount,
        **_entered(baseline, row),
    }


def _benefit(baseline: Baseline, row: Kept) -> Record:
    of_row = ("actual_benefit", row.sys_id)
    realised = next((other.amount for other in baseline.rows if (other.stream, other.sys_id) == of_row), None)
    return {
        "benefit_plan_breakdown": row.sys_id,
        "benefit_plan": row.plan,
        "planned_benefit": row.amount,
        "actual_benefit": realised,
        **_entered(baseline, row),
    }


def _budget(baseline: Baseline, row: Kept) -> Record:
    return {
        "source_table": row.source_table,
        "sys_id": row.sys_id,
        "expense_type": row.expense_type,
        "resource_type": row.resource_type,
        "budget_cost": row.amount,
        **_entered(baseline, row),
    }


def _actual(baseline: Baseline, row: Kept) -> Record:
    return {
        "expense_type": row.expense_type,
        "actual_cost": row.amount,
        **_entered(baseline, row),
        "currency": row.converted.currency or "",
    }
