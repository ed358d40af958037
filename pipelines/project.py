"""Where this checkout is, and what it keeps from run to run apart from what it publishes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parent.parent
KEPT: Final = PROJECT / ".tieout"
WORKSPACE: Final = KEPT / "workspace.duckdb"
"""Where tables stay from one run to the next, so that any asset can be materialised by itself."""
DAGSTER: Final = KEPT / "dagster"
"""Where Dagster keeps its runs, as this checkout's dagster.yaml says."""


def dagster_home() -> Path | None:
    """The folder with Dagster's settings; None where Dagster has never run."""
    if "DAGSTER_HOME" in os.environ:
        return Path(os.environ["DAGSTER_HOME"])
    return PROJECT if DAGSTER.is_dir() else None
