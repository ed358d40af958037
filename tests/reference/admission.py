"""Admission, first half: every row is read value by value and compared with its copies; the rest is quarantined."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from .refusal import ReferenceRefusal
from .rows import Row
from .schema import TABLES, Column
from .values import DefectError, Value, read

Cells = Mapping[str, str | None]


@dataclass(frozen=True)
class Quarantined:
    """A row that was set aside, with its first defect."""

    source_table: str
    row_number: int
    sys_id: str | None
    column: str | None
    rule: str


@dataclass
class Admitted:
    """The accepted rows of every table that is present, and everything set aside."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    quarantine: list[Quarantined] = field(default_factory=list)

    def rows(self, table: str) -> list[Row]:
        """Accepted rows; none when the table is missing."""
        return self.tables.get(table, [])

    def by_key(self, table: str) -> dict[str, Row]:
        """Accepted rows by sys_id."""
        return {row.sys_id: row for row in self.rows(table)}

    def has(self, *tables: str) -> bool:
        """Whether all of these tables are present, be it without rows."""
        return all(table in self.tables for table in tables)


@dataclass(frozen=True)
class _Reading:
    """A row as read: its values, its first defect if any, and what it is compared by."""

    row: Row
    key: str | None
    defect: tuple[str, str] | None
    signature: tuple[Value, ...]


def admit_values(tables: Mapping[str, Sequence[Cells]], zone: ZoneInfo) -> Admitted:
    """Read every known table; rows with a defect of their own and copies are quarantined."""
    admitted = Admitted()
    for name, columns in TABLES.items():
        if name in tables:
            admitted.tables[name] = _admit_table(name, columns, tables[name], zone, admitted.quarantine)
    return admitted


def _admit_table(
    name: str, columns: Sequence[Column], rows: Sequence[Cells], zone: ZoneInfo, quarantine: list[Quarantined]
) -> list[Row]:
    _refuse_missing_columns(name, columns, rows)
    readings = [_read_row(columns, number, cells, zone) for number, cells in enumerate(rows, start=1)]
    copies = _copy_defects(readings)
    accepted = []
    for reading in readings:
        defect = reading.defect or copies.get(reading.row.number)
        if defect is None:
            accepted.append(reading.row)
        else:
            sys_id = reading.row.text("sys_id")
            quarantine.append(Quarantined(name, reading.row.number, sys_id, *defect))
    return accepted


def _refuse_missing_columns(name: str, columns: Sequence[Column], rows: Sequence[Cells]) -> None:
    """A required column that no row has is an error of the whole run, not of its rows."""
    present = {column for cells in rows for column in cells}
    missing = [column.name for column in columns if column.required and column.name not in present]
    if rows and missing:
        raise ReferenceRefusal(f"{name}: required columns are missing: {', '.join(missing)}")


def _read_row(columns: Sequence[Column], number: int, cells: Cells, zone: ZoneInfo) -> _Reading:
    """Values and first defect, in the order of the columns. What can't be read stays as text for comparing copies."""
    values: dict[str, Value] = {}
    defect: tuple[str, str] | None = None
    for column in columns:
        text = cells.get(column.name) or None
        try:
            values[column.name] = _read_cell(column, text, zone)
        except DefectError as found:
            defect = defect or (column.name, str(found))
            values[column.name] = text
    key = next((cells.get(column.name) or None for column in columns if column.kind == "key"), None)
    return _Reading(Row(number, values), key, defect, tuple(values.values()))


def _read_cell(column: Column, text: str | None, zone: ZoneInfo) -> Value:
    value = read(column.kind, text, zone)
    if value is None and not column.may_be_empty:
        raise DefectError("missing_key" if column.kind == "key" else "missing_value")
    return value


def _copy_defects(readings: Sequence[_Reading]) -> dict[int, tuple[str, str]]:
    """Rows of one key: if all are alike the first stays and the others are duplicates, else all are in conflict."""
    copies = defaultdict(list)
    for reading in readings:
        if reading.key is not None:
            copies[reading.key].append(reading)
    defects = {}
    for group in copies.values():
        alike = len({reading.signature for reading in group}) == 1
        for reading in group[1:] if alike else group:
            defects[reading.row.number] = ("sys_id", "duplicate_row" if alike else "conflicting_duplicate")
    return defects


def admission_table(tables: Mapping[str, Sequence[Cells]], admitted: Admitted) -> list[dict[str, object]]:
    """`audit.admission`: rows read = rows accepted + rows quarantined, per table that is present."""
    quarantined = Counter(row.source_table for row in admitted.quarantine)
    return [
        {
            "source_table": name,
            "rows_read": len(tables[name]),
            "rows_accepted": len(admitted.rows(name)),
            "rows_quarantined": quarantined[name],
        }
        for name in TABLES
        if name in tables
    ]
