"""Chapter: programs. Orders of one account share one, or each order has its own."""

from __future__ import annotations

from typing import Final

import pytest

from models.oversight import OversightDecision, OversightProgram, OversightProject
from tests.spec.order_world import identity, overseen, value
from tests.spec.world import Night

RULES: Final = """
    sys_id | decision_table  | order | answer
    R1     | order_line_item | 10    | T1
    R2     | program         | 10    | T3
"""
BY_TYPE: Final = """
    sys_id | decision_table  | order | condition     | answer
    R1     | order_line_item | 10    | -             | T1
    R2     | program         | 10    | order_type=a  | T3
    R3     | program         | 20    | order_type=b  | T4
"""
"""The template of an order's program depends on its type; other types ask for none."""
TEMPLATES: Final = """
    sys_id | name    | kind
    T1     | Install | project
    T3     | Program | program
    T4     | Rollout | program
"""
NOT_SHARED: Final = "name | value \n sn_ind_tmt_orm.reuse_existing_program_and_project_enabled | false"
TWO_ORDERS: Final = "sys_id | account \n O1 | A1 \n O2 | A1"
A_LINE_EACH: Final = "sys_id | order \n L1 | O1 \n L2 | O2"
OF_A1: Final = identity("program", "A1")
OF_A2: Final = identity("program", "A2")
OF_O1: Final = identity("program", "O1")
OF_O2: Final = identity("program", "O2")


def programs(**drawn: str) -> Night:
    """A night in which every order with a project is given a program."""
    return overseen(**{"oversight_rule": RULES, **drawn})


def program_of_line(night: Night, line: str) -> object:
    return value(night, OversightProject, "program", order_line_item=line)


def test_the_orders_of_an_account_share_one_program_which_is_the_accounts() -> None:
    night = programs(
        customer_account="sys_id \n A1 \n A2",
        sn_ind_tmt_orm_order="sys_id | account \n O1 | A1 \n O2 | A1 \n O3 | A2",
        sn_ind_tmt_orm_order_line_item="sys_id | order \n L1 | O1 \n L2 | O2 \n L3 | O3",
    )
    night.shows(
        OversightProgram,
        f"""
            program | account | order | origin  | template
            {OF_A1} | A1      | -     | created | T3
            {OF_A2} | A2      | -     | created | T3
        """,
    )
    night.shows(
        OversightProject,
        f"order_line_item | program \n L1 | {OF_A1} \n L2 | {OF_A1} \n L3 | {OF_A2}",
    )


@pytest.mark.parametrize("properties", [NOT_SHARED, ""], ids=["reuse is off", "no such property"])
def test_without_reuse_every_order_has_its_own_program_whatever_is_exported(properties: str) -> None:
    night = programs(
        sys_properties=properties,
        sn_ind_tmt_orm_order=TWO_ORDERS,
        sn_ind_tmt_orm_order_line_item=A_LINE_EACH,
        pm_program="sys_id | account \n G1 | A1 \n G2 | A1",
    )
    night.shows(
        OversightProgram,
        f"""
            program | account | order | origin  | template
            {OF_O1} | A1      | O1    | created | T3
            {OF_O2} | A1      | O2    | created | T3
        """,
    )
    night.shows(OversightProject, f"order_line_item | program \n L1 | {OF_O1} \n L2 | {OF_O2}")
    assert not night.findings("several_programs")


def test_the_lines_of_one_order_are_in_one_program() -> None:
    night = programs(sys_properties=NOT_SHARED, sn_ind_tmt_orm_order_line_item="sys_id \n L1 \n L2")
    night.shows(OversightProgram, f"program | order \n {OF_O1} | O1")
    night.shows(OversightProject, f"order_line_item | program \n L1 | {OF_O1} \n L2 | {OF_O1}")


def test_an_exported_program_of_the_account_is_reused() -> None:
    night = programs(pm_program="sys_id | account \n G0 | - \n G1 | A1 \n G2 | A2")
    night.shows(OversightProgram, "program | account | order | origin | template \n G1 | A1 | - | reused | T3")
    assert program_of_line(night, "L1") == "G1"
    assert not night.findings("several_programs")


def test_of_several_exported_programs_of_an_account_the_lowest_is_reused_and_that_is_a_finding() -> None:
    night = programs(
        sn_ind_tmt_orm_order=TWO_ORDERS,
        sn_ind_tmt_orm_order_line_item=A_LINE_EACH,
        pm_program="sys_id | account \n G3 | A1 \n G1 | A1 \n G2 | A1",
    )
    night.shows(OversightProgram, "program | origin \n G1 | reused")
    assert len(night.findings("several_programs")) == 1


@pytest.mark.parametrize(
    ("orders", "template"),
    [
        pytest.param(
            "O1 | a | 2026-01-05 \n O2 | b | 2026-01-04",
            "T4",
            id="the earlier date",
        ),
        pytest.param("O1 | b | 2026-01-05 \n O2 | a | 2026-01-05", "T4", id="of the same date the lower key"),
        pytest.param("O1 | c | 2026-01-01 \n O2 | a | 2026-01-05", "T3", id="not of an order that no rule matches"),
        pytest.param("O3 | b | 2026-01-01 \n O2 | a | 2026-01-05", "T3", id="not of an order without a project"),
    ],
)
def test_the_template_of_a_shared_program_is_that_of_the_earliest_order(orders: str, template: str) -> None:
    night = overseen(
        oversight_rule=BY_TYPE,
        project_template=TEMPLATES,
        sn_ind_tmt_orm_order=f"sys_id | order_type | order_date \n {orders}",
        sn_ind_tmt_orm_order_line_item=A_LINE_EACH,
    )
    night.shows(OversightProgram, f"program | template \n {OF_A1} | {template}")


def test_an_order_without_account_never_shares_a_program() -> None:
    night = programs(
        sn_ind_tmt_orm_order="sys_id | account \n O1 | - \n O2 | - \n O3 | A1",
        sn_ind_tmt_orm_order_line_item="sys_id | order \n L1 | O1 \n L2 | O2 \n L3 | O3",
        pm_program="sys_id | account \n G1 | -",
    )
    night.shows(
        OversightProgram,
        f"""
            program | account | order
            {OF_O1} | -       | O1
            {OF_O2} | -       | O2
            {OF_A1} | A1      | -
        """,
    )


def test_an_order_that_no_program_rule_matches_has_no_program() -> None:
    night = overseen(
        oversight_rule=BY_TYPE,
        project_template=TEMPLATES,
        sn_ind_tmt_orm_order="sys_id | order_type \n O1 | a \n O2 | c",
        sn_ind_tmt_orm_order_line_item=A_LINE_EACH,
    )
    night.shows(OversightProgram, f"program \n {OF_A1}")
    night.shows(OversightProject, f"order_line_item | program \n L1 | {OF_A1} \n L2 | -")


@pytest.mark.parametrize("answer", ["T1", "T9", "-"])
def test_an_answer_that_is_no_program_template_makes_no_program(answer: str) -> None:
    night = overseen(
        oversight_rule=f"""
            sys_id | decision_table  | order | answer
            R1     | order_line_item | 10    | T1
            R2     | program         | 10    | {answer}
            R3     | program         | 20    | T3
        """,
        pm_program="sys_id | account \n G1 | A1",
    )
    assert night.rows(OversightProgram).is_empty()
    assert program_of_line(night, "L1") is None


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("", id="no line"),
        pytest.param("sys_id | state | approved_on \n L1 | draft | -", id="no approved line"),
        pytest.param("sys_id | product_offering \n L1 | -", id="no valid line"),
        pytest.param("sys_id | order \n L1 | O9", id="a line of another order"),
    ],
)
def test_an_order_without_an_overseen_line_has_no_program(lines: str) -> None:
    night = programs(sn_ind_tmt_orm_order_line_item=lines)
    assert night.rows(OversightProgram).is_empty()
    night.shows(OversightDecision, "record | outcome \n O1 | no_overseen_line", decision_table="program")


def test_an_order_project_is_enough_for_a_program_and_is_part_of_it() -> None:
    night = programs(sn_ind_tmt_orm_order="sys_id | project_template \n O1 | T1")
    night.shows(OversightProgram, f"program | template \n {OF_A1} | T3")
    night.shows(OversightProject, f"kind | program \n order_project | {OF_A1}")


def test_a_line_with_a_project_of_the_platform_is_enough_for_a_program() -> None:
    """That project keeps the program it has there."""
    night = programs(
        pm_program="sys_id | account \n G5 | A5",
        pm_project="sys_id | primary_program \n J1 | G5 \n J2 | -",
        sn_ind_tmt_orm_order_line_item="sys_id \n L1 \n L2",
        sn_ind_tmt_orm_order_line_rel_task="order_line_item | task \n L1 | J1 \n L2 | J2",
    )
    night.shows(OversightProgram, f"program | account \n {OF_A1} | A1")
    night.shows(OversightProject, f"project | program \n J1 | G5 \n J2 | {OF_A1}")


def test_a_program_is_of_the_earliest_approval_else_creation_of_its_lines() -> None:
    night = programs(
        sn_ind_tmt_orm_order=TWO_ORDERS,
        sn_ind_tmt_orm_order_line_item="""
            sys_id | order | approved_on         | sys_created_on
            L1     | O1    | 2026-01-20 09:00:00 | 2026-01-02 09:00:00
            L2     | O1    | -                   | 2026-01-18 09:00:00
            L3     | O2    | 2026-01-17 09:00:00 | 2026-01-16 09:00:00
        """,
    )
    night.shows(OversightProgram, "created_on \n 2026-01-17 09:00:00")


def test_a_later_order_of_the_account_joins_the_program_there_is() -> None:
    """Neither an earlier order date nor a program that is exported since makes a difference."""
    drawn = {"oversight_rule": BY_TYPE, "project_template": TEMPLATES, "sn_ind_tmt_orm_order_line_item": A_LINE_EACH}
    first = overseen(sn_ind_tmt_orm_order="sys_id | order_type | order_date \n O1 | a | 2026-01-05", **drawn)
    second = overseen(
        after=first,
        sn_ind_tmt_orm_order="sys_id | order_type | order_date \n O1 | a | 2026-01-05 \n O2 | b | 2026-01-01",
        pm_program="sys_id | account \n G1 | A1",
        **drawn,
    )
    second.shows(OversightProgram, f"program | origin | template \n {OF_A1} | created | T3")
    second.shows(OversightProject, f"order_line_item | program \n L1 | {OF_A1} \n L2 | {OF_A1}")


def test_a_reused_program_stays_the_accounts_when_a_lower_one_is_exported_later() -> None:
    drawn = {"sn_ind_tmt_orm_order": TWO_ORDERS, "oversight_rule": RULES}
    first = overseen(
        sn_ind_tmt_orm_order_line_item="sys_id | order \n L1 | O1", pm_program="sys_id | account \n G2 | A1", **drawn
    )
    second = overseen(
        after=first,
        sn_ind_tmt_orm_order_line_item=A_LINE_EACH,
        pm_program="sys_id | account \n G2 | A1 \n G1 | A1",
        **drawn,
    )
    second.shows(OversightProgram, "program | origin \n G2 | reused")
    assert program_of_line(second, "L2") == "G2"


def test_when_reuse_is_switched_off_earlier_orders_keep_the_shared_program() -> None:
    drawn = {"sn_ind_tmt_orm_order": TWO_ORDERS, "oversight_rule": RULES}
    first = overseen(sn_ind_tmt_orm_order_line_item="sys_id | order \n L1 | O1", **drawn)
    second = overseen(
        after=first, sys_properties=NOT_SHARED, sn_ind_tmt_orm_order_line_item=A_LINE_EACH, **drawn
    )
    second.shows(OversightProgram, f"program | order \n {OF_A1} | - \n {OF_O2} | O2")
    second.shows(OversightProject, f"order_line_item | program \n L1 | {OF_A1} \n L2 | {OF_O2}")


def test_a_project_without_program_joins_the_one_its_order_gets_later() -> None:
    first = overseen()
    assert program_of_line(first, "L1") is None
    second = overseen(after=first, oversight_rule=RULES)
    assert program_of_line(second, "L1") == OF_A1
