"""Generated worlds in which the platform's cached figures are ours, except where drift has been planted.

What each cause is worth is added up the slow, obvious way, row by row, from the reference's own reading of the world.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

import polars as pl

from models.drift_cause import (
    DEMAND_DIRECT_COUNTED,
    DEMAND_DIRECT_LEFT_OUT,
    MATCH,
    OUTSIDE_CALENDAR_COUNTED,
    PLAN_LEFT_OUT,
    ROLLED_UP_FROM,
    SIGN_TURNED,
    STALE,
    SUB_PROJECTS_COUNTED,
    TASK_ROWS_COUNTED,
    TASKS_LEFT_OUT,
    TOP_TASK_COPIES_COUNTED,
    UNCLASSIFIED_COUNTED,
    UNCLASSIFIED_LEFT_OUT,
    UNEXPLAINED,
    UNPROCESSED_COUNTED,
    V1_AND_V2_SUMMED,
    WRONG_BUDGET_VERSION,
)
from models.reconciliation import Reconciliation
from models.work_item import Demand, Project
from tests.night import night
from tests.properties.nights import from_rows
from tests.reference import Result, World, compute
from tests.reference.classification import Classification
from tests.reference.engine import _admit, _books
from tests.reference.ownership import Ownership
from tests.reference.planned import requirement_rows

Amounts = Mapping[str, Decimal]
Figure = tuple[str, str]
"""A work item and one of its cached columns."""

CENT: Final = Decimal("0.01")
ADDING: Final = (
    *(UNPROCESSED_COUNTED, TOP_TASK_COPIES_COUNTED, DEMAND_DIRECT_COUNTED, OUTSIDE_CALENDAR_COUNTED),
    *(TASK_ROWS_COUNTED, SUB_PROJECTS_COUNTED, V1_AND_V2_SUMMED, UNCLASSIFIED_COUNTED),
)
TAKING_AWAY: Final = (TASKS_LEFT_OUT, PLAN_LEFT_OUT, STALE, UNCLASSIFIED_LEFT_OUT)
OUTCOMES: Final = {
    "not_processed": UNPROCESSED_COUNTED,
    "top_task_copy": TOP_TASK_COPIES_COUNTED,
    "demand_direct": DEMAND_DIRECT_COUNTED,
    "no_fiscal_period": OUTSIDE_CALENDAR_COUNTED,
}
METRICS: Final = {
    "estimated_cost": "estimated_cost",
    "planned_capital": "planned_capital",
    "planned_operating": "planned_operating",
    "estimated_benefit": "estimated_benefit",
    "actual_cost": "actual_cost",
    "budget_cost": "budget_cost",
    "actual_benefit": "actual_benefit",
    "planned_return": "planned_return",
    "npv_value": "npv",
    "estimate_at_completion": "estimate_at_completion",
}
"""The cached columns that drift is planted in, and ours."""


@dataclass(frozen=True)
class Planted:
    """What has been planted in one figure: no cause is a figure that is ours."""

    causes: frozenset[str]
    amount: Decimal


@dataclass(frozen=True)
class Plantation:
    """A world with planted drift, and the verdicts on it."""

    planted: Mapping[Figure, Planted]
    worth: Mapping[Figure, Amounts]
    """What each cause would be worth, whether planted or not."""
    verdicts: Mapping[Figure, Mapping[str, Any]]


def plantation(drawn: World, seed: int, *, together: bool = False) -> Plantation:
    """Plant at random one cause, several `together`, noise, or nothing in each figure, and let a night look at it."""
    export, draw = from_rows(drawn), random.Random(seed)
    result = compute(drawn.tables, as_of=drawn.as_of, settings=drawn.settings)
    worth, ours = _worth(drawn, draw, result), _figures(result)
    planted = {figure: _drawn(draw, worth[figure], value, together=together) for figure, value in ours.items()}
    cached = {figure: value + planted[figure].amount for figure, value in ours.items()}
    tables = {**export.tables}
    for table in (Project, Demand):
        if table in tables:
            tables[table] = _with_cached(tables[table], cached)
    found = night(tables, as_of=drawn.as_of, settings=export.settings, wanted={Reconciliation})
    rows = found[Reconciliation].filter(pl.col("source_table").is_in(["pm_project", "dmn_demand"])).collect()
    verdicts = {(row["sys_id"], row["metric"]): row for row in rows.iter_rows(named=True) if row["metric"] in METRICS}
    return Plantation(planted, worth, verdicts)


def _figures(result: Result) -> dict[Figure, Decimal]:
    """Our known figures, as the reference has them."""
    return {
        (str(row["work_item"]), metric): value
        for row in result.tables["mart.work_item"]
        for metric, figure in METRICS.items()
        if isinstance(value := row[figure], Decimal)
    }


def _with_cached(records: pl.DataFrame, cached: Mapping[Figure, Decimal]) -> pl.DataFrame:
    """Projects or demands whose cached columns hold these figures, and are empty where there is none."""
    columns = {metric: [cached.get((key, metric)) for key in records["sys_id"]] for metric in METRICS}
    return records.with_columns(pl.Series(metric, values, records.schema[metric]) for metric, values in columns.items())


def _drawn(draw: random.Random, worth: Amounts, ours: Decimal, *, together: bool) -> Planted:
    options = list(_combined(worth) if together else ((frozenset([c]), amount) for c, amount in worth.items()))
    visible = [(causes, amount) for causes, amount in options if abs(amount) > CENT and ours + amount != 0]
    dice = draw.random()
    if visible and dice < 0.6:
        size = draw.choice([1, 2, 3])
        size = min({len(causes) for causes, _ in visible}, key=lambda of: (abs(of - size), of))
        of_size = [option for option in visible if len(option[0]) == size]
        return Planted(*draw.choice(sorted(of_size, key=lambda option: sorted(option[0]))))
    if dice < 0.75:
        return Planted(frozenset([UNEXPLAINED]), Decimal(draw.randint(10**9, 10**12)).scaleb(-4))
    return Planted(frozenset([MATCH]), Decimal(0))


def _combined(worth: Amounts) -> Iterator[tuple[frozenset[str], Decimal]]:
    """Two or three causes that count more rows, or two of which one takes rows away."""
    moving = {cause: amount for cause, amount in worth.items() if amount != 0}
    for size in (2, 3):
        for causes in combinations(sorted(moving), size):
            adding = [cause for cause in causes if cause in ADDING]
            taking = [cause for cause in causes if cause in TAKING_AWAY]
            if len(adding) == size or (size == 2 and len(adding) == len(taking) == 1):
                yield frozenset(causes), sum((moving[cause] for cause in causes), Decimal(0))


def _worth(drawn: World, draw: random.Random, result: Result) -> dict[Figure, dict[str, Decimal]]:
    """What each cause would add to each figure."""
    worth: dict[Figure, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    admitted, periods = _admit(drawn.tables, drawn.settings)
    owners = Ownership(admitted)
    books = _books(admitted, periods, owners, Classification(admitted), drawn.settings, drawn.as_of)
    days: dict[str, list[tuple[dt.date, Decimal]]] = defaultdict(list)
    for outcome in books.funnel:
        if outcome.work_item is None:
            continue
        actual = worth[outcome.work_item, "actual_cost"]
        if outcome.outcome != "counted":
            actual[OUTCOMES[outcome.outcome]] += outcome.amount
            continue
        days[outcome.work_item].append((outcome.line.day("date"), outcome.amount))
        is_direct = (outcome.line.text("task") or outcome.line.text("source_id")) == outcome.work_item
        if not is_direct or outcome.work_item in owners.demands:
            actual[DEMAND_DIRECT_LEFT_OUT if is_direct else TASKS_LEFT_OUT] -= outcome.amount
    for item, lines in days.items():
        later = sorted({day for day, _ in lines})[1:]
        if later:
            since = draw.choice(later)
            worth[item, "actual_cost"][STALE] = -sum((amount for day, amount in lines if day >= since), Decimal(0))
    _worth_of_plans(worth, admitted, owners)
    for item in owners.work_items:
        others = (
            row
            for version in ("v1", "v2")
            if version != books.budget.version(item)
            for row in books.budget._rows(item, version)
        )
        other = sum((_budgeted(row) for row in others), Decimal(0))
        has_both = books.budget.source(item) != "none"
        worth[item, "budget_cost"][V1_AND_V2_SUMMED if has_both else WRONG_BUDGET_VERSION] += other
    return _with_figures(worth, result)


def _budgeted(row: Any) -> Decimal:
    parts = [row.money(column) for column in ("amount", "capex_budget", "opex_budget")]
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if known else row.money("total_budget") or Decimal(0)


def _worth_of_plans(worth: dict[Figure, dict[str, Decimal]], admitted: Any, owners: Ownership) -> None:
    """Task rows, plans on tasks, and single plans."""
    for row in admitted.rows("cost_plan_breakdown"):
        owner = owners.owner(row.text("task"))
        if row.text("breakdown_type") == "task" and owner is not None:
            worth[owner, "estimated_cost"][TASK_ROWS_COUNTED] += row.amount("value")
    plans = {"cost_plan": ("estimated_cost", requirement_rows(admitted)), "benefit_plan": ("estimated_benefit", None)}
    for table, (metric, requirements) in plans.items():
        rows = requirements if requirements is not None else admitted.rows("benefit_plan_breakdown")
        task = {key: plan.text("task") for key, plan in admitted.by_key(table).items()}
        single: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for row in rows:
            plan = row.word(table)
            owner = owners.owner(task[plan])
            if owner is None:
                continue
            single[owner][plan] -= row.amount("value")
            if task[plan] != owner:
                worth[owner, metric][TASKS_LEFT_OUT] -= row.amount("value")
        for owner, amounts in single.items():
            if len(amounts) > 1:
                worth[owner, metric][PLAN_LEFT_OUT] = amounts[min(amounts)]


def _with_figures(worth: dict[Figure, dict[str, Decimal]], result: Result) -> dict[Figure, dict[str, Decimal]]:
    """What follows from the figures themselves: signs, projects below, and unclassified cost."""
    rolled_up = {row["work_item"]: row for row in result.tables["mart.work_item_rollup"]}
    for own in result.tables["mart.work_item"]:
        item = str(own["work_item"])
        known: dict[str, Any] = {metric: own[figure] for metric, figure in METRICS.items() if own[figure] is not None}
        for metric in known.keys() & {"estimated_cost", "planned_capital", "actual_cost", "estimated_benefit"}:
            below: Any = rolled_up[item][metric]
            if below is not None:
                worth[item, metric][SUB_PROJECTS_COUNTED] += below - known[metric]
        if "planned_return" in known:
            worth[item, "planned_return"][SIGN_TURNED] = -2 * known["planned_return"]
        if "estimated_cost" in known:
            rest = known["estimated_cost"] - known["planned_capital"] - known["planned_operating"]
            planned = worth[item, "estimated_cost"]
            planned[UNCLASSIFIED_LEFT_OUT] = -rest
            planned[ROLLED_UP_FROM] = planned[TASK_ROWS_COUNTED] - known["estimated_cost"]
            worth[item, "planned_capital"][UNCLASSIFIED_COUNTED] = rest
    return worth
