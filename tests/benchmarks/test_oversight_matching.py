"""A million order lines against two hundred rules, beside a rule engine that asks row by row."""

from __future__ import annotations

import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Final, NamedTuple

import polars as pl
import pytest

from models.audit import Admission
from models.catalogue import SOURCES
from models.order import LINE_TABLE
from tests.benchmarks.many_orders import Tables, many_orders
from tests.benchmarks.mixed_conditions import Condition, mixed_conditions, rules
from tests.benchmarks.row_by_row import Asked, asked_row_by_row, rows_of
from transforms.oversight.decision import DecisionTable, one_ruleset
from transforms.oversight.matching import RECORD
from transforms.oversight.rule_input import RuleInput

LINES: Final = 1_000_000
RULES: Final = 200
SAMPLED: Final = 2_000
MOST_SECONDS: Final = 10
MOST_BYTES: Final = 6 * 2**30
CORES: Final = "2"
KIBIBYTE: Final = 1024
ZONE: Final = "Europe/Zurich"


class Measured(NamedTuple):
    """What one child process found."""

    seconds: float
    peak_bytes: int
    matched: int
    rules_matched: int
    by_engine: Asked
    differing: list[tuple[str, str | None, str | None]]
    """Lines for which the two find different rules, of a sample and one of each rule: the line, ours, theirs."""


@pytest.mark.benchmark
def test_a_million_lines_meet_two_hundred_rules_in_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLARS_MAX_THREADS", CORES)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
        measured = child.submit(measure, LINES, RULES).result()

    with capsys.disabled():
        print(told(measured))  # noqa: T201
    assert measured.differing == []
    assert measured.rules_matched >= RULES * 0.95
    assert measured.seconds <= MOST_SECONDS
    assert measured.peak_bytes <= MOST_BYTES


def told(measured: Measured) -> str:
    """The measurements, for people."""
    ours = measured.seconds / (LINES * RULES)
    theirs = measured.by_engine.seconds / measured.by_engine.questions
    minutes = measured.by_engine.seconds / SAMPLED * LINES / 60
    return f"""
{LINES:,} lines x {RULES} rules on {CORES} cores: compiled and matched in {measured.seconds:.1f} s,
peak {measured.peak_bytes / 2**30:.1f} GiB with the tables, {measured.matched:,} lines matched {measured.rules_matched} rules
per line and rule: {ours * 1e9:,.0f} ns, rule-engine {theirs * 1e9:,.0f} ns, {theirs / ours:,.0f} times as long
rule-engine, each line up to its first match: {minutes:,.0f} min (scaled from {SAMPLED:,} lines)"""


def measure(lines: int, count: int) -> Measured:
    """Match all lines, then a sample of them row by row."""
    tables, conditions = many_orders(lines), mixed_conditions(count)
    begin = time.perf_counter()
    matches = first_matches(tables, conditions)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE
    found = matches.select(RECORD, "first_match")
    sampled, one_of_each = found.sample(SAMPLED, seed=1), found.drop_nulls().unique("first_match", maintain_order=True)
    by_engine = asked_row_by_row(rows_of(tables, sampled[RECORD]), conditions)
    again = asked_row_by_row(rows_of(tables, one_of_each[RECORD]), conditions)
    theirs = by_engine.first_matches | again.first_matches
    ours = dict(pl.concat([sampled, one_of_each]).iter_rows())
    differing = [(line, rule, theirs[line]) for line, rule in ours.items() if rule != theirs[line]]
    return Measured(seconds, peak, found["first_match"].count(), len(one_of_each), by_engine, differing)


def first_matches(tables: Tables, conditions: list[Condition]) -> pl.DataFrame:
    """What tieout finds: conditions compiled, references followed, rules matched."""
    counts = [(name, 0, 0, 0) for name in tables]
    admission = pl.LazyFrame(counts, schema=list(Admission.dtypes().items()), orient="row")
    absent = {name: SOURCES[name].create_empty(lazy=True) for name in RuleInput._fields if name in SOURCES}
    known = {**absent, **tables, "oversight_rule": rules(conditions), "admission": admission}
    given = RuleInput(**{name: known[name] for name in RuleInput._fields})
    table = DecisionTable("order_line_item", given, ZONE, "match")
    return table.matches(one_ruleset(tables[LINE_TABLE].select(pl.col("sys_id").alias(RECORD)))).collect()
