"""The README tells the truth: its queries run, its options and commands are those there are, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from models.catalogue import AUDITS, MARTS, VIEWS
from pipelines.cli import app
from tests.golden.sample_run import published_sample
from tests.published import table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [path for path in [ROOT / "README.md", *ROOT.glob("data/*.md"), *ROOT.glob("docs/**/*.md")] if path.is_file()]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample's warehouse where `make run` puts it."""
    folder = tmp_path_factory.mktemp("readme")
    published_sample(folder / "out")
    return folder


def test_both_queries_answer_the_question_alike(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    in_duckdb = table(folder / "out" / "portfolio.duckdb", f"({blocks('sql')[0]})")
    names: dict[str, Any] = {}

    exec(blocks("python")[0], names)

    assert in_duckdb.height > 0
    assert in_duckdb.equals(names["overruns"])


def test_the_funnel_query_shows_lines_that_were_left_out(folder: Path) -> None:
    found = table(folder / "out" / "portfolio.duckdb", f"({blocks('sql')[1]})")

    assert found.filter(pl.col("outcome") != "counted").height > 0


def test_the_query_for_files_shows_each_file_and_its_money(folder: Path) -> None:
    found = table(folder / "out" / "portfolio.duckdb", f"({blocks('sql')[2]})")

    assert found["source_file"].to_list() == ["fm_expense_line.csv"]
    assert found["amount_accepted"].item() > 0


def test_the_bridge_is_the_one_that_the_command_prints(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (command,) = re.findall(r"tieout (bridge .*--baseline .*)", README)
    (example,) = [block for block in blocks("text") if "estimate at completion" in block]

    outcome = CliRunner().invoke(app, shlex.split(command))

    shown = {line.strip() for line in outcome.stdout.splitlines()}
    assert [line for line in example.splitlines() if line.strip() not in shown] == []


def test_every_command_and_option_is_documented() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]

    assert [name for name in commands if f"tieout {name}" not in README] == []
    run_options = [option for parameter in commands["run"].params for option in parameter.opts]
    assert [option for option in run_options if f"`{option}" not in README] == []


def test_every_published_table_of_figures_is_named() -> None:
    assert [name for name in (*MARTS, *AUDITS, *VIEWS) if f"`{name}`" not in README] == [
        "base_period",
        "set_aside_amount",
        "unused_input",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(((?!https?:)[^)#]+)\)", page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []
