"""Names, keys, conditions, headers and names of files that would act if anything took them for code: 0 do.

The sample is planted with them, taken through a night, and asked about with every command that prints or writes a file.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text
from typer.testing import CliRunner, Result

from models.catalogue import PUBLISHED_LAYERS
from pipelines import cli, intake
from pipelines.cli import app
from pipelines.commands.console import PlainConsole, progress_lines
from pipelines.published_file import WarehouseError, reading
from pipelines.shown_text import in_one_line, visible
from pipelines.spreadsheet_text import without_formulas
from pipelines.statements import quoted
from tests.golden.sample_run import AS_OF
from tests.golden.sample_run import FOLDER as SAMPLE_FIGURES
from tests.pipelines.test_cli import export, run
from tests.promises.planted.hostile_export import hostile_export, settings_of
from tests.promises.planted.injections import CONDITIONS, EVERY, NAMES_OF_FILES, SQL, TERMINAL
from tests.published import rows

STREAMS = ("estimated_cost", "actual_cost", "budget_cost")
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
"""Marks that turn the order of what is read, by their class in Unicode."""
OF_RICH = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|2K|[0-9]*A)|\r")
"""What `rich` itself sends to a terminal: styles, and the moves of a progress line."""


def acts(character: str) -> bool:
    """Whether a terminal does anything with a character but show it."""
    kind = unicodedata.category(character)
    return (kind in ("Cc", "Zl", "Zp", "Cs") and character != "\n") or unicodedata.bidirectional(character) in TURNING


def assert_harmless(output: str) -> None:
    assert [line for line in output.splitlines() if any(map(acts, line))] == []
    assert not re.search(r"^\W*✓ forged", output, flags=re.MULTILINE)


def tieout(*arguments: object, **environment: str) -> Result:
    outcome = CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment)
    assert not isinstance(outcome.exception, Exception) or isinstance(outcome.exception, SystemExit), outcome.exception
    return outcome


def computed_by_a_spreadsheet(cell: str) -> bool:
    """Whether a cell is a formula: it begins with a sign that begins one, blanks and quotes left aside."""
    begun = re.sub(r"^[\s\"\u00a0\u3000]+", "", cell)
    return begun[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20") and not re.fullmatch(r"-?\d+(\.\d+)?", cell)


def formulas_in(file: Path) -> list[str]:
    """The cells of a file that would be computed, also where a spreadsheet splits lines at semicolons or tabs."""
    with file.open(encoding="utf-8", newline="") as content:
        cells = [cell for record in csv.reader(content) for cell in record]
    parts = [part for cell in cells for part in re.split(r"[;\t\r\n]", cell)] + cells
    return [part for part in parts if computed_by_a_spreadsheet(part)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("injected")


@pytest.fixture(scope="module")
def source(folder: Path) -> Path:
    return hostile_export(folder)


@pytest.fixture(scope="module")
def night(folder: Path, source: Path) -> Result:
    """The night over the planted sample, published into a folder with a name of its own kind."""
    warehouse = folder / 'w "x"; drop [red]*\'$(touch pwned)' / "portfolio.duckdb"
    given = ("--source", source, "--settings", settings_of(folder), "--warehouse", warehouse, "--as-of", AS_OF)
    return tieout("run", *given)


@pytest.fixture(scope="module")
def warehouse(folder: Path, night: Result) -> Path:
    assert night.exit_code == 0, night.output
    return next(folder.glob("w */portfolio.duckdb"))


def planted(warehouse: Path) -> list[tuple[str, str]]:
    """Numbers and names of the work items that would act on a terminal."""
    items = rows(warehouse, "SELECT number, name FROM mart.work_item ORDER BY name")
    return [(number, name) for number, name in items if name.startswith(TERMINAL)]


def test_a_night_over_the_planted_sample_gives_the_figures_of_the_sample(warehouse: Path) -> None:
    golden = (SAMPLE_FIGURES / "work_item.csv").read_text(encoding="utf-8").splitlines()

    held = rows(warehouse, "SELECT sum(estimated_cost), sum(actual_cost), sum(budget_cost) FROM mart.work_item")

    figures = [[Decimal(row[name] or 0) for name in STREAMS] for row in csv.DictReader(golden)]
    assert held == [tuple(map(sum, zip(*figures, strict=True)))]


def test_what_was_planted_is_kept_as_it_was_written_and_nothing_was_dropped(warehouse: Path) -> None:
    names = {name for (name,) in rows(warehouse, "SELECT name FROM source.cost_plan")}
    files = {name for (name,) in rows(warehouse, "SELECT source_file FROM audit.unused_input")}

    for text in EVERY:
        assert any(name.startswith(f"{text} ") for name in names), text
    assert {f"{name}.csv" for name in NAMES_OF_FILES if not name.startswith(".")} <= files
    with reading(warehouse) as connection:
        schemas = connection.execute("SELECT schema_name FROM duckdb_schemas() WHERE NOT internal").fetchall()
    assert {name for (name,) in schemas} == set(PUBLISHED_LAYERS)


def test_a_hostile_condition_is_rejected_or_matches_what_it_says_and_nothing_else(warehouse: Path) -> None:
    lint = "SELECT rule, problem FROM mart.oversight_rule_lint WHERE rule LIKE 'hostile%' AND problem = 'rejected'"
    decided = rows(
        warehouse,
        "SELECT l.number FROM mart.oversight_decision AS d JOIN source.sn_ind_tmt_orm_order_line_item AS l "
        "ON l.sys_id = d.record WHERE d.rule LIKE 'hostile%'",
    )

    assert len(rows(warehouse, lint)) == sum("number" not in text[:7] or "^ORDERBY" in text for text in CONDITIONS)
    assert all(SQL[0] in number for (number,) in decided)


def test_a_night_is_told_harmlessly(night: Result) -> None:
    assert_harmless(night.output)
    assert "[red]" in night.stderr
    assert r"\u001b[31m\u202e" in night.stderr


def test_commands_tell_of_it_harmlessly(warehouse: Path) -> None:
    ((number, baseline),) = rows(
        warehouse,
        "SELECT w.number, v.name FROM mart.baseline_variance AS v JOIN mart.work_item AS w USING (work_item) "
        "ORDER BY length(w.number), v.name LIMIT 1",
    )
    questions = [
        ("reconcile", "--all"),
        ("reconcile", "--json"),
        ("bridge", number, "--baseline", baseline, "--all"),
        ("bridge", number, "--json"),
        *(("as-of", AS_OF, number) for number, _ in planted(warehouse)[:2]),
    ]

    for question in questions:
        outcome = tieout(*question, "--warehouse", warehouse)
        assert outcome.exit_code == 0, outcome.output
        assert_harmless(outcome.output)


def test_names_of_folders_are_names_and_what_has_changed_between_two_nights_is_told_harmlessly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of the nights go to files, in folders whose names are patterns to those who look for files."""
    monkeypatch.setattr(intake, "IN_MEMORY_ROWS", 0)
    folder = tmp_path.joinpath("a[1]b", "*", "{a,b}", "~", "$HOME", "amount=5", "x'\"; --", "a\nb", "%41#")
    projects = pl.DataFrame({"sys_id": [f"P{place}" for place in range(len(EVERY))], "number": EVERY})
    source, warehouse = export(folder, pm_project=projects.write_csv()), folder / "w" / "portfolio.duckdb"
    for day, amount in (("2026-03-01", "12.50"), ("2026-03-02", "-7.25")):
        lines = projects.select(
            sys_id=pl.format("X;=1+1 {}", "sys_id"),
            state=pl.lit("processed"),
            date=pl.lit("2026-02-01"),
            amount=pl.lit(amount),
            task="sys_id",
        )
        (source / "fm_expense_line.csv").write_text(lines.write_csv(), encoding="utf-8")
        assert run(source, warehouse, as_of=day).exit_code == 0

    told = tieout("changed", "--since", "2026-03-01", "--warehouse", warehouse, "--all")

    assert told.exit_code == 0
    assert_harmless(told.output)
    assert f"{len(EVERY)} work items have moved" in told.output


def test_work_items_are_explained_by_their_planted_numbers_and_in_words_that_do_nothing(warehouse: Path) -> None:
    for number, name in planted(warehouse)[::2]:
        outcome = tieout("explain", warehouse, number, "actual_cost", COLUMNS="500")
        assert outcome.exit_code == 0, outcome.output
        assert_harmless(outcome.output)
        assert in_one_line(Text(f"{number} {name}").plain) in outcome.output


def test_a_document_for_machines_is_harmless_too_and_means_the_same(warehouse: Path) -> None:
    for number, name in planted(warehouse)[::4]:
        outcome = tieout("explain", warehouse, number, "estimated_cost", "--json")
        assert_harmless(outcome.stdout)
        assert json.loads(outcome.stdout)["name"] == name


def test_on_a_terminal_nothing_comes_through_but_what_is_our_own(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "160")
    for number, name in planted(warehouse)[1::4]:
        page = tieout("explain", warehouse, number, "estimated_cost", "--all").stdout
        assert "\x1b[" in page, "this is a terminal"
        assert "38;5;213" not in "".join(OF_RICH.findall(page))
        assert_harmless(OF_RICH.sub("", page))
        assert in_one_line(Text(name).plain)[:12] in OF_RICH.sub("", page)


def test_a_progress_line_takes_text_for_text() -> None:
    shown = io.StringIO()
    console = PlainConsole(file=shown, force_terminal=True, width=200)

    with progress_lines(console) as tell:
        for text in EVERY:
            tell(text)
            console.print(text)

    assert_harmless(OF_RICH.sub("", shown.getvalue()))
    for text in ("[red]markup[/red]", "[/]", ":skull:"):
        assert text in shown.getvalue()


def commands_on(warehouse: Path, folder: Path) -> list[Callable[[str], tuple[object, ...]]]:
    """Commands that can't do what they are asked for, whatever the text is that they are given."""
    published = ("--warehouse", warehouse)
    return [
        lambda text: ("explain", warehouse, text, "actual_cost"),
        lambda text: ("explain", folder / text.replace("/", ""), "x", "actual_cost"),
        lambda text: ("reconcile", *published, "--metric", text),
        lambda text: ("reconcile", *published, "--out", f"{text}.pdf"),
        lambda text: ("reconcile", *published, "--max-drift", text),
        lambda text: ("baseline", "create", text, "--name", text, "--warehouse", folder / text.replace("/", "")),
        lambda text: ("as-of", "2026-01-15", text, *published),
        lambda text: ("bridge", text, "--baseline", text, *published),
        lambda text: ("run", "--source", folder / text.replace("/", ""), "--warehouse", folder / "w.duckdb"),
        lambda text: ("compare-settings", text, "platform"),
        lambda text: ("publish", "--roles", "--warehouse", folder / text.replace("/", "")),
        lambda text: (text,),
    ]


def assert_refused_harmlessly(*arguments: object) -> None:
    outcome = tieout(*arguments)
    assert outcome.exit_code != 0, arguments
    assert_harmless(outcome.output)


def test_errors_repeat_what_was_typed_harmlessly(tmp_path: Path, warehouse: Path) -> None:
    commands = commands_on(warehouse, tmp_path)

    for command in commands:
        assert_refused_harmlessly(*command(TERMINAL[2]))
    for place, text in enumerate(EVERY[::2]):
        assert_refused_harmlessly(*commands[place % len(commands)](text))


@pytest.mark.torture
def test_every_command_and_work_item_with_every_text(
    tmp_path: Path, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in EVERY:
        for command in commands_on(warehouse, tmp_path):
            assert_refused_harmlessly(*command(text))
    monkeypatch.setenv("FORCE_COLOR", "1")
    for (key,) in rows(warehouse, "SELECT work_item FROM mart.work_item"):
        for metric in ("estimated_cost", "actual_cost", "budget_cost", "npv"):
            page = tieout("explain", warehouse, key, metric, "--all").stdout
            assert "38;5;213" not in "".join(OF_RICH.findall(page))
            assert_harmless(OF_RICH.sub("", page))
    monkeypatch.delenv("FORCE_COLOR")
    roles = tmp_path / "[red]roles; \x1b[31m"
    for question in (("doctor",), ("publish", "--roles", "--to", roles)):
        outcome = tieout(*question, "--warehouse", warehouse)
        assert outcome.exit_code == 0, outcome.output
        assert_harmless(outcome.output)
    assert rows(roles / "admin.duckdb", "FROM mart.work_item") == rows(warehouse, "FROM mart.work_item")


def test_what_is_written_for_a_spreadsheet_holds_no_formula(folder: Path, source: Path, warehouse: Path) -> None:
    drift, changes, rules = (folder / f"{name}.csv" for name in ("drift", "changes", "rules"))
    other = folder / "other.toml"
    other.write_text('functional_currency = "=CMD\\u001b[31m"\ndemand_direct_actuals = "include"', encoding="utf-8")
    trial = ("rules", "test", "--rules", source / "oversight_rule.json", "--source", source)
    compared = ("compare-settings", settings_of(folder), other, "--source", source, "--as-of", AS_OF, "--all")

    said = [
        tieout("reconcile", "--warehouse", warehouse, "--out", drift),
        tieout(*trial, "--out", rules),
        tieout(*compared, "--out", changes),
    ]

    for outcome in said:
        assert_harmless(outcome.output)
    for file in (drift, changes, rules):
        assert file.stat().st_size
        assert formulas_in(file) == []
    with drift.open(encoding="utf-8", newline="") as content:
        written = list(csv.DictReader(content))
    assert any(row["difference"].startswith("-") for row in written), "amounts are numbers still"
    assert any(row["name"].startswith("'") for row in written)


def test_there_is_one_way_to_the_terminal() -> None:
    prints = re.compile(
        r"typer\.(secho|echo)\(|(?<![.\w])print\(|(?<!\w)Console\(|sys\.std(out|err)\.write|BadParameter\("
    )
    others = [path for path in Path(cli.__file__).parent.rglob("*.py") if path.name != "console.py"]

    assert [path for path in others if prints.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_that_was_planted_has_run(folder: Path, warehouse: Path) -> None:
    assert warehouse.exists()
    assert [*Path.cwd().glob("pwned*"), *folder.rglob("pwned*")] == []


@given(st.text())
def test_a_shown_text_has_nothing_that_acts_and_is_the_same_text_in_json(text: str) -> None:
    assert not any(map(acts, visible(text)))
    assert json.loads(visible(json.dumps(text, ensure_ascii=False))) == text


def test_every_character_that_acts_is_shown_as_its_number() -> None:
    acting = [chr(code) for code in range(0x110000) if acts(chr(code))]

    assert len(acting) > 2_000
    assert not any(map(acts, "".join(map(visible, acting))))
    assert (
        visible("Zażółć \u05d0 \u0631\u200c\u0627 👩\u200d🚀 ñ\n") == "Zażółć \u05d0 \u0631\u200c\u0627 👩\u200d🚀 ñ\n"
    )


cells = (
    st.text(st.sampled_from("=+-@\uff1d\t\r\n;'\" x1.,\u00a0"), max_size=8)
    | st.sampled_from(EVERY)
    | st.decimals().map(str)
)


def as_it_was(cell: str) -> str:
    """What the README says: an apostrophe before a beginning of a formula is not part of the text."""
    first = re.sub(r"^'(?=[\"'\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n])", "", cell)
    return re.sub(r"(?<=[;\t\r\n])'(?=[\"' \u00a0\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20])", "", first)


@given(st.lists(cells, min_size=1))
def test_no_cell_is_a_formula_numbers_are_numbers_and_every_text_can_be_had_again(texts: list[str]) -> None:
    written = without_formulas(pl.DataFrame({"text": texts, "amount": pl.Series([-1.5] * len(texts))}))

    for before, after in zip(texts, written["text"], strict=True):
        assert not any(map(computed_by_a_spreadsheet, (after, *re.split(r"[;\t\r\n]", after))))
        assert as_it_was(after) == before
        assert after == before or not re.fullmatch(r"-?\d+(\.\d+)?", before)
    assert written["amount"].to_list() == [-1.5] * len(texts)


def test_a_quoted_text_is_that_text_in_sql() -> None:
    with duckdb.connect() as connection:

        @given(st.text() | st.sampled_from(EVERY))
        def is_the_same(text: str) -> None:
            assert connection.execute(f"SELECT {quoted(text)}").fetchone() == (text,)

        is_the_same()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT content FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "COPY (SELECT 1) TO 'pwned.csv'",
        "ATTACH 'pwned.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET temp_directory = '/tmp/pwned'",
        "CREATE TABLE mart.pwned (x INTEGER)",
    ],
)
def test_even_a_statement_that_got_in_would_reach_nothing_else(warehouse: Path, statement: str) -> None:
    with pytest.raises(WarehouseError), reading(warehouse.resolve()) as connection:
        connection.execute(statement)


def test_a_folder_whose_name_duckdb_would_take_for_options_is_refused(tmp_path: Path) -> None:
    outcome = run(export(tmp_path), tmp_path / "a?access_mode=READ_ONLY" / "portfolio.duckdb")

    assert outcome.exit_code == 1
    assert "without a question mark" in outcome.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["export"]
