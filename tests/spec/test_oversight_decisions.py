"""Chapter: decision tables, and the one outcome that every record has in each of them."""

from __future__ import annotations

from typing import Final

import pytest

from models.oversight import OversightDecision
from models.oversight_link import OrderLineItemProject
from models.oversight_project import OversightProject
from models.oversight_rule_lint import OversightRuleLint
from tests.spec.order_world import overseen
from tests.spec.world import Night

TEMPLATES: Final = """
    sys_id   | kind         | active
    T1       | project      | true
    T2       | site_project | -
    T3       | program      | true
    T4       | Project      | true
    shelved  | project      | false
    oldsite  | site_project | false
"""
"""`nowhere` is a template that nobody has; T2 says nothing of being active, T4 is a `Project`."""

PLACES: Final = """
    sys_id | name     | parent
    city   | City     | -
    tower  | Tower    | city
    floor  | Floor    | tower
    room   | Room     | floor
    farm   | Farm     | nowhere
    egg    | Egg      | hen
    hen    | Hen      | egg
"""


def said_of(night: Night, line: str) -> str:
    """Which rule decides on a line, its answer, and what comes of it."""
    found = night.rows(OversightDecision, decision_table="order_line_item", record=line).row(0, named=True)
    return f"{found['rule'] or '-'} {found['answer'] or '-'} {found['outcome']}"


def placed(rules: str, lines: str) -> Night:
    """What the site rules say of lines with a project each; rules are drawn without their decision table."""
    head, *body = [line for line in rules.splitlines() if line.strip()]
    rules = "\n".join([f"{head} | decision_table", *(f"{line} | site_location" for line in body)])
    return overseen(
        oversight_rule=f"{rules}\n" + _every_line_a_project(head),
        sn_ind_tmt_orm_order_line_item=lines,
        cmn_location=PLACES,
        project_template=TEMPLATES,
    )


def _every_line_a_project(head: str) -> str:
    """The rule R0 in the columns of `head`, then its decision table."""
    cells = {"sys_id": "R0", "order": "10", "answer": "T1"}
    return " | ".join([*(cells.get(name.strip(), "-") for name in head.split("|")), "order_line_item"])


def sites(night: Night, picture: str) -> None:
    night.shows(OversightDecision, picture, decision_table="site_location")


@pytest.fixture(scope="module")
def choosing() -> Night:
    """Rules that each match the lines of one action, which is also the name of the line."""
    return overseen(
        project_template=TEMPLATES,
        sn_ind_tmt_orm_order_line_item="""
            sys_id    | action
            lowest    | lowest
            numbers   | numbers
            empty     | empty
            negative  | negative
            inactive  | inactive
            switched  | switched
            elsewhere | elsewhere
            unknown   | unknown
            nothing   | nothing
            site      | site
            program   | program
            oldsite   | oldsite
            shelved   | shelved
        """,
        oversight_rule="""
            sys_id     | decision_table  | order | condition        | answer  | active | location
            lowest-20  | order_line_item | 20    | action=lowest    | T1      | true   | -
            lowest-11  | order_line_item | 11    | action=lowest    | T4      | true   | -
            numbers-10 | order_line_item | 10    | action=numbers   | T1      | true   | -
            numbers-9  | order_line_item | 9     | action=numbers   | T4      | true   | -
            empty-none | order_line_item | -     | action=empty     | T1      | true   | -
            empty-99   | order_line_item | 99    | action=empty     | T4      | true   | -
            zero       | order_line_item | 0     | action=negative  | T1      | true   | -
            below-zero | order_line_item | -1    | action=negative  | T4      | true   | -
            inactive   | order_line_item | 31    | action=inactive  | T1      | false  | -
            active     | order_line_item | 32    | action=inactive  | T4      | -      | -
            off        | order_line_item | 33    | action=switched  | T1      | false  | -
            elsewhere  | order_line_item | 34    | action=elsewhere | T1      | true   | city
            unknown    | order_line_item | 41    | action=unknown   | nowhere | true   | -
            nothing    | order_line_item | 42    | action=nothing   | -       | true   | -
            site       | order_line_item | 43    | action=site      | T2      | true   | -
            program    | order_line_item | 44    | action=program   | T3      | true   | -
            oldsite    | order_line_item | 45    | action=oldsite   | oldsite | true   | -
            shelved    | order_line_item | 46    | action=shelved   | shelved | true   | -
            unknown2   | order_line_item | 51    | action=unknown   | T1      | true   | -
            nothing2   | order_line_item | 52    | action=nothing   | T1      | true   | -
            site2      | order_line_item | 53    | action=site      | T1      | true   | -
            program2   | order_line_item | 54    | action=program   | T1      | true   | -
            oldsite2   | order_line_item | 55    | action=oldsite   | T1      | true   | -
            shelved2   | order_line_item | 56    | action=shelved   | T1      | true   | -
        """,
    )


def test_the_first_rule_by_order_that_matches_decides_and_those_without_order_are_last(choosing: Night) -> None:
    assert said_of(choosing, "lowest") == "lowest-11 T4 matched"
    assert said_of(choosing, "numbers") == "numbers-9 T4 matched"
    assert said_of(choosing, "negative") == "below-zero T4 matched"
    assert said_of(choosing, "empty") == "empty-99 T4 matched"


def test_inactive_rules_do_not_take_part_and_without_a_match_there_is_no_answer(choosing: Night) -> None:
    """A rule that does not say whether it is active is."""
    assert said_of(choosing, "inactive") == "active T4 matched"
    assert said_of(choosing, "switched") == "- - no_rule_matched"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("unknown", "unknown nowhere answer_unknown"),
        ("nothing", "nothing - answer_unknown"),
        ("site", "site T2 answer_wrong_kind"),
        ("program", "program T3 answer_wrong_kind"),
        ("oldsite", "oldsite oldsite answer_wrong_kind"),
        ("shelved", "shelved shelved template_inactive"),
    ],
)
def test_the_first_match_decides_even_when_its_answer_cannot_be_used(choosing: Night, line: str, expected: str) -> None:
    """No fall-through to the next rule that matches. A template of the wrong kind is that, active or not."""
    assert said_of(choosing, line) == expected
    assert choosing.rows(OversightProject, order_line_item=line).is_empty()


def test_a_location_of_a_rule_is_of_no_matter_but_in_site_rules(choosing: Night) -> None:
    assert said_of(choosing, "elsewhere") == "elsewhere T1 matched"


def test_of_rules_of_the_same_order_the_lowest_key_is_asked_first_and_that_is_a_finding(choosing: Night) -> None:
    """Two rules without an order are of the same order. Inactive rules and other decision tables have no part in it."""
    night = overseen(
        sn_ind_tmt_orm_order_line_item="sys_id | action \n L1 | ten \n L2 | none",
        oversight_rule="""
            sys_id | decision_table  | order | condition   | answer | active
            R2     | order_line_item | 10    | action=ten  | T1     | true
            R1     | order_line_item | 10    | action=ten  | T1     | true
            R0     | order_line_item | 10    | action=ten  | T1     | false
            R4     | order_line_item | -     | action=none | T1     | true
            R3     | order_line_item | -     | action=none | T1     | true
            R5     | order_line_item | 20    | action=none | T1     | false
            R6     | order_line_item | 20    | action=else | T1     | true
            R7     | site_location   | 10    | -           | T2     | true
        """,
    )
    assert said_of(night, "L1") == "R1 T1 matched"
    assert said_of(night, "L2") == "R3 T1 matched"
    told = {row["sys_id"] for row in night.findings("rules_of_same_order")}
    assert told == set(night.rows(OversightRuleLint, problem="same_order")["rule"])
    assert told & {"R1", "R2"}
    assert told & {"R3", "R4"}
    assert told <= {"R1", "R2", "R3", "R4"}
    assert not choosing.findings("rules_of_same_order")


def test_the_default_of_the_lowest_order_answers_whatever_its_condition_where_nothing_matches() -> None:
    """It does not take part in the ordinary match, and inactive ones in neither."""
    night = overseen(
        project_template=TEMPLATES,
        sn_ind_tmt_orm_order_line_item="sys_id | action \n yes | yes \n no | no \n bad | bad",
        oversight_rule="""
            sys_id   | decision_table  | order | condition       | answer  | default_answer | active
            inactive | order_line_item | 1     | -               | T1      | true           | false
            broken   | order_line_item | 10    | no_such_field^^ | T4      | true           | -
            always   | order_line_item | 20    | -               | T1      | true           | true
            unplaced | order_line_item | -     | -               | T1      | true           | true
            ordinary | order_line_item | 50    | action=yes      | T1      | false          | true
            bad      | order_line_item | 60    | action=bad      | nowhere | -              | true
            nowhere  | program         | 10    | number=none     | nowhere | true           | true
            program  | program         | 20    | number=none     | T3      | true           | true
        """,
    )
    assert said_of(night, "yes") == "ordinary T1 matched"
    assert said_of(night, "no") == "broken T4 default"
    assert said_of(night, "bad") == "bad nowhere answer_unknown"
    night.shows(
        OversightDecision, "rule | answer | outcome \n nowhere | nowhere | answer_unknown", decision_table="program"
    )


def test_without_the_table_of_rules_nothing_matches() -> None:
    assert said_of(overseen(without=("oversight_rule",)), "L1") == "- - no_rule_matched"


def test_a_rule_counts_in_its_own_decision_table_only_whose_name_is_compared_trimmed_and_without_case() -> None:
    night = overseen(
        oversight_rule="""
            sys_id | decision_table   | order | answer
            R1     | program          | 1     | T3
            R2     | site_location    | 2     | T1
            R3     | order_lines      | 3     | T1
            R4     | Order_Line_ITEM  | 4     | T1
        """
    )
    assert said_of(night, "L1") == "R4 T1 matched"
    night.shows(OversightDecision, "record | rule \n O1 | R1", decision_table="program")
    night.shows(OversightRuleLint, "rule \n R3", problem="rejected")


def test_a_rejected_rule_never_matches_and_is_a_finding() -> None:
    """The next rule that matches decides."""
    night = overseen(
        oversight_rule="""
            sys_id   | decision_table  | order | condition                    | answer
            field    | order_line_item | 1     | colour=red                   | T1
            empty    | order_line_item | 2     | number=OL1^                  | T1
            operator | order_line_item | 3     | number~OL1                   | T1
            order_by | order_line_item | 4     | numberANYTHING^ORDERBYnumber | T1
            script   | order_line_item | 5     | number=javascript:x()        | T1
            good     | order_line_item | 6     | number=OL1                   | T1
        """
    )
    assert said_of(night, "L1") == "good T1 matched"
    rejected = {"field", "empty", "operator", "order_by", "script"}
    assert set(night.rows(OversightRuleLint, problem="rejected")["rule"]) == rejected
    assert {row["sys_id"] for row in night.findings("rejected_rule")} == rejected


def test_every_candidate_has_one_decision_in_each_of_its_decision_tables() -> None:
    """Every order, line, domain order and order task is one, whatever becomes of it and whatever it refers to."""
    night = overseen(
        sn_ind_tmt_orm_order="sys_id | account \n O1 | A1 \n O2 | nobody \n O3 | -",
        sn_ind_tmt_orm_order_line_item="""
            sys_id | order   | product_offering | approved_on
            L1     | O1      | F1               | 2026-01-10 09:00:00
            L2     | O2      | F1               | -
            L3     | nowhere | -                | -
            L4     | -       | F1               | 2026-01-10 09:00:00
        """,
        sn_ind_tmt_orm_domain_order="sys_id | order_line_item \n D1 | L1 \n D2 | nowhere \n D3 | -",
        sn_ind_tmt_orm_order_task="sys_id | parent \n K1 | D1 \n K2 | K1 \n K3 | nowhere \n K4 | - \n K5 | K5",
    )
    night.shows(
        OversightDecision,
        """
            decision_table  | record_table                   | record
            program         | sn_ind_tmt_orm_order           | O1
            program         | sn_ind_tmt_orm_order           | O2
            program         | sn_ind_tmt_orm_order           | O3
            order           | sn_ind_tmt_orm_order           | O1
            order           | sn_ind_tmt_orm_order           | O2
            order           | sn_ind_tmt_orm_order           | O3
            order_line_item | sn_ind_tmt_orm_order_line_item | L1
            order_line_item | sn_ind_tmt_orm_order_line_item | L2
            order_line_item | sn_ind_tmt_orm_order_line_item | L3
            order_line_item | sn_ind_tmt_orm_order_line_item | L4
            site_location   | sn_ind_tmt_orm_order_line_item | L1
            site_location   | sn_ind_tmt_orm_order_line_item | L2
            site_location   | sn_ind_tmt_orm_order_line_item | L3
            site_location   | sn_ind_tmt_orm_order_line_item | L4
            domain_order    | sn_ind_tmt_orm_domain_order    | D1
            domain_order    | sn_ind_tmt_orm_domain_order    | D2
            domain_order    | sn_ind_tmt_orm_domain_order    | D3
            order_task      | sn_ind_tmt_orm_order_task      | K1
            order_task      | sn_ind_tmt_orm_order_task      | K2
            order_task      | sn_ind_tmt_orm_order_task      | K3
            order_task      | sn_ind_tmt_orm_order_task      | K4
            order_task      | sn_ind_tmt_orm_order_task      | K5
        """,
    )


@pytest.fixture(scope="module")
def rules() -> dict[str, str]:
    """Rules for each outcome.

    The action of a line says what those of lines and sites make of it, the type of an order what those of orders do,
    and its number what those of programs do.
    """
    return {
        "project_template": TEMPLATES,
        "pm_project": "sys_id \n J1",
        "cmn_location": "sys_id | name \n X1 | Here",
        "oversight_rule": """
            sys_id    | decision_table  | order | condition                     | answer  | default_answer
            l-unknown | order_line_item | 1     | action=unknown                | nowhere | -
            l-kind    | order_line_item | 2     | action=kind                   | oldsite | -
            l-shelved | order_line_item | 3     | action=shelved                | shelved | -
            l-yes     | order_line_item | 4     | action=yes^ORactionLIKEsite   | T1      | -
            l-default | order_line_item | 5     | -                             | T4      | true
            s-unknown | site_location   | 1     | action=site-unknown           | nowhere | -
            s-kind    | site_location   | 2     | action=site-kind              | shelved | -
            s-shelved | site_location   | 3     | action=site-shelved           | oldsite | -
            s-yes     | site_location   | 4     | action=site-yes               | T2      | -
            s-default | site_location   | 5     | -                             | T2      | true
            o-unknown | order           | 1     | order_type=unknown            | nowhere | -
            o-kind    | order           | 2     | order_type=kind               | oldsite | -
            o-shelved | order           | 3     | order_type=shelved            | shelved | -
            o-yes     | order           | 4     | order_type=yes                | T1      | -
            p-unknown | program         | 1     | number=unknown                | nowhere | -
            p-kind    | program         | 2     | number=kind                   | shelved | -
            p-yes     | program         | 3     | number=yes                    | T3      | -
        """,
    }


LINES_OF_EACH_OUTCOME: Final = """
    sys_id             | order   | product_offering | approved_on         | action       | location
    invalid            | nowhere | F1               | 2026-01-10 09:00:00 | yes          | X1
    invalid-unapproved | O1      | -                | -                   | yes          | X1
    invalid-covered    | whole   | -                | 2026-01-10 09:00:00 | yes          | X1
    invalid-existing   | O1      | -                | 2026-01-10 09:00:00 | yes          | X1
    unapproved         | O1      | F1               | -                   | yes          | X1
    unapproved-covered | whole   | F1               | -                   | yes          | X1
    unapproved-linked  | O1      | F1               | -                   | yes          | X1
    covered            | whole   | F1               | 2026-01-10 09:00:00 | yes          | X1
    covered-existing   | whole   | F1               | 2026-01-10 09:00:00 | yes          | X1
    existing           | O1      | F1               | 2026-01-10 09:00:00 | yes          | X1
    existing-unknown   | O1      | F1               | 2026-01-10 09:00:00 | unknown      | -
    unknown            | O1      | F1               | 2026-01-10 09:00:00 | unknown      | X1
    kind               | O1      | F1               | 2026-01-10 09:00:00 | kind         | -
    shelved            | O1      | F1               | 2026-01-10 09:00:00 | shelved      | X1
    matched            | O1      | F1               | 2026-01-10 09:00:00 | yes          | -
    default            | O1      | F1               | 2026-01-10 09:00:00 | other        | X1
    site-unknown       | O1      | F1               | 2026-01-10 09:00:00 | site-unknown | X1
    site-kind          | O1      | F1               | 2026-01-10 09:00:00 | site-kind    | X1
    site-shelved       | O1      | F1               | 2026-01-10 09:00:00 | site-shelved | X1
    site-matched       | O1      | F1               | 2026-01-10 09:00:00 | site-yes     | X1
"""


@pytest.fixture(scope="module")
def lines(rules: dict[str, str]) -> Night:
    """A night over lines of each outcome, all of them drafts: only a date makes them approved."""
    head, *body = LINES_OF_EACH_OUTCOME.strip().splitlines()
    return overseen(
        **rules,
        sn_ind_tmt_orm_order="sys_id | number | project_template \n O1 | yes | - \n whole | yes | T1",
        sn_ind_tmt_orm_order_line_item="\n".join([f"{head} | state", *(f"{line} | draft" for line in body)]),
        sn_ind_tmt_orm_order_line_rel_task="""
            order_line_item   | task
            invalid-existing  | J1
            unapproved-linked | J1
            covered-existing  | J1
            existing          | J1
            existing-unknown  | J1
        """,
    )


def test_the_outcome_of_a_line_is_the_first_that_applies(lines: Night) -> None:
    lines.shows(
        OversightDecision,
        """
            record             | rule      | answer  | outcome
            invalid            | -         | -       | invalid_line
            invalid-unapproved | -         | -       | invalid_line
            invalid-covered    | -         | -       | invalid_line
            invalid-existing   | -         | -       | invalid_line
            unapproved         | -         | -       | not_approved
            unapproved-covered | -         | -       | not_approved
            unapproved-linked  | -         | -       | not_approved
            covered            | -         | -       | covered_by_order_project
            covered-existing   | -         | -       | covered_by_order_project
            existing           | -         | -       | existing_project
            existing-unknown   | -         | -       | existing_project
            unknown            | l-unknown | nowhere | answer_unknown
            kind               | l-kind    | oldsite | answer_wrong_kind
            shelved            | l-shelved | shelved | template_inactive
            matched            | l-yes     | T1      | matched
            default            | l-default | T4      | default
            site-unknown       | l-yes     | T1      | matched
            site-kind          | l-yes     | T1      | matched
            site-shelved       | l-yes     | T1      | matched
            site-matched       | l-yes     | T1      | matched
        """,
        decision_table="order_line_item",
    )


def test_the_outcome_of_a_line_in_site_rules_is_the_first_that_applies(lines: Night) -> None:
    """What stands in the way of a project stands in the way of a site project; then project and location are needed."""
    sites(
        lines,
        """
            record             | rule      | answer  | outcome
            invalid            | -         | -       | invalid_line
            invalid-unapproved | -         | -       | invalid_line
            invalid-covered    | -         | -       | invalid_line
            invalid-existing   | -         | -       | invalid_line
            unapproved         | -         | -       | not_approved
            unapproved-covered | -         | -       | not_approved
            unapproved-linked  | -         | -       | not_approved
            covered            | -         | -       | covered_by_order_project
            covered-existing   | -         | -       | covered_by_order_project
            existing           | -         | -       | existing_project
            existing-unknown   | -         | -       | existing_project
            unknown            | -         | -       | no_line_project
            kind               | -         | -       | no_line_project
            shelved            | -         | -       | no_line_project
            matched            | -         | -       | no_location
            default            | s-default | T2      | default
            site-unknown       | s-unknown | nowhere | answer_unknown
            site-kind          | s-kind    | shelved | answer_wrong_kind
            site-shelved       | s-shelved | oldsite | template_inactive
            site-matched       | s-yes     | T2      | matched
        """,
    )


@pytest.fixture(scope="module")
def orders(rules: dict[str, str]) -> Night:
    """A night over orders of each outcome."""
    return overseen(
        **rules,
        sn_ind_tmt_orm_order="""
            sys_id           | number  | order_type | project_template
            empty            | yes     | yes        | T1
            invalid          | yes     | yes        | T1
            unapproved       | unknown | yes        | nowhere
            agent            | yes     | yes        | T4
            agent-unknown    | yes     | yes        | nowhere
            agent-kind       | other   | yes        | T2
            agent-shelved    | yes     | yes        | shelved
            unknown          | unknown | unknown    | -
            kind             | kind    | kind       | -
            shelved          | kind    | shelved    | -
            matched          | other   | yes        | -
            other            | unknown | other      | -
        """,
        sn_ind_tmt_orm_order_line_item="""
            sys_id | order         | product_offering | approved_on         | state | action
            1      | invalid       | -                | 2026-01-10 09:00:00 | draft | yes
            2      | unapproved    | F1               | -                   | draft | yes
            3      | unapproved    | -                | 2026-01-10 09:00:00 | draft | yes
            4      | agent         | F1               | 2026-01-10 09:00:00 | draft | unknown
            5      | agent         | F1               | -                   | draft | yes
            6      | agent-unknown | F1               | 2026-01-10 09:00:00 | draft | yes
            7      | agent-kind    | F1               | 2026-01-10 09:00:00 | draft | yes
            8      | agent-shelved | F1               | 2026-01-10 09:00:00 | draft | unknown
            9      | unknown       | F1               | 2026-01-10 09:00:00 | draft | yes
            10     | kind          | F1               | 2026-01-10 09:00:00 | draft | yes
            11     | shelved       | F1               | 2026-01-10 09:00:00 | draft | shelved
            12     | matched       | F1               | 2026-01-10 09:00:00 | draft | unknown
            13     | other         | F1               | 2026-01-10 09:00:00 | draft | kind
        """,
    )


def test_the_outcome_of_an_order_is_the_first_that_applies(orders: Night) -> None:
    """One valid line must be approved. The agent's template wins over rules, also when it can't be used."""
    orders.shows(
        OversightDecision,
        """
            record        | rule      | answer  | outcome
            empty         | -         | -       | invalid_line
            invalid       | -         | -       | invalid_line
            unapproved    | -         | -       | not_approved
            agent         | -         | T4      | agent_choice
            agent-unknown | -         | nowhere | answer_unknown
            agent-kind    | -         | T2      | answer_wrong_kind
            agent-shelved | -         | shelved | template_inactive
            unknown       | o-unknown | nowhere | answer_unknown
            kind          | o-kind    | oldsite | answer_wrong_kind
            shelved       | o-shelved | shelved | template_inactive
            matched       | o-yes     | T1      | matched
            other         | -         | -       | no_rule_matched
        """,
        decision_table="order",
    )


def test_the_outcome_of_an_order_in_program_rules_is_the_first_that_applies(orders: Night) -> None:
    """It needs a project, its own or one of a line; `other` and `shelved` have none, whatever the rule would say."""
    orders.shows(
        OversightDecision,
        """
            record        | rule      | answer  | outcome
            empty         | -         | -       | no_overseen_line
            invalid       | -         | -       | no_overseen_line
            unapproved    | -         | -       | no_overseen_line
            agent         | p-yes     | T3      | matched
            agent-unknown | p-yes     | T3      | matched
            agent-kind    | -         | -       | no_rule_matched
            agent-shelved | -         | -       | no_overseen_line
            unknown       | p-unknown | nowhere | answer_unknown
            kind          | p-kind    | shelved | answer_wrong_kind
            shelved       | -         | -       | no_overseen_line
            matched       | -         | -       | no_rule_matched
            other         | -         | -       | no_overseen_line
        """,
        decision_table="program",
    )


def test_an_inactive_program_template_and_a_default_program_are_outcomes_too() -> None:
    rules = """
        sys_id | decision_table  | order | condition   | answer | default_answer
        R1     | order_line_item | 10    | -           | T1     | -
        R2     | program         | 10    | number=ORD1 | old    | -
        R3     | program         | 20    | number=ORD1 | T3     | true
    """
    night = overseen(
        oversight_rule=rules,
        project_template="sys_id | kind | active \n T1 | project | - \n T3 | program | - \n old | program | false",
        sn_ind_tmt_orm_order="sys_id | number \n O1 | ORD1 \n O2 | ORD2",
        sn_ind_tmt_orm_order_line_item="order \n O1 \n O2",
    )
    night.shows(
        OversightDecision,
        "record | rule | outcome \n O1 | R2 | template_inactive \n O2 | R3 | default",
        decision_table="program",
    )


BOUND: Final = {
    "pm_project": "sys_id \n J1",
    "project_template": "sys_id | kind \n T1 | project \n T9 | project",
    "project_template_task": "sys_id | template \n P1 | T1 \n P2 | T1 \n P9 | T9",
    "sn_ind_tmt_orm_order_line_item": """
        sys_id   | action | order
        L1       | yes    | O1
        none     | no     | O1
        existing | yes    | O1
    """,
    "sn_ind_tmt_orm_order_line_rel_task": "order_line_item | task \n existing | J1",
}
"""Line L1 has a project of T1, line `none` has no project, line `existing` has one of the platform's."""

LINES_THAT_SAY_YES: Final = "R1 | order_line_item | 1 | action=yes | T1"


def test_the_outcome_of_a_domain_order_is_the_first_that_applies() -> None:
    """Rules of other or no templates don't take part: they are passed over where a later one is of this template."""
    night = overseen(
        **BOUND,
        oversight_rule=f"""
            sys_id   | decision_table | order | condition              | answer
            {LINES_THAT_SAY_YES}
            unknown  | domain_order   | 1     | number=unknown         | nowhere
            foreign  | domain_order   | 2     | numberSTARTSWITHforeign | P9
            passed   | domain_order   | 3     | number=foreign-passed  | P2
            survey   | domain_order   | 4     | number=survey          | P1
        """,
        sn_ind_tmt_orm_domain_order="""
            sys_id           | number         | order_line_item
            existing         | survey         | existing
            without          | survey         | none
            nowhere          | survey         | nowhere
            homeless         | survey         | -
            matched          | survey         | L1
            unknown          | unknown        | L1
            foreign          | foreign        | L1
            foreign-passed   | foreign-passed | L1
            unmatched        | other          | L1
        """,
    )
    night.shows(
        OversightDecision,
        """
            record         | rule   | answer | outcome
            existing       | -      | -      | existing_project
            without        | -      | -      | no_project
            nowhere        | -      | -      | no_project
            homeless       | -      | -      | no_project
            matched        | survey | P1     | matched
            unknown        | -      | -      | task_not_in_template
            foreign        | -      | -      | task_not_in_template
            foreign-passed | passed | P2     | matched
            unmatched      | -      | -      | no_rule_matched
        """,
        decision_table="domain_order",
    )


def test_the_default_answers_for_domain_orders_and_order_tasks_that_nothing_matches() -> None:
    night = overseen(
        **BOUND,
        oversight_rule=f"""
            sys_id  | decision_table | order | condition     | answer | default_answer
            {LINES_THAT_SAY_YES} | -
            survey  | domain_order   | 1     | number=survey | P1     | -
            other   | domain_order   | 2     | -             | P2     | true
            task    | order_task     | 1     | -             | P2     | true
        """,
        sn_ind_tmt_orm_domain_order="sys_id | number \n D1 | survey \n D2 | else",
        sn_ind_tmt_orm_order_task="sys_id | parent \n K1 | D1",
    )
    night.shows(
        OversightDecision,
        "record | rule | answer | outcome \n D1 | survey | P1 | matched \n D2 | other | P2 | default",
        decision_table="domain_order",
    )
    night.shows(
        OversightDecision, "record | rule | answer | outcome \n K1 | task | P2 | default", decision_table="order_task"
    )


def test_the_outcome_of_an_order_task_is_the_first_that_applies() -> None:
    """A task that no rule matches is linked by what it is work for, if that is linked."""
    night = overseen(
        **BOUND,
        oversight_rule=f"""
            sys_id  | decision_table | order | condition      | answer
            {LINES_THAT_SAY_YES}
            survey  | domain_order   | 1     | number=survey  | P1
            foreign | order_task     | 1     | number=foreign | P9
            fit     | order_task     | 2     | number=fit     | P2
        """,
        sn_ind_tmt_orm_domain_order="""
            sys_id | number | order_line_item
            D1     | survey | L1
            D2     | other  | L1
            D3     | survey | none
            D4     | survey | existing
        """,
        sn_ind_tmt_orm_order_task="""
            sys_id           | number  | parent
            existing         | fit     | D4
            without          | fit     | D3
            homeless         | fit     | nowhere
            matched          | fit     | D1
            matched-below    | fit     | via
            foreign          | foreign | D1
            via              | other   | D1
            via-two-steps    | other   | via
            via-task         | other   | matched-unlinked
            matched-unlinked | fit     | D2
            unmatched        | other   | D2
        """,
    )
    night.shows(
        OversightDecision,
        """
            record           | rule | answer | outcome
            existing         | -    | -      | existing_project
            without          | -    | -      | no_project
            homeless         | -    | -      | no_project
            matched          | fit  | P2     | matched
            matched-below    | fit  | P2     | matched
            foreign          | -    | -      | task_not_in_template
            via              | -    | -      | via_parent
            via-two-steps    | -    | -      | via_parent
            via-task         | -    | -      | via_parent
            matched-unlinked | fit  | P2     | matched
            unmatched        | -    | -      | no_rule_matched
        """,
        decision_table="order_task",
    )


ONE_OF_EACH: Final = {
    "sn_ind_tmt_orm_order": "sys_id | project_template \n O1 | - \n O2 | T1",
    "sn_ind_tmt_orm_order_line_item": "sys_id | order | location \n L1 | O1 | X1 \n L2 | O2 | X1 \n L3 | nowhere | -",
    "sn_ind_tmt_orm_domain_order": "sys_id | order_line_item \n D1 | L1 \n D2 | L3",
    "sn_ind_tmt_orm_order_task": "sys_id | parent \n K1 | D1 \n K2 | D2",
    "cmn_location": "sys_id | name \n X1 | Here",
}
OFF: Final = "com.snc.financial_planning_pmo"


def test_without_project_portfolio_management_every_outcome_is_that_and_nothing_is_made() -> None:
    night = overseen(
        **ONE_OF_EACH,
        v_plugin=f"id | active \n {OFF} | false \n com.snc.csm_ppm | true",
        oversight_rule="""
            sys_id | decision_table  | order | answer
            R1     | order_line_item | 1     | T1
            R2     | site_location   | 1     | T2
            R3     | program         | 1     | T3
            R4     | domain_order    | 1     | P1
            R5     | order_task      | 1     | P1
        """,
    )
    decisions = night.rows(OversightDecision)
    assert decisions.height == 14
    assert set(decisions["outcome"]) == {"ppm_not_installed"}
    assert decisions["rule"].drop_nulls().is_empty()
    assert decisions["answer"].drop_nulls().is_empty()
    assert night.rows(OversightProject).is_empty()
    assert night.rows(OrderLineItemProject).is_empty()


@pytest.mark.parametrize(
    ("plugins", "expected"),
    [
        (f"id | active \n {OFF} | 1", "matched"),
        (f"id | active \n {OFF} | True", "matched"),
        (f"id | active \n {OFF} | inactive", "ppm_not_installed"),
        (f"id | active \n {OFF} | -", "ppm_not_installed"),
    ],
)
def test_a_plugin_is_installed_where_it_is_active(plugins: str, expected: str) -> None:
    overseen(v_plugin=plugins).shows(
        OversightDecision, f"record | outcome \n L1 | {expected}", decision_table="order_line_item"
    )


def test_without_the_table_of_plugins_nothing_counts_as_installed_and_that_is_a_finding() -> None:
    night = overseen(without=("v_plugin",))
    night.shows(OversightDecision, "record | outcome \n L1 | ppm_not_installed", decision_table="order_line_item")
    assert [row["source_table"] for row in night.findings("missing_source")] == ["v_plugin"]


def test_a_location_that_is_not_in_the_export_is_none() -> None:
    night = placed(
        "sys_id | order | location | answer \n anywhere | 1 | - | T2", "sys_id | location \n L1 | nowhere \n L2 | city"
    )
    sites(night, "record | rule | outcome \n L1 | - | no_location \n L2 | anywhere | matched")


def test_without_the_table_of_locations_no_line_has_a_location_and_that_is_a_finding() -> None:
    """The finding says that there are no site projects then."""
    night = overseen(
        without=("cmn_location",),
        sn_ind_tmt_orm_order_line_item="sys_id | location \n L1 | room",
        oversight_rule="""
            sys_id | decision_table  | order | answer
            R1     | order_line_item | 10    | T1
            R2     | site_location   | 10    | T2
        """,
    )
    assert [row["source_table"] for row in night.findings("missing_source")] == ["cmn_location"]
    assert night.rows(OversightProject, kind="site_project").is_empty()


def test_of_site_rules_those_of_the_nearest_location_with_a_match_win_then_those_without_a_location() -> None:
    """From the line's own location upwards, whatever the order of the rules of different levels."""
    night = placed(
        """
            sys_id      | order | location | condition  | answer
            anywhere    | 1     | -        | -          | T2
            city        | 2     | city     | -          | T2
            tower-later | 4     | tower    | -          | T2
            tower       | 3     | tower    | -          | T2
            room        | 5     | room     | action=add | T2
        """,
        """
            sys_id     | location | action
            added      | room     | add
            changed    | room     | change
            upstairs   | floor    | add
            downstairs | tower    | add
            downtown   | city     | add
            outside    | farm     | add
        """,
    )
    sites(
        night,
        """
            record     | rule     | outcome
            added      | room     | matched
            changed    | tower    | matched
            upstairs   | tower    | matched
            downstairs | tower    | matched
            downtown   | city     | matched
            outside    | anywhere | matched
        """,
    )


def test_where_no_site_rule_matches_at_any_level_the_default_answers_whatever_its_location() -> None:
    night = placed(
        """
            sys_id   | order | location | condition  | answer | default_answer
            default  | 1     | tower    | -          | T2     | true
            anywhere | 2     | -        | action=add | T2     | -
            city     | 3     | city     | action=add | T2     | -
        """,
        "sys_id | location | action \n in_city | room | add \n no_match | room | change \n outside | farm | change",
    )
    sites(
        night,
        """
            record   | rule    | outcome
            in_city  | city    | matched
            no_match | default | default
            outside  | default | default
        """,
    )


def test_an_unusable_answer_of_a_near_site_rule_does_not_fall_through_to_the_level_above() -> None:
    night = placed(
        "sys_id | order | location | answer \n city | 1 | city | T2 \n room | 2 | room | nowhere",
        "sys_id | location \n L1 | room",
    )
    sites(night, "record | rule | outcome \n L1 | room | answer_unknown")


def test_the_location_in_a_site_condition_is_the_lines_own_whatever_the_level_of_the_rule() -> None:
    night = placed(
        """
            sys_id | order | location | condition         | answer
            room   | 1     | city     | location.name=Room | T2
            city   | 2     | city     | location.name=City | T2
        """,
        "sys_id | location \n L1 | room \n L2 | city \n L3 | tower",
    )
    sites(
        night,
        "record | rule | outcome \n L1 | room | matched \n L2 | city | matched \n L3 | - | no_rule_matched",
    )


def test_a_circle_of_locations_ends_the_way_up_and_is_a_finding() -> None:
    night = placed(
        "sys_id | order | location | answer \n above | 1 | hen | T2 \n city | 2 | city | T2",
        "sys_id | location \n L1 | egg",
    )
    sites(night, "record | rule | outcome \n L1 | above | matched")
    assert {row["sys_id"] for row in night.findings("order_record_cycle")} == {"egg", "hen"}
    nowhere_up = placed("sys_id | order | location | answer \n city | 2 | city | T2", "sys_id | location \n L1 | egg")
    sites(nowhere_up, "record | rule | outcome \n L1 | - | no_rule_matched")
