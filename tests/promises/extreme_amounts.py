"""Worlds whose amounts are as large, as small and as odd as admission lets in, with rates of twelve decimals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Final

from models.catalogue import SOURCES
from models.columns import MONEY_LIMIT_DIGITS, MONEY_SCALE
from tests.reference import World
from tests.reference.drawing import Cells

LARGEST: Final = Decimal(10) ** MONEY_LIMIT_DIGITS - Decimal(1).scaleb(-MONEY_SCALE)
EDGES: Final = (
    LARGEST,
    -LARGEST,
    LARGEST,
    Decimal("0.0001"),
    Decimal("-0.0001"),
    Decimal("49999999999999.998"),
    Decimal("0.005"),
)
RATES: Final = (
    "2",
    "0.000000000001",
    "99999999999999.999999999999",
    "0.333333333333",
    "1.000000000001",
    "0.999999999999",
    "1.005",
)


def at_the_limit(drawn: World, seed: int) -> World:
    """The same world with extreme amounts in the place of most, and extreme rates."""
    draw = Random(seed)
    return replace(
        drawn, tables={table: [_row(draw, table, row) for row in rows] for table, rows in drawn.tables.items()}
    )


def _row(draw: Random, table: str, row: Mapping[str, str | None]) -> Cells:
    source = SOURCES[table]
    money = {column: _amount(draw) for column in source.columns_of_kind("money") if _is_number(row.get(column))}
    rates = {column: _rate(draw) for column in source.columns_of_kind("rate") if _is_number(row.get(column))}
    return {**row, **{column: text for column, text in {**money, **rates}.items() if draw.random() < 0.8}}


def _is_number(text: str | None) -> bool:
    return text is not None and text.replace(".", "").replace("-", "").isdigit()


def _amount(draw: Random) -> str:
    digits = draw.randint(1, MONEY_LIMIT_DIGITS + MONEY_SCALE)
    drawn = Decimal(draw.randrange(10**digits)).scaleb(-MONEY_SCALE) * draw.choice((1, 1, -1))
    return f"{draw.choice((drawn, drawn, *EDGES)):f}"


def _rate(draw: Random) -> str:
    drawn = Decimal(draw.randrange(1, 10 ** draw.randint(1, 16))).scaleb(-12)
    return draw.choice((f"{drawn:f}", f"{drawn:f}", *RATES))
