"""An explanation for people: one page, the number first, the proof last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from rich.console import Console, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from models.vocabulary import ERROR, INFORMATION, WARNING
from pipelines.explain.page import Explanation, Figure, Found, Group, Row, SetAside, Year, in_words

ROW_COLUMNS: Final = ("", "", "period", "date", "amount", "as entered")
COLOURS: Final = {ERROR: "red", WARNING: "yellow", INFORMATION: "cyan"}


def show(explained: Explanation, console: Console) -> None:
    """Print the page."""
    for part in _parts(explained):
        console.print(part)


def _parts(page: Explanation) -> Iterator[RenderableType]:
    yield from _head(page)
    if page.years:
        yield _years(page.years)
    if page.members:
        yield _groups("Work items", [page.members])
    if page.groups:
        yield _groups("Rows that count", page.groups, page.tie.total if page.tie else None)
    if page.left_out:
        yield from _left_out(page)
    if page.set_aside:
        yield _set_aside(page.set_aside)
    if page.findings:
        yield _findings(page.findings)
    yield _last_line(page)


def _head(page: Explanation) -> Iterator[RenderableType]:
    called = " ".join(part for part in (page.number, page.name) if part) or page.sys_id
    yield Text.assemble("\n", (called, "bold"), (f"  {page.kind} {page.sys_id}", "dim"))
    period = f" in {page.period}" if page.period else ""
    yield Text.assemble((f"{page.metric}{period}  ", "bold"), (in_words(page.figure), "bold green"), "  ", _unit(page))
    yield Text(page.meaning)
    if page.made_of:
        yield Text(f"Adds up: {'; '.join(page.made_of)}.")
    for note in page.notes:
        yield Text(note)
    for why in page.why_unknown:
        yield Text(f"Unknown: {why}", style="yellow")


def _unit(page: Explanation) -> Text:
    unit = page.unit or page.currency or ""
    return Text(f"{unit}{', ' if unit else ''}seen from {page.as_of}", style="dim")


def _grid(title: str, *columns: str, right: Iterable[str] = ()) -> Grid:
    grid = Grid(title=Text(f"\n{title}"), title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        grid.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return grid


def _groups(title: str, groups: list[Group], total: Figure = None) -> Grid:
    grid = _grid(title, *ROW_COLUMNS, right=("amount",))
    for group in groups:
        _add_group(grid, group)
    if len(groups) > 1:
        grid.add_row(Text("Sum", "bold"), "", "", "", Text(in_words(total), "bold"), "")
    return grid


def _add_group(grid: Grid, group: Group) -> None:
    """The group with its number of rows and subtotal, its rows, and what those that are not shown add up to."""
    count = f"{group.count:,} row{'' if group.count == 1 else 's'}"
    grid.add_row(Text(group.title, "bold"), Text(count, "dim"), "", "", Text(in_words(group.subtotal), "bold"), "")
    for row in group.rows:
        grid.add_row(*map(Text, _cells(row, group)))
    more = group.count - len(group.rows)
    if group.rows and more:
        grid.add_row(Text(f"  … {more:,} more", "dim"), "", "", "", Text(in_words(_rest(group)), "dim"), "")


def _cells(row: Row, group: Group) -> tuple[str, ...]:
    """A row; the name of its plan only where the group does not say it."""
    name = row.expense_type if not row.name or group.title.endswith(f" {row.name}") else row.name
    what = " ".join(part for part in (row.work_item, name) if part)
    return (f"  {what}", row.description, row.period, str(row.date or ""), in_words(row.amount), _entered(row))


def _rest(group: Group) -> Decimal | None:
    """What the rows that are not shown add up to."""
    shown = [row.amount for row in group.rows]
    if group.subtotal is None:
        return None
    return group.subtotal - sum((amount for amount in shown if amount is not None), Decimal(0))


def _entered(row: Row) -> str:
    """What was entered, where that is not what counts."""
    if row.entered is None:
        return ""
    rate = f"at {row.exchange_rate.normalize():f}" if row.exchange_rate is not None else "no rate"
    return f"{in_words(row.entered)} {row.currency or ''} {rate}"


def _left_out(page: Explanation) -> Iterator[RenderableType]:
    """Each reason with what it leaves out and what to do, then the largest rows of each."""
    reasons = _grid("Left out", "reason", "rows", "amount", "why", "what to do", right=("rows", "amount"))
    rows = _grid("Rows left out", *ROW_COLUMNS, right=("amount",))
    for part in page.left_out:
        amount, count = in_words(part.amount), f"{part.count:,}"
        reasons.add_row(Text(part.reason, "bold"), count, amount, Text(part.meaning), Text(part.remedy, "dim"))
        _add_group(rows, Group(part.reason, part.count, part.amount, part.rows))
    yield reasons
    yield rows


def _set_aside(parts: list[SetAside]) -> Grid:
    grid = _grid(
        "Not admitted, although they name it (audit.quarantine)", "table", "rule", "rows", "one says", right=("rows",)
    )
    for part in parts:
        grid.add_row(Text(part.table), Text(part.rule), Text(f"{part.count:,}"), Text(part.message))
    return grid


def _findings(found: list[Found]) -> Grid:
    grid = _grid("Findings", "", "", "", "amount", right=("amount",))
    for finding in found:
        times = f" ({finding.count:,} times)" if finding.count > 1 else ""
        grid.add_row(
            Text(finding.code, COLOURS[finding.severity]),
            Text(f"{finding.message}{times}"),
            Text(finding.remedy, "dim"),
            Text("" if finding.amount is None else in_words(finding.amount)),
        )
    return grid


def _years(years: list[Year]) -> Grid:
    amounts = ("t", "cost", "benefit", "net", "discount factor", "present value")
    grid = _grid("Fiscal years", "year", *amounts, right=amounts)
    for year in years:
        factor = "" if year.discount_factor is None else f"{year.discount_factor:.6f}"
        cells = (year.period, str(year.t), in_words(year.cost), in_words(year.benefit), in_words(year.net), factor)
        grid.add_row(*map(Text, cells), Text(in_words(year.present_value)))
    return grid


def _last_line(page: Explanation) -> Text:
    if page.tie is None:
        return Text("\nThe figure is unknown: there is nothing to tie out." if page.figure is None else "")
    said = f"{page.tie.what} {in_words(page.tie.total)}, and {page.metric} is {in_words(page.figure)}"
    if page.tie.holds:
        return Text(f"\n✓ {said}: it ties out.", "bold green")
    return Text(f"\n✗ {said}. That must not be: please report it.", "bold red")
