"""Chapter: who may see and do what, as Table 1 of the specification says."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from models.access import (
    AGENTS,
    CONFIGURE,
    MANAGERS,
    ORDER_RECORDS,
    POST_NOTES,
    READ,
    WRITE,
    AccessControl,
)
from models.catalogue import AUDITS, BASELINES, HISTORIES, MARTS, SOURCES, STATES
from pipelines.checks import rows_conform
from transforms.oversight.access_control import access_control

TABLE: pl.DataFrame = access_control().collect()
PROJECT_FORM = {
    "oversight_project",
    "oversight_project_task",
    "oversight_mapped_field",
    "oversight_program",
    "oversight_note",
}
LINE_LIST = {"order_line_item_project", "order_project", "site_location_site_project"}
TASK_LISTS = {"order_task_project_task", "domain_order_project_task"}
TEMPLATES = {"source.project_template", "source.project_template_task"}
ORDERS = {
    "source.sn_ind_tmt_orm_order",
    "source.sn_ind_tmt_orm_order_line_item",
    "source.sn_ind_tmt_orm_domain_order",
    "source.sn_ind_tmt_orm_order_task",
    "source.sn_ind_tmt_orm_order_line_rel_task",
    "source.sn_ind_tmt_orm_order_task_rel_task",
}
DECISIONS = {"oversight_decision", "oversight_rule_lint"}
MONEY = {"work_item", "work_item_rollup", "program", "portfolio", "cash_flow", "order_financials"}


def may(role: str, access: str, **where: Any) -> set[str]:
    """The relations on which the role has the access, by itself or by what it contains."""
    found = TABLE.filter(pl.col("relation").is_not_null(), role=role, access=access, **where)
    return set(found["relation"])


def own(role: str, access: str) -> set[str]:
    rows = TABLE.filter(pl.col("relation").is_not_null() & pl.col("inherited_from").is_null())
    return set(rows.filter(role=role, access=access)["relation"])


def test_every_row_is_told_once_and_in_words_of_the_lists() -> None:
    assert TABLE.is_unique().all()
    assert list(rows_conform(AccessControl, TABLE)) == []


def test_roles_contain_what_the_table_says() -> None:
    rows = TABLE.filter(pl.col("relation").is_null())

    assert set(rows["access"]) == {None}
    assert set(rows["inherited_from"]) == {None}
    assert set(rows.select("role", "contains_role", "condition").iter_rows()) == {
        ("sn_ind_tmt_orm.order-fulfillment_agent", "it_project_user", None),
        ("sn_ind_tmt_orm.order-fulfillment_agent", "sn_customerservice.projectmanager", "com.snc.csm_ppm"),
        ("sn_ind_tmt_orm.service_order_agent", "it_project_user", None),
        ("sn_ind_tmt_orm.service_order_agent", "sn_customerservice.projectmanager", "com.snc.csm_ppm"),
        ("sn_ind_tmt_orm.order_fulfillment_manager", "sn_ind_tmt_orm.order_creator", None),
        ("sn_ind_tmt_orm.service_order_manager", "sn_ind_tmt_orm.order_creator", None),
        ("it_project_user", "sn_ind_tmt_orm.order_viewer", None),
        ("it_project_admin", "it_project_user", None),
        ("it_project_admin", "sn_ind_tmt_orm.order_creator", None),
    }


@pytest.mark.parametrize("agent", AGENTS)
def test_agents_read_orders_and_projects(agent: str) -> None:
    assert own(agent, READ) == ORDERS | PROJECT_FORM | LINE_LIST | TASK_LISTS
    assert not own(agent, WRITE) | own(agent, CONFIGURE) | own(agent, POST_NOTES)


@pytest.mark.parametrize("manager", MANAGERS)
def test_managers_read_orders_and_relationships_but_not_the_project_form_and_post_notes(manager: str) -> None:
    assert may(manager, READ) == ORDERS | LINE_LIST | TASK_LISTS
    assert may(manager, POST_NOTES) == {
        "source.sn_ind_tmt_orm_order_line_item",
        "source.sn_ind_tmt_orm_order_task",
    }


def test_project_users_read_projects_and_templates() -> None:
    assert may("it_project_user", READ) == PROJECT_FORM | LINE_LIST | TASK_LISTS | TEMPLATES
    assert not may("it_project_user", WRITE)


def test_project_administrators_configure_projects_and_write_templates_and_lists() -> None:
    assert may("it_project_admin", CONFIGURE) == PROJECT_FORM
    assert may("it_project_admin", WRITE) == TEMPLATES | LINE_LIST | TASK_LISTS


def test_decisions_and_money_are_for_project_administrators_and_administrators_only() -> None:
    assert may("it_project_admin", READ) >= DECISIONS | MONEY
    for role in (*AGENTS, *MANAGERS, "it_project_user"):
        assert not may(role, READ) & (DECISIONS | MONEY)


def test_the_administrator_may_do_everything() -> None:
    others = {"source": SOURCES, "state": STATES, "baseline": BASELINES, "history": HISTORIES, "audit": AUDITS}
    everything = {*MARTS, *(f"{layer}.{name}" for layer, tables in others.items() for name in tables)}

    for access in (READ, WRITE, CONFIGURE):
        assert own("admin", access) == everything
    assert may("admin", POST_NOTES) == may(MANAGERS[0], POST_NOTES)


def test_write_and_configure_imply_read() -> None:
    rights = {(role, relation, access) for role, _, relation, access, _, _ in TABLE.iter_rows()}

    strong = [(role, relation) for role, relation, access in rights if access in (WRITE, CONFIGURE)]
    assert strong
    for role, relation in strong:
        assert (role, relation, READ) in rights


def test_an_inherited_right_names_whose_it_is_and_by_which_contained_role_it_is_reached() -> None:
    rows = TABLE.filter(role="it_project_admin", relation="oversight_project")

    assert set(rows.select("access", "inherited_from", "contains_role").iter_rows()) == {
        ("read", None, None),
        ("configure", None, None),
        ("read", "it_project_user", "it_project_user"),
    }


def test_agents_read_templates_only_because_they_contain_project_users() -> None:
    rows = TABLE.filter(pl.col("relation").is_in(list(TEMPLATES)), role=AGENTS[0])

    assert set(rows.select("access", "inherited_from", "contains_role", "condition").iter_rows()) == {
        ("read", "it_project_user", "it_project_user", None)
    }


def test_the_order_records_are_all_tables_of_order_management() -> None:
    named = {name for name in SOURCES if name.startswith("sn_ind_tmt_orm_")}

    assert {table.table_name() for table in ORDER_RECORDS} == named


def test_rights_are_inherited_through_several_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    contained = {"director": ("lead",), "lead": ("it_project_user",)}
    monkeypatch.setattr("transforms.oversight.access_control.CONTAINED_ROLES", contained)
    monkeypatch.setattr("transforms.oversight.access_control.ROLES", ("director",))
    monkeypatch.setattr("transforms.oversight.access_control.NEEDED_PLUGIN", {"it_project_user": "a_plugin"})

    rights = access_control().collect().drop_nulls("relation")

    assert set(rights.select("contains_role", "inherited_from", "condition").iter_rows()) == {
        ("lead", "it_project_user", "a_plugin")
    }
