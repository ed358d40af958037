"""Exports drawn as text, and what admission makes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import polars as pl

from tests.frames import drawn
from transforms.admission import Admitted, admitted
from transforms.fingerprint import Fingerprint
from transforms.typed_table import Part

CALENDAR = """
    sys_id | name     | fiscal_type | start_date_time     | end_date_time
    FY26   | FY26     | year        | 2026-01-01 00:00:00 | 2026-02-28 23:59:59
    Q1     | FY26: Q1 | quarter     | 2026-01-01 00:00:00 | 2026-02-28 23:59:59
    M01    | FY26:M01 | month       | 2026-01-01 00:00:00 | 2026-01-31 23:59:59
    M02    | FY26:M02 | period      | 2026-02-01 00:00:00 | 2026-02-28 23:59:59
    FY99   | FY99     | year        | 2099-01-01 00:00:00 | 2099-12-31 23:59:59
"""
PROJECTS = """
    sys_id | number
    P1     | PRJ1
    P2     | PRJ2
"""
PLANS = """
    sys_id | task
    C1     | P1
"""
Row = Mapping[str, str | None]


def part(rows: Sequence[Row], file: str = "table.csv", unreadable: Mapping[int, str] | None = None) -> Part:
    """A file with these rows, every cell text, and these unreadable records by row number."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    cells = pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in columns}, schema=dict.fromkeys(columns, pl.String)
    )
    return typed_part(cells, file, unreadable)


def typed_part(cells: pl.DataFrame, file: str = "table.parquet", unreadable: Mapping[int, str] | None = None) -> Part:
    """A file with these cells, each column under its canonical name."""
    broken = dict(unreadable or {})
    numbers = pl.Series([n for n in range(1, cells.height + len(broken) + 1) if n not in broken], dtype=pl.Int64)
    records = pl.DataFrame(
        {"row_number": list(broken), "raw": list(broken.values())}, schema={"row_number": pl.Int64, "raw": pl.String}
    )
    fingerprint = Fingerprint(0, hashlib.sha256(file.encode()).hexdigest())
    return Part(file, cells, numbers, {name: name for name in cells.columns}, records, fingerprint)


def admit(zone: str = "UTC", **pictures: str) -> Admitted:
    """What admission makes of an export of one file per table."""
    parts = {table: [part(drawn(picture), f"{table}.csv")] for table, picture in pictures.items()}
    return admitted(parts, instance_time_zone=zone)


def admit_into_calendar(**pictures: str) -> Admitted:
    """The same, with a small calendar, two projects and a cost plan unless drawn otherwise."""
    drawn_by_default = {"fiscal_period": CALENDAR, "pm_project": PROJECTS, "cost_plan": PLANS}
    return admit(**{**drawn_by_default, **pictures})


def keys(outcome: Admitted, table: str) -> list[str]:
    """The keys of the admitted rows of a table."""
    return outcome.tables[table].to_series().to_list()


def reasons(outcome: Admitted, table: str) -> list[tuple[int, str | None, str]]:
    """Row number, column and rule of each quarantined row of a table."""
    rows = outcome.quarantine.filter(source_table=table)
    return rows.select("row_number", "column", "rule").rows()
