"""Small worlds: a test draws the rows that its rule is about, everything else has a default.

Periods are keyed by what they are: `2026-01`, `2026-Q1`, `2026`; the calendar holds 2025 to 2028. There is one project,
P1, with a cost plan C1, a benefit plan B1 and an investment I1, and no money. `laptop` is a capital cost type, `labour`
and `licence` are operating ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from polars.testing import assert_frame_equal

from models.audit import Conservation, Finding
from models.catalogue import SOURCES
from models.figures import WorkItem
from models.settings import Settings
from models.table import Table
from tests.frames import text_frame
from tests.night import Frames, night

AS_OF: Final = "2026-05-15"
FOUR_DECIMALS: Final = 5e-5


def fiscal_years(*years: int) -> str:
    """A calendar of these years with their quarters and months, drawn; in UTC."""
    header = "sys_id | name | fiscal_type | start_date_time | end_date_time"
    return "\n".join([header, *(span for year in years for span in _fiscal_year(year))])


def _fiscal_year(year: int) -> list[str]:
    months = [_span(f"{year}-{n:02}", "month", dt.date(year, n, 1), _first_after(year, n)) for n in range(1, 13)]
    quarters = [
        _span(f"{year}-Q{n}", "quarter", dt.date(year, 3 * n - 2, 1), _first_after(year, 3 * n)) for n in range(1, 5)
    ]
    return [*months, *quarters, _span(f"{year}", "year", dt.date(year, 1, 1), _first_after(year, 12))]


def _first_after(year: int, month: int) -> dt.date:
    return dt.date(year + month // 12, month % 12 + 1, 1)


def _span(name: str, fiscal_type: str, first: dt.date, after: dt.date) -> str:
    last = after - dt.timedelta(days=1)
    return f"{name} | {name} | {fiscal_type} | {first} 00:00:00 | {last} 23:59:59"


TABLES: Final = {
    "fiscal_period": fiscal_years(2025, 2026, 2027, 2028),
    "pm_project": "sys_id \n P1",
    "cost_plan": "sys_id | task \n C1 | P1",
    "benefit_plan": "sys_id | task \n B1 | P1",
    "sn_invst_pln_investment": "sys_id | funding_entity_id \n I1 | P1",
    "resource_type_definition": """
        sys_id  | expense_type
        laptop  | capex
        labour  | opex
        licence | opex
    """,
}
"""What is drawn when a test does not draw it; all other tables are there and have no rows."""

COLUMNS: Final = {
    "cost_plan_breakdown": {
        "breakdown_type": "requirement",
        "cost_plan": "C1",
        "fiscal_period": "2026-01",
        "value": "100",
    },
    "benefit_plan_breakdown": {"benefit_plan": "B1", "fiscal_period": "2026-01", "value": "100"},
    "fm_expense_line": {"state": "processed", "date": "2026-01-15", "amount": "100"},
    "project_funding": {"task": "P1", "fiscal_period": "2026"},
    "sn_invst_pln_invst_budget": {"investment": "I1", "fiscal_period": "2026-01", "amount": "100"},
    "sn_invst_pln_financial_migration": {"task": "P1", "is_budget_migrated": "true"},
    "cost_plan": {"name": "a plan"},
    "benefit_plan": {"name": "a plan"},
}
"""What stands in a column that a test does not draw."""


@dataclass(frozen=True)
class Night:
    """What a night made of a world."""

    frames: Frames

    def rows(self, table: type[Table], **where: object) -> pl.DataFrame:
        """The rows of a table whose columns equal the values of `where`."""
        return self.frames[table].filter(**where).collect()

    def shows(self, table: type[Table], picture: str, **where: str) -> None:
        """Assert that these, in any order, are the rows of a table, in the columns drawn.

        Floats are compared at the four decimals that a picture has room for, everything else exactly.
        """
        expected = text_frame(table, picture).select(columns_drawn(table, picture))
        found = self.rows(table, **where).select(expected.columns)
        assert_frame_equal(found, expected, check_row_order=False, abs_tol=FOUR_DECIMALS, rel_tol=0)

    def figure(self, column: str, of: str = "P1", table: type[Table] = WorkItem) -> Any:
        """One value of one work item."""
        return self.rows(table, work_item=of).get_column(column).item()

    def findings(self, code: str) -> list[dict[str, Any]]:
        """The findings of one kind."""
        return self.rows(Finding, code=code).to_dicts()


def tonight(
    *, as_of: str = AS_OF, settings: Settings | None = None, without: Collection[str] = (), **pictures: str
) -> Night:
    """A night over the tables drawn, under their names, the defaults, and none of the tables `without`.

    Every law of conservation must hold in every world of the specification.
    """
    tables = admitted(without=without, **pictures)
    outcome = Night(night(tables, as_of=dt.date.fromisoformat(as_of), settings=settings))
    assert broken_laws(outcome) == []
    return outcome


def broken_laws(of: Night) -> list[dict[str, Any]]:
    """The laws of conservation that do not hold in a night."""
    return of.rows(Conservation, holds=False).to_dicts()


def admitted(*, without: Collection[str] = (), **pictures: str) -> dict[type[Table], pl.DataFrame]:
    """The admitted tables of a world: those drawn and the defaults.

    Raises ValueError for a picture that admission would not let through.
    """
    drawn = {**dict.fromkeys(SOURCES, ""), **TABLES, **pictures}
    tables = {name: source_rows(name, picture) for name, picture in drawn.items() if name not in without}
    for name, rows in tables.items():
        _refuse_unknown_references(name, rows, tables)
    return {SOURCES[name]: rows for name, rows in tables.items()}


def _refuse_unknown_references(name: str, rows: pl.DataFrame, tables: dict[str, pl.DataFrame]) -> None:
    for column in SOURCES[name].columns_of_kind("reference"):
        facts = SOURCES[name].metadata_of(column)
        known = {key for target in facts["tables"] if target in tables for key in tables[target]["sys_id"]}
        unknown = set(rows[column].drop_nulls()) - known
        if unknown and facts["dangling"] != "keep":
            raise ValueError(f"{name}.{column} points to {unknown}, which nobody has drawn")


def source_rows(name: str, picture: str, usual_values: Mapping[str, Mapping[str, str]] = COLUMNS) -> pl.DataFrame:
    """The rows of a source table, with the usual values of columns that are not drawn and their place as key."""
    table = SOURCES[name]
    if not picture:
        return table.create_empty()
    header, *lines = [line for line in picture.splitlines() if line.strip()]
    columns = columns_drawn(table, header)
    usual = {column: value for column, value in usual_values.get(name, {}).items() if column not in columns}
    if "sys_id" in set(table.columns()) - set(columns):
        lines = [f"{line} | {name} {place}" for place, line in enumerate(lines, start=1)]
        header += " | sys_id"
    completed = [" | ".join(line) for line in ([header, *usual], *([line, *usual.values()] for line in lines))]
    return table.validate(text_frame(table, "\n".join(completed)))


def columns_drawn(table: type[Table], picture: str) -> list[str]:
    """The header of a picture, of columns that the table has."""
    header = picture.strip().partition("\n")[0]
    columns = [cell.strip() for cell in header.split("|") if cell.strip()]
    unknown = set(columns) - set(table.columns())
    if unknown:
        raise ValueError(f"{table.table_name()} has no column {unknown}")
    return columns
