"""Which baselines a run takes by itself: of work items that reach an approved state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import dataframely as dy
import polars as pl

from models.baseline import APPROVAL, BaselineTaken, RememberedBaselineHeader, RememberedWorkItemState
from models.work_item import Demand, Project
from transforms.baseline.work_item_state import states_seen
from transforms.oversight.identity import identity


def baseline_taken(
    pm_project: dy.LazyFrame[Project],
    dmn_demand: dy.LazyFrame[Demand],
    remembered_work_item_state: dy.LazyFrame[RememberedWorkItemState],
    remembered_baseline_header: dy.LazyFrame[RememberedBaselineHeader],
    *,
    approved_states: dict[str, list[str]],
    as_of: dt.date,
) -> dy.LazyFrame[BaselineTaken]:
    """One `approval <as_of>` for each work item that is in an approved state, and in the last published run was not.

    A work item that the last run did not know was in none. Which states are approved is asked today for both: another
    setting takes no baseline of items that stay as they are. A second run of the same day takes none.
    """
    approved = _approved(states_seen(pm_project, dmn_demand), approved_states)
    before = _approved(remembered_work_item_state, approved_states)
    reached = approved.join(before, on="work_item", how="anti")
    taken = of_work_items(reached, name=f"approval {as_of}", kind=APPROVAL, as_of=as_of)
    return BaselineTaken.cast(taken.join(remembered_baseline_header, on="baseline", how="anti"))


def of_work_items(work_items: pl.LazyFrame, *, name: str, kind: str, as_of: dt.date) -> pl.LazyFrame:
    """One baseline of each work item; its id is that of its work item and name."""
    named = work_items.select("work_item", name=pl.lit(name), created_on=pl.lit(as_of), kind=pl.lit(kind))
    identified = named.with_columns(baseline=identity("baseline", "work_item", "name"))
    return identified.select(BaselineTaken.column_names())


def _approved(states: pl.LazyFrame, approved_states: Mapping[str, Sequence[str]]) -> pl.LazyFrame:
    """The work items in a state that is approved for their table; states compare trimmed and without case."""
    pairs = [(table, _plain(state)) for table, names in approved_states.items() for state in names]
    approved = pl.LazyFrame(pairs, schema={"work_item_table": pl.String, "plain": pl.String}, orient="row").unique()
    plain = pl.col("last_state").str.strip_chars().str.to_lowercase()
    return states.with_columns(plain=plain).join(approved, on=["work_item_table", "plain"], how="semi")


def _plain(state: str) -> str:
    return state.strip().lower()
