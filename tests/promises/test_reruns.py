"""Promise 4: figures never go backwards unless asked to, and the same rows give the same tables, however they come."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from pipelines import changes
from pipelines.execution import NotPublished, run_night
from tests.promises.spread import spread
from tests.properties.nights import Records, settings_of
from tests.properties.test_published import read
from tests.reference import World, world, write_csv
from tests.reference.world_currencies import in_currencies

WORLDS: Final = range(200, 224)
OF_FILES: Final = {
    "audit.source_file": (
        "source_file",
        "bytes",
        "sha256",
        "distinct_keys",
        "rows_read",
        "rows_accepted",
        "rows_quarantined",
    ),
    "audit.source_file_amount": ("source_file", "amount_accepted", "amount_quarantined", "rows_unreadable"),
    "audit.quarantine": ("source_file", "row_number", "raw"),
    "audit.unused_input": ("source_file", "column", "reason"),
}
"""Columns that say in which file something was, and what of it: all others are the same, however rows are spread."""
PER_FILE: Final = ("audit.source_file", "audit.source_file_amount", "audit.unused_input")
"""Tables with rows for each file: what is left of them is the same, but not how often."""
Tables = dict[str, Records]


def drawn_world(seed: int, *, items: int | None = None) -> World:
    """Odd seeds have rows that are set aside, every fourth one has foreign money."""
    drawn = world(seed, projects=items, demands=items, missing_tables=False, dirty=seed % 2 == 1)
    return in_currencies(drawn, seed) if seed % 4 == 0 else drawn


class Warehouse:
    """A warehouse that a world is published to, day after day, each time from an export of its own."""

    def __init__(self, drawn: World, folder: Path) -> None:
        self.drawn = drawn
        self.folder = folder
        self.file = folder / "warehouse" / "portfolio.duckdb"
        self.said: list[str] = []
        self._exports = 0

    def night(self, write: Callable[[Path], object], *, days: int = 0, allow_older: bool = False) -> Tables:
        """All tables after a night, so many days after that of the world."""
        self._exports += 1
        export = self.folder / f"export {self._exports}"
        export.mkdir(parents=True)
        write(export)
        day = self.drawn.as_of + dt.timedelta(days=days)
        settings = settings_of(replace(self.drawn, as_of=day))
        say = self.said.append
        run_night(export, self.file, as_of=day, settings=settings, allow_older=allow_older, progress=say)
        return read(self.file)

    def as_csv(self, folder: Path) -> None:
        write_csv(self.drawn, folder)

    def spread(self, folder: Path) -> None:
        spread(self.drawn, folder, self.drawn.as_of.toordinal())

    def copy(self, folder: Path) -> Warehouse:
        """The same warehouse in another folder."""
        shutil.copytree(self.file.parent, folder / "warehouse", symlinks=True)
        return Warehouse(self.drawn, folder)


def unequal(found: Tables, expected: Tables) -> list[str]:
    """The tables that are not the same; source rows, findings and what is said of files may be in another order."""
    names = sorted(found.keys() | expected.keys())
    return [name for name in names if _comparable(name, found.get(name)) != _comparable(name, expected.get(name))]


def _comparable(name: str, rows: Records | None) -> object:
    if rows is None:
        return None
    if name in OF_FILES:
        kept = [{column: cell for column, cell in row.items() if column not in OF_FILES[name]} for row in rows]
        return set(_counted(kept)) if name in PER_FILE else _counted(kept)
    return _counted(rows) if name.startswith("source.") or name == "audit.finding" else rows


def _counted(rows: Iterable[dict[str, object]]) -> Counter[tuple[object, ...]]:
    return Counter(tuple(row.values()) for row in rows)


def sums(tables: Tables) -> Counter[tuple[object, ...]]:
    """What files held, table by table and column by column."""
    found: Counter[tuple[object, ...]] = Counter()
    for name in ("audit.source_file", "audit.source_file_amount"):
        for row in tables[name]:
            for column in OF_FILES[name]:
                if column.startswith(("rows_", "amount_")):
                    found[row["source_table"], row.get("column"), column] += row[column]  # type: ignore[assignment]
    return found


def check_spread(seed: int, folder: Path) -> None:
    """The first night and a second one over it are the same from an export in other files, formats and order."""
    plain = Warehouse(drawn_world(seed), folder / "plain")
    other = Warehouse(plain.drawn, folder / "spread")
    first, again = plain.night(plain.as_csv), other.night(other.spread)
    assert unequal(again, first) == []
    assert sums(again) == sums(first)

    third = plain.copy(folder / "copy")
    second, again = plain.night(plain.as_csv, days=40), third.night(third.spread, days=40)
    assert unequal(again, second) == []


@pytest.mark.torture
@pytest.mark.parametrize("seed", WORLDS)
def test_many_worlds_give_the_same_tables_however_they_are_spread(seed: int, tmp_path: Path) -> None:
    check_spread(seed, tmp_path)


@pytest.mark.torture
@pytest.mark.parametrize("seed", [8, 9])
def test_a_night_that_carries_on_takes_rows_for_unchanged_wherever_they_are_now(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Warehouse(drawn_world(seed), tmp_path / "plain")
    plain.night(plain.as_csv)
    other = plain.copy(tmp_path / "copy")
    computed = plain.night(plain.as_csv, days=1)
    monkeypatch.setattr(changes, "FEW_ROWS", 0)

    assert unequal(other.night(other.spread, days=1), computed) == []
    assert "Carried on from" in "".join(other.said)


def test_an_older_night_is_refused_unless_asked_for_and_then_leaves_no_trace(tmp_path: Path) -> None:
    warehouse = Warehouse(drawn_world(3, items=3), tmp_path)
    first = warehouse.night(warehouse.as_csv)
    second = warehouse.night(warehouse.as_csv, days=20)
    version = warehouse.file.resolve()

    with pytest.raises(NotPublished, match=r"is later than .* publishing would turn it back. Use --allow-older"):
        warehouse.night(warehouse.as_csv)
    assert warehouse.file.resolve() == version
    assert unequal(read(warehouse.file), second) == []

    assert unequal(warehouse.night(warehouse.as_csv, allow_older=True), first) == []
    assert unequal(warehouse.night(warehouse.as_csv, days=20), second) == []


def test_a_night_that_is_run_again_on_rows_in_other_files_changes_nothing(tmp_path: Path) -> None:
    warehouse = Warehouse(drawn_world(5, items=3), tmp_path)
    found = warehouse.night(warehouse.as_csv)

    again = warehouse.night(warehouse.spread)

    assert unequal(again, found) == []
    assert sums(again) == sums(found)
