"""Two public data sets with control totals that are known independently.

They are not part of this repository: each folder beside it, if there is one, is run as it is.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from models.settings import Settings
from pipelines.execution import run_night
from tests.published import rows

REAL = Path(__file__).parents[3] / "shared" / "real"
SPENDING, AUTHORITY = REAL / "gla-spending", REAL / "us-budget-authority"


def published(source: Path, folder: Path, as_of: str) -> Path:
    if not source.is_dir():
        pytest.skip(f"{source.name} is not here")
    warehouse = folder / "portfolio.duckdb"
    day = dt.date.fromisoformat(as_of)
    run_night(source, warehouse, as_of=day, settings=Settings(), progress=lambda _line: None)
    return warehouse


def control(source: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((source / "control_totals.json").read_text())
    return found


def by_fiscal_year(warehouse: Path, column: str) -> dict[str, Decimal]:
    """Sums per fiscal year, by the year's name up to a dash."""
    query = f"""
        SELECT split_part(y.name, '-', 1), sum(p.{column})
          FROM mart.work_item_period AS p
          JOIN mart.base_period AS b USING (fiscal_period)
          JOIN source.fiscal_period AS y ON y.sys_id = b.fiscal_year
         GROUP BY 1
    """
    return dict(rows(warehouse, query))


def amounts(totals: dict[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(total) for name, total in totals.items()}


def assert_tied_out(warehouse: Path) -> None:
    """Every known figure is the sum of its included rows, for every work item and every base period."""
    for table, key in (("work_item", "work_item"), ("work_item_period", "work_item, fiscal_period")):
        figures = f"""
            UNPIVOT (SELECT {key}, COLUMNS('_cost$|_capital$|_operating$|_benefit$|_actual$|_return$|_variance$|_completion$')
                       FROM mart.{table})
                 ON COLUMNS(* EXCLUDE ({key})) INTO NAME metric VALUE figure
        """
        rows_behind = f"SELECT metric, {key}, sum(amount) AS total FROM audit.contribution WHERE included GROUP BY ALL"
        untied = f"""
            SELECT count(*), count(*) FILTER (figure <> coalesce(total, 0))
              FROM ({figures}) LEFT JOIN ({rows_behind}) USING (metric, {key})
        """
        ((known, wrong),) = rows(warehouse, untied)
        assert known > 0
        assert wrong == 0


def test_greater_london_authority_spending_2008_to_2013(tmp_path: Path) -> None:
    """rufuspollock/dataset-gla: 28,145 payments; every one counts, repeats included."""
    expected = control(SPENDING) if SPENDING.is_dir() else {}
    warehouse = published(SPENDING, tmp_path, "2013-04-01")

    funnel = "SELECT outcome, count(*), count(*) FILTER (amount < 0), sum(amount) FROM audit.expense_funnel GROUP BY 1"
    total = Decimal(expected["total"])
    assert rows(warehouse, funnel) == [("counted", expected["lines"], expected["credits"], total)]
    assert rows(warehouse, "SELECT count(*), sum(actual_cost) FROM mart.work_item") == [(expected["projects"], total)]
    assert rows(warehouse, "SELECT sum(actual_cost) FROM mart.portfolio") == [(total,)]
    assert by_fiscal_year(warehouse, "actual_cost") == amounts(expected["actual_cost_by_fiscal_year"])
    assert_tied_out(warehouse)


def test_united_states_budget_authority_1976_to_2022(tmp_path: Path) -> None:
    """usaspending-api: 69,991 yearly amounts of 4,490 accounts, split into months; 1976 has a quarter of its own."""
    expected = control(AUTHORITY) if AUTHORITY.is_dir() else {}
    warehouse = published(AUTHORITY, tmp_path, "2020-04-01")

    source = "SELECT count(*), count(*) FILTER (total_budget < 0) FROM source.project_funding"
    assert rows(warehouse, source) == [(expected["funding_rows"], expected["negative_rows"])]
    total = "SELECT count(*), sum(budget_cost) FROM mart.work_item"
    assert rows(warehouse, total) == [(expected["accounts"], Decimal(expected["total"]))]
    assert by_fiscal_year(warehouse, "budget_cost") == amounts(expected["budget_by_fiscal_year"])
    by_portfolio = dict(rows(warehouse, "SELECT name, sum(budget_cost) FROM mart.portfolio GROUP BY name"))
    assert by_portfolio == amounts(expected["budget_by_portfolio"])
    assert_tied_out(warehouse)
