"""Chapter: what is wrong with the rules themselves."""

from __future__ import annotations

from typing import Final

import pytest

from models.oversight_rule_lint import OversightRuleLint
from tests.spec.order_world import outcome, overseen
from tests.spec.world import Night

LINES: Final = """
    sys_id | number | product_offering | location | state
    L1     | OL1    | F1               | W1       | in_progress
    L2     | OL2    | F2               | W2       | on_hold
"""
TEMPLATES: Final = """
    sys_id | name    | kind    | active
    T1     | Install | project | true
    T5     | Repair  | project | true
    T8     | Retired | project | false
"""
PLANNED: Final = "sys_id | template \n P1 | T1 \n P2 | T1 \n Q1 | T5 \n Z1 | T8"


def linted(rules: str, **world: str) -> Night:
    """A night over these rules, with two lines in an order."""
    drawn = {
        "sn_ind_tmt_orm_order_line_item": LINES,
        "project_template": TEMPLATES,
        "project_template_task": PLANNED,
    }
    return overseen(**drawn | world, oversight_rule=rules)


def problems(of: Night, *wanted: str) -> dict[str, str]:
    """The rules that have one of the wanted problems, with it."""
    return {row["rule"]: row["problem"] for row in of.rows(OversightRuleLint).to_dicts() if row["problem"] in wanted}


def detail(of: Night, rule: str, problem: str) -> str:
    """What is told of a problem."""
    (text,) = of.rows(OversightRuleLint, rule=rule, problem=problem)["detail"]
    return str(text)


def test_rules_without_a_problem_are_not_listed() -> None:
    night = linted(
        """
        sys_id | decision_table  | order | condition           | answer | active | default_answer
        R1     | order_line_item | 1     | product_offering=F1 | T1     | -      | -
        R2     | order_line_item | 2     | -                   | T5     | true   | -
        R3     | order_line_item | 3     | -                   | T8     | false  | -
        R4     | order_line_item | 1     | colour=red          | T8     | false  | -
        R5     | nonsense        | 1     | colour=red          | T8     | false  | -
        G1     | domain_order    | 1     | specification=S1    | P1     | -      | -
        G2     | domain_order    | 2     | -                   | P2     | -      | -
    """,
        sn_ind_tmt_orm_domain_order="sys_id | specification \n d1 | S1 \n d2 | S2",
    )
    assert night.rows(OversightRuleLint).is_empty()


REJECTED: Final = """
    sys_id   | decision_table  | order | condition                        | answer
    field    | order_line_item | 1     | state=new^colour=red             | T1
    operator | order_line_item | 2     | state~new                        | T1
    number   | order_line_item | 3     | quantity>many                    | T1
    term     | order_line_item | 4     | state=new^                       | T1
    script   | order_line_item | 5     | state=javascript:gs.getUserID()  | T1
    sorted   | order_line_item | 6     | state=new^ORDERBYnumber          | T1
    table    | nonsense        | 1     | -                                | T1
    task     | order_task      | 1     | specification=S1                 | P1
    fine     | order_line_item | 9     | numberINOL1,OL2                  | T5
"""


@pytest.fixture(scope="module")
def rejecting() -> Night:
    """Rules that can't be used, and one that can."""
    return linted(REJECTED)


def test_a_rule_that_cannot_be_used_is_rejected_and_matches_nothing(rejecting: Night) -> None:
    """Also one of no decision table. It has no further problem, and those after it are not hidden by it."""
    rejected = ("field", "operator", "number", "term", "script", "sorted", "table", "task")
    found = rejecting.rows(OversightRuleLint).select("rule", "problem").rows()
    assert sorted(found) == sorted((rule, "rejected") for rule in rejected)
    assert outcome(rejecting, "order_line_item", "L1") == "matched"


@pytest.mark.parametrize(
    ("rule", "position"), [("field", 10), ("term", 10), ("task", 0)], ids=["field", "term", "first field"]
)
def test_a_rejection_tells_where_in_the_condition(rejecting: Night, rule: str, position: int) -> None:
    assert str(position) in detail(rejecting, rule, "rejected")


def test_a_rejection_of_a_decision_table_tells_which_there_are(rejecting: Night) -> None:
    told = detail(rejecting, "table", "rejected")
    assert "nonsense" in told
    assert "order_line_item" in told


def test_rejected_rules_and_rules_of_same_order_are_findings(rejecting: Night) -> None:
    found = {finding["sys_id"] for finding in rejecting.findings("rejected_rule")}
    assert found == {"field", "operator", "number", "term", "script", "sorted", "table", "task"}


def test_rules_with_the_order_of_another_one_of_their_table_are_listed() -> None:
    """Also where neither has one; not those of another table or inactive ones. Defaults are tied with defaults only."""
    night = linted("""
        sys_id | decision_table  | order | condition  | answer | active | default_answer
        R1     | order_line_item | 1     | number=OL1 | T1     | -      | -
        R2     | order_line_item | 1     | number=OL2 | T1     | -      | -
        R3     | order_line_item | -     | number=OL3 | T1     | -      | -
        R4     | order_line_item | -     | number=OL4 | T1     | -      | -
        R5     | order_line_item | 5     | number=OL5 | T1     | -      | -
        R6     | order_line_item | 5     | number=OL6 | T1     | false  | -
        R7     | order_line_item | 5     | -          | T1     | -      | true
        R8     | order_line_item | 6     | -          | T1     | -      | true
        R9     | order_line_item | 6     | -          | T1     | -      | true
        G1     | domain_order    | 5     | -          | P1     | -      | -
    """)
    tied = ("R1", "R2", "R3", "R4", "R8", "R9")
    assert problems(night, "same_order") == dict.fromkeys(tied, "same_order")
    assert "R2" in detail(night, "R1", "same_order")
    assert {finding["sys_id"] for finding in night.findings("rules_of_same_order")} == set(tied)


def test_rules_whose_answer_is_or_belongs_to_an_inactive_template_are_listed() -> None:
    """Also where it never matches, and of a default."""
    night = linted("""
        sys_id | decision_table  | order | condition  | answer | default_answer
        R1     | order_line_item | 1     | number=OL1 | T8     | -
        R2     | order_line_item | 2     | number=no  | T8     | -
        R3     | order_line_item | 3     | number=OL2 | T1     | -
        R4     | order_line_item | 4     | number=OL2 | gone   | -
        R5     | order_line_item | 4     | -          | T8     | true
        G1     | domain_order    | 1     | -          | Z1     | -
    """)
    assert problems(night, "inactive_answer") == dict.fromkeys(("R1", "R2", "R5", "G1"), "inactive_answer")
    assert "Retired" in detail(night, "R1", "inactive_answer")
    assert "Retired" in detail(night, "G1", "inactive_answer")


def test_a_rule_is_unreachable_where_an_earlier_one_has_an_empty_or_the_same_condition() -> None:
    """Whether or not any record meets it; it then is not also shadowed or never matched."""
    night = linted("""
        sys_id | decision_table  | order | condition           | answer | active | default_answer
        off    | order_line_item | 0     | -                   | T1     | false  | -
        often  | order_line_item | 0     | number=OL2          | T1     | -      | true
        broken | order_line_item | 0     | colour=red          | T1     | -      | -
        first  | order_line_item | 1     | number=OL1          | T1     | -      | -
        same   | order_line_item | 2     | number=OL1          | T5     | -      | -
        none   | order_line_item | 3     | number=OL7          | T1     | -      | -
        none2  | order_line_item | 4     | number=OL7          | T1     | -      | -
        all    | order_line_item | 5     | -                   | T1     | -      | -
        after  | order_line_item | 6     | number=OL2          | T1     | -      | -
        last   | order_line_item | -     | number=OL8          | T1     | -      | -
        last2  | order_line_item | -     | colour=red          | T1     | -      | -
    """)
    expected = {
        "same": "unreachable",
        "none": "never_matched",
        "none2": "unreachable",
        "after": "unreachable",
        "last": "unreachable",
    }
    assert problems(night, "unreachable", "shadowed", "never_matched") == expected
    assert "first" in detail(night, "same", "unreachable")
    assert "all" in detail(night, "after", "unreachable")


def test_a_rule_is_shadowed_where_earlier_ones_take_all_its_matches_and_else_never_matched_without_any() -> None:
    night = linted("""
        sys_id | decision_table  | order | condition           | answer
        one    | order_line_item | 1     | number=OL1          | T1
        two    | order_line_item | 2     | numberENDSWITH2     | T1
        both   | order_line_item | 3     | product_offeringINF1,F2 | T5
        part   | order_line_item | 4     | state=on_hold       | T5
        never  | order_line_item | 5     | state=canceled      | T5
    """)
    expected = {"both": "shadowed", "part": "shadowed", "never": "never_matched"}
    assert problems(night, "unreachable", "shadowed", "never_matched") == expected


def test_rules_of_other_decision_tables_hide_nothing() -> None:
    night = linted("""
        sys_id | decision_table  | order | condition | answer
        R1     | order_line_item | 1     | -         | T1
        R2     | site_location   | 2     | -         | T1
        R3     | order           | 3     | -         | T1
        R4     | program         | 4     | -         | T1
    """)
    assert night.rows(OversightRuleLint).is_empty()


def test_rules_for_tasks_of_one_template_do_not_hide_those_of_another() -> None:
    """They never take part together."""
    night = linted(
        """
            sys_id | decision_table  | order | condition        | answer
            R1     | order_line_item | 1     | number=OL1       | T1
            R2     | order_line_item | 2     | -                | T5
            G1     | domain_order    | 1     | -                | P1
            G2     | domain_order    | 2     | -                | Q1
            G3     | domain_order    | 3     | specification=S1 | P2
        """,
        sn_ind_tmt_orm_domain_order="sys_id | order_line_item | specification \n d1 | L1 | S1 \n d2 | L2 | S1",
    )
    assert problems(night, "unreachable", "shadowed", "never_matched") == {"G3": "unreachable"}


def test_a_site_rule_for_one_location_does_not_hide_one_for_another() -> None:
    night = linted(
        """
            sys_id | decision_table  | order | condition  | answer | location
            R1     | order_line_item | 1     | -          | T1     | -
            S1     | site_location   | 1     | -          | T1     | W1
            S2     | site_location   | 2     | -          | T1     | W2
            S3     | site_location   | 3     | number=OL2 | T1     | W2
        """,
        cmn_location="sys_id \n W1 \n W2",
    )
    assert problems(night, "unreachable", "shadowed", "never_matched") == {"S3": "unreachable"}
