"""Chapter: projects of whole orders, chosen by an agent or by a rule."""

from __future__ import annotations

from typing import Final

from models.oversight import OversightDecision
from models.oversight_link import OrderLineItemProject
from models.oversight_project import OrderProject, OversightProject, OversightProjectTask
from tests.spec.order_world import identity, outcome, overseen
from tests.spec.world import Night

TEMPLATES: Final = """
    sys_id | name    | kind         | active
    T1     | Install | project      | -
    T2     | Site    | site_project | -
    T3     | Program | program      | -
    T4     | Rollout | project      | true
    T5     | Shelved | project      | false
"""
LINES_AND_ORDERS: Final = """
    sys_id | decision_table  | order | answer
    R1     | order_line_item | 10    | T1
    R2     | order           | 10    | T4
"""
CHOSEN: Final = "sys_id | number | project_template \n O1 | ORD1 | T4"
TWO_LINES: Final = "sys_id \n L1 \n L2"
WHOLE: Final = identity("order_project", "O1")
OF_L1: Final = identity("project", "L1")


def ordered(*, after: Night | None = None, **drawn: str) -> Night:
    """A night in which an agent has chosen template T4 for order O1."""
    return overseen(after=after, **{"sn_ind_tmt_orm_order": CHOSEN, "project_template": TEMPLATES, **drawn})


def test_the_agents_choice_wins_over_rules() -> None:
    night = ordered(oversight_rule="sys_id | decision_table | order | answer \n R2 | order | 10 | T1")
    night.shows(
        OversightDecision, "record | rule | answer | outcome \n O1 | - | T4 | agent_choice", decision_table="order"
    )
    night.shows(OversightProject, f"project | kind | template \n {WHOLE} | order_project | T4")


def test_without_a_choice_a_rule_decides() -> None:
    night = overseen(oversight_rule=LINES_AND_ORDERS, project_template=TEMPLATES)
    night.shows(OversightProject, f"project | kind | template \n {WHOLE} | order_project | T4")
    night.shows(OrderLineItemProject, f"order_line_item | project | level \n L1 | {WHOLE} | order")


def test_a_choice_or_answer_that_cannot_be_used_is_the_outcome_and_the_lines_are_decided_as_usual() -> None:
    """No rule is asked in the place of a choice, and no other rule in the place of the first match."""
    night = overseen(
        project_template=TEMPLATES,
        sn_ind_tmt_orm_order="""
            sys_id | project_template | order_type
            O1     | T9               | -
            O2     | T2               | -
            O3     | T3               | -
            O4     | T5               | -
            O5     | -                | unknown
            O6     | -                | kind
            O7     | -                | inactive
        """,
        sn_ind_tmt_orm_order_line_item="sys_id | order \n L1 | O1 \n L2 | O2 \n L3 | O3 \n L4 | O4 \n L5 | O5 \n L6 | O6 \n L7 | O7",
        oversight_rule="""
            sys_id   | decision_table  | order | condition           | answer
            lines    | order_line_item | 10    | -                   | T1
            unknown  | order           | 10    | order_type=unknown  | T9
            kind     | order           | 20    | order_type=kind     | T2
            inactive | order           | 30    | order_type=inactive | T5
            all      | order           | 40    | -                   | T4
        """,
    )
    night.shows(
        OversightDecision,
        """
            record | rule     | answer | outcome
            O1     | -        | T9     | answer_unknown
            O2     | -        | T2     | answer_wrong_kind
            O3     | -        | T3     | answer_wrong_kind
            O4     | -        | T5     | template_inactive
            O5     | unknown  | T9     | answer_unknown
            O6     | kind     | T2     | answer_wrong_kind
            O7     | inactive | T5     | template_inactive
        """,
        decision_table="order",
    )
    assert night.rows(OrderProject).is_empty()
    assert set(night.rows(OversightDecision, decision_table="order_line_item")["outcome"]) == {"matched"}
    assert night.rows(OrderLineItemProject, level="line").height == 7
    assert set(night.rows(OversightProject)["template"]) == {"T1"}


def test_an_order_project_needs_one_line_that_is_both_valid_and_approved() -> None:
    night = overseen(
        project_template=TEMPLATES,
        sn_ind_tmt_orm_order="""
            sys_id     | project_template
            empty      | T4
            invalid    | T4
            unapproved | T4
            neither    | T4
            both       | T4
        """,
        sn_ind_tmt_orm_order_line_item="""
            order      | product_offering | state | approved_on
            invalid    | -                | draft | 2026-01-10 09:00:00
            unapproved | F1               | draft | -
            neither    | -                | draft | 2026-01-10 09:00:00
            neither    | F1               | draft | -
            both       | -                | draft | -
            both       | F1               | draft | 2026-01-10 09:00:00
            nowhere    | F1               | draft | 2026-01-10 09:00:00
        """,
    )
    night.shows(
        OversightDecision,
        """
            record     | outcome
            empty      | invalid_line
            invalid    | invalid_line
            unapproved | not_approved
            neither    | not_approved
            both       | agent_choice
        """,
        decision_table="order",
    )
    night.shows(OrderProject, "order \n both")


def test_one_project_oversees_the_whole_order_and_its_lines_get_none() -> None:
    night = ordered(sn_ind_tmt_orm_order_line_item=TWO_LINES)
    night.shows(OrderProject, f"order | project | origin \n O1 | {WHOLE} | created")
    night.shows(
        OrderLineItemProject,
        f"""
            order_line_item | project | order | level
            L1              | {WHOLE} | O1    | order
            L2              | {WHOLE} | O1    | order
        """,
    )
    night.shows(
        OversightDecision,
        """
            record | rule | answer | outcome
            L1     | -    | -      | covered_by_order_project
            L2     | -    | -      | covered_by_order_project
        """,
        decision_table="order_line_item",
    )
    night.shows(OversightProject, f"project \n {WHOLE}")


def test_other_orders_are_not_covered() -> None:
    night = ordered(
        sn_ind_tmt_orm_order="sys_id | project_template \n O1 | T4 \n O2 | -",
        sn_ind_tmt_orm_order_line_item="sys_id | order \n L1 | O1 \n L2 | O2",
    )
    night.shows(
        OrderLineItemProject,
        f"order_line_item | project | level \n L1 | {WHOLE} | order \n L2 | {identity('project', 'L2')} | line",
    )


def test_a_covered_line_asks_for_no_site_project() -> None:
    night = ordered(
        cmn_location="sys_id | name \n X1 | Here",
        sn_ind_tmt_orm_order_line_item="sys_id | location \n L1 | X1",
        oversight_rule="sys_id | decision_table | order | answer \n R1 | site_location | 10 | T2",
    )
    assert outcome(night, "site_location", "L1") == "covered_by_order_project"
    night.shows(OversightProject, "kind | parent \n order_project | -")


def test_an_order_project_has_the_name_account_and_days_of_its_order_and_the_tasks_of_its_template() -> None:
    """The name is that of the template and the order's number."""
    night = ordered(
        sn_ind_tmt_orm_order="""
            sys_id | number | project_template | expected_start_date | approved_on         | sys_created_on
            O1     | ORD1   | T4               | 2026-02-01          | 2026-01-09 08:00:00 | 2026-01-05 08:00:00
        """,
        project_template_task="""
            sys_id | template | name   | duration_days | start_offset_days
            P1     | T4       | Survey | 5             | 0
            P2     | T4       | Fit    | 10            | 5
            P9     | T1       | Other  | 90            | 0
        """,
    )
    night.shows(
        OversightProject,
        f"""
            project | name         | origin  | project_type | account | order | order_line_item | location | planned_start | planned_end | created_on
            {WHOLE} | Rollout ORD1 | created | project      | A1      | O1    | -               | -        | 2026-02-01    | 2026-02-15  | 2026-01-09 08:00:00
        """,
    )
    night.shows(
        OversightProjectTask,
        f"""
            project_task                            | project | template_task | name   | planned_start | planned_end
            {identity("project_task", WHOLE, "P1")} | {WHOLE} | P1            | Survey | 2026-02-01    | 2026-02-05
            {identity("project_task", WHOLE, "P2")} | {WHOLE} | P2            | Fit    | 2026-02-06    | 2026-02-15
        """,
    )


def test_an_order_project_begins_when_its_order_was_approved_where_no_start_is_expected() -> None:
    night = ordered(
        sn_ind_tmt_orm_order="""
            sys_id | project_template | approved_on         | sys_created_on
            O1     | T4               | 2026-01-09 08:00:00 | 2026-01-05 08:00:00
            O2     | T4               | -                   | 2026-01-06 08:00:00
        """,
        sn_ind_tmt_orm_order_line_item="sys_id | order \n L1 | O1 \n L2 | O2",
    )
    night.shows(
        OversightProject,
        """
            order | planned_start | created_on
            O1    | 2026-01-09    | 2026-01-09 08:00:00
            O2    | -             | 2026-01-06 08:00:00
        """,
    )


def test_a_line_that_already_has_a_project_keeps_it_when_the_order_gets_one() -> None:
    """Lines without one are covered."""
    first = overseen(sn_ind_tmt_orm_order="sys_id | project_template \n O1 | -")
    second = ordered(after=first, sn_ind_tmt_orm_order_line_item=TWO_LINES)
    second.shows(
        OrderLineItemProject, f"order_line_item | project | level \n L1 | {OF_L1} | line \n L2 | {WHOLE} | order"
    )
    second.shows(OversightProject, f"project | kind \n {OF_L1} | project \n {WHOLE} | order_project")
    assert outcome(second, "order_line_item", "L1") == "covered_by_order_project"


def test_a_line_with_a_project_of_the_platform_keeps_it_when_the_order_has_one() -> None:
    night = ordered(
        pm_project="sys_id \n J1",
        sn_ind_tmt_orm_order_line_item=TWO_LINES,
        sn_ind_tmt_orm_order_line_rel_task="order_line_item | task \n L1 | J1",
    )
    night.shows(OrderLineItemProject, f"order_line_item | project | level \n L1 | J1 | line \n L2 | {WHOLE} | order")


def test_a_later_line_of_the_order_is_covered_too_even_when_the_choice_is_taken_back() -> None:
    first = ordered()
    second = overseen(after=first, sn_ind_tmt_orm_order_line_item=TWO_LINES)
    second.shows(OversightProject, f"project | template \n {WHOLE} | T4")
    second.shows(
        OrderLineItemProject, f"order_line_item | project | level \n L1 | {WHOLE} | order \n L2 | {WHOLE} | order"
    )
    assert outcome(second, "order_line_item", "L2") == "covered_by_order_project"
    assert outcome(second, "order", "O1") == "no_rule_matched"


def test_an_order_project_keeps_its_template_when_the_agent_chooses_another_one() -> None:
    second = ordered(after=ordered(), sn_ind_tmt_orm_order="sys_id | project_template \n O1 | T1")
    second.shows(OversightProject, f"project | template \n {WHOLE} | T4")
    second.shows(OversightDecision, "answer | outcome \n T1 | agent_choice", decision_table="order")


def test_a_line_that_is_not_approved_yet_is_covered_once_it_is() -> None:
    lines = "sys_id | state | approved_on \n L1 | draft | 2026-01-10 09:00:00 \n L2 | draft | "
    first = ordered(sn_ind_tmt_orm_order_line_item=f"{lines} -")
    first.shows(OrderLineItemProject, "order_line_item \n L1")
    second = ordered(after=first, sn_ind_tmt_orm_order_line_item=f"{lines} 2026-01-12 09:00:00")
    second.shows(OrderLineItemProject, f"order_line_item | project \n L1 | {WHOLE} \n L2 | {WHOLE}")
    second.shows(OversightProject, f"project \n {WHOLE}")
