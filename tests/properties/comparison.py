"""Computed tables held against those of the reference: every row, every column, value for value."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tests.reference import Placement, Result

Record = Mapping[str, object]
Records = Sequence[Record]
Key = tuple[object, ...]

KEYS: Final = {
    "mart.work_item": ("work_item",),
    "mart.work_item_rollup": ("work_item",),
    "mart.program": ("program",),
    "mart.portfolio": ("portfolio",),
    "mart.work_item_period": ("work_item", "fiscal_period"),
    "mart.cost_plan": ("cost_plan",),
    "mart.benefit_plan": ("benefit_plan",),
    "mart.cost_plan_breakdown": (
        *("breakdown_type", "cost_plan", "work_item", "fiscal_period"),
        *("expense_type", "resource_type", "planning_item"),
    ),
    "mart.forecast": ("work_item", "duration", "fiscal_period"),
    "mart.cash_flow": ("work_item", "fiscal_period"),
    "mart.investment": ("investment",),
    "mart.planning_item": ("planning_item",),
    "audit.expense_funnel": ("expense_line",),
    "audit.admission": ("source_table",),
    "audit.quarantine": ("source_table", "source_file", "row_number"),
}
"""What tells the rows of a table apart; requirement rows that share it are compared as a multiset."""

PROPERTIES: Final = "sys_properties"
RATIOS: Final = ("planned_roi_pct", "discount_rate", "irr_pct", "discount_factor")
PRECISION: Final = 1e-9
HALF_A_CENT: Final = Fraction(1, 200)
HALF_A_UNIT: Final = 0.5e-4
ROUNDINGS: Final = 1e-14
"""What summing a few discounted floats may be off by, relative to the sum of their sizes."""


def differences(found: Mapping[str, Records], reference: Result, placement: Placement) -> Iterator[str]:
    """Each difference as table, key, column and both values. The reference decides which tables and columns count."""
    expected: dict[str, Records] = {
        **reference.tables,
        "audit.quarantine": _placed(reference.tables["audit.quarantine"], placement),
    }
    leeway = _leeway(reference)
    for table, records in expected.items():
        for key, column, theirs, ours in unequal(KEYS[table], found[table], records):
            if column != "npv" or ours is None or not _rounds(theirs, *leeway[str(key[0])]):
                yield f"{table} {key} {column}: found {theirs!r}, the reference has {ours!r}"


def _placed(quarantine: Records, placement: Placement) -> list[Record]:
    """Quarantined rows by file and record instead of by place in the table."""
    placed: list[Record] = []
    for row in quarantine:
        table, number = str(row["source_table"]), row["row_number"]
        assert isinstance(number, int)
        source_file, row_number = placement[table][number - 1]
        placed.append({**_worded(row), "source_file": source_file, "row_number": row_number})
    return placed


def _worded(row: Record) -> Record:
    """The key of a property is its name."""
    return {column: value for column, value in row.items() if column != "sys_id" or row["source_table"] != PROPERTIES}


def unequal(key: Sequence[str], found: Records, expected: Records) -> Iterator[tuple[Key, str, object, object]]:
    columns = list(dict.fromkeys(column for row in expected for column in row))
    theirs, ours = _by_key(key, columns, found), _by_key(key, columns, expected)
    for one in sorted(theirs.keys() | ours.keys(), key=repr):
        if one not in theirs or one not in ours:
            yield one, "(row)", theirs.get(one), ours.get(one)
            continue
        for column in ours[one]:
            if not _equal(column, theirs[one][column], ours[one][column]):
                yield one, column, theirs[one][column], ours[one][column]


def _by_key(key: Sequence[str], columns: Sequence[str], records: Records) -> dict[Key, Record]:
    groups: dict[Key, list[Record]] = defaultdict(list)
    for record in records:
        one = tuple(record[column] for column in key)
        groups[one].append({column: record[column] for column in columns if column in record})
    return {(*one, place): row for one, rows in groups.items() for place, row in enumerate(sorted(rows, key=_amounts))}


def _amounts(record: Record) -> list[tuple[bool, Decimal]]:
    """What rows of the same key are sorted by; a column is either empty in all of them or in none."""
    amounts = [value for value in record.values() if value is None or isinstance(value, Decimal)]
    return [(value is None, value or Decimal(0)) for value in amounts]


def _equal(column: str, found: object, expected: object) -> bool:
    """Ratios to nine digits, present values to their four decimals, everything else exactly and of the same type."""
    if found is None or expected is None:
        return found is expected
    if column in RATIOS:
        return isinstance(found, float) and math.isclose(
            found, float(str(expected)), rel_tol=PRECISION, abs_tol=PRECISION
        )
    if column == "present_value":
        return math.isclose(float(str(found)), float(str(expected)), rel_tol=PRECISION, abs_tol=HALF_A_UNIT)
    return isinstance(found, Decimal) == isinstance(expected, Decimal) and found == expected


def _leeway(reference: Result) -> dict[str, tuple[Fraction, Fraction]]:
    """Per work item its exact net present value, and how far from it floats may have ended up."""
    sizes: dict[str, float] = defaultdict(float)
    for row in reference.tables["mart.cash_flow"]:
        sizes[str(row["work_item"])] += abs(float(str(row["present_value"] or 0)))
    exact = defaultdict(Fraction, reference.exact_npv)
    items = [str(row["work_item"]) for row in reference.tables["mart.work_item"]]
    return {item: (exact[item], Fraction(sizes[item] * ROUNDINGS)) for item in items}


def _rounds(found: object, exact: Fraction, leeway: Fraction) -> bool:
    """Whether the amount is in cents and the exact value rounds to it, give or take float error: ties go either way."""
    in_cents = isinstance(found, Decimal) and found == round(found, 2)
    return in_cents and abs(Fraction(str(found)) - exact) <= HALF_A_CENT + leeway


def told(seed: int, found: Iterable[str]) -> str:
    """All differences of a world, for people."""
    return "\n".join([f"world {seed}:", *found])
