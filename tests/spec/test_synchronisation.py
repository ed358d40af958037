"""Chapter: one-time synchronisation, the fields that are copied when a project is created or a task first linked."""

from __future__ import annotations

from typing import Final

import pytest

from models.oversight_link import OversightMappedField
from tests.spec.order_world import identity, overseen
from tests.spec.world import Night

LINE_PROJECT: Final = identity("project", "L1")
ORDER_PROJECT: Final = identity("order_project", "O2")
SITE_PROJECT: Final = identity("site_project", "W1")

EVERYTHING: Final = {
    "cmn_location": "sys_id | name \n W1 | Wharf",
    "sn_ind_tmt_orm_order": """
        sys_id | number | order_date | project_template
        O1     | ORD1   | 2026-01-05 | -
        O2     | ORD2   | 2026-01-06 | T1
    """,
    "sn_ind_tmt_orm_order_line_item": """
        sys_id | order | number | location | total_price | quantity | expected_start_date | approved_on         | action
        L1     | O1    | OL1    | W1       | 1250.50     | 100      | 2026-02-03          | 2026-01-10 09:30:05 | -
        L2     | O2    | OL2    | W1       | 7           | 0.25     | -                   | 2026-01-11 09:00:00 | add
    """,
    "sn_ind_tmt_orm_domain_order": "sys_id | number | state | specification \n d1 | DO1 | In_Progress | S1",
    "sn_ind_tmt_orm_order_task": """
        sys_id | parent | number | short_description | request_type
        k1     | d1     | OT1    | Measure the hall  | fit
    """,
    "oversight_rule": """
        sys_id | decision_table  | order | condition       | answer
        R1     | order_line_item | 1     | -               | T1
        R2     | site_location   | 1     | -               | T2
        G1     | domain_order    | 1     | -               | P1
        H1     | order_task      | 1     | request_type=fit | P2
    """,
    "csm_table_map": """
        sys_id | source_table                   | target_table    | active
        M1     | sn_ind_tmt_orm_order_line_item | pm_project      | true
        M2     | sn_ind_tmt_orm_order           | pm_project      | -
        M3     | cmn_location                   | pm_project      | true
        M4     | sn_ind_tmt_orm_domain_order    | pm_project_task | true
        M5     | sn_ind_tmt_orm_order_task      | pm_project_task | true
        M6     | sn_ind_tmt_orm_order_line_item | pm_project_task | true
        M7     | sn_ind_tmt_orm_order_line_item | pm_project      | false
    """,
    "csm_field_map": """
        map | source_field        | target_field      | order
        M1  | number              | short_description | 1
        M1  | total_price         | u_price           | 2
        M1  | quantity            | u_quantity        | 3
        M1  | expected_start_date | u_start           | 4
        M1  | approved_on         | u_approved        | 5
        M1  | product_offering    | u_offering        | 6
        M1  | action              | u_action          | 7
        M2  | number              | short_description | 1
        M2  | order_date          | u_ordered         | 2
        M3  | name                | short_description | 1
        M4  | number              | short_description | 1
        M4  | state               | u_state           | 2
        M5  | short_description   | short_description | 1
        M6  | number              | u_line            | 1
        M7  | number              | u_inactive        | 1
    """,
}


@pytest.fixture(scope="module")
def synchronised() -> Night:
    """A line project, an order project and a site project, with project tasks linked and not."""
    return overseen(**EVERYTHING)


def test_a_line_project_is_written_from_its_line_each_field_as_text(synchronised: Night) -> None:
    """Days, moments, amounts without trailing zeros, references as keys, and nothing where there is nothing."""
    synchronised.shows(
        OversightMappedField,
        """
            target_table | target_field      | value               | source_table                   | source | source_field        | map
            pm_project   | short_description | OL1                 | sn_ind_tmt_orm_order_line_item | L1     | number              | M1
            pm_project   | u_price           | 1250.5              | sn_ind_tmt_orm_order_line_item | L1     | total_price         | M1
            pm_project   | u_quantity        | 100                 | sn_ind_tmt_orm_order_line_item | L1     | quantity            | M1
            pm_project   | u_start           | 2026-02-03          | sn_ind_tmt_orm_order_line_item | L1     | expected_start_date | M1
            pm_project   | u_approved        | 2026-01-10 09:30:05 | sn_ind_tmt_orm_order_line_item | L1     | approved_on         | M1
            pm_project   | u_offering        | F1                  | sn_ind_tmt_orm_order_line_item | L1     | product_offering    | M1
            pm_project   | u_action          | -                   | sn_ind_tmt_orm_order_line_item | L1     | action              | M1
        """,
        target=LINE_PROJECT,
    )


def test_an_order_project_is_written_from_the_order_and_a_site_project_from_the_location(synchronised: Night) -> None:
    columns = "target_table | target_field | value | source_table | source | source_field | map"
    synchronised.shows(
        OversightMappedField,
        f"""
            {columns}
            pm_project | short_description | ORD2       | sn_ind_tmt_orm_order | O2 | number     | M2
            pm_project | u_ordered         | 2026-01-06 | sn_ind_tmt_orm_order | O2 | order_date | M2
        """,
        target=ORDER_PROJECT,
    )
    synchronised.shows(
        OversightMappedField,
        f"{columns} \n pm_project | short_description | Wharf | cmn_location | W1 | name | M3",
        target=SITE_PROJECT,
    )


def test_a_project_task_is_written_from_what_is_linked_to_it(synchronised: Night) -> None:
    columns = "target_table | target_field | value | source_table | source | source_field | map"
    synchronised.shows(
        OversightMappedField,
        f"""
            {columns}
            pm_project_task | short_description | DO1         | sn_ind_tmt_orm_domain_order | d1 | number | M4
            pm_project_task | u_state           | In_Progress | sn_ind_tmt_orm_domain_order | d1 | state  | M4
        """,
        target=identity("project_task", LINE_PROJECT, "P1"),
    )
    synchronised.shows(
        OversightMappedField,
        f"""
            {columns}
            pm_project_task | short_description | Measure the hall | sn_ind_tmt_orm_order_task | k1 | short_description | M5
        """,
        target=identity("project_task", LINE_PROJECT, "P2"),
    )


def test_project_tasks_without_links_are_not_written(synchronised: Night) -> None:
    written = set(synchronised.rows(OversightMappedField, target_table="pm_project_task")["target"])
    assert written == {identity("project_task", LINE_PROJECT, planned) for planned in ("P1", "P2")}


def test_only_active_maps_count(synchronised: Night) -> None:
    assert synchronised.rows(OversightMappedField, target_field="u_inactive").is_empty()


def test_numbers_below_one_and_zero_keep_their_digits() -> None:
    night = overseen(
        sn_ind_tmt_orm_order_line_item="sys_id | number | total_price | quantity \n L1 | 100 | 0 | 0.25",
        csm_table_map="sys_id | source_table | target_table \n M1 | sn_ind_tmt_orm_order_line_item | pm_project",
        csm_field_map="""
            map | source_field | target_field
            M1  | number       | u_number
            M1  | total_price  | u_price
            M1  | quantity     | u_quantity
        """,
    )
    night.shows(OversightMappedField, "target_field | value \n u_number | 100 \n u_price | 0 \n u_quantity | 0.25")


def test_of_several_field_maps_for_one_target_field_that_of_the_lowest_order_and_sys_id_counts() -> None:
    """An empty order comes last; maps that are not active take no part; other tables compete with themselves only."""
    night = overseen(
        sn_ind_tmt_orm_order_line_item="sys_id | number | action | specification | state \n L1 | OL1 | add | S1 | scheduled",
        csm_table_map="""
            sys_id | source_table                   | target_table | active
            M0     | sn_ind_tmt_orm_order_line_item | pm_project   | false
            M1     | sn_ind_tmt_orm_order_line_item | pm_project   | true
            M2     | sn_ind_tmt_orm_order_line_item | pm_project   | true
            M3     | sn_ind_tmt_orm_order           | pm_project   | true
        """,
        csm_field_map="""
            sys_id | map | source_field  | target_field | order
            a      | M0  | state         | by_order     | 1
            b      | M1  | state         | by_order     | 3
            c      | M2  | action        | by_order     | 2
            d      | M3  | number        | by_order     | 0
            f      | M2  | state         | by_key       | 5
            e      | M1  | specification | by_key       | 5
            g      | M1  | state         | empty_last   | -
            h      | M1  | number        | empty_last   | 900
            i      | gone | number       | without_map  | 1
        """,
    )
    night.shows(
        OversightMappedField,
        """
            target_field | value | map
            by_order     | add   | M2
            by_key       | S1    | M1
            empty_last   | OL1   | M1
        """,
    )


def test_a_field_map_of_an_unknown_field_copies_nothing_and_is_a_finding() -> None:
    night = overseen(
        csm_table_map="sys_id | source_table | target_table \n M1 | sn_ind_tmt_orm_order_line_item | pm_project",
        csm_field_map="""
            sys_id | map | source_field | target_field
            a      | M1  | number       | u_number
            b      | M1  | u_colour     | u_colour
        """,
    )
    night.shows(OversightMappedField, "target_field | value \n u_number | OL1")
    (finding,) = night.findings("unknown_map_field")
    assert (finding["source_table"], finding["sys_id"]) == ("csm_field_map", "b")


TASK_MAPS: Final = {
    "csm_table_map": """
        sys_id | source_table                | target_table
        M1     | sn_ind_tmt_orm_domain_order | pm_project_task
        M2     | sn_ind_tmt_orm_order_task   | pm_project_task
    """,
    "csm_field_map": "map | source_field | target_field \n M1 | number | u_number \n M2 | number | u_number",
}
TASK_RULES: Final = """
    sys_id | decision_table  | order | condition        | answer
    R1     | order_line_item | 1     | -                | T1
    G1     | domain_order    | 1     | specification=S2 | P2
    G2     | domain_order    | 2     | -                | P1
    H1     | order_task      | 1     | request_type=fit | P1
"""


def test_of_several_linked_records_the_earliest_is_read_domain_orders_first() -> None:
    """By (sys_created_on, sys_id); also one that is linked by what it is work for."""
    night = overseen(
        **TASK_MAPS,
        oversight_rule=TASK_RULES,
        sn_ind_tmt_orm_order_line_item="sys_id \n L1 \n L2 \n L3 \n L4 \n L5",
        sn_ind_tmt_orm_domain_order="""
            sys_id | order_line_item | number | specification | sys_created_on
            a      | L1              | late   | S1            | 2026-01-12 09:00:01
            b      | L1              | early  | S1            | 2026-01-12 09:00:00
            d      | L2              | same b | S1            | 2026-01-12 09:00:00
            c      | L2              | same a | S1            | 2026-01-12 09:00:00
            e      | L3              | order  | S1            | 2026-01-12 09:00:00
            f      | L4              | other  | S2            | 2026-01-12 09:00:00
            g      | L5              | other  | S2            | 2026-01-12 09:00:00
        """,
        sn_ind_tmt_orm_order_task="""
            sys_id | parent | number | request_type | sys_created_on
            k1     | e      | task   | fit          | 2026-01-01 09:00:00
            k2     | f      | task b | fit          | 2026-01-13 09:00:01
            k3     | f      | task a | fit          | 2026-01-13 09:00:00
            k4     | k5     | child  | -            | 2026-01-13 09:00:00
            k5     | g      | parent | fit          | 2026-01-13 09:00:01
        """,
    )
    expected = {"L1": "early", "L2": "same a", "L3": "order", "L4": "task a", "L5": "child"}
    written = dict(night.rows(OversightMappedField).select("target", "value").rows())
    tasks = {line: identity("project_task", identity("project", line), "P1") for line in expected}
    assert {line: written[task] for line, task in tasks.items()} == expected


def test_later_changes_do_not_reach_what_was_written_and_new_links_are_written_as_maps_are_then() -> None:
    """Neither changed values, nor changed maps, nor an older record that is linked later."""
    drawn = {
        "oversight_rule": TASK_RULES,
        "sn_ind_tmt_orm_order_line_item": "sys_id | number \n L1 | OL1",
        "csm_table_map": """
            sys_id | source_table                   | target_table
            M1     | sn_ind_tmt_orm_order_line_item | pm_project
            M2     | sn_ind_tmt_orm_domain_order    | pm_project_task
        """,
    }
    first = overseen(
        **drawn,
        csm_field_map="map | source_field | target_field \n M1 | number | u_line \n M2 | number | u_number",
        sn_ind_tmt_orm_domain_order="sys_id | number | specification \n d1 | DO1 | S1",
    )
    later = overseen(
        after=first,
        **drawn
        | {
            "sn_ind_tmt_orm_order_line_item": "sys_id | number \n L1 | changed",
            "csm_field_map": """
                map | source_field  | target_field
                M1  | number        | u_line
                M1  | state         | u_state
                M2  | specification | u_number
                M2  | state         | u_state
            """,
            "sn_ind_tmt_orm_domain_order": """
                sys_id | number  | specification | sys_created_on
                d1     | changed | S1            | 2026-01-12 09:00:00
                d0     | DO0     | S1            | 2026-01-01 09:00:00
                d2     | DO2     | S2            | 2026-01-12 09:00:00
            """,
        },
    )
    first_task, second_task = (identity("project_task", LINE_PROJECT, planned) for planned in ("P1", "P2"))
    later.shows(
        OversightMappedField,
        f"""
            target         | target_field | value | source
            {LINE_PROJECT} | u_line       | OL1   | L1
            {first_task}   | u_number     | DO1   | d1
            {second_task}  | u_number     | S2    | d2
            {second_task}  | u_state      | new   | d2
        """,
    )


def test_projects_that_are_reused_or_there_already_are_not_written() -> None:
    """Fields are copied at creation; these were created elsewhere. Nor are tasks that the platform has linked."""
    night = overseen(
        **{
            **EVERYTHING,
            "pm_project": "sys_id \n X1 \n X2",
            "pm_project_task": "sys_id | parent \n XT1 | X1",
            "site_location_rel_project": "location | project \n W1 | X2",
            "sn_ind_tmt_orm_order_line_rel_task": "order_line_item | task \n L1 | X1",
            "sn_ind_tmt_orm_order_task_rel_task": "source | project_task \n d1 | XT1",
            "sn_ind_tmt_orm_order_line_item": """
                sys_id | order | number | location
                L1     | O1    | OL1    | W1
                L3     | O1    | OL3    | W1
            """,
        }
    )
    written = night.rows(OversightMappedField)
    assert set(written["target"]) == {identity("project", "L3")}
