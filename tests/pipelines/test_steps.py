"""Steps of a night, where their order matters."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from models.settings import Settings
from pipelines.night import Night
from pipelines.steps import ingest_tables, publish_warehouse, record_run
from pipelines.target import PublishRefused
from pipelines.workspace import Workspace
from tests.pipelines.test_cli import export


def test_tables_of_a_run_that_was_cut_short_are_not_published_beside_those_of_the_run_before(tmp_path: Path) -> None:
    """Both are of the same day and settings: only the record of the run says that all of them belong together."""
    night = Night(export(tmp_path), tmp_path / "portfolio.duckdb", dt.date(2026, 3, 1), Settings())
    workspace = Workspace()
    record_run(night, workspace)

    ingest_tables(night, workspace)

    with pytest.raises(PublishRefused, match=r"computed for no day yet, .* Run the whole nightly job\."):
        publish_warehouse(night, "run", workspace)
    workspace.close()
