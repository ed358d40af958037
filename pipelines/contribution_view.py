"""`audit.contribution` as a query over published tables: the rows behind figures take no room of their own.

The same rules as `transforms.contribution.contributions`, in the language of the file; a test holds one against the
other, row by row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from models.audit import Run
from models.contribution import Contribution, ContributionRule, LeftOutRow
from models.contribution_reason import AGGREGATE, MISSING_RATE, OPEN_ACTUAL, OTHER_TYPE, PAST_PLAN
from models.contribution_rule import OPEN, PAST
from models.counted_row import CountedRowHistory
from models.history import TO
from models.table import Table, View

COLUMNS: Final = ", ".join(name for name in LeftOutRow.column_names() if name not in ("fiscal_period", "reason"))


def _contribution(catalog: str) -> str:
    """The query of audit.contribution, over the tables of a catalog."""
    counted, left_out, rule, run = (
        _named(catalog, table) for table in (CountedRowHistory, LeftOutRow, ContributionRule, Run)
    )
    return f"""
        SELECT * REPLACE (CASE WHEN sign < 0 THEN -amount ELSE amount END AS amount),
               why_not IS NULL AS included,
               coalesce(why_not, CASE WHEN amount IS NULL THEN '{MISSING_RATE}' END) AS reason
          FROM (SELECT rule.metric, rule.sign, row.*,
                       CASE WHEN row.left_out = '{AGGREGATE}' THEN row.left_out
                            WHEN row.expense_type <> rule.expense_type THEN '{OTHER_TYPE}'
                            WHEN rule.periods = '{PAST}' AND row.end_date >= run.as_of THEN '{OPEN_ACTUAL}'
                            WHEN rule.periods = '{OPEN}' AND row.end_date < run.as_of THEN '{PAST_PLAN}'
                            ELSE row.left_out END AS why_not
                  FROM (SELECT {COLUMNS}, nullif(fiscal_period, '') AS fiscal_period, NULL::VARCHAR AS left_out
                          FROM {counted} WHERE {TO} IS NULL
                         UNION ALL
                        SELECT {COLUMNS}, fiscal_period, reason FROM {left_out}) AS row
                  JOIN {rule} AS rule ON rule.stream = row.stream
                 CROSS JOIN {run} AS run)
    """  # noqa: S608 -- names of tables and words come from the models


def _named(catalog: str, table: type[Table]) -> str:
    return f"{catalog}.{table.layer}.{table.table_name()}"


VIEW_QUERIES: Final[dict[type[View], Callable[[str], str]]] = {Contribution: _contribution}


def view_query(view: type[View], catalog: str) -> str:
    """The query of a view, its columns in the order of the model."""
    columns = ", ".join(f'"{name}"' for name in view.column_names())
    return f"SELECT {columns} FROM ({VIEW_QUERIES[view](catalog)})"  # noqa: S608 -- likewise
