"""Chapter: notes and comments of order records, on what oversees these."""

from __future__ import annotations

from typing import Final

import pytest

from models.oversight_link import OversightNote
from tests.spec.order_world import identity, overseen
from tests.spec.world import Night

LINE_PROJECT: Final = identity("project", "L1")
ORDER_PROJECT: Final = identity("order_project", "O2")
TASK: Final = identity("project_task", LINE_PROJECT, "P1")
ORDER_TASK: Final = identity("project_task", ORDER_PROJECT, "P1")
WORLD: Final = {
    "oversight_rule": """
        sys_id | decision_table  | order | condition        | answer
        R1     | order_line_item | 1     | number!=OL9      | T1
        G1     | domain_order    | 1     | specification=S1 | P1
        H1     | order_task      | 1     | request_type=fit | P1
    """,
    "sn_ind_tmt_orm_order": "sys_id | project_template \n O1 | - \n O2 | T1",
    "sn_ind_tmt_orm_order_line_item": """
        sys_id | order | number
        L1     | O1    | OL1
        L2     | O2    | OL2
        L3     | O1    | OL3
        L9     | O1    | OL9
    """,
    "sn_ind_tmt_orm_domain_order": """
        sys_id | order_line_item | specification
        d1     | L1              | S1
        d2     | L2              | S1
        d3     | L3              | S1
        d8     | L1              | S8
        d9     | L9              | S1
    """,
    "sn_ind_tmt_orm_order_task": "sys_id | parent | request_type \n k1 | d8 | fit \n k2 | d1 | - \n k8 | d8 | -",
    "pm_project": "sys_id \n X1",
    "pm_project_task": "sys_id | parent \n XT1 | X1",
    "sn_ind_tmt_orm_order_line_rel_task": "order_line_item | task \n L3 | X1",
    "sn_ind_tmt_orm_order_task_rel_task": "source | project_task \n d3 | XT1",
}


@pytest.fixture(scope="module")
def noted() -> Night:
    """A note on every record of the world, its name as text, and some that nobody is to see."""
    records = ("L1", "L2", "L3", "L9", "O1", "O2", "d1", "d2", "d3", "d8", "d9", "k1", "k2", "k8")
    notes = "\n".join(f"{record} | {record} | work_notes | on {record}" for record in records)
    return overseen(
        **WORLD,
        sys_journal_field=f"""
            sys_id    | element_id | element     | value
            {notes}
            elsewhere | nowhere    | work_notes  | on what is not there
            no_record | -          | comments    | on nothing
            other     | L1         | description | of another journal
        """,
    )


def test_every_note_goes_to_what_oversees_the_record_it_was_written_on(noted: Night) -> None:
    """Of a line to its project, of an order that is run as one project to that, of a linked record to its task."""
    noted.shows(
        OversightNote,
        f"""
            journal | target_table    | target          | value
            L1      | pm_project      | {LINE_PROJECT}  | on L1
            L2      | pm_project      | {ORDER_PROJECT} | on L2
            L3      | pm_project      | X1              | on L3
            O2      | pm_project      | {ORDER_PROJECT} | on O2
            d1      | pm_project_task | {TASK}          | on d1
            d2      | pm_project_task | {ORDER_TASK}    | on d2
            d3      | pm_project_task | XT1             | on d3
            k1      | pm_project_task | {TASK}          | on k1
            k2      | pm_project_task | {TASK}          | on k2
        """,
    )


def test_notes_of_records_that_nothing_oversees_and_of_other_journals_go_nowhere(noted: Night) -> None:
    """Also of an order whose lines have projects of their own."""
    nowhere = {"L9", "O1", "d8", "d9", "k8", "elsewhere", "no_record", "other"}
    assert nowhere.isdisjoint(noted.rows(OversightNote)["journal"])


FIRST_NOTES: Final = """
    sys_id | element_id | element    | value    | sys_created_on      | sys_created_by
    j1     | L1         | work_notes | dug in   | 2026-01-14 09:30:00 | ann
    j2     | L1         | Comments   | ring me  | 2026-01-15 10:00:00 | bob
    j3     | d1         | work_notes | surveyed | 2026-01-16 11:00:00 | -
    j4     | d8         | work_notes | not yet  | 2026-01-16 11:00:00 | cy
"""


@pytest.fixture(scope="module")
def first() -> Night:
    """A first night with notes; d8 is not linked yet."""
    return overseen(**WORLD, sys_journal_field=FIRST_NOTES)


def test_a_note_has_its_journal_time_and_author(first: Night) -> None:
    first.shows(
        OversightNote,
        f"""
            journal | target         | element    | value    | sys_created_on      | sys_created_by
            j1      | {LINE_PROJECT} | work_notes | dug in   | 2026-01-14 09:30:00 | ann
            j2      | {LINE_PROJECT} | comments   | ring me  | 2026-01-15 10:00:00 | bob
            j3      | {TASK}         | work_notes | surveyed | 2026-01-16 11:00:00 | -
        """,
    )


def test_notes_are_shown_once_and_remembered_as_they_were_and_new_ones_are_added(first: Night) -> None:
    """An entry that was changed or is gone stays; one on a record that is linked only now comes now."""
    later = overseen(
        after=first,
        **WORLD
        | {
            "oversight_rule": """
                sys_id | decision_table  | order | answer
                R1     | order_line_item | 1     | T1
                G1     | domain_order    | 1     | P2
            """,
        },
        sys_journal_field="""
            sys_id | element_id | element    | value    | sys_created_on      | sys_created_by
            j1     | L9         | work_notes | changed  | 2026-03-01 09:00:00 | zoe
            j3     | d1         | work_notes | surveyed | 2026-01-16 11:00:00 | -
            j4     | d8         | work_notes | not yet  | 2026-01-16 11:00:00 | cy
            j5     | d1         | comments   | more     | 2026-01-17 11:00:00 | -
        """,
    )
    later.shows(
        OversightNote,
        f"""
            journal | target                                         | value    | sys_created_on      | sys_created_by
            j1      | {LINE_PROJECT}                                 | dug in   | 2026-01-14 09:30:00 | ann
            j2      | {LINE_PROJECT}                                 | ring me  | 2026-01-15 10:00:00 | bob
            j3      | {TASK}                                         | surveyed | 2026-01-16 11:00:00 | -
            j4      | {identity("project_task", LINE_PROJECT, "P2")} | not yet  | 2026-01-16 11:00:00 | cy
            j5      | {TASK}                                         | more     | 2026-01-17 11:00:00 | -
        """,
    )


def test_notes_of_a_record_that_has_vanished_stay(first: Night) -> None:
    later = overseen(after=first, **WORLD | {"sn_ind_tmt_orm_order_line_item": "", "sn_ind_tmt_orm_domain_order": ""})
    assert sorted(later.rows(OversightNote)["journal"]) == ["j1", "j2", "j3"]


def test_while_project_portfolio_management_is_not_active_notes_stay_and_none_are_added(first: Night) -> None:
    more = f"{FIRST_NOTES.rstrip()} \n j9 | L1 | work_notes | later | 2026-02-01 09:00:00 | ann"
    meanwhile = overseen(after=first, v_plugin="", sys_journal_field=more, **WORLD)
    assert sorted(meanwhile.rows(OversightNote)["journal"]) == ["j1", "j2", "j3"]
    active_again = overseen(after=meanwhile, sys_journal_field=more, **WORLD)
    assert sorted(active_again.rows(OversightNote)["journal"]) == ["j1", "j2", "j3", "j9"]
