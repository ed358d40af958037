"""Why an estimate at completion is not what it was: the bridge from a baseline or an earlier night to a warehouse."""

# ruff: noqa: S608 -- names of tables come from the models, and what people give is quoted

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from models.audit import Run
from models.baseline_source import CostPlanBaseline
from models.baseline_variance import BaselineVariance
from models.cost import CostPlanFigures
from models.counted_row import CountedRow, CountedRowHistory, RememberedCountedRowHistory
from models.currency import ExchangeRate
from models.figures import PortfolioFigures, ProgramFigures, WorkItem
from models.fiscal_calendar import BasePeriod
from models.history import NightHistory, RememberedNight, RememberedWorkItemHistory, WorkItemHistory
from models.settings import Settings
from models.table import Table
from models.variance_bridge import NIGHT, PARTS, EstimateComparison, EstimateThen, VarianceBridge
from pipelines.look_back.past_nights import (
    HistoryError,
    file_with_history,
    is_shown_by,
    night_currency,
    night_up_to,
)
from pipelines.published_file import query
from pipelines.statements import qualified, quoted
from pipelines.warehouse import stored_where
from transforms.catalogue import transforms_for

LEVELS: Final[tuple[tuple[str, type[Table]], ...]] = (
    ("work_item", WorkItem),
    ("program", ProgramFigures),
    ("portfolio", PortfolioFigures),
    ("work_item", WorkItemHistory),
)
"""What a bridge can be asked for, and where its name is: of work items that are gone, in history."""


class Subject(NamedTuple):
    """What a bridge is of."""

    level: str
    key: str
    name: str

    @property
    def is_of_it(self) -> str:
        """The condition that a row is of it."""
        return f"{self.level} = {quoted(self.key)}"


class Bridge(NamedTuple):
    """The parts of the difference between two estimates at completion."""

    subject: Subject
    compared_with: str
    """Name of the baseline, or the night."""
    day: dt.date
    """The day it is seen from; of several baselines of one name the first one."""
    until: dt.date
    then: Decimal
    now: Decimal
    unknown: int
    """Work items whose estimate is unknown on either side: left out on both."""
    rows: pl.DataFrame
    """Of the shape of mart.variance_bridge, with names: `item_name`, `plan_name`, `period_name`."""

    @property
    def parts(self) -> dict[str, Decimal]:
        """The sum of each part, 0 included."""
        sums = dict(self.rows.group_by("part").agg(pl.col("amount").sum()).rows())
        return {part: sums.get(part, Decimal(0)) for part in PARTS}


def bridge(warehouse: Path, given: str, *, baseline: str | None = None, since: dt.date | None = None) -> Bridge:
    """The bridge of a work item, program or portfolio, given by sys_id or number.

    From the baseline of that name; from the last night up to `since`; without either from the newest baseline, and
    where there is none from the last night before that of the warehouse. Raises HistoryError.
    """
    file = file_with_history(warehouse)
    subject = _subject(file, given)
    name = baseline if baseline is not None or since is not None else _newest_baseline(file, subject)
    if name is not None:
        found = _from_baseline(file, subject, name)
    else:
        found = _from_night(file, subject, night_up_to(file, since) if since is not None else _last_night(file))
    return found._replace(rows=_named(file, found.rows))


def _named(file: Path, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the names of their work item, plan and period, where these are still known; else their keys."""
    numbers = f"SELECT work_item, coalesce(any_value(number), work_item) FROM {qualified(WorkItemHistory)} GROUP BY 1"
    periods = f"SELECT fiscal_period, fiscal_period_name FROM {qualified(BasePeriod)}"
    names = {
        "item_name": ("work_item", dict(query(file, numbers))),
        "plan_name": ("cost_plan", _plan_names(file)),
        "period_name": ("fiscal_period", dict(query(file, periods))),
    }
    return rows.with_columns(pl.col(key).replace(found).alias(name) for name, (key, found) in names.items())


def _plan_names(file: Path) -> dict[str, str]:
    """The names of plans; of those that are gone, as the platform's baselines have them."""
    copies = stored_where(file, CostPlanBaseline).sort("sys_id").select(pl.coalesce("source_sys_id", "sys_id"), "name")
    plans = stored_where(file, CostPlanFigures).select("cost_plan", "name")
    return {plan: name for known in (copies, plans) for plan, name in known.iter_rows() if name}


def _subject(file: Path, given: str) -> Subject:
    """What has this sys_id, or else this number. A work item may be gone by now."""
    found: dict[Subject, int] = {}
    for level, table in LEVELS:
        named = f"concat_ws(' ', coalesce(number, {level}), name)"
        statement = f"SELECT {level}, {named}, {level} = {quoted(given)} FROM {qualified(table)}"
        for key, name, is_key in query(file, f"{statement} WHERE {quoted(given)} IN ({level}, number)"):
            if not any(other.key == key for other in found):
                found[Subject(level, key, name)] = bool(is_key)
    best = [subject for subject, is_key in found.items() if is_key == max(found.values())]
    if not best:
        raise HistoryError(f"There is no work item, program or portfolio with the sys_id or number {given}.")
    if len(best) > 1:
        keys = ", ".join(f"{subject.key} ({subject.level})" for subject in best)
        raise HistoryError(f"{given} is the number of several: give one of the sys_ids {keys}.")
    return best[0]


def _newest_baseline(file: Path, subject: Subject) -> str | None:
    statement = f"SELECT name FROM {qualified(BaselineVariance)} WHERE {subject.is_of_it}"
    found = query(file, f"{statement} ORDER BY created_on DESC, baseline DESC LIMIT 1")
    return str(found[0][0]) if found else None


def _last_night(file: Path) -> dt.date:
    """The night before that of the warehouse."""
    until = _run(file)["as_of"]
    ((night,),) = query(file, f"SELECT max(as_of) FROM {qualified(NightHistory)} WHERE as_of < DATE '{until}'")
    if night is None:
        raise HistoryError(f"There is nothing to compare with: no baseline, and no night before that of {until}.")
    found: dt.date = night
    return found


def _from_baseline(file: Path, subject: Subject, name: str) -> Bridge:
    """What the warehouse holds of the baselines of a name."""
    is_of_it = f"{subject.is_of_it} AND name = {quoted(name)}"
    compared = stored_where(file, BaselineVariance, is_of_it)
    if compared.is_empty():
        raise HistoryError(_no_such_baseline(file, subject, name))
    known = compared.drop_nulls("estimate_at_completion_variance")
    if known.is_empty():
        raise HistoryError(_unknown(subject, f"baseline {name}"))
    rows = stored_where(file, VarianceBridge, f"{is_of_it} AND kind <> '{NIGHT}'")
    then, now = (_sum(known[f"estimate_at_completion_{side}"]) for side in ("baseline", "current"))
    day = compared["created_on"].min()
    unknown = compared.height - known.height
    return Bridge(subject, f"baseline {name}", _as_day(day), _run(file)["as_of"], then, now, unknown, rows)


def _no_such_baseline(file: Path, subject: Subject, name: str) -> str:
    found = query(file, f"SELECT DISTINCT name FROM {qualified(BaselineVariance)} WHERE {subject.is_of_it} ORDER BY 1")
    there = f"It has {', '.join(held for (held,) in found)}." if found else "It has none."
    return f"{subject.name} has no baseline named {name}. {there}"


def _from_night(file: Path, subject: Subject, night: dt.date) -> Bridge:
    """The bridge from any earlier night, by the rules that the warehouse was made by."""
    run = _run(file)
    if night >= run["as_of"]:
        raise HistoryError(f"The night of {night} is the one that is published: give an earlier day with --since.")
    settings = Settings.model_validate_json(run["settings"])
    _check_currency(night, night_currency(file, night), settings.functional_currency)
    frames = _frames(file, subject, night)
    choices = {**settings.model_dump(), "as_of": run["as_of"]}
    for transform in transforms_for([VarianceBridge]):
        if transform.table in (EstimateComparison, EstimateThen, VarianceBridge):
            frames[transform.table] = transform(frames, choices).collect().lazy()
    of_it = pl.col(subject.level) == subject.key
    compared = frames[EstimateComparison].filter(of_it).collect()
    if compared.is_empty() and _number_of_items(frames, of_it):
        raise HistoryError(_unknown(subject, f"night of {night}"))
    rows = frames[VarianceBridge].filter(of_it).collect()
    then, now = _sum(compared["estimate_then"]), _sum(compared["estimate_now"])
    unknown = _number_of_items(frames, of_it) - compared.height
    return Bridge(subject, f"night {night}", night, run["as_of"], then, now, unknown, rows)


def _check_currency(night: dt.date, then: str | None, now: str | None) -> None:
    """Raise HistoryError where amounts of then and now are not in one currency."""
    if then != now:
        said = [currency or "no named currency" for currency in (then, now)]
        raise HistoryError(
            f"The night of {night} is in {said[0]}, today's figures are in {said[1]}: no bridge between."
        )


def _unknown(subject: Subject, other: str) -> str:
    return (
        f"The estimate at completion of {subject.name} is unknown, today or in the {other}: a table is missing, an "
        "amount has no exchange rate, or the two are not in one currency. `tieout explain` says which."
    )


def _number_of_items(frames: dict[Any, pl.LazyFrame], of_it: pl.Expr) -> int:
    sides = [frames[table].filter(of_it).select("work_item") for table in (WorkItem, RememberedWorkItemHistory)]
    return pl.concat(sides).unique().collect().height


def _frames(file: Path, subject: Subject, night: dt.date) -> dict[Any, pl.LazyFrame]:
    """What the transforms of the bridge read, of the work items in question, with that night as the last one."""
    members = " UNION ".join(
        f"SELECT work_item FROM {qualified(table)} WHERE {subject.is_of_it}" for table in (WorkItem, WorkItemHistory)
    )
    is_member = f"work_item IN ({members})"
    now = stored_where(file, CountedRowHistory, f"{is_member} AND valid_to IS NULL").select(CountedRow.column_names())
    held = {
        WorkItem: stored_where(file, WorkItem, is_member),
        RememberedWorkItemHistory: stored_where(file, WorkItemHistory, f"{is_member} AND {is_shown_by(night)}"),
        RememberedCountedRowHistory: stored_where(file, CountedRowHistory, f"{is_member} AND {is_shown_by(night)}"),
        RememberedNight: stored_where(file, NightHistory, f"as_of = DATE '{night}'"),
        CountedRow: now,
        BasePeriod: stored_where(file, BasePeriod),
        ExchangeRate: stored_where(file, ExchangeRate),
    }
    absent = {
        table: table.create_empty(lazy=True)
        for transform in transforms_for([VarianceBridge])
        for table in transform.inputs.values()
    }
    return {**absent, **{table: rows.lazy() for table, rows in held.items()}}


def _run(file: Path) -> dict[str, Any]:
    return stored_where(file, Run).row(0, named=True)


def _as_day(day: object) -> dt.date:
    if not isinstance(day, dt.date):
        raise TypeError(f"{day!r} is no day")
    return day


def _sum(amounts: pl.Series) -> Decimal:
    return Decimal(amounts.sum() or 0)
