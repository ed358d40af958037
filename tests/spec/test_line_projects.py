"""Chapter: projects of order lines."""

from __future__ import annotations

from typing import Final

import pytest

from models.oversight import OversightDecision
from models.oversight_link import OrderLineItemProject
from models.oversight_project import OversightProject, OversightProjectTask
from models.settings import Settings
from tests.spec.order_world import identity, outcome, overseen, value
from tests.spec.world import Night

OF_L1: Final = identity("project", "L1")
OF_L2: Final = identity("project", "L2")
CUSTOMER_PROJECTS: Final = "id | active \n com.snc.financial_planning_pmo | active \n com.snc.csm_ppm | "


def lines_with_projects(night: Night) -> set[str]:
    return set(night.rows(OversightProject)["order_line_item"])


def test_a_line_is_valid_when_its_order_exists_and_it_has_a_specification_or_an_offering() -> None:
    night = overseen(
        product_specification="sys_id | name \n S1 | Meter",
        sn_ind_tmt_orm_order_line_item="""
            sys_id        | order | specification | product_offering
            both          | O1    | S1            | F1
            specification | O1    | S1            | -
            offering      | O1    | -             | F1
            neither       | O1    | -             | -
            no_order      | -     | S1            | F1
            unknown_order | O9    | S1            | F1
        """,
    )
    assert lines_with_projects(night) == {"both", "specification", "offering"}
    night.shows(
        OversightDecision,
        """
            record        | outcome
            both          | matched
            specification | matched
            offering      | matched
            neither       | invalid_line
            no_order      | invalid_line
            unknown_order | invalid_line
        """,
        decision_table="order_line_item",
    )


def test_a_line_is_approved_by_date_or_by_a_state_that_it_reaches_only_then() -> None:
    """States are compared trimmed and without case."""
    states = ("acknowledged", "scheduled", "in_progress", "on_hold", "awaiting_information", "completed", "In_Progress")
    others = ("draft", "new", "pending", "open", "qualified", "approved", "closed", "failed", "canceled", "-")
    undated = "\n".join(f"{state} | {state} | -" for state in (*states, *others))
    dated = "\n".join(f"dated {state} | {state} | 2026-01-10 09:00:00" for state in (*states, *others))
    night = overseen(sn_ind_tmt_orm_order_line_item=f"number | state | approved_on \n {undated} \n {dated}")
    names = {row["name"].removeprefix("Install ") for row in night.rows(OversightProject).to_dicts()}
    assert names == {*states, *(f"dated {state}" for state in (*states, *others))}


def test_a_line_that_was_canceled_after_approval_still_gets_a_project_that_is_born_skipped() -> None:
    night = overseen(
        sn_ind_tmt_orm_order_line_item="""
            sys_id | state    | approved_on
            L1     | canceled | 2026-01-10 09:00:00
            L2     | canceled | -
        """
    )
    night.shows(OversightProject, f"project | order_line_item | state \n {OF_L1} | L1 | 7")
    night.shows(OversightProjectTask, "template_task | state \n P1 | 7 \n P2 | 7")
    assert outcome(night, "order_line_item", "L2") == "not_approved"


def test_a_valid_approved_line_that_a_rule_matches_gets_one_project_with_a_task_for_each_of_its_template() -> None:
    night = overseen()
    night.shows(
        OversightProject,
        f"""
            project | kind    | name        | origin  | template | parent | program | account | order | order_line_item | location
            {OF_L1} | project | Install OL1 | created | T1       | -      | -       | A1      | O1    | L1              | -
        """,
    )
    night.shows(
        OversightProjectTask,
        f"""
            project_task                            | project | template_task | parent | name   | state | status
            {identity("project_task", OF_L1, "P1")} | {OF_L1} | P1            | -      | Survey | -5    | -
            {identity("project_task", OF_L1, "P2")} | {OF_L1} | P2            | -      | Fit    | -5    | -
        """,
    )
    night.shows(OrderLineItemProject, f"order_line_item | project | order | level \n L1 | {OF_L1} | O1 | line")


def test_several_lines_of_an_order_get_a_project_each_of_the_template_that_their_rule_says() -> None:
    night = overseen(
        project_template="sys_id | name | kind \n T1 | Install | project \n T4 | Move | project",
        project_template_task="sys_id | template | name \n P1 | T1 | Survey \n P4 | T4 | Pack",
        sn_ind_tmt_orm_order_line_item="sys_id | number | action \n L1 | OL1 | add \n L2 | OL2 | move \n L3 | OL3 | keep",
        oversight_rule="""
            sys_id | decision_table  | order | condition   | answer
            R1     | order_line_item | 10    | action=add  | T1
            R2     | order_line_item | 20    | action=move | T4
        """,
    )
    night.shows(OversightProject, f"project | name | template \n {OF_L1} | Install OL1 | T1 \n {OF_L2} | Move OL2 | T4")
    night.shows(OversightProjectTask, f"project | template_task \n {OF_L1} | P1 \n {OF_L2} | P4")


def test_a_name_is_what_there_is_of_the_templates_name_and_the_lines_number() -> None:
    night = overseen(sn_ind_tmt_orm_order_line_item="sys_id | number \n L1 | -")
    assert value(night, OversightProject, "name") == "Install"


def test_project_tasks_are_nested_as_the_tasks_of_their_template() -> None:
    """A parent that is unknown, of another template, or in a circle is none."""
    night = overseen(
        project_template_task="""
            sys_id  | template | parent
            top     | T1       | -
            child   | T1       | top
            grand   | T1       | child
            unknown | T1       | nowhere
            foreign | T1       | other
            hen     | T1       | egg
            egg     | T1       | hen
            other   | T2       | -
        """
    )
    ids = {name: identity("project_task", OF_L1, name) for name in ("top", "child")}
    night.shows(
        OversightProjectTask,
        f"""
            template_task | parent
            top           | -
            child         | {ids["top"]}
            grand         | {ids["child"]}
            unknown       | -
            foreign       | -
            hen           | -
            egg           | -
        """,
    )


def test_planned_days_are_counted_from_the_expected_start_else_from_the_approval() -> None:
    """A task takes one day at least; a project ends with its last task."""
    night = overseen(
        sn_ind_tmt_orm_order_line_item="""
            sys_id | expected_start_date | approved_on         | state
            L1     | 2026-02-27          | 2026-01-10 09:00:00 | draft
            L2     | -                   | 2026-01-10 09:00:00 | draft
            L3     | -                   | -                   | in_progress
        """,
        project_template_task="""
            sys_id | template | duration_days | start_offset_days
            P1     | T1       | 5             | 0
            P2     | T1       | 1             | 6
            P3     | T1       | 0             | 2
            P4     | T1       | -             | -
        """,
    )
    night.shows(
        OversightProject,
        """
            order_line_item | planned_start | planned_end
            L1              | 2026-02-27    | 2026-03-05
            L2              | 2026-01-10    | 2026-01-16
            L3              | -             | -
        """,
    )
    night.shows(
        OversightProjectTask,
        """
            template_task | planned_start | planned_end
            P1            | 2026-02-27    | 2026-03-03
            P2            | 2026-03-05    | 2026-03-05
            P3            | 2026-03-01    | 2026-03-01
            P4            | 2026-02-27    | 2026-02-27
        """,
        project=OF_L1,
    )


def test_a_project_without_tasks_ends_on_the_day_it_starts() -> None:
    overseen(project_template_task="").shows(OversightProject, "planned_start | planned_end \n 2026-01-10 | 2026-01-10")


def test_the_day_of_an_approval_is_that_of_the_instance() -> None:
    night = overseen(
        settings=Settings(instance_time_zone="Asia/Tokyo"),
        sn_ind_tmt_orm_order_line_item="sys_id | approved_on \n L1 | 2026-01-10 20:00:00",
    )
    night.shows(OversightProject, "planned_start | created_on \n 2026-01-11 | 2026-01-10 20:00:00")


def test_a_project_and_its_tasks_are_of_the_lines_approval_else_of_its_creation() -> None:
    night = overseen(
        sn_ind_tmt_orm_order_line_item="""
            sys_id | approved_on         | sys_created_on
            L1     | 2026-01-10 09:00:00 | 2026-01-06 09:00:00
            L2     | -                   | 2026-01-07 09:00:00
            L3     | -                   | -
        """
    )
    night.shows(
        OversightProject,
        """
            order_line_item | created_on
            L1              | 2026-01-10 09:00:00
            L2              | 2026-01-07 09:00:00
            L3              | -
        """,
    )
    night.shows(
        OversightProjectTask,
        "template_task | created_on \n P1 | 2026-01-07 09:00:00 \n P2 | 2026-01-07 09:00:00",
        project=OF_L2,
    )


@pytest.mark.parametrize(
    ("plugins", "project_type"),
    [
        (f"{CUSTOMER_PROJECTS} active", "customer_project"),
        (f"{CUSTOMER_PROJECTS} inactive", "project"),
    ],
)
def test_projects_are_customer_projects_where_customer_project_management_is_active(
    plugins: str, project_type: str
) -> None:
    overseen(v_plugin=plugins).shows(OversightProject, f"project_type \n {project_type}")


def test_child_lines_are_lines_like_others() -> None:
    """A child has a project whatever becomes of its parent, which it is not part of."""
    night = overseen(
        sn_ind_tmt_orm_order_line_item="""
            sys_id | parent_line_item | product_offering
            L1     | -                | F1
            L2     | L1               | F1
            L3     | -                | -
            L4     | L3               | F1
        """
    )
    night.shows(
        OversightProject,
        f"""
            project                     | order_line_item | parent
            {OF_L1}                     | L1              | -
            {OF_L2}                     | L2              | -
            {identity("project", "L4")} | L4              | -
        """,
    )


def linked(**drawn: str) -> Night:
    """A night in which the platform has linked line L1 to project J1."""
    return overseen(
        **{
            "pm_project": "sys_id \n J1",
            "sn_ind_tmt_orm_order_line_rel_task": "order_line_item | task \n L1 | J1",
            **drawn,
        }
    )


def test_a_line_that_the_platform_has_linked_to_a_project_has_that_one_and_none_is_made() -> None:
    """It is told as it is on the platform, without template and tasks."""
    night = linked(
        pm_program="sys_id \n G1",
        pm_project="""
            sys_id | short_description | state | start_date | end_date   | parent | primary_program
            J0     | Above             | 1     | -          | -          | -      | -
            J1     | Fit out           | 2     | 2026-03-01 | 2026-03-31 | J0     | G1
        """,
    )
    night.shows(
        OversightProject,
        """
            project | kind    | name    | origin   | template | parent | program | account | order | order_line_item | state | planned_start | planned_end
            J1      | project | Fit out | existing | -        | J0     | G1      | A1      | O1    | L1              | 2     | 2026-03-01    | 2026-03-31
        """,
    )
    assert night.rows(OversightProjectTask).is_empty()
    night.shows(OrderLineItemProject, "order_line_item | project | order | level \n L1 | J1 | O1 | line")
    assert outcome(night, "order_line_item", "L1") == "existing_project"


def test_a_link_to_a_project_that_is_not_exported_is_none() -> None:
    night = linked(sn_ind_tmt_orm_order_line_rel_task="order_line_item | task \n L1 | J9 \n L9 | J1")
    night.shows(OversightProject, f"project | origin \n {OF_L1} | created")
    assert outcome(night, "order_line_item", "L1") == "matched"


def test_of_several_links_of_a_line_that_to_the_lowest_exported_project_counts() -> None:
    night = linked(
        pm_project="sys_id \n J3 \n J2",
        sn_ind_tmt_orm_order_line_rel_task="order_line_item | task \n L1 | J3 \n L1 | J2 \n L1 | J1",
    )
    night.shows(OversightProject, "project \n J2")
    night.shows(OrderLineItemProject, "order_line_item | project \n L1 | J2")


def test_lines_can_share_a_project_of_the_platform() -> None:
    night = linked(
        sn_ind_tmt_orm_order_line_item="sys_id \n L1 \n L2 \n L3",
        sn_ind_tmt_orm_order_line_rel_task="order_line_item | task \n L1 | J1 \n L2 | J1",
    )
    night.shows(
        OrderLineItemProject,
        f"order_line_item | project \n L1 | J1 \n L2 | J1 \n L3 | {identity('project', 'L3')}",
    )
    night.shows(OversightProject, "project | order | order_line_item \n J1 | O1 | -", origin="existing")


def test_a_line_that_is_not_approved_has_the_project_that_the_platform_has_linked() -> None:
    night = linked(sn_ind_tmt_orm_order_line_item="sys_id | state | approved_on \n L1 | draft | -")
    night.shows(OrderLineItemProject, "order_line_item | project \n L1 | J1")
    assert outcome(night, "order_line_item", "L1") == "not_approved"


def test_a_project_that_the_platform_links_later_is_shown_instead_and_that_is_a_finding() -> None:
    """The one made before stays where projects are told."""
    night = overseen(
        after=overseen(),
        pm_project="sys_id \n J1",
        sn_ind_tmt_orm_order_line_rel_task="order_line_item | task \n L1 | J1",
    )
    night.shows(OrderLineItemProject, "order_line_item | project \n L1 | J1")
    night.shows(OversightProject, f"project | origin \n J1 | existing \n {OF_L1} | created")
    assert [row["sys_id"] for row in night.findings("project_exists_twice")] == ["L1"]


def test_a_line_that_is_approved_later_gets_its_project_then() -> None:
    first = overseen(sn_ind_tmt_orm_order_line_item="sys_id | state | approved_on \n L1 | draft | -")
    assert first.rows(OversightProject).is_empty()
    overseen(after=first).shows(OversightProject, f"project \n {OF_L1}")


def test_a_project_is_not_made_again_nor_changed_when_its_line_or_rule_does() -> None:
    """The decision is told as today's rules make it."""
    picture = """
        project | name        | template | planned_start | created_on
        {}      | Install OL1 | T1       | 2026-01-10    | 2026-01-10 09:00:00
    """.replace("{}", OF_L1)
    first = overseen()
    first.shows(OversightProject, picture)
    second = overseen(
        after=first,
        project_template="sys_id | name | kind \n T1 | Renamed | project \n T4 | Move | project",
        project_template_task="sys_id | template \n P1 | T1 \n P3 | T1 \n P4 | T4",
        oversight_rule="sys_id | decision_table | order | answer \n R2 | order_line_item | 10 | T4",
        sn_ind_tmt_orm_order_line_item="sys_id | number | expected_start_date | approved_on \n L1 | OL7 | 2026-05-01 | 2026-02-02 09:00:00",
    )
    second.shows(OversightProject, picture)
    second.shows(OversightProjectTask, "template_task | name \n P1 | Survey \n P2 | Fit")
    second.shows(
        OversightDecision,
        "record | rule | answer | outcome \n L1 | R2 | T4 | matched",
        decision_table="order_line_item",
    )


def test_when_project_portfolio_management_is_gone_projects_stay_and_follow_their_lines_but_none_is_made() -> None:
    second = overseen(
        after=overseen(),
        v_plugin="",
        sn_ind_tmt_orm_order_line_item="sys_id | number | state \n L1 | OL1 | canceled \n L2 | OL2 | in_progress",
    )
    second.shows(OversightProject, f"project | name | state \n {OF_L1} | Install OL1 | 7")
    second.shows(OrderLineItemProject, f"order_line_item | project \n L1 | {OF_L1}")
    second.shows(
        OversightDecision,
        "record | outcome \n L1 | ppm_not_installed \n L2 | ppm_not_installed",
        decision_table="order_line_item",
    )
