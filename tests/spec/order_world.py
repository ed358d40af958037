"""Small worlds of orders: a test draws the rows that its rule is about, everything else has a default.

By default Project Portfolio Management is installed and programs are shared; account A1 has the order O1 with one
approved line L1 of offering F1; a rule R1 makes every line a project from template T1, which has the planned tasks P1
and P2; T2 is a site template, T3 a program template, and no rule asks for them. Nothing else is drawn.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Final

import polars as pl

from models.audit import Finding
from models.catalogue import MARTS, SOURCES, STATES
from models.oversight import OversightDecision
from models.settings import Settings
from models.table import Table
from tests.night import night, remembered
from tests.spec.world import AS_OF, Night, source_rows

WANTED: Final = {
    *(table for table in MARTS.values() if table.__module__.startswith("models.oversight")),
    *STATES.values(),
    Finding,
}
TABLES: Final = {
    "v_plugin": "id | active \n com.snc.financial_planning_pmo | active",
    "sys_properties": """
        name                                                    | value
        sn_ind_tmt_orm.project.task.auto.closure                | true
        sn_ind_tmt_orm.reuse_existing_program_and_project_enabled | true
    """,
    "customer_account": "sys_id | name \n A1 | Harbour Estates",
    "product_offering": "sys_id | name \n F1 | Metering",
    "sn_ind_tmt_orm_order": "sys_id | number | account | state | order_date \n O1 | ORD1 | A1 | in_progress | 2026-01-05",
    "sn_ind_tmt_orm_order_line_item": "sys_id | number \n L1 | OL1",
    "project_template": """
        sys_id | name    | kind
        T1     | Install | project
        T2     | Site    | site_project
        T3     | Program | program
    """,
    "project_template_task": """
        sys_id | template | name   | duration_days | start_offset_days
        P1     | T1       | Survey | 5             | 0
        P2     | T1       | Fit    | 10            | 5
    """,
    "oversight_rule": "sys_id | decision_table | order | answer \n R1 | order_line_item | 10 | T1",
}
"""What is drawn when a test does not draw it; all other tables are there and have no rows."""

COLUMNS: Final = {
    "sn_ind_tmt_orm_order": {"account": "A1", "state": "in_progress"},
    "sn_ind_tmt_orm_order_line_item": {
        "order": "O1",
        "product_offering": "F1",
        "state": "in_progress",
        "approved_on": "2026-01-10 09:00:00",
        "sys_created_on": "2026-01-06 09:00:00",
    },
    "sn_ind_tmt_orm_domain_order": {"order_line_item": "L1", "state": "new", "sys_created_on": "2026-01-12 09:00:00"},
    "sn_ind_tmt_orm_order_task": {"state": "new", "sys_created_on": "2026-01-13 09:00:00"},
    "sys_journal_field": {"element": "work_notes", "value": "a note", "sys_created_on": "2026-01-14 09:00:00"},
    "csm_table_map": {"active": "true"},
}
"""What stands in a column that a test does not draw."""


def overseen(
    *,
    after: Night | None = None,
    settings: Settings | None = None,
    without: tuple[str, ...] = (),
    **pictures: str,
) -> Night:
    """What becomes of the tables drawn, under their names, the defaults, and none of the tables `without`.

    `after` is the night before, whose memory this one has.
    """
    tables = orders(without=without, **pictures)
    memory = remembered(after.frames) if after else None
    return Night(night(tables, as_of=dt.date.fromisoformat(AS_OF), settings=settings, memory=memory, wanted=WANTED))


def orders(*, without: tuple[str, ...] = (), **pictures: str) -> dict[type[Table], pl.DataFrame]:
    """The admitted tables of a world of orders: those drawn and the defaults."""
    drawn = {**dict.fromkeys(SOURCES, ""), **TABLES, **pictures}
    return {
        SOURCES[name]: source_rows(name, picture, COLUMNS) for name, picture in drawn.items() if name not in without
    }


def outcome(of: Night, decision_table: str, record: str) -> str:
    """What came of one record in one decision table."""
    found: str = of.rows(OversightDecision, decision_table=decision_table, record=record)["outcome"].item()
    return found


def identity(*key: str) -> str:
    """The id of what is made for a key, e.g. `identity("project", "L1")`."""
    return hashlib.sha256("|".join(key).encode()).hexdigest()[:32]


def value(of: Night, table: type[Table], column: str, **where: object) -> object:
    """One value of the one row that `where` tells."""
    return of.rows(table, **where)[column].item()
