"""The answer to one question: a figure of a warehouse, explained by whoever knows its kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipelines.explain.group import of_group
from pipelines.explain.item import checked_metric, item_of
from pipelines.explain.page import ExplainError, Explanation
from pipelines.explain.question import Question, span_of
from pipelines.explain.work_item import of_work_item
from pipelines.published_file import Ask, asking


def explained(
    warehouse: Path, given: str, metric: str, *, period: str | None = None, every: bool = False
) -> Explanation:
    """A figure of the record with that sys_id, number or name; with `every`, all of its rows.

    Raises ExplainError where there is no answer, WarehouseError where the file can't be read.
    """
    if not warehouse.exists():
        raise ExplainError(f"There is no file {warehouse}. Publish one with `tieout run`.")
    with asking(warehouse.resolve()) as ask:
        _check_version(ask, warehouse)
        item = item_of(ask, given, metric.strip().lower())
        question = Question(ask, item, checked_metric(ask, item, metric), span_of(ask, period), every)
        return _explained_by(item.kind)(question)


def _explained_by(kind: str) -> Callable[[Question], Explanation]:
    """Who explains a kind of record. Those who need the models and transforms are not loaded for others."""
    if kind in ("cost plan", "benefit plan"):
        from pipelines.explain.plan import of_plan  # noqa: PLC0415

        return of_plan
    if kind in ("planning item", "investment"):
        from pipelines.explain.planning_item import of_planning_item  # noqa: PLC0415

        return of_planning_item
    return of_work_item if kind == "work item" else of_group


def _check_version(ask: Ask, warehouse: Path) -> None:
    view = "contribution"
    if not ask("SELECT 1 FROM duckdb_views() WHERE schema_name = 'audit' AND view_name = ?", view):
        raise ExplainError(
            f"{warehouse} has no audit.{view}: it is older than this tieout, or not its own. Run `tieout run`."
        )
