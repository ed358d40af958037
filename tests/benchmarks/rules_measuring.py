"""The first of 200 rules that each order line meets: ours, and what others would be asked to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

import polars as pl

from tests.benchmarks.case import Place, Timed
from tests.benchmarks.rules_lines import (
    COLUMNS,
    DATES,
    NUMBERS,
    Rule,
    encoded,
    in_polars,
    in_sql,
    in_zen,
    order_lines,
    seven_column_rules,
)

RULES: Final = 200
CHECKED: Final = 1_000
DECISION: Final = "first match"


def ours(place: Place) -> Timed:
    """Conditions are compiled before, as a run compiles them once."""
    from models.catalogue import SOURCES  # noqa: PLC0415
    from transforms.condition.first_met import first_met  # noqa: PLC0415
    from transforms.condition.predicate import Reading  # noqa: PLC0415
    from transforms.condition.scopes import scope  # noqa: PLC0415
    from transforms.encoded_query import compiled  # noqa: PLC0415

    reading = Reading(scope("order_line_item", SOURCES.keys()), "Europe/Zurich", "match")
    conditions = [compiled(encoded(rule), reading) for rule in seven_column_rules(RULES)]
    lines = order_lines(place.items)
    return lambda: first_met(lines, conditions)


def polars_when(place: Place) -> Timed:
    """One chain of when, then."""
    lines = order_lines(place.items)
    chain: Any = pl
    for number, rule in enumerate(seven_column_rules(RULES)):
        chain = chain.when(in_polars(rule)).then(pl.lit(number, pl.UInt32))
    return lambda: lines.lazy().select(place=chain).collect(engine="streaming").to_series()


def duckdb_case(place: Place) -> Timed:
    """One CASE over a table of DuckDB, on one thread."""
    import duckdb  # noqa: PLC0415

    lines = order_lines(place.items)
    connection = duckdb.connect(config={"threads": 1})
    connection.register("arrow", lines.to_arrow())
    connection.execute("CREATE TABLE lines AS SELECT * FROM arrow")
    asked = " ".join(f"WHEN {in_sql(rule)} THEN {number}" for number, rule in enumerate(seven_column_rules(RULES)))
    query = f"SELECT CASE {asked} END AS place FROM lines"
    return lambda: pl.Series(pl.from_arrow(connection.sql(query).to_arrow_table())["place"])


def zen_batch(place: Place) -> Timed:
    """A decision table of the zen engine, all lines in one batch."""
    import zen  # noqa: PLC0415

    engine = zen.ZenEngine({"loader": {"type": "static", "content": {DECISION: _decision(seven_column_rules(RULES))}}})
    numbers = [pl.col(name).cast(pl.Float64) for name in NUMBERS]
    days = [pl.col(name).cast(pl.Int32) for name in DATES]
    rows = order_lines(place.items).select(COLUMNS).with_columns(*numbers, *days).to_dicts()
    requests = [{"key": DECISION, "context": row} for row in rows]
    return lambda: [answer["data"]["result"].get("place") for answer in engine.evaluate_batch(requests)]


def _decision(rules: list[Rule]) -> dict[str, Any]:
    """The decision as the engine reads it: input, table, output."""
    cells = [{"_id": f"rule{number}", **in_zen(rule), "answer": str(number)} for number, rule in enumerate(rules)]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in COLUMNS],
        "outputs": [{"id": "answer", "name": "place", "field": "place"}],
        "rules": [{name: row.get(name, "") for name in ("_id", *COLUMNS, "answer")} for row in cells],
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def matches_of_the_first(_place: Place, places: Iterable[int | None]) -> str:
    """A short text for the matches of the first lines."""
    first = [None if place is None else int(place) for place in list(places)[:CHECKED]]
    return hashlib.sha256(json.dumps(first).encode()).hexdigest()[:16]
