"""`tieout rules test`: what new rules would decide otherwise on the orders of an export."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app

EXPORT: Final = {
    "v_plugin": "id,active\ncom.snc.financial_planning_pmo,active\n",
    "sn_ind_tmt_orm_order": "sys_id,number,account,state\nO1,ORD1,A1,in_progress\n",
    "sn_ind_tmt_orm_order_line_item": (
        "sys_id,number,order,product_offering,state\n"
        "L1,OL1,O1,F1,in_progress\n"
        "L2,OL2,O1,F2, In_Progress \n"
        "L3,OL3,O1,F3,in_progress\n"
        "L4,OL4,O1,F4,draft\n"
    ),
    "sn_ind_tmt_orm_domain_order": "sys_id,order_line_item,state\nd1,L1,new\n",
    "sn_ind_tmt_orm_order_task": "sys_id,parent,state\nk1,d1,new\n",
    "project_template": "sys_id,name,kind,active\nT1,Install,project,true\nT5,Repair,project,true\nT8,Old,project,false\n",
    "project_template_task": "sys_id,template,name\nP1,T1,Survey\n",
    "oversight_rule": (
        "sys_id,decision_table,order,condition,answer\n"
        "R1,order_line_item,1,product_offering=F1,T1\n"
        "R2,order_line_item,2,product_offering=F2,T1\n"
    ),
}
HEADER: Final = "sys_id,decision_table,order,condition,answer\n"
NEW: Final = (
    f"{HEADER}"
    "R1,order_line_item,1,product_offering=F1,T5\n"
    "R3,order_line_item,2,product_offering=F3,T1\n"
    "R4,order_line_item,3,product_offering=F4,T1\n"
)
"""L1 is answered otherwise, L2 no longer, L3 now; L4 is not approved, whatever the rules say."""

CHANGES: Final = [
    ("L1", "R1", "R1", "T1", "T5", "matched", "matched", "different"),
    ("L2", "R2", None, "T1", None, "matched", "no_rule_matched", "fewer"),
    ("L3", None, "R3", None, "T1", "no_rule_matched", "matched", "more"),
]
COLUMNS: Final = [
    "decision_table",
    "record",
    *("old_rule", "new_rule", "old_answer", "new_answer", "old_outcome", "new_outcome"),
    "change",
]
READERS: Final[Mapping[str, Callable[[Path], Any]]] = {
    ".csv": pl.read_csv,
    ".json": pl.read_json,
    ".jsonl": pl.read_ndjson,
    ".parquet": pl.read_parquet,
}


def export(folder: Path, **changes: str | None) -> Path:
    """A small export; a change replaces the text of a table's file, None leaves it out."""
    source = folder / "export"
    source.mkdir(parents=True, exist_ok=True)
    for name, text in {**EXPORT, **changes}.items():
        if text is not None:
            (source / f"{name}.csv").write_text(text, encoding="utf-8")
    return source


def rules(folder: Path, text: str = NEW, name: str = "new_rules.csv") -> Path:
    """A file with new rules."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def try_rules(new: object, source: object, *further: object) -> Result:
    arguments = ["rules", "test", "--rules", new, "--source", source, *further]
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def page(outcome: Result) -> str:
    """What is printed, with single spaces."""
    return re.sub(r" +", " ", outcome.stdout)


def refused(outcome: Result) -> str:
    """The reason why nothing could be tried: one paragraph, and nothing else."""
    assert outcome.exit_code == 1
    assert "Traceback" not in outcome.output
    assert isinstance(outcome.exception, SystemExit)
    assert outcome.stdout == ""
    (reason,) = outcome.stderr.strip().splitlines()
    return reason


def test_records_that_are_decided_otherwise_are_listed_with_a_summary(tmp_path: Path) -> None:
    outcome = try_rules(rules(tmp_path), export(tmp_path))

    assert outcome.exit_code == 0
    assert outcome.stderr == ""
    text = page(outcome)
    assert "decision table more fewer different" in text
    assert "order_line_item 1 1 1" in text
    assert "domain_order 0 0 0" in text
    assert re.search(r"order_line_item L1 R1 R1 T1 T5 matched matched different", text)
    assert re.search(r"order_line_item L2 R2 T1 matched no_rule_matched fewer", text)
    assert re.search(r"order_line_item L3 R3 T1 no_rule_matched matched more", text)
    assert "3 of 12 decisions would change." in text


@pytest.mark.parametrize("ending", [".csv", ".json", ".jsonl", ".parquet", ".CSV"])
def test_changes_are_written_in_the_format_that_the_ending_says(tmp_path: Path, ending: str) -> None:
    """One row for each record; the page then has the summary only."""
    out = tmp_path / f"changes{ending}"

    outcome = try_rules(rules(tmp_path), export(tmp_path), "--out", out)

    assert outcome.exit_code == 0
    written = READERS[ending.lower()](out)
    assert written.columns == COLUMNS
    assert written.rows() == [("order_line_item", *change) for change in CHANGES]
    assert "order_line_item 1 1 1" in page(outcome)
    assert "no_rule_matched" not in outcome.stdout


def test_the_rules_of_the_export_change_nothing(tmp_path: Path) -> None:
    out = tmp_path / "changes.json"

    outcome = try_rules(rules(tmp_path, EXPORT["oversight_rule"]), export(tmp_path), "--out", out)

    assert outcome.exit_code == 0
    assert "0 of 12 decisions would change." in page(outcome)
    assert json.loads(out.read_text()) == []


def test_another_rule_with_the_same_answer_is_a_difference(tmp_path: Path) -> None:
    new = EXPORT["oversight_rule"].replace("R2", "R9")
    out = tmp_path / "changes.csv"

    try_rules(rules(tmp_path, new), export(tmp_path), "--out", out)

    changes = pl.read_csv(out).select("record", "old_rule", "new_rule", "change").rows()
    assert changes == [("L2", "R2", "R9", "different")]


def test_what_follows_from_another_decision_changes_too(tmp_path: Path) -> None:
    """A domain order is linked, and an order task by it, where the line has the project for it."""
    old = f"{EXPORT['oversight_rule']}G1,domain_order,1,,P1\n"
    out = tmp_path / "changes.csv"

    try_rules(rules(tmp_path, old.replace("F1,T1", "F1,T5")), export(tmp_path, oversight_rule=old), "--out", out)

    changes = pl.read_csv(out).select("decision_table", "record", "old_outcome", "new_outcome", "change").rows()
    assert changes == [
        ("domain_order", "d1", "matched", "task_not_in_template", "fewer"),
        ("order_line_item", "L1", "matched", "matched", "different"),
        ("order_task", "k1", "via_parent", "no_rule_matched", "fewer"),
    ]


def test_an_answer_that_cannot_be_used_oversees_nothing(tmp_path: Path) -> None:
    """And is told as a problem of the rule, as are rules that nothing can meet; they don't stop the trial."""
    new = f"{EXPORT['oversight_rule']}R5,order_line_item,3,product_offering=F3,T8\nR6,order_line_item,4,number=x,T1\n"

    outcome = try_rules(rules(tmp_path, new), export(tmp_path))

    assert outcome.exit_code == 0
    text = page(outcome)
    assert "order_line_item 0 0 1" in text
    assert "order_line_item L3 R5 T8 no_rule_matched template_inactive different" in text
    assert "R5 inactive_answer" in text
    assert "R6 never_matched" in text


def test_rejected_rules_are_listed_and_end_with_1(tmp_path: Path) -> None:
    """The trial of the others is shown all the same, and written."""
    new = f"{NEW}R7,order_line_item,4,product_offering=F1^colour=red,T1\nR8,nonsense,1,,T1\n"
    out = tmp_path / "changes.csv"

    outcome = try_rules(rules(tmp_path, new), export(tmp_path), "--out", out)

    assert outcome.exit_code == 1
    text = page(outcome)
    assert re.search(r"R7 .*20", text)
    assert re.search(r"R8 .*nonsense", text)
    assert "order_line_item 1 1 1" in text
    assert out.is_file()
    assert outcome.stderr.strip() == "2 of the new rules can't be used."


def test_new_rules_whose_rows_cannot_be_read_are_listed_and_end_with_1(tmp_path: Path) -> None:
    outcome = try_rules(
        rules(tmp_path, f"{NEW},order_line_item,4,,T1\nR9,order_line_item,first,,T1\n"), export(tmp_path)
    )

    assert outcome.exit_code == 1
    text = page(outcome)
    assert "(no sys_id)" in text
    assert "R9" in text
    assert outcome.stderr.strip() == "2 of the new rules can't be used."


def test_new_rules_may_be_a_folder_and_of_another_format(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    rows = [dict(zip(HEADER.strip().split(","), line.split(","), strict=True)) for line in NEW.splitlines()[1:]]
    rules(folder, "".join(f"{json.dumps(row)}\n" for row in rows), "oversight_rule.jsonl")

    outcome = try_rules(folder, export(tmp_path))

    assert outcome.exit_code == 0
    assert "order_line_item 1 1 1" in page(outcome)


def test_an_export_without_rules_is_decided_by_none(tmp_path: Path) -> None:
    outcome = try_rules(rules(tmp_path, EXPORT["oversight_rule"]), export(tmp_path, oversight_rule=None))

    assert outcome.exit_code == 0
    assert "order_line_item 2 0 0" in page(outcome)


def test_without_project_portfolio_management_nothing_is_decided_otherwise(tmp_path: Path) -> None:
    outcome = try_rules(rules(tmp_path), export(tmp_path, v_plugin=None))

    assert outcome.exit_code == 0
    assert "0 of 12 decisions would change." in page(outcome)


def test_the_trial_remembers_nothing_and_publishes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, new = export(tmp_path), rules(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    monkeypatch.chdir(tmp_path)

    first, second = try_rules(new, source), try_rules(new, source)

    assert first.stdout == second.stdout
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_settings_count(tmp_path: Path) -> None:
    """Under `sql` an empty specification does not meet `!=`."""
    settings = tmp_path / "settings.toml"
    settings.write_text('condition_null = "sql"', encoding="utf-8")
    new = rules(tmp_path, f"{HEADER}R1,order_line_item,1,specification!=S1,T1\n")
    source = export(tmp_path, oversight_rule=HEADER)

    assert "order_line_item 3 0 0" in page(try_rules(new, source))
    assert "order_line_item 0 0 0" in page(try_rules(new, source, "--settings", settings))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sn_ind_tmt_orm_order": None}, "has no table sn_ind_tmt_orm_order"),
        ({"sn_ind_tmt_orm_order_line_item": None}, "has no table sn_ind_tmt_orm_order_line_item"),
        ({"sn_ind_tmt_orm_order": "sys_id,number\nO1,ORD1\n"}, "has no column account and no column state"),
        ({"project_template": "sys_id;kind\n"}, "has no column"),
        ({"oversight_rule": "sys_id,answer\n"}, "has no column"),
    ],
)
def test_an_export_that_cannot_be_read_is_refused(tmp_path: Path, changes: dict[str, str | None], words: str) -> None:
    reason = refused(try_rules(rules(tmp_path), export(tmp_path, **changes)))

    assert reason.startswith("The rules could not be tried. ")
    assert words in reason


def test_rules_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    source, empty = export(tmp_path), tmp_path / "empty"
    empty.mkdir()

    assert "does not exist" in refused(try_rules(tmp_path / "nowhere.csv", source))
    assert "has no column" in refused(try_rules(rules(tmp_path, "sys_id,answer\nR1,T1\n"), source))
    assert "is no oversight_rule" in refused(try_rules(rules(tmp_path, NEW, "rules.txt"), source))
    assert "is no oversight_rule" in refused(try_rules(empty, source))
    assert refused(try_rules(rules(tmp_path, "[{", "rules.json"), source))


def test_a_source_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    new = rules(tmp_path)

    assert "does not exist" in refused(try_rules(new, tmp_path / "nowhere"))
    assert "is a file, not a folder" in refused(try_rules(new, new))


@pytest.mark.parametrize("out", ["changes.txt", "changes", "nowhere/changes.csv", "folder.csv"])
def test_changes_that_cannot_be_written_are_refused(tmp_path: Path, out: str) -> None:
    (tmp_path / "folder.csv").mkdir()

    assert "can't be written" in refused(try_rules(rules(tmp_path), export(tmp_path), "--out", tmp_path / out))


@pytest.mark.parametrize(
    "arguments",
    [
        ["rules"],
        ["rules", "try"],
        ["rules", "test"],
        ["rules", "test", "--no-such-option"],
        ["rules", "test", "--rules", "new.csv", "--settings", "nowhere.toml"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_help_names_every_option() -> None:
    text = CliRunner().invoke(app, ["rules", "test", "--help"]).output

    for option in ("--rules", "--source", "--out", "--settings"):
        assert option in text
