"""Admission, second half: required references must point to an admitted row, other unknown ones count as empty."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from .admission import Admitted, Quarantined
from .fiscal_calendar import Calendar
from .rows import Row
from .schema import OPTIONAL_REFERENCES, REQUIRED_REFERENCES, TABLES

BREAKDOWNS = (
    "cost_plan_breakdown",
    "benefit_plan_breakdown",
    "cost_plan_breakdown_baseline",
    "benefit_plan_breakdown_baseline",
)
BUDGETS = ("project_funding", "sn_invst_pln_invst_budget", "sn_invst_pln_invst_budget_baseline")


def admit_references(admitted: Admitted, calendar: Calendar) -> None:
    """Quarantine rows whose required reference points to nothing admitted.

    Tables are judged after those they refer to, so that a quarantined plan takes its rows along.
    """
    for table in admitted.tables:
        _empty_unknown_references(admitted, table)
        required = {
            column: _keys(admitted, targets) for (name, column), targets in REQUIRED_REFERENCES.items() if name == table
        }
        for row in list(admitted.rows(table)):
            defect = _first_defect(table, row, required, calendar)
            if defect is not None:
                admitted.tables[table].remove(row)
                admitted.quarantine.append(Quarantined(table, row.number, row.sys_id, *defect))


def _empty_unknown_references(admitted: Admitted, table: str) -> None:
    """An unknown reference that no total depends on counts as empty."""
    for column in sorted(column.name for column in TABLES[table] if column.kind == "ref"):
        targets = OPTIONAL_REFERENCES.get(f"{table}.{column}") or OPTIONAL_REFERENCES.get(column)
        if targets is None:
            continue
        known = _keys(admitted, targets)
        admitted.tables[table] = [
            row if _requires(table, column, row) or row.text(column) in known else row.without(column)
            for row in admitted.rows(table)
        ]


def _requires(table: str, column: str, row: Row) -> bool:
    """Whether the reference must be known. Of all breakdown rows, only a requirement row needs its cost plan."""
    if (table, column) == ("cost_plan_breakdown", "cost_plan"):
        return row.text("breakdown_type") == "requirement"
    return (table, column) in REQUIRED_REFERENCES


def _first_defect(
    table: str, row: Row, required: Mapping[str, AbstractSet[str]], calendar: Calendar
) -> tuple[str, str] | None:
    """Column and rule of the first broken reference of a row."""
    for column, known in required.items():
        if _requires(table, column, row):
            rule = _defect(table, column, row.text(column), known, calendar)
            if rule is not None:
                return column, rule
    return None


def _defect(table: str, column: str, reference: str | None, known: AbstractSet[str], calendar: Calendar) -> str | None:
    """The rule that one required reference breaks. An investment without funding entity has no work item: no defect."""
    if reference is None:
        return "missing_value" if column == "cost_plan" else None
    if reference not in known:
        return "dangling_reference"
    if column != "fiscal_period":
        return None
    if table in BREAKDOWNS and not calendar.is_base(reference):
        return "not_a_base_period"
    return "no_base_period" if table in BUDGETS and not calendar.base_of(reference) else None


def _keys(admitted: Admitted, tables: tuple[str, ...]) -> set[str]:
    return {row.sys_id for table in tables for row in admitted.rows(table)}
