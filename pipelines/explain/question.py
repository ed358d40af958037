"""What is asked, of which file, and what every answer to it says alike."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Final, NamedTuple

from models.contribution_rule import ALL, PAST, SAME_FIGURE
from pipelines.explain.item import Item
from pipelines.explain.page import ExplainError, Explanation, Figure, Tie
from pipelines.published_file import Ask

NEAR: Final = 4


class Span(NamedTuple):
    """A fiscal period that is asked about, and the base periods in it."""

    sys_id: str
    name: str
    base_periods: list[str]
    around: list[str]
    """Itself, its base periods, and the quarters and years that hold them: what a budget may be entered on."""


class Question(NamedTuple):
    """One figure of one record."""

    ask: Ask
    item: Item
    metric: str
    span: Span | None
    every: bool
    """Whether all rows are asked for, not only the largest."""

    @property
    def over_all(self) -> str:
        """What the figure is called over all periods."""
        return SAME_FIGURE.get(self.metric, self.metric) if self.item.kind == "work item" else self.metric

    def of(self, item: Item, metric: str) -> Question:
        """The same question about another record or figure."""
        return self._replace(item=item, metric=metric)


def span_of(ask: Ask, given: str | None) -> Span | None:
    """The fiscal period with that name or sys_id. Raises ExplainError."""
    if given is None:
        return None
    rows = ask(
        "SELECT sys_id, name FROM source.fiscal_period WHERE sys_id = $1 OR upper(trim(name)) = upper(trim($1)) "
        "ORDER BY sys_id = $1 DESC, start_date_time, sys_id",
        given,
    )
    if not rows:
        raise ExplainError(_no_such_period(ask, given))
    period = rows[0]["sys_id"]
    if len(rows) > 1 and period != given:
        keys = ", ".join(row["sys_id"] for row in rows)
        raise ExplainError(f"{len(rows)} fiscal periods are named {given}. Give a sys_id; by their first days: {keys}.")
    inside = ask(
        "SELECT fiscal_period, fiscal_quarter, fiscal_year FROM mart.base_period "
        "WHERE ? IN (fiscal_period, fiscal_quarter, fiscal_year)",
        period,
    )
    around = {key for row in inside for key in row.values() if key} | {period}
    return Span(period, rows[0]["name"], [row["fiscal_period"] for row in inside], sorted(around))


def _no_such_period(ask: Ask, given: str) -> str:
    near = ask(
        "SELECT name FROM source.fiscal_period ORDER BY levenshtein(upper(name), upper(?)), start_date_time LIMIT ?",
        given,
        NEAR,
    )
    (span,) = ask("SELECT min(start_date) AS first, max(end_date) AS last FROM mart.base_period")
    named = ", ".join(row["name"] for row in near)
    return (
        f"There is no fiscal period named {given}. The calendar runs from {span['first']} to {span['last']}; the names "
        f"most like it are {named}."
    )


def published_figure(question: Question) -> Figure:
    """The figure as it is published, over all periods."""
    item = question.item
    (row,) = question.ask(
        f'SELECT "{question.over_all}" AS figure FROM mart.{item.table} WHERE {item.table} = ?',  # noqa: S608
        item.sys_id,
    )
    figure: Figure = row["figure"]
    return figure


def made_of(ask: Ask, metric: str, as_of: dt.date) -> list[str]:
    """The rows that a figure adds up, in words, by the rules in the file."""
    rules = ask(
        "SELECT * FROM audit.contribution_rule WHERE metric = ? ORDER BY sign DESC, stream",
        metric,
    )
    return [_in_words(rule, as_of, is_first=place == 0) for place, rule in enumerate(rules)]


def _in_words(rule: dict[str, Any], as_of: dt.date, *, is_first: bool) -> str:
    sign = "less" if rule["sign"] < 0 else "" if is_first else "plus"
    words = [*([sign] if sign else []), rule["stream"].replace("_", " ")]
    words += [f"of expense type {rule['expense_type']}"] if rule["expense_type"] else []
    if rule["periods"] != ALL:
        ended = f"that ended before {as_of}" if rule["periods"] == PAST else f"that end on {as_of} or later"
        words += [f"of base periods {ended}"]
    return " ".join(words)


def explanation(question: Question, figure: Figure, **said: Any) -> Explanation:
    """A page about a question, with nothing on it but what is said."""
    item, metric = question.item, question.metric
    as_of, currency = run_facts(question.ask)
    meaning, unit = _meaning(question)
    nothing: dict[str, Any] = {part: [] for part in LISTS}
    page: dict[str, Any] = {
        "kind": item.kind,
        "number": item.number,
        "name": item.name,
        "sys_id": item.sys_id,
        "metric": metric,
        "meaning": meaning,
        "made_of": made_of(question.ask, metric, as_of),
        "period": question.span.name if question.span else "",
        "as_of": as_of,
        "currency": currency,
        "figure": figure,
        "unit": unit,
        "members": None,
        "tie": None,
    }
    return Explanation(**{**nothing, **page, **said})


def _meaning(question: Question) -> tuple[str, str]:
    """What the figure is, as the file says it, and its unit: empty for amounts."""
    (column,) = question.ask(
        "SELECT comment, data_type FROM duckdb_columns() "
        "WHERE schema_name = 'mart' AND table_name = ? AND column_name = ?",
        question.item.table,
        question.over_all,
    )
    said, unit, rest = str(column["comment"]).partition(" Unit: ")
    unit, _, sign = rest.partition(".") if unit else ("", "", "")
    return said + sign, "" if column["data_type"].startswith("DECIMAL") else unit


LISTS: Final = ("notes", "years", "groups", "left_out", "set_aside", "findings", "why_unknown")


def run_facts(ask: Ask) -> tuple[dt.date, str | None]:
    """The day that the figures are seen from, and their currency, if one was named."""
    (row,) = ask("SELECT as_of, settings FROM audit.run")
    return row["as_of"], json.loads(row["settings"]).get("functional_currency")


def tied(what: str, total: Figure, figure: Figure) -> Tie | None:
    """The sum of what is shown beside the figure; none where the figure is unknown."""
    return None if figure is None else Tie(what, total, total == figure)
