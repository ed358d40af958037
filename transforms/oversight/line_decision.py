"""Which lines become projects."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.oversight import (
    COVERED,
    EXISTING_PROJECT,
    INVALID_LINE,
    LINE,
    NOT_APPROVED,
    PPM_NOT_INSTALLED,
    LineDecision,
    OrderDecision,
    OrderLine,
    OversightSetup,
)
from models.oversight_project import LINE_PROJECT, RememberedProject
from transforms.condition.predicate import Nulls
from transforms.oversight.decision import DecisionTable, obstacle, one_ruleset, template_decision
from transforms.oversight.order_decision import orders_run_as_one
from transforms.oversight.rule_input import RuleInput


def line_decision(
    rule_input: RuleInput,
    order_line: dy.LazyFrame[OrderLine],
    order_decision: dy.LazyFrame[OrderDecision],
    remembered_project: dy.LazyFrame[RememberedProject],
    oversight_setup: dy.LazyFrame[OversightSetup],
    *,
    instance_time_zone: str,
    condition_null: Nulls,
) -> dy.LazyFrame[LineDecision]:
    """The `order_line_item` rules, for valid and approved lines that no project oversees already."""
    decision_table = DecisionTable(LINE, rule_input, instance_time_zone, condition_null)
    standing = lines_and_obstacles(order_line, order_decision, remembered_project, oversight_setup)
    candidates = standing.select("record", "obstacle", choice=pl.lit(None, pl.String))
    arranged = one_ruleset(candidates)
    return LineDecision.cast(template_decision(LineDecision, decision_table, candidates, arranged, LINE_PROJECT))


def lines_and_obstacles(
    order_line: pl.LazyFrame, order_decision: pl.LazyFrame, remembered_project: pl.LazyFrame, setup: pl.LazyFrame
) -> pl.LazyFrame:
    """Every line as `record`, and `obstacle`: what stands in the way of a project of its own."""
    in_the_way = obstacle(
        (PPM_NOT_INSTALLED, ~pl.col("is_ppm_installed")),
        (INVALID_LINE, ~pl.col("is_valid_line")),
        (NOT_APPROVED, ~pl.col("is_approved_line")),
        (COVERED, pl.col("has_order_project")),
        (EXISTING_PROJECT, pl.col("existing_project").is_not_null()),
    )
    as_one = orders_run_as_one(order_decision, remembered_project)
    joined = order_line.join(as_one, on="order", how="left").join(setup, how="cross")
    return joined.with_columns(obstacle=in_the_way, record="order_line_item")
