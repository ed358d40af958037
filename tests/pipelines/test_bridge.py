"""The bridge from the command line: from a baseline or any earlier night to what is published."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from models.variance_bridge import PARTS
from pipelines.cli import app
from pipelines.look_back.bridge import bridge

PERIODS: Final = """\
sys_id,name,fiscal_type,start_date_time,end_date_time
FY,FY26,year,2026-01-01 00:00:00,2026-12-31 23:59:59
M1,FY26: H1,month,2026-01-01 00:00:00,2026-06-30 23:59:59
M2,FY26: H2,month,2026-07-01 00:00:00,2026-12-31 23:59:59
"""
PROJECTS: Final = "sys_id,number,short_description,primary_program\nX1,PRJ1,Pumps,G\nX2,PRJ2,Pipes,G\n"
COMMON: Final = {
    "fiscal_period": PERIODS,
    "pm_program": "sys_id,number,name\nG,PRG1,Water\n",
    "fm_expense_line": "sys_id,state,date,amount,task\n",
    "cost_plan": "sys_id,name,task\nC1,Build,X1\nC2,Dig,X2\n",
}
PLANS: Final = "sys_id,breakdown_type,cost_plan,fiscal_period,value\n"
NIGHTS: Final = {
    "2026-01-10": {"pm_project": PROJECTS, "cost_plan_breakdown": PLANS + "r1,requirement,C1,M1,1000\n"},
    "2026-02-10": {"pm_project": PROJECTS, "cost_plan_breakdown": PLANS + "r1,requirement,C1,M1,1200\n"},
    "2026-07-10": {
        "pm_project": PROJECTS.replace("X2,PRJ2,Pipes,G", "X3,PRJ3,Valves,G"),
        "cost_plan": "sys_id,name,task\nC1,Build,X1\n",
        "cost_plan_breakdown": PLANS + "r1,requirement,C1,M1,1200\nr2,requirement,C1,M2,50\n",
        "fm_expense_line": "sys_id,state,date,amount,task\nE1,processed,2026-05-01,1300.01,X1\n",
    },
}
"""H1 closes with 100.01 more than planned, H2 is planned, and X2 gives way to X3, neither with money."""


def tieout(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def exported(source: Path, tables: dict[str, str]) -> Path:
    """A new folder with these tables."""
    source.mkdir()
    for name, text in tables.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    return source


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bridge")
    published = folder / "p.duckdb"
    for as_of, tables in NIGHTS.items():
        source = exported(folder / as_of, {**COMMON, **tables})
        outcome = tieout("run", "--source", source, "--warehouse", published, "--as-of", as_of)
        assert outcome.exit_code == 0, outcome.output
        if as_of == "2026-02-10":
            assert (
                tieout("baseline", "create", "PRJ1", "PRJ2", "--name", "gate", "--warehouse", published).exit_code == 0
            )
    return published


def parts(warehouse: Path, given: str, **choices: object) -> dict[str, Decimal]:
    """The parts that are not 0."""
    found = bridge(warehouse, given, **choices)  # type: ignore[arg-type]
    assert sum(found.parts.values()) == found.now - found.then
    return {part: amount for part, amount in found.parts.items() if amount}


def test_from_a_baseline(warehouse: Path) -> None:
    expected = {"actual_against_plan": Decimal("100.01"), "reforecast": Decimal(50)}

    assert parts(warehouse, "PRJ1", baseline="gate") == expected
    assert parts(warehouse, "PRJ1") == expected, "the newest baseline by default"


@pytest.mark.parametrize("given", ["X1", "PRJ1", "PRG1"])
def test_from_any_earlier_night(warehouse: Path, given: str) -> None:
    expected = {"actual_against_plan": Decimal("300.01"), "reforecast": Decimal(50)}

    assert parts(warehouse, given, since=dt.date(2026, 2, 9)) == expected
    assert parts(warehouse, given, since=dt.date(2026, 2, 10))["actual_against_plan"] == Decimal("100.01")


def test_a_work_item_without_a_baseline_is_compared_with_the_last_night(warehouse: Path) -> None:
    found = bridge(warehouse, "X3")

    assert (found.compared_with, found.then, found.now, found.rows.height) == ("night 2026-02-10", 0, 0, 0)


def test_a_work_item_that_is_gone_can_still_be_asked_for(warehouse: Path) -> None:
    assert bridge(warehouse, "PRJ2", since=dt.date(2026, 2, 10)).subject.key == "X2"


def test_what_a_night_no_longer_has_stops_no_publishing(tmp_path: Path) -> None:
    """X2, its plan, its program and its portfolio are gone on the second night."""
    published = tmp_path / "p.duckdb"
    project = "sys_id,number,primary_program,primary_portfolio\n"
    first = {
        **COMMON,
        "pm_portfolio": "sys_id,number\nF,PRT1\n",
        "pm_project": f"{project}X1,PRJ1,,\nX2,PRJ2,G,F\n",
        "cost_plan_breakdown": PLANS + "r2,requirement,C2,M2,70\n",
    }
    second = {
        **first,
        "pm_program": "sys_id,number\n",
        "pm_portfolio": "sys_id,number\n",
        "pm_project": f"{project}X1,PRJ1,,\n",
        "cost_plan": "sys_id,name,task\n",
        "cost_plan_breakdown": PLANS,
    }
    for as_of, tables in {"2026-01-10": first, "2026-01-11": second}.items():
        source = exported(tmp_path / as_of, tables)
        outcome = tieout("run", "--source", source, "--warehouse", published, "--as-of", as_of)
        assert outcome.exit_code == 0, outcome.output

    assert parts(published, "PRJ2") == {"scope_removed": Decimal(-70)}


def test_the_page_says_each_part_and_ties_out(warehouse: Path) -> None:
    outcome = tieout("bridge", "PRJ1", "--baseline", "gate", "--warehouse", warehouse)

    assert outcome.exit_code == 0, outcome.output
    shown = re.sub(r" +", " ", outcome.stdout)
    assert "PRJ1 Pumps: estimate at completion, from baseline gate to 2026-07-10" in shown
    assert "1,200.00 then as seen from 2026-02-10" in shown
    assert "+100.01 actual against plan periods that have closed since" in shown
    assert "1,350.01 now as seen from 2026-07-10" in shown
    assert "reforecast PRJ1 Build FY26: H2 unclassified +50.00" in shown
    assert "1,350.01 - 1,200.00 = +150.01 = the parts." in shown


def test_machines_get_exact_text(warehouse: Path) -> None:
    outcome = tieout("bridge", "PRG1", "--since", "2026-01-31", "--json", "--warehouse", warehouse)

    found = json.loads(outcome.stdout)
    assert (found["program"], found["day"], found["as_of"]) == ("G", "2026-01-10", "2026-07-10")
    assert list(found["parts"]) == list(PARTS)
    assert Decimal(found["parts"]["actual_against_plan"]) == Decimal("300.01")
    assert {row["plan_name"] for row in found["rows"]} == {"", "Build"}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (["PRJ9"], "There is no work item, program or portfolio with the sys_id or number PRJ9."),
        (["PRJ1", "--baseline", "no"], "PRJ1 Pumps has no baseline named no. It has gate."),
        (["PRJ3", "--baseline", "gate"], "PRJ3 Valves has no baseline named gate. It has none."),
        (["PRJ1", "--since", "2026-01-09"], "2026-01-09 is before the first night in history, which is that of 2026-01-10."),
        (["PRJ1", "--since", "2026-08-01"], "The night of 2026-07-10 is the one that is published: give an earlier day with --since."),
    ],
)  # fmt: skip
def test_what_can_not_be_answered_is_told(warehouse: Path, asked: list[str], reason: str) -> None:
    outcome = tieout("bridge", *asked, "--warehouse", warehouse)

    assert (outcome.exit_code, outcome.stdout, outcome.stderr.strip()) == (1, "", reason)


def test_a_baseline_and_a_night_at_once_is_wrong_usage(warehouse: Path) -> None:
    outcome = tieout("bridge", "PRJ1", "--baseline", "gate", "--since", "2026-02-01", "--warehouse", warehouse)

    assert outcome.exit_code == 2


@pytest.fixture(scope="module")
def in_two_currencies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night without a functional currency, then one in USD, in which a line has another expense type and no rate."""
    folder = tmp_path_factory.mktemp("currencies")
    (folder / "usd.toml").write_text('functional_currency = "USD"\n')
    line = "sys_id,state,date,amount,task,expense_type,currency\nE1,processed,2026-01-05,70,X1,{},{}\n"
    nights = {"2026-01-10": ((), ("opex", "")), "2026-02-10": (("--settings", folder / "usd.toml"), ("capex", "CHF"))}
    for as_of, (options, values) in nights.items():
        source = folder / as_of
        source.mkdir()
        tables = {**COMMON, **NIGHTS["2026-01-10"], "fm_expense_line": line.format(*values)}
        for name, text in tables.items():
            (source / f"{name}.csv").write_text(text, encoding="utf-8")
        run = ("run", "--source", source, "--warehouse", folder / "p.duckdb", "--as-of", as_of, *options)
        assert tieout(*run).exit_code == 0
    return folder / "p.duckdb"


def test_a_night_in_another_currency_has_no_bridge(in_two_currencies: Path) -> None:
    outcome = tieout("bridge", "PRJ1", "--since", "2026-01-10", "--warehouse", in_two_currencies)

    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert "The night of 2026-01-10 is in no named currency, today's figures are in USD" in outcome.stderr


def test_what_has_changed_says_that_the_currency_has_and_tells_a_row_that_went_from_one_that_came(
    in_two_currencies: Path,
) -> None:
    outcome = tieout("changed", "--since", "2026-01-10", "--warehouse", in_two_currencies)

    assert outcome.exit_code == 0, outcome.output
    shown = re.sub(r" +", " ", outcome.stdout)
    assert "PRJ1 FY26: H1 actual_cost fm_expense_line E1 70.00 (not there)" in shown
    assert "Beware: amounts before are in no named currency, amounts after in USD." in shown


def test_an_unknown_estimate_has_no_bridge(in_two_currencies: Path) -> None:
    created = tieout("baseline", "create", "PRJ1", "--name", "unknown", "--warehouse", in_two_currencies)
    assert created.exit_code == 0, created.output

    outcome = tieout("bridge", "PRJ1", "--baseline", "unknown", "--json", "--warehouse", in_two_currencies)

    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert "The estimate at completion of PRJ1 Pumps is unknown, today or in the baseline unknown" in outcome.stderr
