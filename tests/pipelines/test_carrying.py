"""A night that carries the last one on publishes the same tables, row by row, as one that computes everything."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import duckdb
import pytest

from models.settings import Settings
from pipelines import changes, new_warehouse
from pipelines.execution import run_night
from pipelines.target import kept_beside
from tests.properties.nights import settings_of
from tests.reference.world_files import write_csv
from tests.reference.worlds import World, world

AMOUNTS: Final = {
    "cost_plan_breakdown": "value",
    "benefit_plan_breakdown": "value",
    "fm_expense_line": "amount",
    "sn_invst_pln_invst_budget": "amount",
    "pm_project": "discount_rate",
}
"""Tables of work items, and a column of theirs that is changed from night to night."""
SEEDS: Final = 2
NIGHTS: Final = 2


@dataclass
class Place:
    """A folder with an export and a warehouse, and what runs there have told."""

    folder: Path
    told: list[str] = field(default_factory=list)

    @property
    def warehouse(self) -> Path:
        return self.folder / "portfolio.duckdb"

    def run(self, drawn: World, *, settings: Settings | None = None, rebuild: bool = False) -> str:
        """Run a night over the warehouse; returned is what it says about last night."""
        export = self.folder / "export"
        shutil.rmtree(export, ignore_errors=True)
        export.mkdir(parents=True)
        write_csv(drawn, export)
        chosen = settings or settings_of(drawn)
        run_night(
            export, self.warehouse, as_of=drawn.as_of, settings=chosen, rebuild=rebuild, progress=self.told.append
        )
        return next(line for line in reversed(self.told) if line.startswith(("Carried on", "Every work item")))

    def copied_to(self, folder: Path) -> Place:
        """The same nights in another folder."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Place(folder)


@pytest.fixture(autouse=True)
def _even_a_small_night_is_carried_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "FEW_ROWS", 0)
    monkeypatch.setattr(changes, "MOST_CHANGED", 1.0)
    monkeypatch.setattr(new_warehouse, "MANY_TAKEN_OUT", 200)


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where there has been one night."""
    place = Place(tmp_path_factory.mktemp("first") / "night")
    assert place.run(a_world()) == "Every work item is computed: there is no warehouse yet."
    return place


@pytest.fixture
def place(first_night: Place, tmp_path: Path) -> Place:
    """A copy of it that a test may go on with."""
    return first_night.copied_to(tmp_path / "carried")


def a_world(seed: int = 1) -> World:
    drawn = world(seed, projects=7, demands=3, dirty=seed % 2 == 0, missing_tables=False)
    return replace(drawn, as_of=first_day_of_a_period(drawn))


def first_day_of_a_period(drawn: World) -> dt.date:
    """A day after which no period ends for some days."""
    ends = sorted(str(row["end_date_time"])[:10] for row in drawn.tables["fiscal_period"])
    return dt.date.fromisoformat(ends[len(ends) // 2]) + dt.timedelta(days=3)


def changed(drawn: World, dice: random.Random) -> World:
    """The next night: of some tables a row is other, one is gone, and one is new."""
    tables = {name: [dict(row) for row in rows] for name, rows in drawn.tables.items()}
    for name, column in dice.sample(sorted(AMOUNTS.items()), 2):
        rows = tables[name]
        rows[dice.randrange(len(rows))][column] = str(dice.randrange(1, 90))
        if name != "pm_project":
            rows.append({**dice.choice(rows), "sys_id": f"new {name} {dice.random()}"})
            rows.pop(dice.randrange(len(rows) - 1))
    dice.shuffle(tables["fm_expense_line"])
    return replace(drawn, tables=tables, as_of=drawn.as_of + dt.timedelta(days=1))


def differences(one: Path, other: Path) -> list[str]:
    """The tables of two files that do not have the same rows."""
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"ATTACH '{path.resolve()}' AS {name} (READ_ONLY)")
        tables = connection.execute(
            "SELECT schema_name || '.\"' || table_name || '\"' FROM duckdb_tables() WHERE database_name = 'one'"
        ).fetchall()
        return [table for (table,) in tables if not _equal(connection, table)]


def _equal(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    queries = (
        f"SELECT count(*) FROM (SELECT * FROM {a}.{table} EXCEPT ALL SELECT * FROM {b}.{table})"
        for a, b in (("one", "other"), ("other", "one"))
    )
    return not any(connection.execute(query).fetchall()[0][0] for query in queries)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_carried_nights_and_computed_ones_are_the_same(seed: int, tmp_path: Path) -> None:
    dice, drawn, place = random.Random(seed), a_world(seed), Place(tmp_path / "carried")
    place.run(drawn)
    computed = place.copied_to(tmp_path / "computed")
    for _ in range(NIGHTS):
        drawn = changed(drawn, dice)

        assert place.run(drawn).startswith("Carried on")
        assert computed.run(drawn, rebuild=True) == "Every work item is computed: it was asked for."
        assert differences(place.warehouse, computed.warehouse) == []


def test_a_night_without_any_change_is_carried_on_and_so_is_one_that_runs_again(place: Place, tmp_path: Path) -> None:
    drawn, computed = a_world(), place.copied_to(tmp_path / "computed")
    for days in (1, 1, 2):
        tonight = replace(drawn, as_of=drawn.as_of + dt.timedelta(days=days))

        assert ": 0 of " in place.run(tonight)
        computed.run(tonight, rebuild=True)
        assert differences(place.warehouse, computed.warehouse) == []


Change = Callable[[World], World]


def with_row(table: str, **cells: str) -> Change:
    """A change of the first row of a table."""

    def change(drawn: World) -> World:
        rows = [dict(row) for row in drawn.tables[table]]
        rows[0] |= cells
        return replace(drawn, tables={**drawn.tables, table: rows})

    return change


def without(table: str) -> Change:
    return lambda drawn: replace(drawn, tables={name: rows for name, rows in drawn.tables.items() if name != table})


def months_later(drawn: World) -> World:
    return replace(drawn, as_of=drawn.as_of + dt.timedelta(days=70))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (months_later, "a period has ended since"),
        (with_row("pm_program", name="Another name"), "pm_program has changed"),
        (without("sn_invst_pln_financial_migration"), "the export has other tables (sn_invst_pln_financial_migration)"),
    ],
)
def test_what_concerns_every_work_item_has_all_of_them_computed(place: Place, change: Change, reason: str) -> None:
    assert f"Every work item is computed: {reason}" in place.run(change(a_world()))


def test_other_settings_have_everything_computed(place: Place) -> None:
    drawn = a_world()
    sign = (
        "benefit_minus_cost" if settings_of(drawn).planned_return_sign != "benefit_minus_cost" else "cost_minus_benefit"
    )
    other = settings_of(drawn).model_copy(update={"planned_return_sign": sign})

    assert "settings or version have changed" in place.run(drawn, settings=other)


def test_when_most_has_changed_everything_is_computed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST_CHANGED", 0.0)

    assert "rows are of work items that have changed" in place.run(changed(a_world(), random.Random(1)))


def test_few_rows_are_computed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "FEW_ROWS", 100_000)

    assert "rows of work items are soon computed" in place.run(a_world())


def test_a_file_that_is_not_as_it_was_computed_is_not_carried_on(place: Place, tmp_path: Path) -> None:
    """Figures of a work item that has changed were tampered with, the checksum too: everything is computed."""
    drawn, computed = a_world(), place.copied_to(tmp_path / "computed")
    version = place.warehouse.resolve()
    version.chmod(0o644)
    with duckdb.connect(str(version)) as connection:
        connection.execute("UPDATE mart.work_item SET estimated_cost = 17, name = 'Tampered with'")
    kept_beside(version).unlink()
    tonight = changed(drawn, random.Random(3))

    assert "mart.work_item are not as they were computed" in place.run(tonight)
    computed.run(tonight, rebuild=True)
    assert differences(place.warehouse, computed.warehouse) in ([], ['history."work_item"'])
