"""Chapter: which requirement row a counted project line goes to."""

from __future__ import annotations

from models.cost import BreakdownFigures, CostPlanFigures
from tests.spec.world import Night, tonight

TWO_PLANS = """
    sys_id | task | expense_type | resource_type
    C1     | P1   | -            | laptop
    C2     | P1   | -            | labour
"""
ONE_ROW_EACH = """
    sys_id | cost_plan | fiscal_period
    R1     | C1        | 2026-01
    R2     | C2        | 2026-01
"""


def received(night: Night) -> dict[str, int]:
    """What each requirement row received, rows without anything left out."""
    rows = night.rows(BreakdownFigures, breakdown_type="requirement")
    amounts = dict(rows.select("cost_plan_breakdown", "actual_cost").iter_rows())
    return {row: amount for row, amount in amounts.items() if amount}


def test_a_line_that_names_a_plan_goes_to_that_plans_row_of_the_period() -> None:
    """Even though its cost type would lead to the other plan."""
    night = tonight(
        cost_plan=TWO_PLANS,
        cost_plan_breakdown=ONE_ROW_EACH,
        fm_expense_line="""
            task | cost_plan | resource_type | amount
            P1   | C1        | labour        | 5
        """,
    )
    assert received(night) == {"R1": 5}
    night.shows(CostPlanFigures, "cost_plan | total_actual_cost \n C1 | 5 \n C2 | 0")


def test_a_line_that_names_a_plan_goes_nowhere_else() -> None:
    """Its plan has no row in the period, or several: it is on no row, but in the work item's actual cost."""
    night = tonight(
        cost_plan=TWO_PLANS,
        cost_plan_breakdown="""
            sys_id | cost_plan | fiscal_period
            R1     | C1        | 2026-02
            R2     | C1        | 2026-02
            R3     | C2        | 2026-01
            R4     | C2        | 2026-02
        """,
        fm_expense_line="""
            task | cost_plan | resource_type | date       | amount
            P1   | C1        | labour        | 2026-01-15 | 5
            P1   | C1        | labour        | 2026-02-15 | 70
        """,
    )
    assert received(night) == {}
    assert night.figure("actual_cost") == 75
    night.shows(CostPlanFigures, "cost_plan | total_actual_cost \n C1 | 0 \n C2 | 0")


def test_any_other_line_goes_to_the_only_row_of_its_cost_type() -> None:
    """There are two operating rows, of which one is of the line's cost type: its own, or its plan's."""
    night = tonight(
        cost_plan=TWO_PLANS,
        cost_plan_breakdown="""
            sys_id | cost_plan | resource_type
            R1     | C2        | -
            R2     | C2        | licence
            R3     | C1        | -
        """,
        fm_expense_line="""
            task | resource_type | amount
            P1   | labour        | 1
            P1   | licence       | 20
            P1   | laptop        | 300
        """,
    )
    assert received(night) == {"R1": 1, "R2": 20, "R3": 300}


def test_failing_that_to_the_only_row_of_its_expense_type() -> None:
    night = tonight(
        cost_plan=TWO_PLANS,
        cost_plan_breakdown=ONE_ROW_EACH,
        fm_expense_line="""
            task | resource_type | expense_type | amount
            P1   | licence       | -            | 1
            P1   | -             | capex        | 20
        """,
    )
    assert received(night) == {"R2": 1, "R1": 20}


def test_the_expense_type_decides_also_where_the_cost_type_has_several_rows() -> None:
    """Two rows of the cost type, one of them made capital by hand: the operating line has one operating row."""
    night = tonight(
        cost_plan=TWO_PLANS,
        cost_plan_breakdown="""
            sys_id | cost_plan | resource_type | expense_type
            R1     | C2        | labour        | -
            R2     | C2        | labour        | capex
        """,
        fm_expense_line="task | resource_type | amount \n P1 | labour | 1",
    )
    assert received(night) == {"R1": 1}


def test_otherwise_a_line_is_on_no_requirement_row() -> None:
    """Two operating rows and no unclassified one, or a period without rows."""
    night = tonight(
        cost_plan=TWO_PLANS,
        cost_plan_breakdown="""
            sys_id | cost_plan
            R1     | C2
            R2     | C2
        """,
        fm_expense_line="""
            task | expense_type | date       | amount
            P1   | opex         | 2026-01-15 | 1
            P1   | -            | 2026-01-15 | 20
            P1   | opex         | 2026-02-15 | 300
        """,
    )
    assert received(night) == {}
    assert night.figure("actual_cost") == 321


def test_unclassified_lines_go_to_the_only_unclassified_row() -> None:
    night = tonight(cost_plan_breakdown="sys_id \n R1", fm_expense_line="task | amount \n P1 | 5")
    assert received(night) == {"R1": 5}


def test_a_plan_of_another_work_item_is_as_good_as_none() -> None:
    night = tonight(
        pm_project="sys_id \n P1 \n P2",
        cost_plan="""
            sys_id | task | resource_type
            C1     | P1   | labour
            C2     | P2   | labour
        """,
        cost_plan_breakdown=ONE_ROW_EACH,
        fm_expense_line="task | cost_plan | resource_type | amount \n P1 | C2 | labour | 5",
    )
    assert received(night) == {"R1": 5}


def test_lines_on_project_tasks_find_the_projects_rows() -> None:
    night = tonight(
        pm_project_task="sys_id | parent \n T1 | P1",
        cost_plan="sys_id | task \n C1 | P1",
        cost_plan_breakdown="sys_id \n R1",
        fm_expense_line="task | cost_plan | amount \n T1 | C1 | 5",
    )
    assert received(night) == {"R1": 5}


def test_demand_lines_never_reach_breakdown_rows() -> None:
    """A demand's cost plans neither generate nor absorb actuals."""
    night = tonight(
        dmn_demand="sys_id \n D1",
        dmn_demand_task="sys_id | parent \n DT1 | D1",
        cost_plan="sys_id | task \n C1 | D1",
        cost_plan_breakdown="sys_id \n R1",
        fm_expense_line="task | cost_plan | amount \n DT1 | C1 | 5",
    )
    assert received(night) == {}
    assert night.figure("actual_cost", of="D1") == 5
    night.shows(CostPlanFigures, "cost_plan | total_actual_cost \n C1 | 0")


def test_lines_that_do_not_count_reach_no_row() -> None:
    night = tonight(
        cost_plan_breakdown="sys_id \n R1",
        fm_expense_line="""
            task | cost_plan | state     | date
            P1   | C1        | draft     | 2026-01-15
            P1   | C1        | processed | 2031-01-15
        """,
    )
    assert received(night) == {}


def test_requirement_rows_carry_plan_and_actual_and_no_budget() -> None:
    tonight(
        cost_plan="sys_id | task | resource_type \n C1 | P1 | labour",
        cost_plan_breakdown="value \n 70",
        fm_expense_line="task | cost_plan | amount \n P1 | C1 | 5",
        project_funding="opex_budget \n 900",
    ).shows(
        BreakdownFigures,
        """
            cost_plan | work_item | fiscal_period | expense_type | resource_type | planned_cost | actual_cost | budget_cost
            C1        | P1        | 2026-01       | opex         | labour        | 70           | 5           | -
        """,
        breakdown_type="requirement",
    )


def test_planning_items_are_on_breakdown_rows_where_integration_is_on_and_nowhere_else() -> None:
    world = {
        "sn_align_core_planning_item": "sys_id | sys_class_name | task \n PI1 | sn_align_core_project | P1",
        "cost_plan_breakdown": "planning_item \n PI1",
    }
    setup = "sys_id | planning_item_table | active \n S1 | sn_align_core_project"
    on = tonight(sn_align_cmn_int_integrations_setup=f"{setup} | true", **world)
    off = tonight(sn_align_cmn_int_integrations_setup=f"{setup} | false", **world)
    absent = tonight(**world)
    on.shows(BreakdownFigures, "breakdown_type | planning_item \n requirement | PI1 \n task | PI1")
    off.shows(BreakdownFigures, "breakdown_type | planning_item \n requirement | - \n task | -")
    absent.shows(BreakdownFigures, "breakdown_type | planning_item \n requirement | - \n task | -")


def test_a_row_is_tied_to_the_planning_item_it_names_before_that_of_its_work_item() -> None:
    night = tonight(
        sn_align_core_planning_item="""
            sys_id | sys_class_name        | task
            PI1    | sn_align_core_project | P1
            PI2    | sn_align_core_project | -
        """,
        sn_align_cmn_int_integrations_setup="sys_id | planning_item_table \n S1 | SN_align_core_project",
        cost_plan_breakdown="planning_item \n PI2",
    )

    night.shows(BreakdownFigures, "breakdown_type | planning_item \n requirement | PI2 \n task | PI1")
