"""The sample's figures as they were last looked at and found right.

`python -m tests.golden.sample_run` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Final

from models.settings import Settings
from pipelines.execution import run_night
from tests.published import table

SAMPLE: Final = Path(__file__).parents[2] / "data" / "sample"
FOLDER: Final = Path(__file__).parent / "sample"
AS_OF: Final = dt.date(2026, 1, 15)
GOLDEN: Final = {
    "work_item": "SELECT * EXCLUDE (work_item, program, portfolio) FROM mart.work_item ORDER BY number",
    "work_item_rollup": """
        SELECT number, estimated_cost, actual_cost, budget_cost, estimate_at_completion, budget_variance
          FROM mart.work_item_rollup ORDER BY number
    """,
    "program": "SELECT * EXCLUDE (program) FROM mart.program ORDER BY number",
    "portfolio": "SELECT * EXCLUDE (portfolio) FROM mart.portfolio ORDER BY number",
    "forecast": """
        SELECT w.number, f.duration, p.name AS fiscal_period, f.forecast_cost
          FROM mart.forecast AS f JOIN mart.work_item AS w USING (work_item)
          JOIN source.fiscal_period AS p ON p.sys_id = f.fiscal_period ORDER BY ALL
    """,
    "cash_flow": """
        SELECT w.number, c.t, c.cost, c.benefit, c.net, round(c.discount_factor, 12) AS discount_factor, c.present_value
          FROM mart.cash_flow AS c JOIN mart.work_item AS w USING (work_item) ORDER BY ALL
    """,
    "expense_funnel": """
        SELECT w.number, f.outcome, count(*) AS lines, sum(f.amount) AS amount
          FROM audit.expense_funnel AS f LEFT JOIN mart.work_item AS w USING (work_item)
         GROUP BY ALL ORDER BY ALL
    """,
    "admission": "SELECT * FROM audit.admission ORDER BY ALL",
    "quarantine": 'SELECT source_file, row_number, "column", rule, message FROM audit.quarantine ORDER BY ALL',
    "finding": """
        SELECT f.code, w.number, f.source_table, f.message, f.amount
          FROM audit.finding AS f LEFT JOIN mart.work_item AS w USING (work_item) ORDER BY ALL
    """,
}
"""Name of the golden file: the query that gives its rows."""


def published_sample(folder: Path) -> Path:
    """The warehouse of the sample, made in a folder."""
    warehouse = folder / "portfolio.duckdb"
    run_night(SAMPLE, warehouse, as_of=AS_OF, settings=Settings(), progress=lambda _line: None)
    return warehouse


def as_csv(warehouse: Path, name: str) -> str:
    """The rows of a golden query as text."""
    return table(warehouse, f"({GOLDEN[name]})").write_csv()


def main() -> None:
    """Write all golden files anew."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = published_sample(Path(folder))
        for name in GOLDEN:
            (FOLDER / f"{name}.csv").write_text(as_csv(warehouse, name), encoding="utf-8")


if __name__ == "__main__":
    main()
