"""The sample's figures as they were last looked at and found right.

`python -m tests.golden.sample_run` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Final

from pipelines.execution import run_night
from pipelines.night import load_settings
from tests.published import table

SAMPLE: Final = Path(__file__).parents[2] / "data" / "sample"
SETTINGS: Final = SAMPLE.with_suffix(".toml")
FOLDER: Final = Path(__file__).parent / "sample"
AS_OF: Final = dt.date(2026, 1, 15)
NUMBERED: Final = """
    JOIN (SELECT sys_id, number FROM source.sn_ind_tmt_orm_order UNION ALL
          SELECT sys_id, number FROM source.sn_ind_tmt_orm_order_line_item UNION ALL
          SELECT sys_id, number FROM source.sn_ind_tmt_orm_domain_order UNION ALL
          SELECT sys_id, number FROM source.sn_ind_tmt_orm_order_task) AS {0} ON {0}.sys_id = {1}
"""
"""The number of an order record, joined by its key."""
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
    "investment": """
        SELECT w.number, i.* EXCLUDE (investment, work_item)
          FROM mart.investment AS i LEFT JOIN mart.work_item AS w USING (work_item) ORDER BY ALL
    """,
    "planning_item": """
        SELECT p.* EXCLUDE (planning_item, investment, work_item) FROM mart.planning_item AS p ORDER BY ALL
    """,
    "work_item_in_project_currency": """
        SELECT * EXCLUDE (work_item, program, portfolio) FROM mart.work_item_in_project_currency ORDER BY number
    """,
    "baseline_variance": """
        SELECT w.number, v.* EXCLUDE (baseline, work_item, program, portfolio)
          FROM mart.baseline_variance AS v JOIN mart.work_item AS w USING (work_item) ORDER BY ALL
    """,
    "variance_bridge": """
        SELECT w.number, b.name, b.part, coalesce(p.name, c.name) AS cost_plan, f.name AS fiscal_period, b.expense_type,
               b.amount
          FROM mart.variance_bridge AS b JOIN mart.work_item AS w USING (work_item)
          JOIN source.fiscal_period AS f ON f.sys_id = b.fiscal_period
          LEFT JOIN source.cost_plan AS p ON p.sys_id = b.cost_plan
          LEFT JOIN source.cost_plan_baseline AS c ON c.source_sys_id = b.cost_plan ORDER BY ALL
    """,
    "oversight_decision": f"""
        SELECT d.decision_table, r.number, r2.order AS rule_order, d.outcome,
               coalesce(t.name, p.name) AS answer
          FROM mart.oversight_decision AS d {NUMBERED.format("r", "d.record")}
          LEFT JOIN source.oversight_rule AS r2 ON r2.sys_id = d.rule
          LEFT JOIN source.project_template AS t ON t.sys_id = d.answer
          LEFT JOIN source.project_template_task AS p ON p.sys_id = d.answer ORDER BY ALL
    """,
    "oversight_project": """
        SELECT p.kind, p.name, p.origin, p.project_type, q.name AS parent, p.program, p.state, p.planned_start,
               p.planned_end, p.created_on
          FROM mart.oversight_project AS p LEFT JOIN mart.oversight_project AS q ON q.project = p.parent ORDER BY ALL
    """,
    "oversight_project_task": """
        SELECT p.name AS project, t.name, q.name AS parent, t.state, t.status, t.planned_start, t.planned_end
          FROM mart.oversight_project_task AS t JOIN mart.oversight_project AS p USING (project)
          LEFT JOIN mart.oversight_project_task AS q ON q.project_task = t.parent ORDER BY ALL
    """,
    "oversight_link": f"""
        SELECT r.number, p.name AS project, t.name AS project_task
          FROM (SELECT source, project_task, project FROM mart.domain_order_project_task UNION ALL
                SELECT source, project_task, project FROM mart.order_task_project_task) AS l
          {NUMBERED.format("r", "l.source")}
          LEFT JOIN mart.oversight_project AS p USING (project)
          LEFT JOIN mart.oversight_project_task AS t USING (project_task) ORDER BY ALL
    """,
    "oversight_rule_lint": """
        SELECT r.decision_table, r.order, l.problem
          FROM mart.oversight_rule_lint AS l JOIN source.oversight_rule AS r ON r.sys_id = l.rule ORDER BY ALL
    """,
    "order_financials": """
        SELECT o.number, f.* EXCLUDE ("order", program, account)
          FROM mart.order_financials AS f JOIN source.sn_ind_tmt_orm_order AS o ON o.sys_id = f.order ORDER BY ALL
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
    run_night(SAMPLE, warehouse, as_of=AS_OF, settings=load_settings(SETTINGS), progress=lambda _line: None)
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
