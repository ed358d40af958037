"""Chapter: what orders are worth beside what the projects they became cost."""

from __future__ import annotations

from typing import Final

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.audit import Admission
from models.figures import WorkItemRollup
from models.order import Order, OrderLineItem
from models.order_money import OrderFinancials, ProgramOrderFinancials
from models.oversight import OrderLine
from models.oversight_link import OrderLineItemProject
from models.oversight_project import OrderProject, OversightOrderProgramState, OversightProgram
from models.table import Table
from models.work_item import ProjectAncestor
from tests.frames import drawn, rows, text_frame
from transforms.catalogue import all_transforms

LINES_THERE: Final = "source_table \n sn_ind_tmt_orm_order \n sn_ind_tmt_orm_order_line_item"


def financials(
    table: type[Table],
    *,
    orders: str = "sys_id | account \n O1 | A1",
    lines: str = "line | order | price",
    line_projects: str = "order_line_item | project | order",
    order_projects: str = "order | project",
    programs: str = "program | account \n G1 | A1",
    order_programs: str = "order | program",
    figures: str = "work_item | estimated_cost",
    ancestors: str = "work_item | ancestor",
    admission: str = LINES_THERE,
) -> pl.DataFrame:
    """The table, computed from pictures; `lines` draws line, order, parent, price, state and order_state together."""
    frames: dict[type[Table], pl.LazyFrame] = {
        Order: rows(Order, orders),
        OrderLineItem: rows(OrderLineItem, _redrawn(lines, {"line": "sys_id", "price": "total_price"})),
        OrderLine: rows(OrderLine, _redrawn(lines, {"line": "order_line_item", "parent": "parent_line_item"})),
        OrderLineItemProject: rows(OrderLineItemProject, line_projects),
        OrderProject: rows(OrderProject, order_projects),
        OversightProgram: rows(OversightProgram, programs),
        OversightOrderProgramState: rows(OversightOrderProgramState, order_programs),
        WorkItemRollup: rows(WorkItemRollup, figures),
        ProjectAncestor: rows(ProjectAncestor, ancestors),
        Admission: rows(Admission, admission),
    }
    transform = next(transform for transform in all_transforms() if transform.table is table)
    return transform(frames, {}).collect(engine="streaming")


def _redrawn(picture: str, names: dict[str, str]) -> str:
    """The picture under other column names; empty states of lines count as open."""
    head, *body = picture.strip().splitlines()
    return "\n".join(["|".join(names.get(name.strip(), name) for name in head.split("|")), *body])


def shows(found: pl.DataFrame, table: type[Table], picture: str) -> None:
    """Assert that these, in any order, are the rows, in the columns drawn."""
    expected = text_frame(table, picture).select(list(drawn(picture)[0]))
    assert_frame_equal(found.select(expected.columns), expected, check_row_order=False)


def test_every_order_has_a_row_with_its_program_and_its_own_account() -> None:
    found = financials(
        OrderFinancials,
        orders="sys_id | account \n O1 | A1 \n O2 | A2 \n O3 | -",
        programs="program | account \n G1 | A1",
        order_programs="order | program \n O1 | G1 \n O3 | G1",
    )

    shows(
        found,
        OrderFinancials,
        """
            order | program | account | order_value | canceled_value | lines | work_items | planned_cost | shared_with_orders
            O1    | G1      | A1      | 0           | 0              | 0     | 0          | -            | 0
            O2    | -       | A2      | 0           | 0              | 0     | 0          | -            | 0
            O3    | G1      | -       | 0           | 0              | 0     | 0          | -            | 0
        """,
    )


def test_an_order_is_worth_the_prices_of_its_lines() -> None:
    found = financials(
        OrderFinancials,
        orders="sys_id \n O1 \n O2",
        lines="""
            line | order | price | state
            L1   | O1    | 10.25 | 1
            L2   | O1    | 20    | 3
            L3   | O2    | 400   | 1
            L4   | -     | 8000  | 1
            L5   | O1    | -     | 1
        """,
    )

    shows(found, OrderFinancials, "order | order_value | lines \n O1 | 30.25 | 3 \n O2 | 400 | 1")


def test_canceled_lines_are_counted_apart() -> None:
    found = financials(
        OrderFinancials,
        lines="line | order | price | state | order_state \n L1 | O1 | 1 | 2 | 2 \n L2 | O1 | 20 | 7 | 2",
    )

    shows(found, OrderFinancials, "order_value | canceled_value | lines \n 1 | 20 | 2")


def test_all_lines_of_a_canceled_order_are_canceled() -> None:
    found = financials(
        OrderFinancials,
        lines="line | order | price | state | order_state \n L1 | O1 | 1 | 2 | 7 \n L2 | O1 | 20 | - | 7",
    )

    shows(found, OrderFinancials, "order_value | canceled_value \n 0 | 21")


@pytest.mark.parametrize(
    ("child_price", "child_state", "value", "canceled"),
    [
        pytest.param("30", "2", "30", "0", id="the child's price counts instead"),
        pytest.param("30", "7", "0", "30", id="also where the child is canceled"),
        pytest.param("-", "2", "100", "0", id="a child without a price changes nothing"),
        pytest.param("0", "2", "100", "0", id="nor does one at no price of its own"),
    ],
)
def test_a_bundle_with_a_priced_child_is_worth_what_its_children_are(
    child_price: str, child_state: str, value: str, canceled: str
) -> None:
    found = financials(
        OrderFinancials,
        lines=f"""
            line | order | parent | price         | state
            L1   | O1    | -      | 100           | 2
            L2   | O1    | L1     | {child_price} | {child_state}
        """,
    )

    shows(found, OrderFinancials, f"order_value | canceled_value | lines \n {value} | {canceled} | 2")


def test_of_bundles_in_bundles_only_the_innermost_prices_count() -> None:
    found = financials(
        OrderFinancials,
        lines="""
            line | order | parent | price | state
            L1   | O1    | -      | 100   | 2
            L2   | O1    | L1     | 70    | 2
            L3   | O1    | L2     | 60    | 2
            L4   | O1    | L4     | 5     | 2
        """,
    )

    shows(found, OrderFinancials, "order_value | lines \n 65 | 4")


def test_values_are_unknown_where_the_export_has_no_order_lines() -> None:
    found = financials(OrderFinancials, admission="source_table \n sn_ind_tmt_orm_order")

    shows(found, OrderFinancials, "order | order_value | canceled_value | lines \n O1 | - | - | 0")


def test_the_money_of_an_order_is_that_of_its_line_projects() -> None:
    found = financials(
        OrderFinancials,
        line_projects="order_line_item | project | order \n L1 | P1 | O1 \n L2 | P2 | O1 \n L3 | P3 | O2",
        figures="""
            work_item | estimated_cost | actual_cost | budget_cost | estimate_at_completion
            P1        | 1              | 10          | 100         | 1000
            P2        | 2              | 20          | 200         | 2000
            P3        | 4              | 40          | 400         | 4000
        """,
    )

    shows(
        found,
        OrderFinancials,
        "planned_cost | actual_cost | budget_cost | estimate_at_completion | work_items \n 3 | 30 | 300 | 3000 | 2",
    )


def test_money_is_null_not_zero_where_no_project_is_in_the_export() -> None:
    found = financials(OrderFinancials, line_projects="order_line_item | project | order \n L1 | P1 | O1")

    shows(found, OrderFinancials, "order | planned_cost | actual_cost | work_items \n O1 | - | - | 0")


def test_a_figure_that_is_unknown_for_one_project_is_unknown_for_the_order() -> None:
    found = financials(
        OrderFinancials,
        line_projects="order_line_item | project | order \n L1 | P1 | O1 \n L2 | P2 | O1",
        figures="work_item | estimated_cost | budget_cost \n P1 | 1 | 10 \n P2 | 2 | -",
    )

    shows(found, OrderFinancials, "planned_cost | budget_cost | work_items \n 3 | - | 2")


def test_two_lines_that_share_a_project_count_it_once() -> None:
    found = financials(
        OrderFinancials,
        line_projects="order_line_item | project | order \n L1 | P1 | O1 \n L2 | P1 | O1",
        figures="work_item | estimated_cost \n P1 | 5",
    )

    shows(found, OrderFinancials, "planned_cost | work_items | shared_with_orders \n 5 | 1 | 0")


def test_an_order_project_counts_once_beside_the_lines_it_covers() -> None:
    found = financials(
        OrderFinancials,
        line_projects="order_line_item | project | order | level \n L1 | P1 | O1 | order \n L2 | P2 | O1 | line",
        order_projects="order | project \n O1 | P1",
        figures="work_item | estimated_cost \n P1 | 5 \n P2 | 70",
    )

    shows(found, OrderFinancials, "planned_cost | work_items \n 75 | 2")


def test_a_project_below_another_one_of_the_order_is_not_added_again() -> None:
    """P2 is below P1, through a project of nobody; P3 is only below a project of another order."""
    found = financials(
        OrderFinancials,
        orders="sys_id \n O1 \n O2",
        line_projects="""
            order_line_item | project | order
            L1              | P1      | O1
            L2              | P2      | O1
            L3              | P3      | O1
            L4              | P4      | O2
        """,
        figures="work_item | estimated_cost \n P1 | 100 \n P2 | 60 \n P3 | 7 \n P4 | 8",
        ancestors="""
            work_item | ancestor
            P1        | P1
            P2        | P2
            P2        | P0
            P2        | P1
            P3        | P3
            P3        | P4
            P4        | P4
        """,
    )

    shows(found, OrderFinancials, "order | planned_cost | work_items \n O1 | 107 | 3 \n O2 | 8 | 1")


def test_a_shared_project_is_in_each_order_and_says_with_how_many_others() -> None:
    found = financials(
        OrderFinancials,
        orders="sys_id \n O1 \n O2 \n O3",
        line_projects="""
            order_line_item | project | order
            L1              | P1      | O1
            L2              | P1      | O2
            L3              | P1      | O2
            L4              | P2      | O1
            L5              | P2      | O2
            L6              | P3      | O3
            L7              | P1      | O9
        """,
        order_projects="order | project \n O3 | P2",
        figures="work_item | estimated_cost \n P1 | 1 \n P2 | 20 \n P3 | 300",
    )

    shows(
        found,
        OrderFinancials,
        """
            order | planned_cost | work_items | shared_with_orders
            O1    | 21           | 2          | 2
            O2    | 21           | 2          | 2
            O3    | 320          | 2          | 2
        """,
    )


def test_a_program_adds_up_its_orders_and_counts_each_project_once() -> None:
    found = financials(
        ProgramOrderFinancials,
        orders="sys_id | account \n O1 | A1 \n O2 | A1 \n O3 | A3",
        programs="program | account \n G1 | A1 \n G2 | A3 \n G3 | A4",
        order_programs="order | program \n O1 | G1 \n O2 | G1 \n O3 | G2 \n O9 | G1",
        lines="""
            line | order | price | state
            L1   | O1    | 1     | 2
            L2   | O2    | 20    | 2
            L3   | O2    | 300   | 7
            L4   | O3    | 4000  | 2
        """,
        line_projects="""
            order_line_item | project | order
            L1              | P1      | O1
            L2              | P1      | O2
            L3              | P2      | O2
            L4              | P2      | O3
        """,
        figures="work_item | estimated_cost \n P1 | 5 \n P2 | 60",
    )

    shows(
        found,
        ProgramOrderFinancials,
        """
            program | account | orders | order_value | canceled_value | lines | work_items | planned_cost | shared_with_orders
            G1      | A1      | 2      | 21          | 300            | 3     | 2          | 65           | 1
            G2      | A3      | 1      | 4000        | 0              | 1     | 1          | 60           | 1
            G3      | A4      | 0      | 0           | 0              | 0     | 0          | -            | 0
        """,
    )


def test_a_project_of_one_order_below_that_of_another_is_not_added_again_in_their_program() -> None:
    found = financials(
        ProgramOrderFinancials,
        orders="sys_id \n O1 \n O2",
        order_programs="order | program \n O1 | G1 \n O2 | G1",
        line_projects="order_line_item | project | order \n L1 | P1 | O1 \n L2 | P2 | O2",
        figures="work_item | estimated_cost \n P1 | 100 \n P2 | 60",
        ancestors="work_item | ancestor \n P1 | P1 \n P2 | P2 \n P2 | P1",
    )

    shows(found, ProgramOrderFinancials, "program | planned_cost | work_items \n G1 | 100 | 2")


def test_a_program_is_worth_nothing_known_where_the_export_has_no_order_lines() -> None:
    found = financials(
        ProgramOrderFinancials,
        order_programs="order | program \n O1 | G1",
        admission="source_table \n sn_ind_tmt_orm_order",
    )

    shows(found, ProgramOrderFinancials, "program | orders | order_value | canceled_value \n G1 | 1 | - | -")
