"""Folders of files instead of role files: everything but the contents is published as those are."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from pipelines.publication import publish

DAY: Final = dt.date(2026, 3, 1)
ROLES: Final = ("agent", "manager", "user")


def publish_marked(file: Path, run: str) -> None:
    """Publish a folder of files of `run`, which say so."""

    def build(folder: Path) -> None:
        folder.mkdir()
        for role in ROLES:
            (folder / role).write_text(run)

    def verify(folder: Path) -> None:
        assert marker(folder) == run

    publish(file, run_id=run, as_of=DAY, allow_older=False, build=build, verify=verify, is_folder=True)


def marker(folder: Path) -> str:
    """The run that has written all files of a folder."""
    found = {path.name: path.read_text() for path in folder.iterdir()}
    assert found.keys() == set(ROLES)
    (run,) = set(found.values())
    return run
