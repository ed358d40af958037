"""The laws of the house that a reader should be able to rely on."""

from __future__ import annotations

import ast
import inspect
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from models.catalogue import CONCEPTS, KEPT, LAYERS, MARTS, SOURCES, STEPS
from models.finding import FINDINGS, OVER_EVERYTHING
from models.settings import Settings
from models.table import Table
from pipelines.dictionary import DOCS, PAGES
from transforms.catalogue import all_transforms, reaches

ROOT = Path(__file__).parents[1]
ROOMS = ("models", "transforms", "pipelines")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
EMPTY_WORDS = re.compile(r"util|helper|common|misc|stage\d")
EVERY_TABLE = [table for layer in LAYERS for table in layer.values()]


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def length(function: ast.FunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_belongs_in_it_and_is_named_in_the_words_of_the_domain(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "needs a docstring"
    assert not EMPTY_WORDS.search(path.stem)


def test_functions_are_small() -> None:
    lengths = [length(function) for path in MODULES for function in functions(path)]

    assert statistics.median(lengths) <= 8
    assert statistics.quantiles(lengths, n=10)[-1] <= 25
    assert max(lengths) <= 45


def test_only_warehouse_and_the_file_it_publishes_know_duckdb_and_no_transform_collects_or_reads_the_clock() -> None:
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        if path.name not in ("warehouse.py", "new_warehouse.py", "published_file.py"):
            assert "import duckdb" not in text, path
        if "transforms" in path.parts:
            assert not re.search(r"\.now\(|\.today\(|time\.time|open\(", text), path
        assert "pickle" not in text, path


def test_every_computed_table_has_exactly_one_transform_named_after_it() -> None:
    computed = {transform.table: transform.function.__name__ for transform in all_transforms()}

    for table, function in computed.items():
        assert function == table.table_name()
    assert set(computed) >= {*STEPS.values(), *KEPT, *MARTS.values()} - {STEPS["unknown_reference"]}


def test_a_transforms_parameters_are_named_after_the_tables_it_reads_and_the_settings_it_needs() -> None:
    choices = {*Settings.model_fields, "as_of"}
    for transform in all_transforms():
        for name, table in transform.inputs.items():
            assert name == table.table_name(), transform.function
        assert set(transform.settings) <= choices, transform.function
        assert inspect.getdoc(transform.function), transform.function


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda table: f"{table.layer}.{table.table_name()}")
def test_a_table_says_what_a_row_is_and_every_column_what_it_means(table: type[Table]) -> None:
    assert table.meaning().strip()
    for name, column in table.columns().items():
        assert (column.description or "").strip().endswith("."), name
        assert table.metadata_of(name)["kind"]


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda table: f"{table.layer}.{table.table_name()}")
def test_money_is_exact_and_references_point_to_source_tables(table: type[Table]) -> None:
    for name, dtype in table.dtypes().items():
        facts = table.metadata_of(name)
        assert isinstance(dtype, pl.Decimal) == (facts["kind"] in ("money", "number", "rate")), name
        assert not set(facts.get("tables", ())) - set(SOURCES), name


def test_every_concept_is_in_the_catalogue() -> None:
    held = {module.__name__.removeprefix("models.") for module in CONCEPTS}
    words = {"contribution_reason", "contribution_rule", "drift_cause", "finding", "settings", "stream", "vocabulary"}
    apart = {"__init__", "catalogue", "columns", "table", *words}

    assert {path.stem for path in (ROOT / "models").glob("*.py")} == held | apart


def test_findings_that_are_made_anew_every_night_are_those_that_no_portion_raises() -> None:
    of_portions = {
        transform.function.__name__
        for transform in all_transforms()
        if transform.table.table_name().endswith("_finding") and reaches()[transform.table] == "portion"
    }
    files = (ROOT / "transforms" / "findings").glob("*_finding.py")
    anew = [path.read_text(encoding="utf-8") for path in files if path.stem not in of_portions]

    assert {code for code in FINDINGS if any(f'"{code}"' in text for text in anew)} == set(OVER_EVERYTHING)


def test_every_finding_that_is_raised_is_explained_and_every_explained_one_is_raised() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "transforms" / "findings").glob("*.py"))

    assert {code for code in FINDINGS if f'"{code}"' in sources} == set(FINDINGS)


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_current(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


def test_decisions_that_are_listed_are_there() -> None:
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\((\w+)\.md\)", index))

    assert linked == {path.stem for path in (DOCS / "decisions").glob("*.md")} - {"README"}


def test_the_lock_file_pins_everything_with_hashes_and_names_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9][\w.\[\]-]*==[^\s;]+.*\\$", lock, flags=re.MULTILINE)

    assert len(pinned) > 50
    assert lock.count("--hash=sha256:") >= len(pinned)
    assert not re.search(r"https?://|index-url|find-links|@ file", lock)
