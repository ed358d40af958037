"""One DuckDB file for each role, with nothing in it but what that role may read.

A file is built anew, row by row from what the role may read: nothing is cut out of the warehouse, and there are no
views on what is not there. All files of a night are one folder, published as a whole: a role that is no more has none.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.table import Table
from pipelines.checksum import fingerprint
from pipelines.new_warehouse import NewWarehouse
from pipelines.publication import RESERVED, publish
from pipelines.published_file import WarehouseError
from pipelines.role_rights import Rights, readable_tables
from pipelines.target import PublishRefused, Target
from pipelines.warehouse import Content, contents, stored_in_pieces, verify_only
from transforms.oversight.access_control import relation

MANIFEST: Final = "manifest.json"
SUFFIX: Final = ".duckdb"


@dataclass(frozen=True)
class PublishedNight:
    """The version of a warehouse that role files are made of."""

    version: Path
    as_of: dt.date
    run: str
    rights: Rights
    held: Mapping[type[Table], Content]

    @classmethod
    def of(cls, warehouse: Path) -> PublishedNight:
        """The one that is published. Raises PublishRefused, WarehouseError."""
        target = Target.at(warehouse)
        version, as_of = target.published(), target.published_as_of()
        if version is None or as_of is None:
            raise PublishRefused(f"{warehouse} has not been published yet: run tieout run first.")
        rights = readable_tables(version)
        tables = dict.fromkeys(table for readable in rights.values() for table in readable)
        return cls(version, as_of, target.run_of(version), rights, contents(version, tables))


def publish_roles(warehouse: Path, to: Path, *, allow_older: bool = False) -> PublishedNight:
    """Publish a folder with a file for each role. Raises PublishRefused: then the last one stays as it is."""
    try:
        night = PublishedNight.of(warehouse)
        publish(
            to,
            run_id=uuid.uuid4().hex,
            as_of=night.as_of,
            allow_older=allow_older,
            build=lambda folder: _build(folder, night, Target.at(to).published()),
            verify=lambda folder: _verify(folder, night),
            is_folder=True,
        )
    except WarehouseError as fault:
        raise PublishRefused(str(fault)) from fault
    return night


def file_of(role: str) -> str:
    """The name of a role's file. Raises PublishRefused where queries on it would be ambiguous."""
    if role.split(".", maxsplit=1)[0].lower() in RESERVED:
        raise PublishRefused(f"A file can't be named after the role {role}: that is the name of a schema.")
    return f"{role}{SUFFIX}"


def _build(folder: Path, night: PublishedNight, last: Path | None) -> None:
    folder.mkdir()
    for role, tables in night.rights.items():
        new = NewWarehouse(folder / file_of(role))
        try:
            for table, rows in stored_in_pieces(night.version, tables):
                new.add(table, rows)
            new.finish(tables, views=())
        finally:
            new.abandon()
    (folder / MANIFEST).write_text(json.dumps(_manifest(folder, night), indent=2) + "\n", encoding="utf-8")
    if last is not None:
        _keep_groups(folder, last)


def _manifest(folder: Path, night: PublishedNight) -> dict[str, object]:
    """Which file is whose, what is in it, and of which run."""
    roles = {
        role: {
            "file": file_of(role),
            "sha256": fingerprint(folder / file_of(role)).sha256,
            "relations": sorted(map(relation, tables)),
        }
        for role, tables in night.rights.items()
    }
    return {"run": night.run, "as_of": str(night.as_of), "roles": roles}


def _keep_groups(folder: Path, last: Path) -> None:
    """Give the folder and its files the groups that these have had. Raises PublishRefused where that is not allowed."""
    for path in (folder, *sorted(folder.iterdir())):
        before = last / path.relative_to(folder)
        if before.exists():
            _give_to_group(path, before.stat().st_gid)


def _give_to_group(path: Path, group: int) -> None:
    if path.stat().st_gid != group:
        try:
            os.chown(path, -1, group)
        except OSError as fault:
            raise PublishRefused(
                f"{path.name} can't be given to group {group}, which has had it: {fault.strerror}. Run as a user who "
                "is in that group."
            ) from fault


def _verify(folder: Path, night: PublishedNight) -> None:
    """Hold each file against what its role may read, and the folder against the roles."""
    expected = {MANIFEST, *map(file_of, night.rights)}
    others = sorted(path.name for path in folder.iterdir() if path.name not in expected)
    if others:
        raise WarehouseError(f"{folder} holds what belongs to no role: {', '.join(others)}.")
    for role, tables in night.rights.items():
        verify_only(folder / file_of(role), {table: night.held[table] for table in tables})
