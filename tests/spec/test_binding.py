"""Chapter: which project task each domain order and order task is bound to."""

from __future__ import annotations

from typing import Final

import pytest

from models.oversight import OversightDecision
from models.oversight_link import DomainOrderProjectTask, OrderTaskProjectTask
from models.oversight_project import OversightProject, OversightProjectTask
from tests.frames import drawn
from tests.spec.order_world import identity, outcome, overseen
from tests.spec.world import Night

TEMPLATES: Final = "sys_id | name | kind \n T1 | Install | project \n T5 | Repair | project"
PLANNED: Final = """
    sys_id | template | name
    P1     | T1       | Survey
    P2     | T1       | Fit
    Q1     | T5       | Look
    Q2     | T5       | Mend
"""
RULES: Final = """
    sys_id | decision_table  | order | condition                                     | answer
    R1     | order_line_item | 1     | product_offering=F1                           | T1
    R5     | order_line_item | 2     | product_offering=F5                           | T5
    G1     | domain_order    | 1     | specificationINsurvey,look                    | Q1
    G2     | domain_order    | 2     | specification=survey                          | P1
    G3     | domain_order    | 3     | specificationINsurvey,fit                     | P2
    H1     | order_task      | 1     | request_type=fit                              | P2
    H2     | order_task      | 2     | request_typeINfit,mend                        | Q2
    H3     | order_task      | 3     | request_type=above^domain_order.specification=fit^order_line_item.number=OL1^order.account=A1 | P1
"""
LINES: Final = """
    sys_id | number | product_offering | parent_line_item
    L1     | OL1    | F1               | -
    L5     | OL5    | F5               | -
    L2     | OL2    | -                | L1
    L3     | OL3    | F9               | L2
    L4     | OL4    | F5               | L1
    L6     | OL6    | F9               | -
    L7     | OL7    | F9               | L8
    L8     | OL8    | F9               | L7
"""
"""L1, L5 and L4 have projects; L2 (not even valid) and L3 are below L1; L7 and L8 are below each other."""

DOMAIN_ORDERS: Final = """
    sys_id    | order_line_item | specification
    survey    | L1              | survey
    survey2   | L1              | survey
    fit       | L1              | fit
    look      | L1              | look
    paint     | L1              | paint
    survey5   | L5              | survey
    below     | L2              | survey
    deeper    | L3              | survey
    own       | L4              | survey
    alone     | L6              | survey
    circular  | L7              | survey
    lost      | gone            | survey
    nowhere   | -               | survey
"""
ORDER_TASKS: Final = """
    sys_id    | parent    | request_type | order_line_item
    k_fit     | survey    | fit          | -
    k_fit5    | survey    | fit          | L5
    k_above   | fit       | above        | -
    k_above2  | survey    | above        | -
    k_child   | survey    | -            | -
    k_grand   | k_child   | -            | -
    k_near    | k_fit     | -            | -
    k_mend    | survey    | mend         | -
    k_under   | k_mend    | -            | -
    k_paint   | paint     | -            | -
    k_lone    | -         | fit          | L1
    k_lost    | gone      | fit          | -
    c_fit     | c_other   | fit          | L1
    c_other   | c_fit     | -            | L1
    c_one     | c_two     | -            | L1
    c_two     | c_one     | -            | L1
    c_line    | c_line    | fit          | -
    k_alone   | alone     | fit          | -
"""


@pytest.fixture(scope="module")
def decomposed() -> Night:
    """Lines of two templates, decomposed into domain orders and order tasks of every sort."""
    return overseen(
        project_template=TEMPLATES,
        project_template_task=PLANNED,
        oversight_rule=RULES,
        sn_ind_tmt_orm_order_line_item=LINES,
        sn_ind_tmt_orm_domain_order=DOMAIN_ORDERS,
        sn_ind_tmt_orm_order_task=ORDER_TASKS,
    )


def task(line: str, planned: str) -> str:
    """The project task of a line's project that is made from a planned task."""
    return identity("project_task", identity("project", line), planned)


def bound(of: Night) -> dict[str, str]:
    """Every record that is bound, with what its project is for and the planned task: `L1 P1`."""
    projects = {row["project"]: row for row in of.rows(OversightProject).to_dicts()}
    tasks = {row["project_task"]: row for row in of.rows(OversightProjectTask).to_dicts()}
    links = [row for table in (DomainOrderProjectTask, OrderTaskProjectTask) for row in of.rows(table).to_dicts()]
    found = {}
    for link in links:
        project = projects[link["project"]]
        planned = tasks[link["project_task"]]
        assert planned["project"] == link["project"]
        found[link["source"]] = f"{project['order_line_item'] or project['order']} {planned['template_task']}"
    assert len(found) == len(links), "a record is bound twice"
    return found


def shows(of: Night, picture: str) -> None:
    """Assert what came of each record drawn, and what it is bound to."""
    bindings = bound(of)
    for row in drawn(picture):
        record = row["record"] or ""
        (decision,) = of.rows(OversightDecision, record=record)["outcome"]
        assert (record, decision, bindings.get(record)) == (record, row["outcome"], row["bound to"])


def test_a_domain_order_that_matches_is_linked_to_the_project_task_planned_for_it(decomposed: Night) -> None:
    link = f"{task('L1', 'P2')} | {identity('project', 'L1')}"
    decomposed.shows(
        DomainOrderProjectTask,
        f"domain_order | source | project_task | project | order_line_item | rule \n fit | fit | {link} | L1 | G3",
        domain_order="fit",
    )


def test_an_order_task_that_matches_is_linked_to_the_project_task_planned_for_it(decomposed: Night) -> None:
    link = f"{task('L1', 'P2')} | {identity('project', 'L1')}"
    decomposed.shows(
        OrderTaskProjectTask,
        f"order_task | source | project_task | project | order_line_item | rule \n k_fit | k_fit | {link} | L1 | H1",
        order_task="k_fit",
    )


def test_the_decision_tells_the_rule_and_its_planned_task(decomposed: Night) -> None:
    decomposed.shows(
        OversightDecision,
        """
            decision_table | record_table                | record | rule | answer | outcome
            domain_order   | sn_ind_tmt_orm_domain_order | fit    | G3   | P2     | matched
        """,
        record="fit",
    )
    decomposed.shows(
        OversightDecision,
        """
            decision_table | record_table              | record | rule | answer | outcome
            order_task     | sn_ind_tmt_orm_order_task | k_fit  | H1   | P2     | matched
        """,
        record="k_fit",
    )


def test_many_records_may_share_one_project_task(decomposed: Night) -> None:
    shows(decomposed, "record | outcome | bound to \n survey | matched | L1 P1 \n survey2 | matched | L1 P1")


def test_only_rules_take_part_whose_planned_task_is_of_the_template_of_the_records_project(decomposed: Night) -> None:
    """The first rule by order would else answer for both."""
    shows(
        decomposed,
        """
            record  | outcome | bound to
            survey  | matched | L1 P1
            survey5 | matched | L5 Q1
            k_fit   | matched | L1 P2
            k_fit5  | matched | L5 Q2
        """,
    )


def test_a_record_that_only_rules_of_another_template_match_is_not_linked(decomposed: Night) -> None:
    """Not even by what it is work for."""
    shows(
        decomposed,
        """
            record | outcome              | bound to
            look   | task_not_in_template | -
            k_mend | task_not_in_template | -
        """,
    )


def test_a_record_that_no_rule_matches_and_nothing_is_linked_above_is_not_linked(decomposed: Night) -> None:
    shows(
        decomposed,
        """
            record  | outcome         | bound to
            paint   | no_rule_matched | -
            k_paint | no_rule_matched | -
        """,
    )


def test_without_a_decision_rule_and_answer_are_empty(decomposed: Night) -> None:
    for record in ("look", "paint", "k_child", "alone"):
        decomposed.shows(OversightDecision, "rule | answer \n - | -", record=record)


def test_a_child_that_matches_nothing_counts_for_the_project_task_of_its_nearest_linked_ancestor(
    decomposed: Night,
) -> None:
    """A domain order or an order task, past those that are not linked."""
    shows(
        decomposed,
        """
            record  | outcome    | bound to
            k_child | via_parent | L1 P1
            k_grand | via_parent | L1 P1
            k_near  | via_parent | L1 P2
            k_under | via_parent | L1 P1
        """,
    )
    decomposed.shows(OrderTaskProjectTask, "order_line_item | rule \n L1 | -", order_task="k_near")


def test_cycles_of_parents_end_the_walk_with_a_finding(decomposed: Night) -> None:
    shows(
        decomposed,
        """
            record  | outcome         | bound to
            c_fit   | matched         | L1 P2
            c_other | via_parent      | L1 P2
            c_one   | no_rule_matched | -
            c_two   | no_rule_matched | -
            c_line  | no_project      | -
        """,
    )
    found = {(finding["source_table"], finding["sys_id"]) for finding in decomposed.findings("order_record_cycle")}
    circular = ("c_fit", "c_other", "c_one", "c_two", "c_line")
    assert found == {
        *(("sn_ind_tmt_orm_order_task", task) for task in circular),
        ("sn_ind_tmt_orm_order_line_item", "L7"),
        ("sn_ind_tmt_orm_order_line_item", "L8"),
    }


def test_the_line_of_an_order_task_is_its_own_else_that_of_the_domain_order_at_the_top(decomposed: Night) -> None:
    shows(
        decomposed,
        """
            record | outcome    | bound to
            k_fit5 | matched    | L5 Q2
            k_fit  | matched    | L1 P2
            k_lone | matched    | L1 P2
            k_lost | no_project | -
        """,
    )


def test_an_order_task_rule_may_ask_for_the_domain_order_the_line_and_the_order(decomposed: Night) -> None:
    shows(decomposed, "record | outcome | bound to \n k_above | matched | L1 P1 \n k_above2 | via_parent | L1 P1")
    decomposed.shows(OversightDecision, "rule \n H3", record="k_above")


def test_a_line_without_a_project_binds_to_the_project_of_the_nearest_line_above_it_that_has_one(
    decomposed: Night,
) -> None:
    """The link tells the record's own line; a line with a project of its own binds to that."""
    shows(
        decomposed,
        """
            record | outcome | bound to
            below  | matched | L1 P1
            deeper | matched | L1 P1
            own    | matched | L4 Q1
        """,
    )
    decomposed.shows(DomainOrderProjectTask, "order_line_item \n L3", domain_order="deeper")


def test_a_record_without_a_project_on_its_line_or_above_is_not_linked(decomposed: Night) -> None:
    shows(
        decomposed,
        """
            record   | outcome    | bound to
            alone    | no_project | -
            circular | no_project | -
            lost     | no_project | -
            nowhere  | no_project | -
            k_alone  | no_project | -
        """,
    )


def test_binding_makes_no_project_and_no_project_task(decomposed: Night) -> None:
    """Every task of the templates is there, linked or not, and none beside them."""
    planned = [("L1", "P1"), ("L1", "P2"), ("L4", "Q1"), ("L4", "Q2"), ("L5", "Q1"), ("L5", "Q2")]
    assert set(decomposed.rows(OversightProject)["project"]) == {identity("project", line) for line, _ in planned}
    assert sorted(decomposed.rows(OversightProjectTask)["project_task"]) == sorted(task(*each) for each in planned)


def test_of_the_rules_of_a_template_the_first_by_order_decides_and_else_the_default_one() -> None:
    """A default answers before what the record is work for, and also where rules of other templates match."""
    night = overseen(
        project_template=TEMPLATES,
        project_template_task=PLANNED,
        oversight_rule="""
            sys_id | decision_table  | order | condition            | answer | default_answer | active
            R1     | order_line_item | 1     | -                    | T1     | -              | -
            G0     | domain_order    | 1     | -                    | P2     | -              | false
            G1     | domain_order    | 1     | specification=look   | Q1     | -              | -
            G2     | domain_order    | -     | specification=survey | P2     | -              | -
            G3     | domain_order    | 30    | specification=survey | P1     | -              | -
            G4     | domain_order    | 1     | -                    | Q2     | true           | -
            G5     | domain_order    | 3     | -                    | P1     | true           | -
            G6     | domain_order    | 2     | specification=no     | P2     | true           | -
            H1     | order_task      | 1     | -                    | P1     | true           | -
        """,
        sn_ind_tmt_orm_domain_order="""
            sys_id | specification
            survey | survey
            look   | look
            paint  | paint
        """,
        sn_ind_tmt_orm_order_task="sys_id | parent \n k1 | paint",
    )
    shows(
        night,
        """
            record | outcome | bound to
            survey | matched | L1 P1
            look   | default | L1 P2
            paint  | default | L1 P2
            k1     | default | L1 P1
        """,
    )


def test_records_of_an_order_that_is_run_as_one_project_bind_to_its_tasks() -> None:
    """Also those of its lines that are not approved or not valid, but not those of lines with a project above."""
    night = overseen(
        project_template=TEMPLATES,
        project_template_task=PLANNED,
        oversight_rule=RULES,
        sn_ind_tmt_orm_order="sys_id | project_template \n O1 | T5 \n O2 | -",
        sn_ind_tmt_orm_order_line_item="""
            sys_id | order | number | product_offering | approved_on         | state       | parent_line_item
            L1     | O1    | OL1    | F1               | 2026-01-10 09:00:00 | in_progress | -
            L2     | O1    | OL2    | F1               | -                   | draft       | -
            L3     | O1    | OL3    | -                | 2026-01-10 09:00:00 | in_progress | L1
            L4     | O2    | OL4    | F1               | 2026-01-10 09:00:00 | in_progress | -
            L5     | O1    | OL5    | -                | -                   | draft       | L4
        """,
        sn_ind_tmt_orm_domain_order="""
            sys_id | order_line_item | specification
            d1     | L1              | survey
            d2     | L2              | survey
            d3     | L3              | survey
            d4     | L4              | survey
            d5     | L5              | survey
        """,
        sn_ind_tmt_orm_order_task="sys_id | parent | request_type \n k1 | d1 | fit",
    )
    shows(
        night,
        """
            record | outcome | bound to
            d1     | matched | O1 Q1
            d2     | matched | O1 Q1
            d3     | matched | O1 Q1
            d4     | matched | L4 P1
            d5     | matched | L4 P1
            k1     | matched | O1 Q2
        """,
    )


def test_records_of_an_existing_project_are_linked_only_as_the_platform_says() -> None:
    """And the platform's links say nothing of records of other projects."""
    night = overseen(
        oversight_rule="""
            sys_id | decision_table  | order | answer
            R1     | order_line_item | 1     | T1
            G1     | domain_order    | 1     | P1
            H1     | order_task      | 1     | P1
        """,
        pm_project="sys_id \n X1",
        pm_project_task="sys_id | parent \n XT1 | X1 \n XT2 | X1",
        sn_ind_tmt_orm_order_line_item="sys_id | number \n L1 | OL1 \n L2 | OL2",
        sn_ind_tmt_orm_order_line_rel_task="order_line_item | task \n L1 | X1",
        sn_ind_tmt_orm_domain_order="sys_id | order_line_item \n d1 | L1 \n d2 | L1 \n d3 | L2",
        sn_ind_tmt_orm_order_task="sys_id | parent \n k1 | d1 \n k2 | d1 \n k3 | d3",
        sn_ind_tmt_orm_order_task_rel_task="""
            source | project_task
            d1     | XT1
            k1     | XT2
            d3     | XT1
            k3     | XT1
        """,
    )
    for decision_table, record in (("domain_order", "d1"), ("domain_order", "d2"), ("order_task", "k2")):
        assert outcome(night, decision_table, record) == "existing_project"
    ours = f"{task('L2', 'P1')} | {identity('project', 'L2')} | L2"
    night.shows(
        DomainOrderProjectTask,
        f"domain_order | project_task | project | order_line_item | rule \n d1 | XT1 | X1 | L1 | - \n d3 | {ours} | G1",
    )
    night.shows(
        OrderTaskProjectTask,
        f"order_task | project_task | project | order_line_item | rule \n k1 | XT2 | X1 | L1 | - \n k3 | {ours} | H1",
    )


FIRST_DAY: Final = {
    "project_template": TEMPLATES,
    "project_template_task": PLANNED,
    "oversight_rule": RULES,
    "sn_ind_tmt_orm_order_line_item": "sys_id | number \n L1 | OL1",
    "sn_ind_tmt_orm_domain_order": "sys_id | specification \n d1 | survey \n d2 | paint",
    "sn_ind_tmt_orm_order_task": "sys_id | parent | request_type \n k1 | d1 | -",
}


@pytest.fixture(scope="module")
def first_day() -> Night:
    """One line with its first domain orders and order task; d2 is not linked yet."""
    return overseen(**FIRST_DAY)


def test_later_arrivals_bind_to_the_tasks_planned_at_the_start_and_make_none(first_day: Night) -> None:
    later = overseen(
        after=first_day,
        **FIRST_DAY
        | {
            "sn_ind_tmt_orm_domain_order": "sys_id | specification \n d1 | survey \n d2 | paint \n d3 | fit",
            "sn_ind_tmt_orm_order_task": "sys_id | parent | request_type \n k1 | d1 | - \n k2 | d3 | - \n k3 | d2 | fit",
        },
    )
    assert bound(first_day) == {"d1": "L1 P1", "k1": "L1 P1"}
    assert bound(later) == {"d1": "L1 P1", "k1": "L1 P1", "d3": "L1 P2", "k2": "L1 P2", "k3": "L1 P2"}
    for table in (OversightProject, OversightProjectTask):
        key = table.primary_key()
        assert sorted(later.rows(table).select(key).rows()) == sorted(first_day.rows(table).select(key).rows())


def test_a_link_is_never_moved_when_rules_change_and_new_rules_link_what_is_not_linked(first_day: Night) -> None:
    """The link keeps its rule; the decision is told as today's rules make it."""
    later = overseen(
        after=first_day,
        **FIRST_DAY
        | {
            "oversight_rule": """
                sys_id | decision_table  | order | answer
                R1     | order_line_item | 1     | T5
                N1     | domain_order    | 1     | P2
                N2     | order_task      | 1     | P2
            """,
            "sn_ind_tmt_orm_order_task": "sys_id | parent \n k1 | d2 \n k2 | d1",
        },
    )
    assert bound(later) == {"d1": "L1 P1", "k1": "L1 P1", "d2": "L1 P2", "k2": "L1 P2"}
    later.shows(DomainOrderProjectTask, "rule \n G2", domain_order="d1")
    later.shows(OrderTaskProjectTask, "rule \n -", order_task="k1")
    later.shows(OversightDecision, "rule | answer | outcome \n N1 | P2 | matched", record="d1")


def test_a_child_of_a_record_linked_earlier_follows_it_where_no_rule_matches_now(first_day: Night) -> None:
    later = overseen(
        after=first_day,
        **FIRST_DAY
        | {
            "oversight_rule": "sys_id | decision_table | order | answer \n R1 | order_line_item | 1 | T1",
            "sn_ind_tmt_orm_order_task": "sys_id | parent \n k1 | d1 \n k2 | d1 \n k3 | k1",
        },
    )
    assert bound(later) == {"d1": "L1 P1", "k1": "L1 P1", "k2": "L1 P1", "k3": "L1 P1"}
    assert outcome(later, "order_task", "k2") == "via_parent"


def test_a_template_task_added_later_is_added_to_new_projects_only(first_day: Night) -> None:
    later = overseen(
        after=first_day,
        **FIRST_DAY
        | {
            "project_template_task": f"{PLANNED.rstrip()} \n P3 | T1 | Paint",
            "oversight_rule": f"{RULES.rstrip()} \n G9 | domain_order | 9 | specification=paint | P3",
            "sn_ind_tmt_orm_order_line_item": "sys_id | number \n L1 | OL1 \n L2 | OL2",
            "sn_ind_tmt_orm_domain_order": """
                sys_id | order_line_item | specification
                d1     | L1              | survey
                d2     | L1              | paint
                d3     | L2              | paint
            """,
        },
    )
    shows(
        later,
        """
            record | outcome              | bound to
            d2     | task_not_in_template | -
            d3     | matched              | L2 P3
        """,
    )
    planned = later.rows(OversightProjectTask, project=identity("project", "L1"))["template_task"]
    assert set(planned) == {"P1", "P2"}


def test_later_arrivals_bind_also_where_the_template_has_lost_the_task_or_is_inactive(first_day: Night) -> None:
    """The project has the task still."""
    later = overseen(
        after=first_day,
        **FIRST_DAY
        | {
            "project_template": "sys_id | kind | active \n T1 | project | false \n T5 | project | true",
            "project_template_task": "sys_id | template \n P1 | T1 \n P2 | T5",
            "sn_ind_tmt_orm_domain_order": "sys_id | specification \n d1 | survey \n d2 | survey \n d3 | fit",
        },
    )
    shows(
        later,
        """
            record | outcome | bound to
            d2     | matched | L1 P1
            d3     | matched | L1 P2
        """,
    )
