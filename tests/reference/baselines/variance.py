"""How today differs from baselines: by period, in total, by program and portfolio, and one baseline from another."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations

from tests.reference.figures import Books, Record
from tests.reference.ledger import minus, plus

from .memory import Baseline
from .side import FIGURES, Money, Side, now, then

COMPARED = tuple(figure for figure in FIGURES if figure != "actual_cost")


def _beside(figure: str, before: Money, today: Money) -> Record:
    return {f"{figure}_baseline": before, f"{figure}_current": today, f"{figure}_variance": minus(today, before)}


def _compared(before: Side, today: Side, period: str | None = None) -> Record:
    """Every figure of a baseline beside that of today."""
    record: Record = {}
    for figure in COMPARED:
        record |= _beside(figure, before.figure(figure, period), today.figure(figure, period))
    spent = today.figure("actual_cost", period)
    return {
        **record,
        "actual_cost_baseline": before.figure("actual_cost", period),
        "actual_cost_current": spent,
        "actual_vs_baseline": minus(spent, before.figure("planned_cost", period)),
    }


def period_table(books: Books, baselines: Sequence[Baseline]) -> list[Record]:
    """`mart.baseline_variance_period`: a row wherever a baseline or today has one."""
    return [record for baseline in baselines for record in _periods(books, baseline)]


def _periods(books: Books, baseline: Baseline) -> Iterable[Record]:
    before, today = then(books, baseline), now(books, baseline.work_item)
    calendar = {period.sys_id: period.end for period in books.calendar.base}
    for period in sorted({row.fiscal_period for row in (*before.rows, *today.rows)}):
        end_then, end_now = before.end(period), calendar.get(period)
        end_then, end_now = end_then or end_now, end_now or end_then
        assert end_then is not None
        assert end_now is not None
        forecast = (
            before.forecast(period, closed=end_then < before.day),
            today.forecast(period, closed=end_now < today.day),
        )
        yield {
            "baseline": baseline.key,
            "work_item": baseline.work_item,
            "fiscal_period": period,
            **_compared(before, today, period),
            **_beside("forecast_cost", *forecast),
        }


def variance_table(books: Books, baselines: Sequence[Baseline]) -> list[Record]:
    """`mart.baseline_variance`: each baseline beside today, in total."""
    records: list[Record] = []
    for baseline in baselines:
        before, today = then(books, baseline), now(books, baseline.work_item)
        item = books.ownership.work_items.get(baseline.work_item)
        records.append(
            {
                "baseline": baseline.key,
                "name": baseline.name,
                "work_item": baseline.work_item,
                "created_on": baseline.day,
                "kind": baseline.kind,
                "program": item.text("primary_program") if item else None,
                "portfolio": item.text("primary_portfolio") if item else None,
                **_compared(before, today),
                **_beside("estimate_at_completion", before.estimate_at_completion(), today.estimate_at_completion()),
            }
        )
    return records


def group_variance_table(variances: Sequence[Record], group: str) -> list[Record]:
    """Baselines of one name, of the work items that a program or portfolio counts today, added up."""
    members: dict[tuple[object, object], list[Record]] = defaultdict(list)
    for record in variances:
        if record[group] is not None:
            members[record[group], record["name"]].append(record)
    return [
        {group: key, "name": name, "baseline_count": len(records), **_sums(records)}
        for (key, name), records in members.items()
    ]


def _sums(records: Sequence[Record]) -> Record:
    """Column by column; an unknown part makes the sum unknown."""
    columns = [name for name in records[0] if name.endswith(("_baseline", "_current", "_variance"))]
    return {column: plus(*map(_money, (record[column] for record in records))) for column in columns}


def _money(value: object) -> Money:
    return value if isinstance(value, Decimal) else None


def pair_table(books: Books, baselines: Sequence[Baseline]) -> list[Record]:
    """`mart.baseline_pair_variance`: any two baselines of a work item, later less earlier, by day and key."""
    ordered = sorted(baselines, key=lambda baseline: (baseline.day, baseline.key))
    pairs = [(one, two) for one, two in combinations(ordered, 2) if one.work_item == two.work_item]
    return [
        {
            "baseline": one.key,
            "later_baseline": two.key,
            "work_item": one.work_item,
            **{
                f"{name}_variance": minus(then(books, two).figure(name), then(books, one).figure(name))
                for name in FIGURES
            },
            "estimate_at_completion_variance": minus(
                then(books, two).estimate_at_completion(), then(books, one).estimate_at_completion()
            ),
        }
        for one, two in pairs
    ]
