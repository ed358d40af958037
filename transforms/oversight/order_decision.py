"""Which orders are run as one project each."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.oversight import (
    INVALID_LINE,
    NOT_APPROVED,
    ORDER,
    OVERSEEN,
    PPM_NOT_INSTALLED,
    OrderDecision,
    OrderLine,
    OversightSetup,
)
from models.oversight_project import LINE_PROJECT, ORDER_PROJECT
from transforms.condition.predicate import Nulls
from transforms.oversight.decision import DecisionTable, obstacle, one_ruleset, template_decision
from transforms.oversight.rule_input import RuleInput


def order_decision(
    rule_input: RuleInput,
    order_line: dy.LazyFrame[OrderLine],
    oversight_setup: dy.LazyFrame[OversightSetup],
    *,
    instance_time_zone: str,
    condition_null: Nulls,
) -> dy.LazyFrame[OrderDecision]:
    """The template that an agent chose for an order goes before the `order` rules.

    The order needs at least one line that is valid and approved.
    """
    decision_table = DecisionTable(ORDER, rule_input, instance_time_zone, condition_null)
    candidates = _candidates(rule_input.sn_ind_tmt_orm_order, order_line, oversight_setup)
    arranged = one_ruleset(candidates)
    return OrderDecision.cast(template_decision(OrderDecision, decision_table, candidates, arranged, LINE_PROJECT))


def _candidates(orders: pl.LazyFrame, lines: pl.LazyFrame, setup: pl.LazyFrame) -> pl.LazyFrame:
    """Every order with what stands in the way of a project of its own, and the template that an agent chose."""
    is_valid, is_approved = pl.col("is_valid_line"), pl.col("is_approved_line")
    standing = lines.group_by("order").agg(has_valid=is_valid.any(), has_approved=(is_valid & is_approved).any())
    in_the_way = obstacle(
        (PPM_NOT_INSTALLED, ~pl.col("is_ppm_installed")),
        (INVALID_LINE, ~pl.col("has_valid").fill_null(value=False)),
        (NOT_APPROVED, ~pl.col("has_approved").fill_null(value=False)),
    )
    joined = orders.join(standing, left_on="sys_id", right_on="order", how="left").join(setup, how="cross")
    return joined.select(record="sys_id", obstacle=in_the_way, choice="project_template")


def orders_run_as_one(order_decision: pl.LazyFrame, remembered_project: pl.LazyFrame) -> pl.LazyFrame:
    """The orders that have, or are to have, a project of their own: `order`, and true as `has_order_project`."""
    remembered = remembered_project.filter(kind=ORDER_PROJECT).select("order")
    decided = order_decision.filter(pl.col("outcome").is_in(OVERSEEN)).select(order="record")
    return pl.concat([remembered, decided]).unique().with_columns(has_order_project=pl.lit(value=True))
