"""Chapter: which work item owns a record that money stands on."""

from __future__ import annotations

from models.expense import ExpenseFunnel
from models.work_item import TaskOwner
from tests.spec.world import tonight

NESTED_TASKS = """
    sys_id | parent
    T1     | P1
    T2     | T1
    T3     | T2
"""


def test_a_work_item_owns_itself_and_a_demand_its_tasks() -> None:
    tonight(dmn_demand="sys_id \n D1", dmn_demand_task="sys_id | parent \n DT1 | D1").shows(
        TaskOwner,
        """
            task | task_table      | work_item | work_item_table
            P1   | pm_project      | P1        | pm_project
            D1   | dmn_demand      | D1        | dmn_demand
            DT1  | dmn_demand_task | D1        | dmn_demand
        """,
    )


def test_a_project_task_belongs_to_the_project_at_the_end_of_its_chain_of_parents() -> None:
    tonight(pm_project_task=NESTED_TASKS).shows(
        TaskOwner,
        """
            task | work_item | work_item_table
            T1   | P1        | pm_project
            T2   | P1        | pm_project
            T3   | P1        | pm_project
        """,
        task_table="pm_project_task",
    )


def test_a_task_of_a_project_below_another_belongs_to_the_nearest_project() -> None:
    tonight(
        pm_project="""
            sys_id | parent
            P1     | -
            P2     | P1
            P3     | T2
        """,
        pm_project_task="""
            sys_id | parent
            T2     | P2
            T3     | P3
        """,
    ).shows(
        TaskOwner,
        """
            task | work_item
            T2   | P2
            T3   | P3
        """,
        task_table="pm_project_task",
    )


def test_top_task_is_not_asked() -> None:
    """It is the platform's shortcut, and stays behind when a task is moved."""
    night = tonight(
        pm_project="sys_id \n P1 \n P2",
        pm_project_task="""
            sys_id | parent | top_task
            T1     | P1     | P2
        """,
    )
    night.shows(TaskOwner, "task | work_item \n T1 | P1", task_table="pm_project_task")


def test_a_task_without_a_parent_has_no_owner() -> None:
    night = tonight(
        pm_project_task="""
            sys_id | parent
            T1     | -
            T2     | T1
        """,
        fm_expense_line="task \n T2",
    )
    night.shows(TaskOwner, "task | work_item \n T1 | - \n T2 | -", task_table="pm_project_task")
    night.shows(ExpenseFunnel, "outcome | work_item \n no_work_item | -")


def test_tasks_in_a_cycle_have_no_owner_and_are_a_finding_each() -> None:
    night = tonight(
        pm_project_task="""
            sys_id | parent
            T1     | T2
            T2     | T1
            T3     | T3
            T4     | P1
        """,
        fm_expense_line="task \n T1",
        cost_plan="sys_id | task \n C1 | T2",
        cost_plan_breakdown="value \n 100",
    )
    night.shows(
        TaskOwner,
        """
            task | work_item | in_cycle
            T1   | -         | true
            T2   | -         | true
            T3   | -         | true
            T4   | P1        | false
        """,
        task_table="pm_project_task",
    )
    assert night.figure("estimated_cost") == 0
    assert night.figure("actual_cost") == 0
    assert sorted(finding["sys_id"] for finding in night.findings("task_cycle")) == ["T1", "T2", "T3"]


def test_a_task_below_a_cycle_has_no_owner_either() -> None:
    tonight(
        pm_project_task="""
            sys_id | parent
            T1     | T1
            T2     | T1
        """
    ).shows(TaskOwner, "task | work_item \n T1 | - \n T2 | -", task_table="pm_project_task")


def test_programs_and_portfolios_own_nothing() -> None:
    night = tonight(
        pm_program="sys_id \n PG1",
        pm_portfolio="sys_id \n PF1",
        fm_expense_line="""
            sys_id | task
            one    | PG1
            two    | PF1
        """,
    )
    night.shows(ExpenseFunnel, "expense_line | outcome \n one | no_work_item \n two | no_work_item")
