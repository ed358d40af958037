"""A baseline by command: taken of what is published, and published with it as a new version of the same night.

The export need not be at hand: the published file holds the admitted rows, the settings and the day that its figures
were made of. Everything but baselines and what is compared with them is copied as it is.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from models.audit import BaselineConservation, BridgeConservation, Conservation, GroupConservation, Run
from models.baseline import MANUAL, BaselineHeader, BaselineTaken
from models.baseline_variance import (
    BaselineDriver,
    BaselinePairVariance,
    BaselineVariance,
    BaselineVariancePeriod,
    PortfolioBaselineVariance,
    ProgramBaselineVariance,
)
from models.catalogue import BASELINES, MEMORIES, SOURCES
from models.figures import WorkItem
from models.settings import Settings
from models.table import Memory, Table
from models.variance_bridge import PortfolioVarianceBridge, ProgramVarianceBridge, VarianceBridge
from pipelines.checks import verdicts
from pipelines.checksum import Damaged, check_undamaged
from pipelines.memory import check_nothing_forgotten
from pipelines.new_warehouse import published_tables
from pipelines.publication import publish
from pipelines.published_file import WarehouseError
from pipelines.target import PublishRefused, Target
from pipelines.warehouse import stored, verify
from pipelines.workspace import Workspace
from transforms.baseline.baseline_taken import of_work_items
from transforms.catalogue import transforms_for

Tables = dict[type[Table], pl.DataFrame]

RENEWED: Final[tuple[type[Table], ...]] = (
    *BASELINES.values(),
    BaselineVariancePeriod,
    BaselineVariance,
    ProgramBaselineVariance,
    PortfolioBaselineVariance,
    BaselinePairVariance,
    BaselineDriver,
    VarianceBridge,
    ProgramVarianceBridge,
    PortfolioVarianceBridge,
    Conservation,
)
"""The published tables that another baseline changes."""
LAWS: Final[tuple[type[Table], ...]] = (BaselineConservation, BridgeConservation, GroupConservation)
"""The laws that are about them."""
RESERVED_NAME: Final = r"approval \d{4}-\d\d-\d\d"
"""Names of baselines that a run takes by itself."""


class BaselineRefused(Exception):  # noqa: N818
    """No baseline was taken, and why: every reason, in words."""


@dataclass(frozen=True)
class Published:
    """A published version, as it is."""

    version: Path
    tables: Tables

    @property
    def choices(self) -> dict[str, Any]:
        """The settings and the day that its figures were made under."""
        run = self.tables[Run].row(0, named=True)
        return {**Settings.model_validate_json(run["settings"]).model_dump(), "as_of": run["as_of"]}


def create_baseline(work_items: Sequence[str], name: str, warehouse: Path) -> list[str]:
    """Take a baseline of each of these work items and publish it; the work items' keys are returned.

    A work item is named by its key, or by its number. Raises BaselineRefused: then nothing has changed.
    """
    try:
        published = _published(warehouse)
        keys = _work_items(published.tables[WorkItem], work_items)
        _check_name(name, published.tables, keys)
        _publish(warehouse, published, _renewed(published, keys, name.strip()))
    except (Damaged, PublishRefused, WarehouseError) as reason:
        raise BaselineRefused(str(reason)) from reason
    return keys


def _published(warehouse: Path) -> Published:
    """All tables of the published version. Raises BaselineRefused where it is not there, or is another program's."""
    version = Target.at(warehouse).published()
    if version is None or not version.exists():
        raise BaselineRefused(f"{warehouse} has not been published yet: run tieout run first.")
    check_undamaged(version)
    try:
        verify(version)
    except WarehouseError as fault:
        raise BaselineRefused(
            f"{warehouse} was not published by this version of tieout: run tieout run. {fault}"
        ) from fault
    return Published(version, stored(version, published_tables()))


def _work_items(known: pl.DataFrame, named: Sequence[str]) -> list[str]:
    """The keys of the work items, each once. Raises BaselineRefused with all that can't be told."""
    found = {text: _keys_of(known, text.strip()) for text in named}
    faults = [_fault(text, keys) for text, keys in found.items() if len(keys) != 1]
    if faults:
        raise BaselineRefused(" ".join(faults))
    return list(dict.fromkeys(key for keys in found.values() for key in keys))


def _keys_of(known: pl.DataFrame, text: str) -> list[str]:
    by_key = known.filter(work_item=text)["work_item"].to_list()
    return by_key or known.filter(number=text)["work_item"].sort().to_list()


def _fault(text: str, keys: Sequence[str]) -> str:
    if keys:
        return f"{text} is the number of several work items: name one of {', '.join(keys)}."
    return f"There is no work item {text}: no sys_id or number in mart.work_item is this."


def _check_name(name: str, tables: Tables, keys: Sequence[str]) -> None:
    """Raise BaselineRefused for a name that can't be told from another."""
    plain = name.strip()
    if not plain:
        raise BaselineRefused("A baseline needs a name that is not blank.")
    if re.fullmatch(RESERVED_NAME, plain):
        raise BaselineRefused(f"{plain} is how a run names the baselines that it takes itself: choose another name.")
    held = tables[BaselineHeader].filter(pl.col("work_item").is_in(keys), name=plain)["work_item"].unique().sort()
    if len(held):
        raise BaselineRefused(
            f"{', '.join(held)} already has a baseline named {plain}. A baseline never changes: choose another name."
        )


def _renewed(published: Published, keys: Sequence[str], name: str) -> Tables:
    """The tables that the new baselines change, computed from those published and checked."""
    frames = _frames(published, keys, name)
    wanted: list[type[Table]] = [*LAWS, *(table for table in RENEWED if table is not Conservation)]
    for transform in transforms_for(wanted):
        if transform.table not in frames:
            frames[transform.table] = transform(frames, published.choices).collect(engine="streaming").lazy()
    laws = pl.concat([frames[laws].select(Conservation.column_names()) for laws in LAWS])
    others = published.tables[Conservation].lazy().join(laws, on="law", how="anti")
    frames[Conservation] = pl.concat([others, laws])
    renewed = {table: frames[table].collect() for table in RENEWED}
    faults = [
        fault
        for table, rows in renewed.items()
        for verdict in verdicts(table, rows, frames.__getitem__)
        for fault in verdict.faults
    ]
    if faults:
        raise BaselineRefused(" ".join(faults))
    return renewed


def _frames(published: Published, keys: Sequence[str], name: str) -> dict[type[Table], pl.LazyFrame]:
    """What the new baselines are made of: published tables as they are, what is remembered, and what is to be taken."""
    tables = {table: rows.lazy() for table, rows in published.tables.items() if table not in RENEWED}
    absent = {table: table.create_empty(lazy=True) for table in SOURCES.values() if table not in tables}
    memories: dict[type[Table], pl.LazyFrame] = {
        memory: published.tables[memory.state].lazy() for memory in MEMORIES.values() if issubclass(memory, Memory)
    }
    asked = pl.LazyFrame({"work_item": list(keys)}, schema={"work_item": pl.String})
    taken = of_work_items(asked, name=name, kind=MANUAL, as_of=published.choices["as_of"])
    return {**tables, **absent, **memories, BaselineTaken: BaselineTaken.cast(taken)}


def _publish(warehouse: Path, published: Published, renewed: Tables) -> None:
    workspace = Workspace()
    try:
        for table, rows in {**published.tables, **renewed}.items():
            workspace.write(table, rows.lazy())
        publish(
            warehouse,
            run_id=f"baseline-{uuid.uuid4()}",
            as_of=published.choices["as_of"],
            allow_older=False,
            build=workspace.build,
            verify=lambda built: _verify(warehouse, published.version, built),
        )
    finally:
        workspace.close()


def _verify(warehouse: Path, begun_with: Path, built: Path) -> None:
    """Only what was read is replaced: a night that has been published meanwhile stays."""
    if Target.at(warehouse).published() != begun_with:
        raise PublishRefused(f"Another run has published {warehouse} since this one read it. Run again.")
    verify(built)
    check_nothing_forgotten(begun_with, built)
