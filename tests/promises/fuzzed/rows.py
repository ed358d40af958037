"""Rows of exports as the fuzzer draws them: mostly right, each with a mark by which it is found again."""

from __future__ import annotations

import re
from random import Random
from typing import Final

MARK: Final = re.compile(r"ROW[0-9]{4}Z")
Row = dict[str, str]
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "fm_expense_line": ("sys_id", "state", "date", "amount", "task", "short_description", "u_unused"),
    "pm_project": ("sys_id", "number", "short_description", "start_date", "end_date", "parent", "u_unused"),
    "cost_plan": ("sys_id", "task", "name", "expense_type", "start_fiscal_period", "u_unused"),
}
CELLS: Final[dict[str, tuple[str, ...]]] = {
    "state": ("processed", "processed", "pending", "", "Processed "),
    "date": ("2026-01-05", "2026-01-05 00:00:00", "20260105T000000", "never", "2026-02-30", ""),
    "start_date": ("2026-01-05", "", "05.01.2026"),
    "end_date": ("2026-12-31", "", "0000-00-00"),
    "amount": (
        "1.25",
        "-3",
        "1,234.50",
        "$7",
        "EUR;8.5",
        "99999999999999.9999",
        "100000000000000",
        "1e5",
        "NaN",
        "x",
        "",
    ),
    "expense_type": ("capex", "OpEx", "other", ""),
    "task": ("P1", "P1", "P1", "P9", ""),
    "parent": ("", "", "ROW0000Z", "P9"),
    "start_fiscal_period": ("M01", "FY26", ""),
}
TEXTS: Final = (
    "",
    "plain",
    "a, b; c\td",
    'say "yes"',
    "two\nlines",
    "two\r\nlines",
    'ends in a quote"',
    "'=1+1",
    "=HYPERLINK(1)",
    "<b>&amp;</b>",
    "]]>",
    '{"a": [1, null]}',
    "Zürich, 東京 🏗",
    "\u202eright to left",
    "\ufeffmark",
    "nul\0in it",
    "\x1b[31m",
    "\\N",
    "NULL",
    "a" * 5000,
)


def drawn_rows(draw: Random, table: str, count: int) -> list[Row]:
    """So many rows, each with its own mark as key; now and then a copy, or a row that differs from its copy."""
    rows = [_row(draw, table, number) for number in range(count)]
    for _ in range(draw.choice((0, 0, 1, 2)) if rows else 0):
        rows.insert(
            draw.randint(0, len(rows)), draw.choice(rows) | ({"u_unused": "copy"} if draw.random() < 0.5 else {})
        )
    return rows


def _row(draw: Random, table: str, number: int) -> Row:
    cells = {column: draw.choice(CELLS.get(column, TEXTS)) for column in COLUMNS[table]}
    return cells | {"sys_id": f"ROW{number:04d}Z"}


def with_another_header(draw: Random, names: list[str]) -> list[str]:
    """Names of columns, some of them renamed, doubled, emptied or in another order of letters."""
    changed = list(names)
    for _ in range(draw.choice((1, 1, 2))):
        place = draw.randrange(len(changed))
        changed[place] = draw.choice(
            (
                changed[place].upper(),
                f" {changed[place]} ",
                "",
                draw.choice(names),
                f"{changed[place]}_value",
                "other",
                "é\0",
                '"',
            )
        )
    return changed
