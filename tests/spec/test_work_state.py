"""Chapter: how project tasks and projects stand, by the states of what they oversee."""

from __future__ import annotations

from typing import Final

import pytest

from models.oversight_project import OversightProject, OversightProjectTask
from tests.frames import drawn
from tests.spec.order_world import identity, overseen, value
from tests.spec.world import Night

FLAT: Final = "sys_id | template \n P1 | T1 \n P2 | T1 \n P3 | T1"
RULES: Final = """
    sys_id | decision_table  | order | condition        | answer
    R1     | order_line_item | 1     | -                | T1
    G1     | domain_order    | 1     | specification=P1 | P1
    G2     | domain_order    | 2     | specification=P2 | P2
    G3     | domain_order    | 3     | specification=P3 | P3
    H1     | order_task      | 1     | request_type=P1  | P1
"""
HELD: Final = """
    name                                                      | value
    sn_ind_tmt_orm.project.task.auto.closure                  | false
    sn_ind_tmt_orm.reuse_existing_program_and_project_enabled | true
"""
"""Properties by which project tasks are not closed automatically."""

PLANNED: Final = ("P1", "P2", "P3")
LINE_COLUMNS: Final = ("sys_id", "order", "state", "location")


def standing(picture: str, *, planned: str = FLAT, **further: str) -> Night:
    """A night of lines whose project tasks have, each, a domain order in each of the states that are drawn.

    A line of the picture is an order line; what is not drawn in `P1`, `P2` and `P3` has no domain order.
    """
    cells = [{"sys_id": f"L{place}", **row} for place, row in enumerate(drawn(picture), start=1)]
    columns = [column for column in LINE_COLUMNS if column in cells[0]]
    lines = [" | ".join(row[column] or "-" for column in columns) for row in cells]
    records = [
        f"{row['sys_id']} {planned_task} {place} | {row['sys_id']} | {planned_task} | {state}"
        for row in cells
        for planned_task in PLANNED
        for place, state in enumerate((row.get(planned_task) or "").split(), start=1)
    ]
    world = {
        "oversight_rule": RULES,
        "project_template_task": planned,
        "sn_ind_tmt_orm_order_line_item": "\n".join([" | ".join(columns), *lines]),
        "sn_ind_tmt_orm_domain_order": "\n".join(["sys_id | order_line_item | specification | state", *records]),
    }
    return overseen(**world | further)


def task_of(line: str, planned: str = "P1") -> str:
    """The project task of a line."""
    return identity("project_task", identity("project", line), planned)


def states(of: Night, line: str) -> tuple[object, ...]:
    """The states of a line's project tasks and, last, of its project."""
    project = identity("project", line)
    tasks = of.rows(OversightProjectTask, project=project).sort("template_task")["state"].to_list()
    return (*tasks, value(of, OversightProject, "state", project=project))


def shown(picture: str, column: str) -> list[tuple[str, int]]:
    """The lines of a picture with the state that a column expects."""
    return [(f"L{place}", int(row[column] or "")) for place, row in enumerate(drawn(picture), start=1)]


WORDS: Final = """
    P1                       | state | status
    draft                    | -5    | draft
    scheduled                | -5    | scheduled
    new                      | -5    | new
    pending                  | -5    | pending
    open                     | 1     | open
    qualified                | 1     | qualified
    acknowledged             | 1     | acknowledged
    approved                 | 1     | approved
    in_progress              | 2     | in_progress
    work_in_progress         | 2     | work_in_progress
    on_hold                  | 2     | on_hold
    awaiting_information     | 2     | awaiting_information
    resolved                 | 2     | resolved
    cancellation_in_progress | 2     | cancellation_in_progress
    closed_complete          | 3     | closed_complete
    completed                | 3     | completed
    closed                   | 3     | closed
    closed_incomplete        | 3     | closed_incomplete
    failed                   | 3     | failed
    canceled                 | 7     | canceled
    cancelled                | 7     | cancelled
    rejected                 | 7     | rejected
    closed_skipped           | 7     | closed_skipped
    In_Progress              | 2     | In_Progress
    CLOSED_COMPLETE          | 3     | CLOSED_COMPLETE
    cAnCeLeD                 | 7     | cAnCeLeD
    in-progress              | 1     | in-progress
    done                     | 1     | done
"""


def drawn_rows(picture: str, *columns: str) -> list[tuple[str, ...]]:
    """The rows of a picture in these columns."""
    return [tuple(row[column] or "" for column in columns) for row in drawn(picture)]


@pytest.fixture(scope="module")
def words() -> Night:
    """A line for each word; the project task follows the domain order in that state."""
    return standing("\n".join(" | ".join(row) for row in [("P1",), *drawn_rows(WORDS, "P1")]))


def test_every_state_word_belongs_to_its_group_in_any_case_and_any_other_is_open(words: Night) -> None:
    """The status is the word as the platform writes it."""
    expected = [(row[0], int(row[1]), row[2]) for row in drawn_rows(WORDS, "P1", "state", "status")]
    found = [
        words.rows(OversightProjectTask, project_task=task_of(f"L{place}"))["state", "status"].row(0)
        for place in range(1, len(expected) + 1)
    ]
    assert [(word, *told) for (word, *_), told in zip(expected, found, strict=True)] == expected


def test_unknown_state_words_are_a_finding(words: Night) -> None:
    found = {finding["sys_id"] for finding in words.findings("unknown_order_state")}
    places = {word: place for place, (word,) in enumerate(drawn_rows(WORDS, "P1"), start=1)}
    assert found == {f"L{places[word]} P1 1" for word in ("in-progress", "done")}


def test_unknown_state_words_of_orders_lines_and_order_tasks_are_findings_too() -> None:
    """And no word at all is one."""
    night = overseen(
        oversight_rule=RULES,
        sn_ind_tmt_orm_order="sys_id | state \n O1 | odd",
        sn_ind_tmt_orm_order_line_item="sys_id | state \n L1 | strange",
        sn_ind_tmt_orm_domain_order="sys_id | specification | state \n d1 | P1 | -",
        sn_ind_tmt_orm_order_task="sys_id | parent | state \n k1 | d1 | curious",
    )
    found = {(finding["source_table"], finding["sys_id"]) for finding in night.findings("unknown_order_state")}
    assert found == {
        ("sn_ind_tmt_orm_order", "O1"),
        ("sn_ind_tmt_orm_order_line_item", "L1"),
        ("sn_ind_tmt_orm_domain_order", "d1"),
        ("sn_ind_tmt_orm_order_task", "k1"),
    }
    night.shows(OversightProjectTask, "state | status \n 1 | curious", template_task="P1")


MIXES: Final = """
    P1                        | closing | held
    -                         | -5      | -5
    new                       | -5      | -5
    open                      | 1       | 1
    in_progress               | 2       | 2
    completed                 | 3       | 2
    canceled                  | 7       | 2
    canceled rejected         | 7       | 2
    canceled completed        | 3       | 2
    completed closed canceled | 3       | 2
    canceled new              | -5      | -5
    canceled open             | 1       | 1
    canceled in_progress      | 2       | 2
    completed new             | 2       | 2
    completed open            | 2       | 2
    completed open canceled   | 2       | 2
    completed in_progress     | 2       | 2
    in_progress new           | 2       | 2
    in_progress open canceled | 2       | 2
    open new                  | -5      | -5
    open open                 | 1       | 1
"""


def test_a_task_combines_its_parts() -> None:
    """None: -5; all 7: 7; else without the 7s: all 3: 3; any 2, or some 3 and some not: 2; else the lowest."""
    night = standing(MIXES)
    assert [(line, states(night, line)[0]) for line, _ in shown(MIXES, "closing")] == shown(MIXES, "closing")


def test_without_auto_closure_a_task_with_linked_records_is_not_closed() -> None:
    """Its status still is that of the record that decides."""
    night = standing(MIXES, sys_properties=HELD)
    assert [(line, states(night, line)[0]) for line, _ in shown(MIXES, "held")] == shown(MIXES, "held")
    night.shows(OversightProjectTask, "status \n completed", project_task=task_of("L5"))
    night.shows(OversightProjectTask, "status \n canceled", project_task=task_of("L6"))


def test_auto_closure_is_off_where_there_is_no_property() -> None:
    assert states(standing("P1 \n completed", sys_properties=""), "L1") == (2, -5, -5, 2)


def test_status_is_that_of_the_part_that_decides() -> None:
    """Of parts in the task's state domain orders, then the earliest by (sys_created_on, sys_id); else of the lowest."""
    night = overseen(
        oversight_rule=RULES,
        sn_ind_tmt_orm_order_line_item="sys_id \n L1 \n L2 \n L3 \n L4 \n L5 \n L6 \n L7 \n L8 \n L9",
        sn_ind_tmt_orm_domain_order="""
            sys_id | order_line_item | specification | state           | sys_created_on
            a1     | L1              | P1            | on_hold         | 2026-02-02 09:00:00
            b1     | L2              | P1            | on_hold         | 2026-02-02 09:00:00
            b2     | L2              | P1            | resolved        | 2026-02-01 09:00:00
            b3     | L2              | P1            | new             | 2026-01-01 09:00:00
            c2     | L3              | P1            | draft           | 2026-02-01 09:00:00
            c1     | L3              | P1            | pending         | 2026-02-01 09:00:00
            e1     | L4              | P1            | completed       | 2026-01-01 09:00:00
            e2     | L4              | P1            | qualified       | 2026-01-01 09:00:00
            e3     | L4              | P1            | draft           | 2026-02-02 09:00:00
            e4     | L4              | P1            | new             | 2026-02-03 09:00:00
            f1     | L5              | P1            | rejected        | 2026-01-01 09:00:00
            f2     | L5              | P1            | closed          | 2026-02-01 09:00:00
            g1     | L6              | P1            | cancelled       | 2026-02-01 09:00:00
            g2     | L6              | P1            | rejected        | 2026-02-02 09:00:00
            h1     | L7              | P1            | -               | 2026-01-01 09:00:00
            h2     | L7              | P1            | open            | 2026-02-01 09:00:00
            i1     | L8              | P2            | new             | 2026-01-01 09:00:00
        """,
        sn_ind_tmt_orm_order_task="""
            sys_id | parent | request_type | state            | sys_created_on
            k1     | a1     | P1           | work_in_progress | 2026-01-01 09:00:00
            k2     | i1     | P1           | resolved         | 2026-02-02 09:00:00
            k3     | i1     | P1           | on_hold          | 2026-02-01 09:00:00
        """,
        project_template_task=FLAT,
    )
    expected = """
        line | state | status
        L1   | 2     | on_hold
        L2   | 2     | resolved
        L3   | -5    | pending
        L4   | 2     | draft
        L5   | 3     | closed
        L6   | 7     | cancelled
        L7   | 1     | open
        L8   | 2     | on_hold
        L9   | -5    | -
    """
    for row in drawn(expected):
        night.shows(
            OversightProjectTask,
            f"state | status \n {row['state']} | {row['status'] or '-'}",
            project_task=task_of(row["line"] or ""),
        )


def test_order_tasks_and_what_is_linked_by_its_parent_are_parts_too() -> None:
    night = overseen(
        oversight_rule=RULES,
        sn_ind_tmt_orm_order_line_item="sys_id \n L1 \n L2",
        sn_ind_tmt_orm_domain_order="""
            sys_id | order_line_item | specification | state
            d1     | L1              | P1            | completed
            d2     | L2              | none          | completed
        """,
        sn_ind_tmt_orm_order_task="""
            sys_id | parent | request_type | state
            k1     | d1     | -            | completed
            k2     | k1     | -            | open
            k3     | d2     | P1           | completed
            k4     | d2     | -            | new
        """,
    )
    night.shows(OversightProjectTask, "state | status \n 2 | open", project_task=task_of("L1"))
    night.shows(OversightProjectTask, "state | status \n 3 | completed", project_task=task_of("L2"))


TREE: Final = "sys_id | template | parent \n P1 | T1 | - \n P2 | T1 | P1 \n P3 | T1 | P2"
FAMILIES: Final = """
    P1        | P2        | P3          | task | child | grandchild | project
    -         | -         | -           | -5   | -5    | -5         | -5
    -         | -         | completed   | 3    | 3     | 3          | 3
    -         | -         | in_progress | 2    | 2     | 2          | 2
    -         | completed | open        | 2    | 2     | 1          | 2
    completed | completed | completed   | 3    | 3     | 3          | 3
    completed | -         | new         | 2    | -5    | -5         | 2
    completed | canceled  | canceled    | 3    | 7     | 7          | 3
    completed | -         | -           | 2    | -5    | -5         | 2
    canceled  | canceled  | canceled    | 7    | 7     | 7          | 7
    canceled  | open      | canceled    | 1    | 1     | 7          | -5
"""


def test_child_tasks_are_parts_of_their_parents_at_any_depth() -> None:
    """A child task without parts is pending, and holds its parent."""
    night = standing(FAMILIES, planned=TREE)
    for place, row in enumerate(drawn(FAMILIES), start=1):
        expected = tuple(int(row[column] or "") for column in ("task", "child", "grandchild", "project"))
        assert (place, states(night, f"L{place}")) == (place, expected)


def test_a_task_without_linked_records_has_the_status_of_the_child_that_decides() -> None:
    """And records linked to the task itself decide before its children."""
    night = standing("P1 | P2 \n - | on_hold \n resolved | on_hold", planned=TREE)
    night.shows(OversightProjectTask, "status \n on_hold", project_task=task_of("L1"))
    night.shows(OversightProjectTask, "status \n resolved", project_task=task_of("L2"))


def test_without_auto_closure_parents_follow_the_state_as_shown() -> None:
    """A task that has only child tasks is not held itself, but its children are."""
    night = standing("P3 \n completed \n canceled", planned=TREE, sys_properties=HELD)
    assert states(night, "L1") == (2, 2, 2, 2)
    assert states(night, "L2") == (2, 2, 2, 2)


TOP_TASKS: Final = """
    state        | P1          | P2          | P3        | project
    in_progress  | new         | new         | new       | -5
    in_progress  | open        | open        | open      | -5
    in_progress  | open        | new         | canceled  | -5
    in_progress  | in_progress | new         | open      | 2
    in_progress  | completed   | completed   | completed | 3
    in_progress  | completed   | completed   | canceled  | 3
    in_progress  | completed   | open        | open      | 2
    in_progress  | canceled    | canceled    | canceled  | 7
    in_progress  | -           | -           | -         | -5
    in_progress  | completed   | completed   | -         | 2
    in_progress  | canceled    | -           | -         | -5
    in_progress  | in_progress | -           | -         | 2
    completed    | completed   | completed   | -         | 3
    failed       | completed   | -           | canceled  | 3
    completed    | canceled    | -           | -         | 7
    completed    | open        | -           | -         | -5
    completed    | in_progress | completed   | -         | 2
    completed    | completed   | new         | -         | 2
    completed    | -           | -           | -         | -5
"""


def test_a_project_combines_its_top_tasks_and_has_not_begun_while_they_are_only_open() -> None:
    """Tasks without parts keep it from closing until its line is completed; then they are left out."""
    night = standing(TOP_TASKS)
    assert [(line, states(night, line)[-1]) for line, _ in shown(TOP_TASKS, "project")] == shown(TOP_TASKS, "project")


def test_tasks_without_parts_stay_pending_also_when_the_line_is_completed() -> None:
    assert states(standing("state | P1 \n completed | completed"), "L1") == (3, -5, -5, 3)


def test_without_auto_closure_a_project_with_linked_records_is_not_closed_either() -> None:
    night = standing("state | P1 | P2 | P3 \n completed | completed | completed | canceled", sys_properties=HELD)
    assert states(night, "L1") == (2, 2, 2, 2)


def test_a_project_without_tasks_is_pending() -> None:
    assert states(standing("state \n in_progress \n completed", planned=""), "L1") == (-5,)


CANCELED: Final = """
    order | state       | P1          | P2        | P3       | closing  | held
    O1    | canceled    | in_progress | completed | -        | 7 3 7 7  | 7 7 7 7
    O1    | rejected    | completed   | completed | canceled | 3 3 7 7  | 7 7 7 7
    O1    | in_progress | in_progress | new       | new      | 2 -5 -5 2 | 2 -5 -5 2
    O2    | in_progress | in_progress | completed | -        | 7 3 7 7  | 7 7 7 7
    O2    | completed   | completed   | completed | completed | 3 3 3 7 | 7 7 7 7
"""


@pytest.mark.parametrize("expected", ["closing", "held"])
def test_a_canceled_line_or_order_skips_its_projects_and_every_task_that_is_not_complete(expected: str) -> None:
    """Cancellation comes last: a task that auto closure holds open is not complete."""
    night = standing(
        CANCELED,
        sn_ind_tmt_orm_order="sys_id | state \n O1 | in_progress \n O2 | canceled",
        **({"sys_properties": HELD} if expected == "held" else {}),
    )
    for place, row in enumerate(drawn(CANCELED), start=1):
        stands = tuple(int(state) for state in (row[expected] or "").split())
        assert (place, states(night, f"L{place}")) == (place, stands)


ORDER_PROJECTS: Final = """
    sys_id | state       | project_template
    O1     | in_progress | T1
    O2     | completed   | T1
    O3     | canceled    | T1
    O4     | in_progress | T1
"""


def test_an_order_project_follows_the_state_of_the_order() -> None:
    """Not that of any one of its lines."""
    night = standing(
        """
            order | state       | P1        | P2
            O1    | completed   | completed | completed
            O2    | in_progress | completed | completed
            O3    | in_progress | completed | new
            O4    | canceled    | completed | new
        """,
        sn_ind_tmt_orm_order=ORDER_PROJECTS,
    )
    projects = {order: identity("order_project", order) for order in ("O1", "O2", "O3", "O4")}
    found = {order: value(night, OversightProject, "state", project=project) for order, project in projects.items()}
    assert found == {"O1": 2, "O2": 3, "O3": 7, "O4": 2}
    tasks = night.rows(OversightProjectTask, project=projects["O3"]).sort("template_task")["state"].to_list()
    assert tasks == [3, 7, 7]


SITES: Final = """
    location | P1          | site
    W1       | completed   | 3
    W1       | completed   | 3
    W2       | completed   | 2
    W2       | new         | 2
    W3       | open        | -5
    W3       | new         | -5
    W4       | canceled    | 7
    W5       | canceled    | 3
    W5       | completed   | 3
    W6       | in_progress | 2
    W6       | canceled    | 2
"""


def test_a_site_project_combines_the_projects_below_it() -> None:
    """Its own tasks have no sources and are pending."""
    night = standing(
        SITES,
        planned="sys_id | template \n P1 | T1 \n S1 | T2",
        oversight_rule=f"{RULES.rstrip()} \n R2 | site_location | 1 | - | T2",
        cmn_location="sys_id \n W1 \n W2 \n W3 \n W4 \n W5 \n W6",
    )
    for row in drawn(SITES):
        site = identity("site_project", row["location"] or "")
        assert (row["location"], value(night, OversightProject, "state", project=site)) == (
            row["location"],
            int(row["site"] or ""),
        )
        night.shows(OversightProjectTask, "state | status \n -5 | -", project=site)


def test_an_existing_project_is_in_the_platforms_own_state_also_in_its_site_project() -> None:
    """Closed incomplete, 4, counts as complete."""
    night = overseen(
        oversight_rule="""
            sys_id | decision_table  | order | answer
            R1     | order_line_item | 1     | T1
            R2     | site_location   | 1     | T2
            G1     | domain_order    | 1     | P1
        """,
        project_template_task="sys_id | template \n P1 | T1",
        cmn_location="sys_id \n W1 \n W2",
        pm_project="sys_id | state \n X1 | 4 \n X2 | 2 \n X3 | -",
        sn_ind_tmt_orm_order_line_rel_task="order_line_item | task \n L2 | X1 \n L4 | X2 \n L5 | X3",
        sn_ind_tmt_orm_order_line_item="""
            sys_id | location
            L1     | W1
            L2     | W1
            L3     | W2
            L4     | W2
            L5     | -
        """,
        sn_ind_tmt_orm_domain_order="sys_id | order_line_item | state \n d1 | L1 | completed \n d3 | L3 | completed",
    )
    night.shows(
        OversightProject,
        f"""
            project                           | state
            {identity("project", "L1")}       | 3
            {identity("project", "L3")}       | 3
            {identity("site_project", "W1")}  | 3
            {identity("site_project", "W2")}  | 2
            X1                                | 3
            X2                                | 2
            X3                                | -
        """,
    )


def test_states_are_told_anew_every_night() -> None:
    first = standing("P1 | P2 | P3 \n completed | completed | completed")
    reopened = standing("P1 | P2 | P3 \n in_progress | completed | completed")
    assert states(first, "L1") == (3, 3, 3, 3)
    later = overseen(
        after=first,
        oversight_rule=RULES,
        project_template_task=FLAT,
        sn_ind_tmt_orm_domain_order="""
            sys_id  | specification | state
            L1 P1 1 | P1            | in_progress
            L1 P2 1 | P2            | completed
            L1 P3 1 | P3            | completed
        """,
    )
    assert states(later, "L1") == states(reopened, "L1") == (2, 3, 3, 2)
