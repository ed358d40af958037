"""Hand-drawn inputs for worked examples: a calendar of two years, and tables drawn as text."""

import calendar as months
import datetime as dt

from .drawing import Cells, Tables
from .engine import Result, compute
from .schema import TABLES
from .settings import Settings

AS_OF = dt.date(2026, 5, 15)


def drawn(text: str) -> list[Cells]:
    """Rows of a table drawn with `|`: the first line names the columns; `-` is null."""
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(header, (None if cell == "-" else cell for cell in line), strict=True)) for line in lines]


def fiscal_years(*years: int) -> list[Cells]:
    """Calendar years with months `M2601`, quarters `Q261` and years `Y26`, in UTC."""
    rows: list[Cells] = []
    for year in years:
        short = year % 100
        rows.append(period(f"Y{short}", "year", f"{year}-01-01", f"{year}-12-31"))
        for month in range(1, 13):
            last = months.monthrange(year, month)[1]
            rows.append(period(f"M{short}{month:02d}", "month", f"{year}-{month:02d}-01", f"{year}-{month:02d}-{last}"))
        for quarter in range(4):
            first, last_month = 3 * quarter + 1, 3 * quarter + 3
            last = months.monthrange(year, last_month)[1]
            span = f"{year}-{first:02d}-01", f"{year}-{last_month:02d}-{last}"
            rows.append(period(f"Q{short}{quarter + 1}", "quarter", *span))
    return rows


def period(key: str, kind: str, start: str, end: str) -> Cells:
    """A fiscal period from its first second to its last, in UTC."""
    bounds = {"start_date_time": f"{start} 00:00:00", "end_date_time": f"{end} 23:59:59"}
    return {"sys_id": key, "name": key, "fiscal_type": kind, **bounds}


def tables(**rows: str | list[Cells]) -> Tables:
    """All input tables: those given, the calendar of 2026 and 2027, and the others without rows."""
    filled: Tables = {name: [] for name in TABLES}
    filled["fiscal_period"] = fiscal_years(2026, 2027)
    for name, text in rows.items():
        filled[name] = drawn(text) if isinstance(text, str) else text
    return filled


def without(source: Tables, *missing: str) -> Tables:
    """The same tables, some of them missing."""
    return {name: rows for name, rows in source.items() if name not in missing}


def publish(source: Tables, *, as_of: dt.date = AS_OF, settings: Settings | None = None) -> Result:
    """The reference's result for these tables."""
    return compute(source, as_of=as_of, settings=settings)


def column(result: Result, table: str, key: str, value: str) -> dict[object, object]:
    """One column of a published table by another."""
    return {row[key]: row[value] for row in result.tables[table]}


def one(result: Result, table: str, **where: object) -> dict[str, object]:
    """The only row of a published table with these values."""
    rows = [row for row in result.tables[table] if where.items() <= row.items()]
    if len(rows) != 1:
        raise LookupError(f"{len(rows)} rows of {table} with {where}")
    return rows[0]


def defects(result: Result) -> dict[tuple[str, str | None], tuple[str | None, str]]:
    """Column and rule of every quarantined row, by table and key."""
    rows = result.tables["audit.quarantine"]
    return {(str(row["source_table"]), _text(row["sys_id"])): (_text(row["column"]), str(row["rule"])) for row in rows}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
