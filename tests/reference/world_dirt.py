"""Dirt: rows that admission must set aside, each with one defect, and what they take along."""

from collections.abc import Callable

from .drawing import Cells, Draw, Tables
from .schema import TABLES
from .world_calendar import WorldCalendar

NUMBERS = ("abc", "12..5", "1 234.50", "--5", "NaN", "nan", "inf", "-Infinity", "100000000000000", "-123456789012345.5")
FINE_NUMBERS = ("1.2300000", "99999999999999.9999", "0.0000", "-0.00", "1,000.10000")
TOO_FINE = ("1.00001", "-0.123456", "2.00000001")
DATES = ("2026-02-30", "31/12/2026", "yesterday", "2026-13-01", "2026-1-1 25:00:00")
DANGLING = (
    ("cost_plan", "task"),
    ("cost_plan_breakdown", "cost_plan"),
    ("cost_plan_breakdown", "fiscal_period"),
    ("benefit_plan", "task"),
    ("benefit_plan_breakdown", "benefit_plan"),
    ("benefit_plan_breakdown", "fiscal_period"),
    ("project_funding", "task"),
    ("project_funding", "fiscal_period"),
    ("sn_invst_pln_invst_budget", "investment"),
    ("sn_invst_pln_invst_budget", "fiscal_period"),
    ("sn_invst_pln_investment", "funding_entity_id"),
)
AMOUNTS = {
    "cost_plan_breakdown": "value",
    "benefit_plan_breakdown": "value",
    "fm_expense_line": "amount",
    "sn_invst_pln_invst_budget": "amount",
    "project_funding": "capex_budget",
    "sn_invst_pln_investment": "planned_cost",
}


class Dirt:
    """Spoils rows of a world, each at most once; the calendar stays usable."""

    def __init__(self, draw: Draw, tables: Tables, calendar: WorldCalendar) -> None:
        self._draw = draw
        self._tables = tables
        self._calendar = calendar
        self._spoilt: set[int] = set()

    def spread(self, portion: float) -> None:
        """Apply each kind of dirt one to three times, each with the given chance."""
        kinds: list[Callable[[], None]] = [
            self._number,
            self._date,
            self._choice,
            self._flag,
            self._missing_value,
            self._missing_key,
            self._dangling,
            self._longer_period,
            self._empty_period,
            self._copy,
            self._conflict,
            self._plan_gone,
            self._calendar_rows,
        ]
        for kind in kinds:
            for _ in range(self._draw.count(1, 3)):
                if self._draw.chance(portion):
                    kind()

    def _row(self, table: str) -> Cells | None:
        """A row of the table that is still clean; None when there is none."""
        clean = [row for row in self._tables.get(table, []) if id(row) not in self._spoilt]
        if not clean:
            return None
        row = self._draw.pick(clean)
        self._spoilt.add(id(row))
        return row

    def _spoil(self, table: str, column: str, value: str | None) -> None:
        row = self._row(table)
        if row is not None:
            row[column] = value

    def _number(self) -> None:
        """Unreadable, not finite, too large, too fine; and some that look odd but are right."""
        table = self._draw.pick(list(AMOUNTS))
        self._spoil(table, AMOUNTS[table], self._draw.pick([*NUMBERS, *TOO_FINE * 2, *FINE_NUMBERS]))

    def _date(self) -> None:
        table, column = self._draw.pick([("fm_expense_line", "date"), ("pm_project", "start_date")])
        self._spoil(table, column, self._draw.pick(DATES))

    def _choice(self) -> None:
        table, column = self._draw.pick(
            [
                ("resource_type_definition", "expense_type"),
                ("cost_plan_breakdown", "breakdown_type"),
                ("cost_plan_breakdown", "expense_type"),
                ("cost_plan", "expense_type"),
                ("fm_expense_line", "expense_type"),
                ("sn_invst_pln_invst_budget", "expense_type"),
            ]
        )
        self._spoil(table, column, self._draw.pick(["capital", "baseline", "cap ex"]))

    def _flag(self) -> None:
        table, column = self._draw.pick(
            [
                ("sn_invst_pln_financial_migration", "is_budget_migrated"),
                ("sn_align_cmn_int_integrations_setup", "active"),
            ]
        )
        self._spoil(table, column, self._draw.pick(["yes", "2", "wahr"]))

    def _missing_value(self) -> None:
        tables = [name for name in self._tables if name != "fiscal_period"]
        table = self._draw.pick(tables)
        required = [column.name for column in TABLES[table] if not column.may_be_empty and column.kind != "key"]
        if required:
            self._spoil(table, self._draw.pick(required), self._draw.pick([None, ""]))

    def _missing_key(self) -> None:
        table = self._draw.pick([name for name in self._tables if name not in {"fiscal_period", "sys_properties"}])
        self._spoil(table, "sys_id", self._draw.pick([None, ""]))

    def _dangling(self) -> None:
        table, column = self._draw.pick(DANGLING)
        self._spoil(table, column, self._draw.key())

    def _longer_period(self) -> None:
        """A breakdown row on a quarter or a year."""
        table = self._draw.pick(["cost_plan_breakdown", "benefit_plan_breakdown"])
        period = self._draw.pick([*self._calendar.quarters, *self._calendar.years])
        self._spoil(table, "fiscal_period", period.sys_id)

    def _empty_period(self) -> None:
        """A budget row on a period without base periods."""
        if self._calendar.empty:
            table = self._draw.pick(["project_funding", "sn_invst_pln_invst_budget"])
            self._spoil(table, "fiscal_period", self._draw.pick(self._calendar.empty).sys_id)

    def _copy(self) -> None:
        """One or two identical copies of a row, somewhere in its table."""
        self._repeat(self._draw.pick([name for name in self._tables if name != "sys_properties"]), differ=False)

    def _conflict(self) -> None:
        """A copy of a row that differs in an amount or a name."""
        differing = {**AMOUNTS, "pm_project": "short_description", "pm_program": "name", "cost_plan": "name"}
        differing["sn_align_core_planning_item"] = "number"
        self._repeat(self._draw.pick(list(differing)), differ=True, column=differing)

    def _repeat(self, table: str, *, differ: bool, column: dict[str, str] | None = None) -> None:
        row = self._row(table)
        if row is None:
            return
        for _ in range(self._draw.pick([1, 1, 2])):
            copy = dict(row)
            if differ and column is not None:
                copy[column[table]] = f"{self._draw.count(1, 10**6)}.07"
            self._spoilt.add(id(copy))
            self._tables[table].insert(self._draw.count(0, len(self._tables[table])), copy)

    def _plan_gone(self) -> None:
        """A plan or an investment that can't be admitted takes its rows along."""
        table = self._draw.pick(["cost_plan", "benefit_plan", "sn_invst_pln_investment"])
        column = "funding_entity_id" if table == "sn_invst_pln_investment" else "task"
        self._spoil(table, column, self._draw.key())

    def _calendar_rows(self) -> None:
        """Periods of unknown type, or unreadable, beside a calendar that stays whole."""
        start, end = "2026-01-01 00:00:00", "2026-01-07 23:59:59"
        fault = self._draw.pick(["fiscal_type", "start_date_time", "name"])
        row: Cells = {"sys_id": self._draw.key(), "name": "Week 1", "fiscal_type": "year"}
        row |= {"start_date_time": start, "end_date_time": end}
        row[fault] = {"fiscal_type": "week", "start_date_time": "2026-02-31 00:00:00", "name": ""}[fault]
        self._spoilt.add(id(row))
        self._tables["fiscal_period"].append(row)
