"""What can be asked, and what is said when there is no answer."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.explain.answer import explained
from pipelines.explain.page import ExplainError, Explanation
from pipelines.explain.rows import ROWS_OF_A_GROUP, ROWS_OF_A_REASON
from tests.published import rows
from tests.spec.world import fiscal_years

RETURNS = ("npv", "irr_pct", "planned_roi_pct")
ITEMS = ("PRJ0010001", "PRJ0010003", "DMND0001003")


def asked(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["explain", *map(str, arguments)])
    return result.exit_code, result.output


def adds_up(page: Explanation) -> bool:
    """Whether what is shown adds up to the figure, by the plainest arithmetic."""
    if page.figure is None:
        return page.tie is None and bool(page.why_unknown)
    assert page.tie is not None, page
    if page.metric in RETURNS:
        return page.tie.holds
    subtotals = sum((group.subtotal or Decimal(0) for group in page.groups), Decimal(0))
    return page.tie.holds and subtotals == page.figure


def every_row(page: Explanation) -> bool:
    parts: list[Any] = [*page.groups, *page.left_out]
    return all(len(part.rows) == part.count for part in parts)


def metrics(sample: Path, table: str, *apart: str) -> list[str]:
    query = f"""
        SELECT column_name FROM duckdb_columns() WHERE schema_name = 'mart' AND table_name = '{table}'
           AND data_type IN ('DECIMAL(38,4)', 'DOUBLE')
    """
    return [name for (name,) in rows(sample, query) if name not in ("discount_rate", *apart)]


@pytest.mark.parametrize("item", ITEMS)
def test_every_figure_of_a_work_item_ties_out(sample: Path, item: str) -> None:
    pages = [explained(sample, item, metric, every=True) for metric in metrics(sample, "work_item")]

    assert [page for page in pages if not adds_up(page) or not every_row(page)] == []


@pytest.mark.parametrize("metric", ["estimate_at_completion", "npv", "irr_pct"])
def test_work_items_of_every_kind_tie_out(sample: Path, metric: str) -> None:
    items = [key for (key,) in rows(sample, "SELECT work_item FROM mart.work_item ORDER BY number")][::2]
    pages = [explained(sample, key, metric) for key in items]

    assert [page.number for page in pages if not adds_up(page)] == []


def test_every_figure_of_every_base_period_ties_out(sample: Path) -> None:
    periods = [name for (name,) in rows(sample, "SELECT DISTINCT fiscal_period_name FROM mart.work_item_period")]
    some = sorted(periods)[:: len(periods) // 2]
    pages = [
        explained(sample, "PRJ0010001", metric, period=period, every=True)
        for metric in metrics(sample, "work_item_period")
        for period in some
    ]

    assert [page for page in pages if not adds_up(page)] == []


@pytest.mark.parametrize("table", ["program", "portfolio", "cost_plan", "benefit_plan", "planning_item", "investment"])
def test_every_figure_of_others_ties_out(sample: Path, table: str) -> None:
    keys = [key for (key,) in rows(sample, f"SELECT {table} FROM mart.{table} ORDER BY 1 LIMIT 12")]
    names = metrics(sample, table)
    pages = [explained(sample, key, names[place % len(names)]) for place, key in enumerate(keys)]

    assert len(pages) == len(keys)
    assert [(page.number, page.metric) for page in pages if not adds_up(page)] == []


def test_the_members_of_a_program_add_up_to_it(sample: Path) -> None:
    page = explained(sample, "PRG0001001", "actual_cost", every=True)

    assert page.members is not None
    assert page.members.subtotal == page.figure
    assert {row.work_item for group in page.groups for row in group.rows} <= {row.name for row in page.members.rows}


def test_the_largest_rows_come_first_and_the_others_are_counted(sample: Path) -> None:
    page = explained(sample, "PRJ0010001", "actual_cost")

    for group in page.groups:
        sizes = [abs(row.amount or Decimal(0)) for row in group.rows]
        assert sizes == sorted(sizes, reverse=True)
        assert len(sizes) == min(group.count, ROWS_OF_A_GROUP)
    assert [len(part.rows) for part in page.left_out] == [min(part.count, ROWS_OF_A_REASON) for part in page.left_out]
    assert any(group.count > ROWS_OF_A_GROUP for group in page.groups)


@pytest.mark.parametrize(
    "given", ["PRJ0010007", " prj0010007 ", "7396c50eb540a575e892c7d034bf8878", "meter data PLATFORM"]
)
def test_a_record_is_known_by_key_number_or_name(sample: Path, given: str) -> None:
    assert explained(sample, given, "NPV").figure == Decimal("114054.05")


@pytest.mark.parametrize(
    ("metric", "same"), [("planned_cost", "estimated_cost"), ("forecast_cost", "estimate_at_completion")]
)
def test_a_figure_is_known_by_the_name_of_base_periods_and_by_that_of_work_items(
    sample: Path, metric: str, same: str
) -> None:
    for period in (None, "FY26: M06", "FY26: Q3", "FY26"):
        one, other = (explained(sample, "PRJ0010001", name, period=period) for name in (metric, same))
        assert (one.figure, one.groups, one.left_out) == (other.figure, other.groups, other.left_out)
        assert adds_up(one)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("PRJ001001", "actual_cost"), "There is no work item, .* PRJ001001. Did you mean PRJ0010001"),
        (("nothing like it at all", "actual_cost"), "Look one up in mart.work_item"),
        (("PRJ0010001", "actual_cots"), "no figure actual_cots. Did you mean actual_cost"),
        (("PRG0001001", "npv"), "A program has no figure npv"),
    ],
)
def test_what_is_unknown_is_told_with_what_there_is(sample: Path, arguments: tuple[str, str], said: str) -> None:
    with pytest.raises(ExplainError, match=said):
        explained(sample, *arguments)


@pytest.mark.parametrize(
    ("item", "metric", "period", "said"),
    [
        ("PRJ0010001", "actual_cost", "FY26 M06", "There is no fiscal period named FY26 M06. .* FY26: M06"),
        ("PRJ0010001", "planned_return", "FY26: M06", "planned_return is no figure of a base period. .*forecast_cost"),
        ("PRJ0010001", "npv", "FY26", "whole fiscal years"),
        ("PRG0001001", "actual_cost", "FY26", "A program has no figures per period"),
        ("Meters", "total_planned_cost", "FY26", "A cost plan has no figures per period"),
        ("PLI0001005", "planned_cost", "FY26", "A planning item has no figures per period"),
    ],
)
def test_a_period_that_has_no_such_figure_is_told(sample: Path, item: str, metric: str, period: str, said: str) -> None:
    with pytest.raises(ExplainError, match=said):
        explained(sample, item, metric, period=period)


def test_a_name_that_several_have_is_no_name(build: Any) -> None:
    world = build(pm_project="sys_id | short_description \n P1 | twin \n P2 | twin")

    with pytest.raises(ExplainError, match=r"twin is the name of 2 records. Give a sys_id: .*P1.*P2"):
        explained(world, "twin", "actual_cost")
    assert explained(world, "P1", "actual_cost").name == "twin"


def test_a_name_that_several_periods_have_is_no_name(build: Any) -> None:
    months = [line.split(" | ") for line in fiscal_years(2026).splitlines()]
    picture = "\n".join(
        " | ".join([key, "M" if kind == "month" else name, kind, *rest]) for key, name, kind, *rest in months
    )
    world = build(fiscal_period=picture.replace("sys_id | M |", "sys_id | name |"))

    with pytest.raises(ExplainError, match=r"12 fiscal periods are named M. Give a sys_id; .*: 2026-01, 2026-02"):
        explained(world, "P1", "actual_cost", period="M")
    assert explained(world, "P1", "actual_cost", period="2026-02").figure == 0


def test_the_page_says_the_number_the_formula_the_rows_the_reasons_and_that_it_ties_out(sample: Path) -> None:
    code, page = asked(sample, "PRJ0010001", "budget_variance")

    assert code == 0
    for said in (
        "PRJ0010001 Billing platform replacement",
        "Budget less estimate at completion. Sign: negative = overrun.",
        "Adds up: budget cost; less actual cost of base periods that ended before 2026-01-15; less planned cost",
        "Budget v2 (sn_invst_pln_invst_budget)",
        "Expense lines under System integrator",
        "EXP0020213",
        "plan_of_past_period",
        "other_budget_version",
        "Nothing to do.",
        "it ties out.",
    ):
        assert said in " ".join(page.split()), said


def test_the_page_of_a_present_value_has_the_yearly_vector(sample: Path) -> None:
    code, page = asked(sample, "PRJ0010007", "npv")

    assert code == 0
    assert "FY27 1 180,000.00 240,000.00 60,000.00 0.900901 54,054.0541" in " ".join(page.split())
    assert "the present values add up to 114,054.0541, and npv is 114,054.05: it ties out." in " ".join(page.split())


def test_json_says_everything_with_amounts_as_text(sample: Path) -> None:
    code, text = asked(sample, "PRJ0010001", "actual_cost", "--all", "--json")
    page = json.loads(text)

    assert code == 0
    assert page["figure"] == page["tie"]["total"] == "1548040.3400"
    amounts = [Decimal(row["amount"]) for group in page["groups"] for row in group["rows"]]
    assert sum(amounts) == Decimal("1548040.34")
    assert {part["reason"] for part in page["left_out"]} == {"not_processed", "top_task_copy"}


def test_no_answer_is_one_paragraph_and_exit_1_and_wrong_usage_is_2(sample: Path, tmp_path: Path) -> None:
    assert asked(sample, "PRJ9", "actual_cost")[0] == 1
    assert asked(tmp_path / "none.duckdb", "PRJ9", "actual_cost") == (
        1,
        f"There is no file {tmp_path / 'none.duckdb'}. Publish one with `tieout run`.\n",
    )
    (tmp_path / "text.duckdb").write_text("no database")
    code, said = asked(tmp_path / "text.duckdb", "PRJ9", "actual_cost")
    assert (code, "can't be opened" in said, "Traceback" in said) == (1, True, False)
    assert asked(sample, "PRJ0010001")[0] == 2


def test_a_question_loads_neither_dagster_nor_polars(sample: Path) -> None:
    program = f"""
import sys
from pipelines.cli import app
app(["explain", {str(sample)!r}, "PRJ0010001", "actual_cost"], standalone_mode=False)
print(sorted({{"dagster", "polars", "dataframely"}} & set(sys.modules)))
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root)

    assert done.stdout.splitlines()[-1] == "[]"
