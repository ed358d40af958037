"""Chapter: projects of whole orders, chosen by an agent or by a rule."""

from __future__ import annotations

from typing import Final

import pytest

from models.oversight import (
    OrderLineItemProject,
    OrderProject,
    OversightDecision,
    OversightProject,
    OversightProjectTask,
)
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


def ordered(**drawn: str) -> Night:
    """A night in which an agent has chosen template T4 for order O1."""
    return overseen(**{"sn_ind_tmt_orm_order": CHOSEN, "project_template": TEMPLATES, **drawn})


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


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("T9", "answer_unknown"),
        ("T2", "answer_wrong_kind"),
        ("T3", "answer_wrong_kind"),
        ("T5", "template_inactive"),
    ],
)
def test_a_choice_that_cannot_be_used_is_the_outcome_and_the_lines_are_decided_as_usual(
    template: str, expected: str
) -> None:
    """No rule is asked in its place."""
    night = ordered(
        sn_ind_tmt_orm_order=f"sys_id | project_template \n O1 | {template}", oversight_rule=LINES_AND_ORDERS
    )
    night.shows(
        OversightDecision, f"rule | answer | outcome \n - | {template} | {expected}", decision_table="order"
    )
    night.shows(OversightProject, f"project | kind | template \n {OF_L1} | project | T1")
    assert outcome(night, "order_line_item", "L1") == "matched"
    assert night.rows(OrderProject).is_empty()


@pytest.mark.parametrize(
    ("answer", "expected"), [("T9", "answer_unknown"), ("T2", "answer_wrong_kind"), ("T5", "template_inactive")]
)
def test_a_rules_answer_that_cannot_be_used_leaves_the_lines_to_be_decided_as_usual(answer: str, expected: str) -> None:
    night = overseen(
        project_template=TEMPLATES,
        oversight_rule=f"""
            sys_id | decision_table  | order | answer
            R1     | order_line_item | 10    | T1
            R2     | order           | 10    | {answer}
            R3     | order           | 20    | T4
        """,
    )
    assert outcome(night, "order", "O1") == expected
    night.shows(OversightProject, f"project | kind \n {OF_L1} | project")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("", "invalid_line", id="no line"),
        pytest.param("sys_id | product_offering \n L1 | -", "invalid_line", id="no valid line"),
        pytest.param("sys_id | state | approved_on \n L1 | draft | -", "not_approved", id="no approved line"),
        pytest.param(
            "sys_id | product_offering | state | approved_on \n L1 | - | draft | 2026-01-10 09:00:00 \n L2 | F1 | draft | -",
            "not_approved",
            id="the valid line is not the approved one",
        ),
        pytest.param("sys_id | order \n L1 | O9", "invalid_line", id="a line of another order"),
        pytest.param(
            "sys_id | product_offering | state | approved_on \n L1 | - | draft | - \n L2 | F1 | draft | 2026-01-10 09:00:00",
            "agent_choice",
            id="one valid approved line",
        ),
    ],
)
def test_an_order_project_needs_a_valid_approved_line(lines: str, expected: str) -> None:
    night = ordered(sn_ind_tmt_orm_order_line_item=lines)
    assert outcome(night, "order", "O1") == expected
    assert night.rows(OrderProject).height == (expected == "agent_choice")


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
    second = ordered_after(first, sn_ind_tmt_orm_order_line_item=TWO_LINES)
    second.shows(
        OrderLineItemProject, f"order_line_item | project | level \n L1 | {OF_L1} | line \n L2 | {WHOLE} | order"
    )
    second.shows(OversightProject, f"project | kind \n {OF_L1} | project \n {WHOLE} | order_project")
    assert outcome(second, "order_line_item", "L1") == "covered_by_order_project"


def ordered_after(night: Night, **drawn: str) -> Night:
    return overseen(after=night, **{"sn_ind_tmt_orm_order": CHOSEN, "project_template": TEMPLATES, **drawn})


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
    second = ordered_after(ordered(), sn_ind_tmt_orm_order="sys_id | project_template \n O1 | T1")
    second.shows(OversightProject, f"project | template \n {WHOLE} | T4")
    second.shows(OversightDecision, "answer | outcome \n T1 | agent_choice", decision_table="order")


def test_a_line_that_is_not_approved_yet_is_covered_once_it_is() -> None:
    lines = "sys_id | state | approved_on \n L1 | draft | 2026-01-10 09:00:00 \n L2 | draft | "
    first = ordered(sn_ind_tmt_orm_order_line_item=f"{lines} -")
    first.shows(OrderLineItemProject, "order_line_item \n L1")
    second = ordered_after(first, sn_ind_tmt_orm_order_line_item=f"{lines} 2026-01-12 09:00:00")
    second.shows(OrderLineItemProject, f"order_line_item | project \n L1 | {WHOLE} \n L2 | {WHOLE}")
    second.shows(OversightProject, f"project \n {WHOLE}")
