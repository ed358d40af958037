"""Laws that baselines keep in any portfolio, whatever changes after they are taken."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Final

import polars as pl
import pytest

from models.audit import BaselineConservation, GroupConservation
from models.baseline import BaselineHeader, WorkItemState
from models.baseline_variance import (
    BaselineVariance,
    BaselineVariancePeriod,
    PortfolioBaselineVariance,
    ProgramBaselineVariance,
)
from models.catalogue import BASELINES
from models.settings import Settings
from models.table import Table
from tests.night import Frames, night, remembered
from tests.properties.nights import Export, from_rows
from tests.reference import world

RUNS: Final = 20
WANTED: Final = {*BASELINES.values(), WorkItemState, BaselineConservation, GroupConservation}
STATE: Final = "approved"


@cache
def export(seed: int) -> Export:
    """A generated world in which every work item is approved."""
    found = from_rows(world(seed))
    tables = {
        table: rows.with_columns(state=pl.lit(STATE)) if {"state", "primary_program"} <= set(rows.columns) else rows
        for table, rows in found.tables.items()
    }
    approved = found.settings.model_copy(update={"approved_states": {"pm_project": [STATE], "dmn_demand": [STATE]}})
    return replace(found, tables=tables, settings=approved)


def computed(seed: int, as_of: dt.date, memory: Mapping[type[Table], pl.DataFrame] | None = None) -> Frames:
    """A night over a generated world."""
    of = export(seed)
    settings: Settings = of.settings
    return night(of.tables, as_of=as_of, settings=settings, memory=memory, wanted=WANTED)


def fingerprints(frames: Frames, baselines: pl.DataFrame) -> dict[str, str]:
    """The SHA-256 of the bytes of these baselines, table by table."""
    found = {}
    for name, table in BASELINES.items():
        rows = frames[table].join(baselines.lazy(), on="baseline", how="semi").collect()
        buffer = BytesIO()
        rows.sort(table.primary_key()).rechunk().write_parquet(buffer)
        found[name] = hashlib.sha256(buffer.getvalue()).hexdigest()
    return found


def test_the_bytes_of_baselines_are_the_same_after_twenty_runs_with_changed_inputs() -> None:
    day = export(0).as_of
    frames = computed(0, day)
    first = frames[BaselineHeader].select("baseline").collect()
    taken = fingerprints(frames, first)
    assert first.height > 0

    for run in range(1, RUNS + 1):
        frames = computed(run, day + dt.timedelta(days=run), remembered(frames))
        assert fingerprints(frames, first) == taken
        for laws in (BaselineConservation, GroupConservation):
            assert frames[laws].filter(holds=False).collect().to_dicts() == []


@pytest.mark.parametrize("seed", range(4))
def test_variances_of_work_items_are_those_of_programs_and_portfolios_and_of_their_periods(seed: int) -> None:
    before = computed(seed, export(seed).as_of - dt.timedelta(days=200))
    after = computed(seed, export(seed).as_of, remembered(before))
    compared = after[BaselineVariance].collect()
    periods = after[BaselineVariancePeriod].collect()

    for column in ("planned_cost_variance", "planned_benefit_variance", "budget_cost_variance", "actual_vs_baseline"):
        assert periods[column].sum() == compared[column].sum(), column
    for group, table in {"program": ProgramBaselineVariance, "portfolio": PortfolioBaselineVariance}.items():
        figures = after[table].collect()
        members = compared.filter(pl.col(group).is_not_null())
        for column in ("planned_cost_variance", "actual_vs_baseline", "estimate_at_completion_variance"):
            if not members[column].has_nulls():
                assert figures[column].sum() == members[column].sum(), (group, column)


@pytest.mark.parametrize("seed", range(4))
def test_on_its_own_day_a_baseline_differs_from_today_in_nothing_but_later_lines(seed: int) -> None:
    compared = computed(seed, export(seed).as_of)[BaselineVariance].collect()

    variances = compared.select(pl.col("^.*_variance$"))
    assert variances.height
    assert all(set(column.drop_nulls()) <= {0} for column in variances)
