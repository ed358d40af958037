"""The page that says how fast: medians, ratios, growth, and what does not agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.cases import CASES, case_named
from tests.benchmarks.fresh import named
from tests.benchmarks.measurement import Measurement, Suite, layers, loaded, scaled
from tests.benchmarks.report import exponent, growth, write_report
from tests.benchmarks.suite import disagreements

RUNS = (
    Measurement("scan", 1000, 1000, wall=1.0, cpu=1.0, peak=10**8),
    Measurement("scan", 1000, 1000, wall=9.0, cpu=3.0, peak=10**8),
    Measurement("scan", 1000, 1000, wall=2.0, cpu=2.0, peak=10**8),
    Measurement("scan", 100, 100, cpu=0.2),
    Measurement("duckdb_sql", 1000, 1000, wall=5.0, cpu=8.0, check="x"),
    Measurement("plain_python", 1000, 100, wall=3.0, cpu=3.0, check="y"),
    Measurement("first_night", 1000, 1000, wall=9.0, cpu=12.0, peak=10**9, check="x", layers={"step": 4.0}),
    Measurement("pandas_strings", 1000, 1000, failure="ended with -9: no word"),
)
SUITE = Suite(1000, 3, {"processors": "2"}, {1000: 10**8, 100: 10**7}, RUNS)


def test_the_page_has_medians_ratios_scaled_sizes_and_failures(tmp_path: Path) -> None:
    write_report(SUITE, tmp_path / "page.md")

    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "| bare scan of the needed columns (Polars, streaming) | 2.00 | 1.00 to 9.00 | 2.00 | 1.00 | 100 |" in page
    assert "| rollup in DuckDB SQL on string keys | 5.00 | 5.00 to 5.00 | 8.00 | 4.00 |" in page
    assert "(measured on 100, scaled) | 30.00 |" in page
    assert "pandas on string keys: ended with -9: no word |" in page
    assert "| full load: processor time beside the bare scan | <= 6.5 x | 6.00 x |" in page
    assert "![Processor seconds against work items](page-growth.svg)" in page
    assert (tmp_path / "page-growth.svg").read_text(encoding="utf-8").startswith("<svg")


def test_growth_is_the_slope_of_cost_against_size() -> None:
    assert growth(SUITE, "scan") == [(100, 0.2), (1000, 2.0)]
    assert exponent(growth(SUITE, "scan")) == pytest.approx(1.0)
    assert exponent([(10, 1.0), (100, 100.0)]) == pytest.approx(2.0)


def test_what_was_measured_on_a_part_is_scaled_to_the_whole() -> None:
    assert scaled(SUITE.of("plain_python"), "cpu") == 30.0


def test_cases_that_do_not_come_to_the_same_are_named() -> None:
    wrong = replace(SUITE, measurements=(*RUNS, Measurement("polars_strings", 1000, 1000, check="z")))

    assert disagreements(SUITE) == []
    assert disagreements(wrong) == ["figures of 1,000 work items: duckdb_sql, first_night and polars_strings differ"]


def test_what_was_measured_can_be_read_again(tmp_path: Path) -> None:
    SUITE.save(tmp_path / "suite.json")

    assert loaded(tmp_path / "suite.json") == SUITE


def test_a_nights_log_tells_what_each_layer_took() -> None:
    log = [
        "    0.5 s  cost_plan: 3 rows read",
        "    2.0 s  step.subject: 1 rows",
        "    2.5 s  step.budget: 1 rows",
        "done",
    ]

    assert layers(log) == {"start and read": 0.5, "step": 2.0}


def test_every_case_is_there_once_and_its_functions_too() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    for case in CASES:
        assert case_named(case.name) is case
        assert bool(case.function) != bool(case.command), case.name
        for function in filter(None, (case.function, case.check)):
            assert callable(named(function))
