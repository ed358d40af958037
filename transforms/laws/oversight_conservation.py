"""Laws about orders: every record is decided on once in each decision table, and every price is in one order."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import OversightConservation
from models.order import DomainOrder, Order, OrderLineItem, OrderTask
from models.order_money import OrderFinancials
from models.oversight import DOMAIN_ORDER, LINE, ORDER, ORDER_TASK, PROGRAM, SITE, OrderLine, OversightDecision
from transforms.laws.conservation import amount, law, number
from transforms.oversight.order_financials import priced_lines


def oversight_conservation(
    sn_ind_tmt_orm_order: dy.LazyFrame[Order],
    sn_ind_tmt_orm_order_line_item: dy.LazyFrame[OrderLineItem],
    sn_ind_tmt_orm_domain_order: dy.LazyFrame[DomainOrder],
    sn_ind_tmt_orm_order_task: dy.LazyFrame[OrderTask],
    order_line: dy.LazyFrame[OrderLine],
    oversight_decision: dy.LazyFrame[OversightDecision],
    order_financials: dy.LazyFrame[OrderFinancials],
) -> dy.LazyFrame[OversightConservation]:
    """Records = decisions, for each decision table; prices of lines = value of orders, and what is left out of it."""
    candidates: dict[str, pl.LazyFrame] = {
        PROGRAM: sn_ind_tmt_orm_order,
        ORDER: sn_ind_tmt_orm_order,
        LINE: sn_ind_tmt_orm_order_line_item,
        SITE: sn_ind_tmt_orm_order_line_item,
        DOMAIN_ORDER: sn_ind_tmt_orm_domain_order,
        ORDER_TASK: sn_ind_tmt_orm_order_task,
    }
    decided = [
        law(
            f"oversight: records = decisions of {name}",
            number(records),
            number(oversight_decision.filter(decision_table=name)),
        )
        for name, records in candidates.items()
    ]
    worth = _worth(sn_ind_tmt_orm_order_line_item, order_line, order_financials)
    return OversightConservation.cast(pl.concat([*decided, worth]))


def _worth(order_line_item: pl.LazyFrame, order_line: pl.LazyFrame, order_financials: pl.LazyFrame) -> pl.LazyFrame:
    """Every price is in an order's value, on a line whose parts have their own, or on a line without an order."""
    lines = priced_lines(order_line, order_line_item)
    return law(
        "order value: prices of lines = orders + lines priced by their parts + lines without an order",
        amount(order_line_item, "total_price"),
        amount(order_financials, "order_value"),
        amount(order_financials, "canceled_value"),
        amount(lines.filter(pl.col("order").is_null() | pl.col("is_priced_by_parts")), "total_price"),
    )
