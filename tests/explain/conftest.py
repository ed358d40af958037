"""Published files that are explained: the sample, and small worlds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from models.settings import Settings
from pipelines.execution import run_night
from pipelines.night import load_settings
from tests.contributions import published_file
from tests.golden.sample_run import AS_OF, SAMPLE, SETTINGS
from tests.night import night
from tests.spec.world import AS_OF as SPEC_DAY
from tests.spec.world import admitted

Build = Callable[..., Path]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample; not to be changed."""
    file = tmp_path_factory.mktemp("sample") / "portfolio.duckdb"
    run_night(SAMPLE, file, as_of=AS_OF, settings=load_settings(SETTINGS), progress=lambda _line: None)
    return file


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Publishes the tables that a test draws, under its settings."""

    def built(*, settings: Settings | None = None, without: tuple[str, ...] = (), **pictures: str) -> Path:
        day, choices = dt.date.fromisoformat(SPEC_DAY), settings or Settings()
        frames = night(admitted(without=without, **pictures), as_of=day, settings=choices)
        return published_file(frames, day, choices, tmp_path)

    return built
