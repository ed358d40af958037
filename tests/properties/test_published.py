"""The whole job, from export files to the published DuckDB file, on generated worlds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb
import pytest

from pipelines.execution import NotPublished, run_night
from pipelines.new_warehouse import published_tables
from tests.properties.comparison import differences, told
from tests.properties.nights import Records, settings_of
from tests.reference import Placement, ReferenceRefusal, Result, World, compute, world, write_csv, write_mixed
from tests.reference.drawing import Tables

WORLDS: Final = (0, 1, 3, 6, 11)
FLOATS: Final = {"planned_roi", "irr_value", "planned_roi_pct", "discount_rate", "irr_pct", "discount_factor"}
PLAIN_TYPES: Final = {"VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN", "BIGINT", "DOUBLE"}
TABLES: Final = "SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE NOT internal"
COLUMNS: Final = """
    SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal
"""


def drawn_world(seed: int) -> World:
    """Even seeds are clean, odd ones dirty."""
    return world(seed, dirty=seed % 2 == 1)


def reference(drawn: World) -> Result:
    return compute(drawn.tables, as_of=drawn.as_of, settings=drawn.settings)


def publish(drawn: World, folder: Path, *, formats: int = 0) -> tuple[Path, Placement]:
    """Write the world in a mixture of formats, run the job, and return the published file."""
    placement = write_mixed(drawn, folder / "export", formats)
    return run(drawn, folder), placement


def run(drawn: World, folder: Path) -> Path:
    """Run the job on the export in the folder."""
    file = folder / "portfolio.duckdb"
    run_night(folder / "export", file, as_of=drawn.as_of, settings=settings_of(drawn), progress=lambda _line: None)
    return file


@contextmanager
def opened(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(file), read_only=True)
    try:
        yield connection
    finally:
        connection.close()


def read(file: Path) -> dict[str, Records]:
    """Every table of the file, in its order of rows."""
    with opened(file) as connection:
        names = connection.execute("SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
        return {f"{schema}.{table}": _rows(connection, f'{schema}."{table}"') for schema, table in names}


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> Records:
    columns = [name for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]
    return [dict(zip(columns, row, strict=True)) for row in connection.execute(f"FROM {table}").fetchall()]


@pytest.mark.parametrize("seed", WORLDS)
def test_published_tables_equal_the_reference(seed: int, tmp_path: Path) -> None:
    drawn = drawn_world(seed)

    file, placement = publish(drawn, tmp_path, formats=seed)

    found = list(differences(read(file), reference(drawn), placement))
    assert not found, told(seed, found)


def test_the_same_export_gives_the_same_file_content_again(tmp_path: Path) -> None:
    drawn = drawn_world(5)
    first = read(publish(drawn, tmp_path)[0])

    again = read(publish(drawn, tmp_path)[0])

    assert {name.split(".")[0] for name in first} == {table.layer for table in published_tables()}
    assert first == again


@pytest.mark.parametrize("seed", [4, 9])
def test_neither_the_order_of_rows_nor_that_of_files_changes_a_figure(seed: int, tmp_path: Path) -> None:
    drawn = drawn_world(seed)
    in_order = read(publish(drawn, tmp_path / "in order", formats=1)[0])

    shuffled = read(publish(shuffled_rows(drawn, seed), tmp_path / "shuffled", formats=2)[0])

    assert marts(in_order) == marts(shuffled)


def shuffled_rows(drawn: World, seed: int) -> World:
    generator = random.Random(seed)
    return replace(drawn, tables={name: generator.sample(rows, len(rows)) for name, rows in drawn.tables.items()})


def marts(tables: dict[str, Records]) -> dict[str, Records]:
    return {name: rows for name, rows in tables.items() if name.startswith("mart.")}


def test_money_is_decimal_every_type_is_plain_and_everything_is_explained(tmp_path: Path) -> None:
    drawn = world(8, missing_tables=False)
    with opened(publish(drawn, tmp_path)[0]) as connection:
        tables = connection.execute(TABLES).fetchall()
        columns = connection.execute(COLUMNS).fetchall()

    types = {(table, column): kind for table, column, kind, _ in columns}
    assert {column for (_, column), kind in types.items() if kind == "DOUBLE"} <= FLOATS
    assert {kind for kind in types.values() if not kind.startswith("DECIMAL")} <= PLAIN_TYPES
    assert {types[place] for place in money_columns(reference(drawn))} == {"DECIMAL(38,4)"}
    assert [row for row in [*tables, *columns] if not row[-1]] == []


def money_columns(result: Result) -> set[tuple[str, str]]:
    """Table and column wherever the reference has exact amounts."""
    return {
        (table, column)
        for table, records in result.tables.items()
        for row in records
        for column, value in row.items()
        if (isinstance(value, Decimal) and column != "discount_rate") or column == "present_value"
    }


# Refusals


def without_a_month(tables: Tables) -> None:
    """A gap inside a year."""
    tables["fiscal_period"].remove(next(row for row in tables["fiscal_period"] if is_base(row)))


def with_an_overlap(tables: Tables) -> None:
    month = next(row for row in tables["fiscal_period"] if is_base(row))
    tables["fiscal_period"].append({**month, "sys_id": "twice"})


def without_years(tables: Tables) -> None:
    tables["fiscal_period"] = [row for row in tables["fiscal_period"] if "year" not in str(row["fiscal_type"]).lower()]


def without_a_calendar(tables: Tables) -> None:
    del tables["fiscal_period"]


def without_work_items(tables: Tables) -> None:
    del tables["pm_project"], tables["dmn_demand"]


def is_base(row: dict[str, str | None]) -> bool:
    return str(row["fiscal_type"]).strip().lower() in {"month", "period"}


@pytest.mark.parametrize(
    "spoilt", [without_a_month, with_an_overlap, without_years, without_a_calendar, without_work_items]
)
def test_what_the_reference_refuses_is_not_published(spoilt: Callable[[Tables], None], tmp_path: Path) -> None:
    drawn = world(2, missing_tables=False)
    spoilt(drawn.tables)
    with pytest.raises(ReferenceRefusal):
        reference(drawn)

    with pytest.raises(NotPublished):
        publish(drawn, tmp_path)

    assert not (tmp_path / "portfolio.duckdb").exists()


def test_an_export_without_a_required_column_is_not_published(tmp_path: Path) -> None:
    drawn = world(2, missing_tables=False)
    write_csv(drawn, tmp_path / "export")
    lines = tmp_path / "export" / "fm_expense_line.csv"
    lines.write_text(lines.read_text().replace("amount", "how_much", 1))

    with pytest.raises(NotPublished, match="has no column amount"):
        run(drawn, tmp_path)

    assert not (tmp_path / "portfolio.duckdb").exists()
