"""Chapter: site projects, above the projects of the lines that are delivered to one location."""

from __future__ import annotations

from typing import Final

import pytest

from models.oversight import OversightDecision
from models.oversight_project import OversightProject, OversightProjectTask, SiteLocationSiteProject
from tests.spec.order_world import identity, outcome, overseen, value
from tests.spec.world import Night

PLACES: Final = """
    sys_id | name   | parent
    X1     | Works  | X0
    X2     | Office | -
    X0     | City   | -
"""
LINES_BECOME_PROJECTS: Final = "R1 | order_line_item | 10 | - | T1"
RULES: Final = f"""
    sys_id | decision_table  | order | condition | answer
    {LINES_BECOME_PROJECTS}
    R2     | site_location   | 10    | -         | T2
"""
BY_ACTION: Final = f"""
    sys_id | decision_table  | order | condition   | answer
    {LINES_BECOME_PROJECTS}
    R2     | site_location   | 10    | action=add  | T2
    R3     | site_location   | 20    | action=move | T5
"""
"""The template of a line's site project depends on its action; other actions ask for none."""
TEMPLATES: Final = """
    sys_id | name    | kind
    T1     | Install | project
    T2     | Site    | site_project
    T3     | Program | program
    T5     | Moving  | site_project
"""
NOT_SHARED: Final = "name | value \n sn_ind_tmt_orm.reuse_existing_program_and_project_enabled | false"
TWO_ORDERS: Final = "sys_id | account \n O1 | A1 \n O2 | A1"
A_LINE_EACH: Final = "sys_id | order | location \n L1 | O1 | X1 \n L2 | O2 | X1"
AT_X1: Final = identity("site_project", "X1")
AT_X2: Final = identity("site_project", "X2")
OF_O1_AT_X1: Final = identity("site_project", "O1", "X1")
OF_O2_AT_X1: Final = identity("site_project", "O2", "X1")


def sited(*, after: Night | None = None, **drawn: str) -> Night:
    """A night in which line L1 is delivered to X1, and every line with a location asks for a site project."""
    world = {
        "cmn_location": PLACES,
        "oversight_rule": RULES,
        "project_template": TEMPLATES,
        "sn_ind_tmt_orm_order_line_item": "sys_id | location \n L1 | X1",
    }
    return overseen(after=after, **{**world, **drawn})


def parents(night: Night, picture: str) -> None:
    """Assert which project is above that of each line."""
    night.shows(OversightProject, picture, kind="project")


def site_projects(night: Night, picture: str) -> None:
    night.shows(OversightProject, picture, kind="site_project")


def test_the_lines_of_a_location_have_one_site_project_above_their_projects() -> None:
    night = sited(
        sn_ind_tmt_orm_order=TWO_ORDERS,
        sn_ind_tmt_orm_order_line_item="""
            sys_id | order | location
            L1     | O1    | X1
            L2     | O1    | X1
            L3     | O2    | X1
            L4     | O2    | X2
            L5     | O2    | -
        """,
    )
    site_projects(
        night,
        f"""
            project | location | order | order_line_item | parent | template | origin
            {AT_X1} | X1       | -     | -               | -      | T2       | created
            {AT_X2} | X2       | -     | -               | -      | T2       | created
        """,
    )
    parents(
        night,
        f"""
            order_line_item | parent
            L1              | {AT_X1}
            L2              | {AT_X1}
            L3              | {AT_X1}
            L4              | {AT_X2}
            L5              | -
        """,
    )
    night.shows(SiteLocationSiteProject, f"location | site_project | order \n X1 | {AT_X1} | - \n X2 | {AT_X2} | -")


@pytest.mark.parametrize("properties", [NOT_SHARED, ""], ids=["reuse is off", "no such property"])
def test_without_reuse_every_order_has_its_own_site_project_at_a_location_whatever_is_linked(properties: str) -> None:
    night = sited(
        sys_properties=properties,
        sn_ind_tmt_orm_order=TWO_ORDERS,
        sn_ind_tmt_orm_order_line_item="sys_id | order | location \n L1 | O1 | X1 \n L2 | O2 | X1 \n L3 | O1 | X1",
        pm_project="sys_id \n J1",
        site_location_rel_project="location | project \n X1 | J1",
    )
    site_projects(
        night,
        f"""
            project       | location | order | origin
            {OF_O1_AT_X1} | X1       | O1    | created
            {OF_O2_AT_X1} | X1       | O2    | created
        """,
    )
    parents(
        night,
        f"order_line_item | parent \n L1 | {OF_O1_AT_X1} \n L2 | {OF_O2_AT_X1} \n L3 | {OF_O1_AT_X1}",
    )
    night.shows(
        SiteLocationSiteProject,
        f"location | site_project | order \n X1 | {OF_O1_AT_X1} | O1 \n X1 | {OF_O2_AT_X1} | O2",
    )


def test_a_location_is_a_site_where_offering_and_location_of_a_line_match() -> None:
    """The site project is above all line projects of the location, also of lines that did not ask for it."""
    night = sited(
        product_offering="sys_id | name \n F1 | Metering \n F2 | Advice",
        sn_ind_tmt_orm_order_line_item="""
            sys_id | product_offering | location
            L1     | F1               | X1
            L2     | F2               | X1
            L3     | F1               | X2
            L4     | F2               | X2
        """,
        oversight_rule=f"""
            sys_id | decision_table  | order | condition                                          | answer
            {LINES_BECOME_PROJECTS}
            R2     | site_location   | 10    | product_offering.name=Metering^location.name=Works | T2
        """,
    )
    site_projects(night, f"project \n {AT_X1}")
    parents(
        night,
        f"order_line_item | parent \n L1 | {AT_X1} \n L2 | {AT_X1} \n L3 | - \n L4 | -",
    )


def test_a_site_project_is_for_the_lines_own_location_even_where_the_rule_is_for_one_above() -> None:
    night = sited(
        oversight_rule="""
            sys_id | decision_table  | order | location | answer
            R1     | order_line_item | 10    | -        | T1
            R2     | site_location   | 10    | X0       | T2
        """
    )
    site_projects(night, f"project | location | name \n {AT_X1} | X1 | Works")


def test_there_is_no_site_project_without_a_line_project_whose_line_asks_for_it() -> None:
    night = sited(
        cmn_location="sys_id \n X1 \n X2 \n X3 \n X4 \n X5",
        sn_ind_tmt_orm_order_line_item="""
            sys_id | action | location | product_offering | state       | approved_on
            L1     | none   | X1       | F1               | in_progress | -
            L2     | add    | X2       | F1               | draft       | -
            L3     | add    | X3       | -                | in_progress | -
            L4     | keep   | X4       | F1               | in_progress | -
            L5     | wrong  | X5       | F1               | in_progress | -
            L6     | add    | -        | F1               | in_progress | -
        """,
        oversight_rule="""
            sys_id | decision_table  | order | condition    | answer
            R1     | order_line_item | 10    | action!=none | T1
            R2     | site_location   | 10    | action=add   | T2
            R3     | site_location   | 20    | action=wrong | T1
            R4     | site_location   | 30    | action=none  | T2
        """,
    )
    assert night.rows(SiteLocationSiteProject).is_empty()
    parents(night, "order_line_item | parent \n L4 | - \n L5 | - \n L6 | -")
    night.shows(
        OversightDecision,
        """
            record | outcome
            L1     | no_line_project
            L2     | not_approved
            L3     | invalid_line
            L4     | no_rule_matched
            L5     | answer_wrong_kind
            L6     | no_location
        """,
        decision_table="site_location",
    )


def test_a_site_project_of_the_platform_is_reused_as_it_is_and_gets_no_tasks() -> None:
    night = sited(
        pm_project="""
            sys_id | short_description | start_date | end_date
            J1     | Works, all of it  | 2025-11-01 | 2026-10-31
        """,
        site_location_rel_project="location | project \n X1 | J1 \n X2 | J2",
        project_template_task="sys_id | template \n S1 | T2",
    )
    site_projects(
        night,
        """
            project | name             | origin | template | location | order | planned_start | planned_end
            J1      | Works, all of it | reused | T2       | X1       | -     | 2025-11-01    | 2026-10-31
        """,
    )
    parents(night, "order_line_item | parent \n L1 | J1")
    assert night.rows(OversightProjectTask).is_empty()
    night.shows(SiteLocationSiteProject, "location | site_project \n X1 | J1")
    assert not night.findings("several_site_projects")


def test_of_several_site_projects_of_a_location_the_lowest_exported_one_is_reused_and_that_is_a_finding() -> None:
    night = sited(
        pm_project="sys_id \n J3 \n J2",
        site_location_rel_project="location | project \n X1 | J3 \n X1 | J2 \n X1 | J1",
    )
    site_projects(night, "project | origin \n J2 | reused")
    assert len(night.findings("several_site_projects")) == 1


def test_a_site_project_that_is_not_exported_is_not_reused() -> None:
    night = sited(site_location_rel_project="location | project \n X1 | J9")
    site_projects(night, f"project | origin \n {AT_X1} | created")


def test_the_template_is_that_of_the_earliest_line_and_another_one_is_a_finding() -> None:
    """By approval, then creation, then key. A line that does not ask for a site project has no say, however early."""
    night = sited(
        oversight_rule=BY_ACTION,
        cmn_location="sys_id | name \n X1 | approval \n X2 | creation \n X3 | key \n X4 | agreed",
        sn_ind_tmt_orm_order_line_item="""
            sys_id | location | action | approved_on         | sys_created_on
            L0     | X1       | keep   | 2026-01-01 09:00:00 | 2026-01-01 09:00:00
            L1     | X1       | move   | 2026-01-10 10:00:00 | 2026-01-01 09:00:00
            L2     | X1       | add    | 2026-01-10 09:00:00 | 2026-01-02 09:00:00
            L3     | X2       | move   | 2026-01-10 09:00:00 | 2026-01-02 10:00:00
            L4     | X2       | add    | 2026-01-10 09:00:00 | 2026-01-02 09:00:00
            L6     | X3       | move   | 2026-01-10 09:00:00 | 2026-01-02 09:00:00
            L5     | X3       | add    | 2026-01-10 09:00:00 | 2026-01-02 09:00:00
            L7     | X4       | move   | 2026-01-10 09:00:00 | 2026-01-02 09:00:00
            L8     | X4       | move   | 2026-01-11 09:00:00 | 2026-01-02 09:00:00
            L9     | X4       | keep   | 2026-01-09 09:00:00 | 2026-01-02 09:00:00
        """,
    )
    site_projects(night, "location | template \n X1 | T2 \n X2 | T2 \n X3 | T2 \n X4 | T5")
    assert {row["sys_id"] for row in night.findings("site_templates_differ")} == {"X1", "X2", "X3"}


def test_a_site_project_has_the_name_of_its_location_and_a_task_for_each_of_its_template() -> None:
    """It starts with the earliest line, is of that line's account, and was made when the first of its lines was."""
    night = sited(
        sn_ind_tmt_orm_order_line_item="""
            sys_id | location | action | expected_start_date | approved_on         | sys_created_on
            L1     | X1       | add    | 2026-03-01          | 2026-01-12 09:00:00 | 2026-01-06 09:00:00
            L2     | X1       | add    | 2026-02-01          | 2026-01-13 09:00:00 | 2026-01-06 09:00:00
            L3     | X1       | keep   | -                   | -                   | 2026-01-11 09:00:00
        """,
        oversight_rule=BY_ACTION,
        project_template_task="""
            sys_id | template | name  | parent | duration_days | start_offset_days
            S1     | T2       | Plan  | -      | 10            | 0
            S2     | T2       | Visit | S1     | 1             | 3
        """,
    )
    site_projects(
        night,
        f"""
            project | name  | project_type | account | program | planned_start | planned_end | created_on          | state
            {AT_X1} | Works | project      | A1      | -       | 2026-03-01    | 2026-03-10  | 2026-01-11 09:00:00 | -5
        """,
    )
    first = identity("project_task", AT_X1, "S1")
    night.shows(
        OversightProjectTask,
        f"""
            project_task                            | project | template_task | name  | parent  | state | planned_start | planned_end
            {first}                                 | {AT_X1} | S1            | Plan  | -       | -5    | 2026-03-01    | 2026-03-10
            {identity("project_task", AT_X1, "S2")} | {AT_X1} | S2            | Visit | {first} | -5    | 2026-03-04    | 2026-03-04
        """,
    )


def test_a_site_project_is_in_the_program_of_the_order_of_its_earliest_line() -> None:
    night = sited(
        customer_account="sys_id \n A1 \n A2",
        sn_ind_tmt_orm_order="sys_id | account \n O1 | A1 \n O2 | A2",
        sn_ind_tmt_orm_order_line_item="""
            sys_id | order | location | approved_on
            L1     | O1    | X1       | 2026-01-12 09:00:00
            L2     | O2    | X1       | 2026-01-10 09:00:00
        """,
        oversight_rule=f"{RULES} R3 | program | 10 | - | T3",
    )
    site_projects(night, f"account | program \n A2 | {identity('program', 'A2')}")


def test_a_later_site_project_becomes_the_parent_of_the_projects_there_are() -> None:
    first = sited(oversight_rule=BY_ACTION)
    parents(first, "order_line_item | parent \n L1 | -")
    second = sited(after=first)
    parents(second, f"order_line_item | parent \n L1 | {AT_X1}")


def test_a_later_order_at_the_location_joins_the_site_project_there_is() -> None:
    """Neither another template nor one that the platform has linked since makes a difference."""
    orders = {"sn_ind_tmt_orm_order": TWO_ORDERS}
    first = sited(**orders)
    second = sited(
        after=first,
        sn_ind_tmt_orm_order_line_item=A_LINE_EACH,
        oversight_rule=RULES.replace("T2", "T5"),
        pm_project="sys_id \n J1",
        site_location_rel_project="location | project \n X1 | J1",
        **orders,
    )
    site_projects(second, f"project | template | origin \n {AT_X1} | T2 | created")
    parents(second, f"order_line_item | parent \n L1 | {AT_X1} \n L2 | {AT_X1}")


@pytest.mark.parametrize(
    ("before", "since", "site"), [("true", "false", AT_X1), ("false", "true", OF_O1_AT_X1)], ids=["off", "on"]
)
def test_when_reuse_is_switched_projects_stay_below_their_site_project_and_get_no_second_one(
    before: str, since: str, site: str
) -> None:
    name = "sn_ind_tmt_orm.reuse_existing_program_and_project_enabled"
    first = sited(sys_properties=f"name | value \n {name} | {before}")
    second = sited(after=first, sys_properties=f"name | value \n {name} | {since}")
    parents(second, f"order_line_item | parent \n L1 | {site}")
    site_projects(second, f"project \n {site}")


def test_when_reuse_is_switched_off_a_later_order_has_its_own_site_project() -> None:
    orders = {"sn_ind_tmt_orm_order": TWO_ORDERS}
    second = sited(
        after=sited(**orders), sys_properties=NOT_SHARED, sn_ind_tmt_orm_order_line_item=A_LINE_EACH, **orders
    )
    parents(second, f"order_line_item | parent \n L1 | {AT_X1} \n L2 | {OF_O2_AT_X1}")


def test_a_line_that_moves_leaves_its_project_where_it_is_and_makes_no_site_without_projects() -> None:
    second = sited(after=sited(), sn_ind_tmt_orm_order_line_item="sys_id | location \n L1 | X2")
    parents(second, f"order_line_item | location | parent \n L1 | X1 | {AT_X1}")
    site_projects(second, f"project \n {AT_X1}")


@pytest.mark.parametrize("before", ["X1", "-"])
def test_no_site_project_is_without_projects_also_where_a_line_moved_before_it_asked_for_one(before: str) -> None:
    first = sited(oversight_rule=BY_ACTION, sn_ind_tmt_orm_order_line_item=f"sys_id | location \n L1 | {before}")
    second = sited(after=first, sn_ind_tmt_orm_order_line_item="sys_id | location \n L1 | X2")
    made = set(second.rows(OversightProject, kind="site_project")["project"])
    assert made <= set(second.rows(OversightProject)["parent"])


def test_a_project_of_the_platform_keeps_its_parent_and_else_gets_the_site_project_of_its_location() -> None:
    night = sited(
        pm_project="sys_id | parent \n J0 | - \n J1 | J0 \n J2 | -",
        sn_ind_tmt_orm_order_line_item="sys_id | location \n L1 | X1 \n L2 | X1 \n L3 | X1",
        sn_ind_tmt_orm_order_line_rel_task="order_line_item | task \n L1 | J1 \n L2 | J2",
    )
    parents(night, f"order_line_item | parent \n L1 | J0 \n L2 | {AT_X1} \n L3 | {AT_X1}")


def test_a_line_with_a_project_of_the_platform_asks_for_no_site_project() -> None:
    night = sited(pm_project="sys_id \n J1", sn_ind_tmt_orm_order_line_rel_task="order_line_item | task \n L1 | J1")
    assert outcome(night, "site_location", "L1") == "existing_project"
    assert value(night, OversightProject, "parent") is None
