"""Chapter: programs. Orders of one account share one, or each order has its own."""

from __future__ import annotations

from typing import Final

import pytest

from models.oversight import OversightDecision
from models.oversight_project import OversightProgram, OversightProject
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
        sn_ind_tmt_orm_order_line_item="sys_id | order \n L1 | O1 \n L2 | O2 \n L3 | O2",
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
    night.shows(OversightProject, f"order_line_item | program \n L1 | {OF_O1} \n L2 | {OF_O2} \n L3 | {OF_O2}")
    assert not night.findings("several_programs")


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


def test_the_template_of_a_shared_program_is_that_of_the_earliest_order_that_is_given_one() -> None:
    """By date, then key: A1 has an earlier date, A2 the same date twice. Without a rule or project an order has no say."""
    night = overseen(
        oversight_rule=BY_TYPE,
        project_template=TEMPLATES,
        sn_ind_tmt_orm_order="""
            sys_id | account | order_type | order_date
            O1     | A1      | a          | 2026-01-05
            O2     | A1      | b          | 2026-01-04
            O4     | A2      | a          | 2026-01-05
            O3     | A2      | b          | 2026-01-05
            O5     | A3      | c          | 2026-01-01
            O6     | A3      | b          | 2026-01-05
            O7     | A4      | a          | 2026-01-01
            O8     | A4      | b          | 2026-01-05
        """,
        sn_ind_tmt_orm_order_line_item="order \n O1 \n O2 \n O3 \n O4 \n O5 \n O6 \n O8",
    )
    night.shows(OversightProgram, "account | template \n A1 | T4 \n A2 | T4 \n A3 | T4 \n A4 | T4")


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


def test_an_order_has_a_program_only_with_a_usable_answer_and_an_overseen_line() -> None:
    """An order without one does not join that of its account."""
    night = overseen(
        project_template=TEMPLATES,
        pm_program="sys_id | account \n G2 | A2 \n G3 | A3",
        oversight_rule="""
            sys_id | decision_table  | order | condition          | answer
            R1     | order_line_item | 10    | -                  | T1
            R2     | program         | 10    | order_type=a       | T3
            R3     | program         | 20    | order_type=kind    | T1
            R4     | program         | 30    | order_type=unknown | T9
        """,
        sn_ind_tmt_orm_order="""
            sys_id     | account | order_type
            good       | A1      | a
            no_rule    | A1      | c
            kind       | A2      | kind
            unknown    | A3      | unknown
            no_line    | A4      | a
            unapproved | A5      | a
            invalid    | A6      | a
        """,
        sn_ind_tmt_orm_order_line_item="""
            sys_id     | order      | product_offering | state       | approved_on
            good       | good       | F1               | in_progress | -
            no_rule    | no_rule    | F1               | in_progress | -
            kind       | kind       | F1               | in_progress | -
            unknown    | unknown    | F1               | in_progress | -
            unapproved | unapproved | F1               | draft       | -
            invalid    | invalid    | -                | in_progress | -
        """,
    )
    night.shows(OversightProgram, f"program \n {OF_A1}")
    night.shows(
        OversightProject,
        f"order_line_item | program \n good | {OF_A1} \n no_rule | - \n kind | - \n unknown | -",
    )
    night.shows(
        OversightDecision,
        """
            record     | outcome
            good       | matched
            no_rule    | no_rule_matched
            kind       | answer_wrong_kind
            unknown    | answer_unknown
            no_line    | no_overseen_line
            unapproved | no_overseen_line
            invalid    | no_overseen_line
        """,
        decision_table="program",
    )


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
    second = overseen(after=first, sys_properties=NOT_SHARED, sn_ind_tmt_orm_order_line_item=A_LINE_EACH, **drawn)
    second.shows(OversightProgram, f"program | order \n {OF_A1} | - \n {OF_O2} | O2")
    second.shows(OversightProject, f"order_line_item | program \n L1 | {OF_A1} \n L2 | {OF_O2}")


def test_a_project_without_program_joins_the_one_its_order_gets_later() -> None:
    first = overseen()
    assert program_of_line(first, "L1") is None
    second = overseen(after=first, oversight_rule=RULES)
    assert program_of_line(second, "L1") == OF_A1
