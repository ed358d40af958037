"""The first condition that each row meets is the same whether values or rows are asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.catalogue import SOURCES
from transforms.condition import first_met as by_values
from transforms.condition.first_met import first_met
from transforms.condition.predicate import Reading
from transforms.condition.scopes import scope
from transforms.encoded_query import Compiled, compiled

READING: Final = Reading(scope("order_line_item", SOURCES.keys()), "Europe/Zurich", "match")
MIDNIGHT: Final = dt.datetime.fromisoformat("2026-03-01T23:00:00")
"""In UTC, the beginning of 2026-03-02 in Zurich."""
STEP: Final = Decimal("0.0001")
VALUES: Final[dict[str, tuple[list[Any], pl.DataType]]] = {
    "state": (["", "open", "closed", "open late", None], pl.String()),
    "action": (["add", "change", None], pl.String()),
    "quantity": ([None, *(Decimal(at) + by * STEP for at in (-1, 0, 2, 10) for by in (-1, 0, 1))], pl.Decimal(38, 4)),
    "total_price": ([None, *(Decimal(at) + by * STEP for at in (2, 3) for by in (-1, 0, 1))], pl.Decimal(38, 4)),
    "expected_start_date": ([None, *(dt.date(2026, 3, day) for day in (1, 2, 3, 4))], pl.Date()),
    "approved_on": (
        [None, *(MIDNIGHT + dt.timedelta(microseconds=by, days=days) for by in (-1, 0, 1) for days in (0, 1))],
        pl.Datetime("us"),
    ),
}
TEXTS: Final = ("=open", "!=open", "INopen,closed", "NOT INclosed", "LIKEo", "NOT LIKEope", "STARTSWITHop", "=", "!=")
NUMBERS: Final = (
    "=2",
    "=2.00005",
    "!=2",
    ">2",
    ">=2.00005",
    "<2",
    "<=10",
    "IN0,2,10",
    "NOT IN2",
    "BETWEEN-1@2",
    "LIKE1",
)
DAYS: Final = ("=2026-03-02", "!=2026-03-02", ">2026-03-02", "<=2026-03-02", "BETWEEN2026-03-01@2026-03-03", "LIKE-02")
MOMENTS: Final = (">2026-03-01 23:00:00", "<=2026-03-01 23:00:00", "=2026-03-01 23:00:00", "!=2026-03-02 12:00:00")
ANY: Final = ("ISEMPTY", "ISNOTEMPTY", "ANYTHING")
SAID: Final = {
    "state": (*TEXTS, *ANY, "SAMEASaction"),
    "action": (*TEXTS, *ANY),
    "quantity": (*NUMBERS, *ANY, "SAMEAStotal_price", "NSAMEAStotal_price"),
    "total_price": (*NUMBERS, *ANY),
    "expected_start_date": (*DAYS, *MOMENTS, *ANY, "SAMEASapproved_on"),
    "approved_on": (*DAYS, *MOMENTS, *ANY),
}

terms = st.sampled_from([field + said for field, ways in SAID.items() for said in ways])
queries = st.lists(
    st.tuples(st.sampled_from(("^", "^", "^OR", "^NQ")), terms).map("".join), min_size=1, max_size=5
).map(lambda parts: "".join(parts).removeprefix("^").removeprefix("OR").removeprefix("NQ"))
conditions = st.lists(st.one_of(queries, st.just(""), st.none()), max_size=90)
rows = st.lists(st.tuples(*(st.sampled_from(values) for values, _ in VALUES.values())), max_size=12)


def frame(drawn: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(drawn, schema={name: dtype for name, (_, dtype) in VALUES.items()}, orient="row")


def asked(texts: Sequence[str | None]) -> list[Compiled | None]:
    return [None if text is None else compiled(text, READING) for text in texts]


def row_by_row(lines: pl.DataFrame, compileds: Sequence[Compiled | None]) -> list[int | None]:
    """Each row and each condition by itself."""
    met = [None if one is None else lines.with_columns(holds=one.holds)["holds"] for one in compileds]
    return [
        next((place for place, holds in enumerate(met) if holds is not None and holds[row]), None)
        for row in range(len(lines))
    ]


@pytest.mark.parametrize("repeats", [True, False])
@settings(deadline=None, max_examples=150, derandomize=True)
@given(drawn=rows, texts=conditions)
def test_values_answer_for_rows(drawn: list[tuple[Any, ...]], texts: list[str | None], *, repeats: bool) -> None:
    """Up to some 150 groups on six fields, whether or not the values of fields repeat."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_values, "_repeats", lambda _rows: repeats)
        patch.setattr(by_values, "BLOCK", 5)
        lines, compileds = frame(drawn), asked(texts)
        assert first_met(lines, compileds).to_list() == row_by_row(lines, compileds)


@pytest.mark.parametrize("field", ["quantity", "total_price", "expected_start_date", "approved_on"])
def test_between_cuts_every_value_answers_alike(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_values, "_repeats", lambda _rows: False)
    values, dtype = VALUES[field]
    lines = pl.DataFrame({field: pl.Series(values, dtype=dtype)})
    for said in SAID[field]:
        if "SAMEAS" not in said:
            compileds = asked([field + said])
            assert first_met(lines, compileds).to_list() == row_by_row(lines, compileds), said


def test_the_earliest_condition_comes_first_in_every_word() -> None:
    """200 conditions are four words; row 130 meets only the condition 130, row 0 the first of all."""
    lines = pl.DataFrame({"quantity": pl.Series(range(200)).cast(pl.Decimal(38, 4))})
    assert first_met(lines, asked([f"quantity={place}" for place in range(200)])).to_list() == list(range(200))
    assert first_met(lines, asked([f"quantity>={199 - place}" for place in range(200)])).to_list()[130] == 69


def test_nothing_is_met_where_there_is_nothing() -> None:
    lines = frame([("open", None, None, None, None, None)])
    assert first_met(lines, []).to_list() == [None]
    assert first_met(lines, [None, None]).to_list() == [None]
    assert first_met(lines.clear(), asked(["state=open"])).to_list() == []
    assert first_met(lines, asked([None, "", "state=open"])).to_list() == [1]
