"""Many order lines with what they refer to, always the same ones."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import polars as pl

from models.catalogue import SOURCES

SEED: Final = 20260115
STATES: Final = ("Draft", "scheduled", "acknowledged ", "In_Progress", "on_hold", "completed", "canceled", "open")
ACTIONS: Final = ("add", "Change", "delete", "suspend", "resume", "no_change")
ORDER_TYPES: Final = ("New", "change", "cease", "renewal", "trial")
SPECIFICATION_TYPES: Final = ("product", "service", "resource")
WORDS: Final = ("fibre", "copper", "radio", "voice", "cloud", "edge", "backup", "metro", "access", "transit")
REGIONS: Final = tuple(f"Region {number:03}" for number in range(200))
FIRST_DAY: Final = dt.date(2025, 1, 1)
DAYS: Final = 730

Tables = dict[str, pl.LazyFrame]


def many_orders(lines: int) -> Tables:
    """Every source table by name: so many order lines, a fifth as many orders, and what those refer to."""
    orders, accounts, products, places = (max(1, lines // part) for part in (5, 20, 500, 50))
    dice = np.random.default_rng(SEED)
    drawn = {
        "customer_account": _accounts(dice, accounts),
        "product_offering": _named(dice, "off", products),
        "product_specification": _named(dice, "spec", products).with_columns(
            type=_one_of(dice, SPECIFICATION_TYPES, products)
        ),
        "cmn_location": _locations(dice, places),
        "sn_ind_tmt_orm_order": _orders(dice, orders, accounts),
        "sn_ind_tmt_orm_order_line_item": _lines(dice, lines, (orders, accounts, products, places)),
    }
    empty = {name: table.create_empty(lazy=True) for name, table in SOURCES.items()}
    return empty | {name: _completed(name, frame) for name, frame in drawn.items()}


def _completed(name: str, frame: pl.DataFrame) -> pl.LazyFrame:
    """The frame with every column of its table, typed; those that were not drawn are empty."""
    columns = SOURCES[name].dtypes()
    typed = [
        (pl.col(column) if column in frame.columns else pl.lit(None)).cast(dtype).alias(column)
        for column, dtype in columns.items()
    ]
    return frame.select(typed).lazy()


def _keys(kind: str, positions: np.ndarray) -> pl.Series:
    """Keys as a platform makes them: 32 characters."""
    numbers = pl.DataFrame({"n": positions})["n"].cast(pl.String).str.zfill(32 - len(kind))
    return (pl.Series([kind]) + numbers).alias("key")


def _all_keys(kind: str, count: int) -> pl.Series:
    return _keys(kind, np.arange(count))


def _some_keys(dice: np.random.Generator, kind: str, known: int, count: int, empty: float = 0.05) -> pl.Series:
    """References to known rows, some of which are empty."""
    return _thinned(dice, _keys(kind, dice.integers(0, known, count)), empty)


def _thinned(dice: np.random.Generator, values: pl.Series, empty: float) -> pl.Series:
    return values.set(pl.Series(dice.random(len(values)) < empty), None)


def _one_of(dice: np.random.Generator, words: tuple[str, ...], count: int) -> pl.Series:
    return pl.Series(words).gather(dice.integers(0, len(words), count))


def _days(dice: np.random.Generator, count: int) -> pl.Series:
    return (
        pl.Series(dice.integers(0, DAYS, count) + FIRST_DAY.toordinal() - dt.date(1970, 1, 1).toordinal())
        .cast(pl.Int32)
        .cast(pl.Date)
    )


def _moments(dice: np.random.Generator, count: int) -> pl.Series:
    seconds = pl.Series(dice.integers(0, DAYS * 86_400, count))
    first = int(dt.datetime.combine(FIRST_DAY, dt.time(), tzinfo=dt.UTC).timestamp())
    return ((seconds + first) * 1_000_000).cast(pl.Datetime("us"))


def _named(dice: np.random.Generator, kind: str, count: int) -> pl.DataFrame:
    name = _one_of(dice, WORDS, count) + " " + _one_of(dice, WORDS, count) + " " + _one_of(dice, WORDS, count)
    return pl.DataFrame({"sys_id": _all_keys(kind, count), "name": name.str.to_titlecase()})


def _accounts(dice: np.random.Generator, count: int) -> pl.DataFrame:
    return _named(dice, "acc", count).with_columns(parent=_some_keys(dice, "acc", count, count, empty=0.5))


def _locations(dice: np.random.Generator, count: int) -> pl.DataFrame:
    name = _one_of(dice, REGIONS, count)
    return pl.DataFrame(
        {"sys_id": _all_keys("loc", count), "name": name, "parent": _some_keys(dice, "loc", count, count, empty=0.1)}
    )


def _orders(dice: np.random.Generator, count: int, accounts: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sys_id": _all_keys("ord", count),
            "number": "ORD" + pl.Series(np.arange(count)).cast(pl.String).str.zfill(7),
            "account": _some_keys(dice, "acc", accounts, count),
            "state": _one_of(dice, STATES, count),
            "order_type": _one_of(dice, ORDER_TYPES, count),
            "order_date": _days(dice, count),
        }
    )


def _lines(dice: np.random.Generator, count: int, known: tuple[int, int, int, int]) -> pl.DataFrame:
    orders, accounts, products, places = known
    return pl.DataFrame(
        {
            "sys_id": _all_keys("line", count),
            "number": "OLI" + pl.Series(dice.permutation(count)).cast(pl.String).str.zfill(7),
            "order": _some_keys(dice, "ord", orders, count, empty=0.01),
            "account": _some_keys(dice, "acc", accounts, count, empty=0.5),
            "product_offering": _some_keys(dice, "off", products, count),
            "specification": _some_keys(dice, "spec", products, count),
            "location": _some_keys(dice, "loc", places, count),
            "state": _thinned(dice, _one_of(dice, STATES, count), 0.02),
            "action": _thinned(dice, _one_of(dice, ACTIONS, count), 0.02),
            "quantity": _thinned(dice, pl.Series(dice.integers(1, 500, count)), 0.02),
            "total_price": _thinned(dice, pl.Series(dice.integers(0, 10_000_000, count)) / 100, 0.05),
            "expected_start_date": _thinned(dice, _days(dice, count), 0.1),
            "sys_created_on": _moments(dice, count),
            "approved_on": _thinned(dice, _moments(dice, count), 0.3),
        }
    )
