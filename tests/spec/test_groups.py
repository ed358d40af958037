"""Chapter: figures of several work items, rolled up the tree, per program and per portfolio."""

from __future__ import annotations

from models.figures import PortfolioFigures, ProgramFigures, WorkItemRollup
from tests.spec.world import tonight

PLANS = """
    sys_id | task
    C1     | P1
    C2     | P2
    C3     | P3
    C4     | D1
"""
AMOUNTS = """
    cost_plan | value
    C1        | 1
    C2        | 20
    C3        | 300
    C4        | 4000
"""


def test_a_project_rolls_up_everything_below_it_and_a_demand_only_itself() -> None:
    night = tonight(
        pm_project="sys_id | parent \n P1 | - \n P2 | P1 \n P3 | P2",
        dmn_demand="sys_id | project \n D1 | P1",
        cost_plan=PLANS,
        cost_plan_breakdown=AMOUNTS,
    )

    night.shows(
        WorkItemRollup,
        """
            work_item | estimated_cost | planned_return
            P1        | 321            | 321
            P2        | 320            | 320
            P3        | 300            | 300
            D1        | 4000           | 4000
        """,
    )


def test_a_project_below_a_task_is_below_that_tasks_project() -> None:
    night = tonight(
        pm_project="sys_id | parent \n P1 | - \n P2 | T1 \n P3 | -",
        pm_project_task="sys_id | parent \n T1 | P1",
        dmn_demand="sys_id \n D1",
        cost_plan=PLANS,
        cost_plan_breakdown=AMOUNTS,
    )

    night.shows(WorkItemRollup, "work_item | estimated_cost \n P1 | 21", work_item="P1")


def test_projects_in_a_circle_keep_their_own_figures() -> None:
    night = tonight(
        pm_project="sys_id | parent \n P1 | P2 \n P2 | P1 \n P3 | P1",
        dmn_demand="sys_id \n D1",
        cost_plan=PLANS,
        cost_plan_breakdown=AMOUNTS,
    )

    night.shows(WorkItemRollup, "work_item | estimated_cost \n P1 | 1 \n P2 | 20 \n P3 | 300 \n D1 | 4000")
    assert sorted(finding["work_item"] for finding in night.findings("project_cycle")) == ["P1", "P2"]


def test_programs_and_portfolios_count_own_figures_of_each_member_once() -> None:
    night = tonight(
        pm_program="sys_id | number | name \n G1 | PRG1 | Water \n G2 | PRG2 | Empty",
        pm_portfolio="sys_id | number | name \n F1 | PRT1 | All",
        pm_project="""
            sys_id | parent | primary_program | primary_portfolio
            P1     | -      | G1              | F1
            P2     | P1     | G1              | F1
            P3     | P1     | -               | F1
        """,
        dmn_demand="sys_id | primary_program | primary_portfolio \n D1 | G1 | F1",
        cost_plan=PLANS,
        cost_plan_breakdown=AMOUNTS,
    )

    night.shows(
        ProgramFigures,
        """
            program | number | name  | estimated_cost | actual_cost | budget_cost | work_item_count
            G1      | PRG1   | Water | 4021           | 0           | 0           | 3
            G2      | PRG2   | Empty | 0              | 0           | 0           | 0
        """,
    )
    night.shows(
        PortfolioFigures,
        "portfolio | number | name | estimated_cost | work_item_count \n F1 | PRT1 | All | 4321 | 4",
    )


def test_a_program_is_unknown_where_a_members_figure_is() -> None:
    """P1 has migrated, and the tables of v2 are missing."""
    night = tonight(
        without=["sn_invst_pln_invst_budget"],
        pm_program="sys_id \n G1",
        pm_project="sys_id | primary_program \n P1 | G1 \n P2 | G1",
        sn_invst_pln_financial_migration="task | is_budget_migrated \n P1 | true",
        project_funding="task | capex_budget \n P2 | 12",
    )

    assert night.figure("budget_cost", of="P1") is None
    assert night.figure("budget_cost", of="P2") == 12
    assert night.rows(ProgramFigures)["budget_cost"].item() is None


def test_a_demand_and_the_project_it_became_are_both_members_with_a_finding_where_both_carry_plans() -> None:
    night = tonight(
        pm_program="sys_id \n G1",
        pm_project="sys_id | primary_program \n P1 | G1",
        dmn_demand="sys_id | primary_program | project \n D1 | G1 | P1",
        cost_plan="sys_id | task \n C1 | P1 \n C4 | D1",
        cost_plan_breakdown="cost_plan | value \n C1 | 1 \n C4 | 4000",
    )

    assert night.rows(ProgramFigures)["estimated_cost"].item() == 4001
    assert [finding["work_item"] for finding in night.findings("demand_and_project_planned")] == ["D1"]
