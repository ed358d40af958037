"""The published warehouse, as far as tonight's may carry it on."""

# ruff: noqa: S608 -- DuckDB takes no parameters for the names of tables; ours come from the models

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from models.audit import Admission, Run
from models.table import Memory, Table
from models.variance_bridge import NIGHT, VarianceBridge
from pipelines.new_warehouse import tables_of_export
from pipelines.published_file import Connection, WarehouseError, reading, registered
from pipelines.readers import OWNER
from pipelines.statements import columns_of, qualified
from pipelines.warehouse import PIECE_ROWS, stored, verify_definitions
from transforms.content import content

ROW: Final = "row of the file"


@dataclass(frozen=True)
class LastNight:
    """A version of a warehouse that can be carried on: it has every table as the models of today define it."""

    path: Path
    as_of: dt.date
    run: pl.DataFrame
    """Its row of audit.run."""
    admission: pl.DataFrame

    @classmethod
    def at(cls, version: Path | None) -> LastNight | str:
        """The version, or why it can't be carried on."""
        if version is None or not version.exists():
            return "there is no warehouse yet"
        try:
            verify_definitions(version)
            found = stored(version, [Run, Admission])
        except WarehouseError:
            return "its tables are not those of this version of tieout"
        return cls(version, found[Run]["as_of"][0], found[Run], found[Admission])

    def rows(self, table: type[Table]) -> pl.DataFrame:
        """All rows of a table; of a memory, of the table that it remembers."""
        kept = _kept(table)
        found = stored(self.path, [kept]).get(kept, kept.create_empty())
        return found.select(table.column_names())

    def hashes(self, table: type[Table]) -> pl.DataFrame:
        """The content of every row of a table, beside its place in the file."""
        none = content(table.create_empty()).with_columns(pl.Series(ROW, [], pl.Int64))
        if table not in tables_of_export(self.admission):
            return none
        with reading(self.path) as connection:
            pieces = [content(rows).with_columns(place) for rows, place in _in_pieces(connection, table)]
        return pl.concat([none, *pieces])

    def rows_at(self, table: type[Table], places: pl.Series) -> pl.DataFrame:
        """The rows of a table at these places."""
        if places.is_empty():
            return table.create_empty()
        with reading(self.path) as connection, registered(connection, places.to_frame(ROW)) as asked:
            rows: pl.DataFrame = connection.sql(
                f"SELECT {columns_of(table)} FROM {qualified(table)} AS held WHERE held.rowid IN "
                f'(SELECT "{ROW}" FROM {asked})'
            ).pl()
        return rows

    def distinct(self, memory: type[Table], columns: Sequence[str]) -> pl.DataFrame:
        """The different values of some columns of what is remembered."""
        named = ", ".join(f'"{column}"' for column in columns)
        with reading(self.path) as connection:
            rows: pl.DataFrame = connection.sql(f"SELECT DISTINCT {named} FROM {qualified(_kept(memory))}").pl()
        return rows

    def remembered(self, memory: type[Table], values: pl.DataFrame) -> pl.DataFrame:
        """The remembered rows that have these values, each with what other columns `values` has beside them."""
        columns = [column for column in values.columns if column in memory.column_names()]
        same = " AND ".join(f'held."{column}" IS NOT DISTINCT FROM asked."{column}"' for column in columns)
        others = ", ".join(f'asked."{column}"' for column in values.columns if column not in columns)
        own = ", ".join(f'held."{column}"' for column in memory.column_names())
        with reading(self.path) as connection, registered(connection, values) as view:
            rows: pl.DataFrame = connection.sql(
                f"SELECT {own}, {others} FROM {qualified(_kept(memory))} AS held JOIN {view} AS asked ON {same}"
            ).pl()
        return rows

    def moved_work_items(self) -> pl.DataFrame:
        """The work items whose estimate last night was not that of the night before."""
        with reading(self.path) as connection:
            rows: pl.DataFrame = connection.sql(
                f"SELECT DISTINCT work_item FROM {qualified(VarianceBridge)} WHERE kind = '{NIGHT}'"
            ).pl()
        return rows

    def copy_to(self, path: Path) -> list[type[Table]]:
        """Copy the file, and say which tables it has."""
        shutil.copyfile(self.path, path)
        path.chmod(OWNER)
        return tables_of_export(self.admission)


def _kept(table: type[Table]) -> type[Table]:
    return table.state if issubclass(table, Memory) else table


def _in_pieces(connection: Connection, table: type[Table]) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
    """Rows of a table, so many at a time, with their places."""
    last = connection.execute(f"SELECT coalesce(max(rowid), -1) FROM {qualified(table)}").fetchall()[0][0]
    for start in range(0, int(last) + 1, PIECE_ROWS):
        found = connection.sql(
            f'SELECT rowid AS "{ROW}", {columns_of(table)} FROM {qualified(table)} '
            f"WHERE rowid >= {start} AND rowid < {start + PIECE_ROWS}"
        ).pl()
        yield found.drop(ROW), found[ROW]
