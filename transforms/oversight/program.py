"""Programs: one for each account whose orders are overseen, or one for each order."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.order import Order
from models.oversight import (
    NO_OVERSEEN_LINE,
    OVERSEEN,
    PPM_NOT_INSTALLED,
    PROGRAM,
    OrderDecision,
    OrderLine,
    OversightSetup,
    ProgramDecision,
)
from models.oversight_link import OrderLineItemProject
from models.oversight_project import (
    CREATED,
    REUSED,
    OversightOrderProgramState,
    OversightProgramState,
    RememberedOrderProgram,
    RememberedProgram,
    RememberedProject,
)
from models.work_item import Program
from transforms.condition.predicate import Nulls
from transforms.oversight.decision import DecisionTable, obstacle, one_ruleset, template_decision
from transforms.oversight.identity import identity
from transforms.oversight.order_decision import orders_run_as_one
from transforms.oversight.rule_input import RuleInput


def program_decision(
    rule_input: RuleInput,
    order_decision: dy.LazyFrame[OrderDecision],
    order_line_item_project: dy.LazyFrame[OrderLineItemProject],
    remembered_project: dy.LazyFrame[RememberedProject],
    oversight_setup: dy.LazyFrame[OversightSetup],
    *,
    instance_time_zone: str,
    condition_null: Nulls,
) -> dy.LazyFrame[ProgramDecision]:
    """The `program` rules, for orders with a line under oversight or a project of their own."""
    decision_table = DecisionTable(PROGRAM, rule_input, instance_time_zone, condition_null)
    as_one = orders_run_as_one(order_decision, remembered_project).select("order")
    overseen = pl.concat([as_one, order_line_item_project.select("order")]).drop_nulls().unique()
    candidates = _candidates(rule_input.sn_ind_tmt_orm_order, overseen, oversight_setup)
    return ProgramDecision.cast(
        template_decision(ProgramDecision, decision_table, candidates, one_ruleset(candidates), PROGRAM)
    )


def _candidates(orders: pl.LazyFrame, overseen: pl.LazyFrame, setup: pl.LazyFrame) -> pl.LazyFrame:
    in_the_way = obstacle(
        (PPM_NOT_INSTALLED, ~pl.col("is_ppm_installed")), (NO_OVERSEEN_LINE, pl.col("is_overseen").is_null())
    )
    known = overseen.select(sys_id="order", is_overseen=pl.lit(value=True))
    joined = orders.join(known, on="sys_id", how="left").join(setup, how="cross")
    return joined.select(record="sys_id", obstacle=in_the_way, choice=pl.lit(None, pl.String))


def oversight_order_program(
    sn_ind_tmt_orm_order: dy.LazyFrame[Order],
    program_decision: dy.LazyFrame[ProgramDecision],
    pm_program: dy.LazyFrame[Program],
    remembered_program: dy.LazyFrame[RememberedProgram],
    remembered_order_program: dy.LazyFrame[RememberedOrderProgram],
    oversight_setup: dy.LazyFrame[OversightSetup],
) -> dy.LazyFrame[OversightOrderProgramState]:
    """Orders remembered with their program, and those that get one now.

    Where programs are reused, that of the order's account: the one remembered, else the lowest one exported, else a new
    one. Otherwise, and for orders without an account, one of its own.
    """
    decided = sn_ind_tmt_orm_order.join(program_decision, left_on="sys_id", right_on="record").filter(
        pl.col("outcome").is_in(OVERSEEN)
    )
    new = decided.select("account", order="sys_id").join(remembered_order_program, on="order", how="anti")
    free = pm_program.join(remembered_program, left_on="sys_id", right_on="program", how="anti")
    shared = _shared(remembered_program).join(exported_programs(free), on="account", how="full", coalesce=True)
    is_shared = pl.col("is_reusing") & pl.col("account").is_not_null()
    of_account = pl.coalesce("shared", "exported", identity(PROGRAM, "account"))
    program = pl.when(is_shared).then(of_account).otherwise(identity(PROGRAM, "order"))
    given = (
        new.join(shared, on="account", how="left").join(oversight_setup, how="cross").select("order", program=program)
    )
    columns = OversightOrderProgramState.column_names()
    return OversightOrderProgramState.cast(pl.concat([remembered_order_program.select(columns), given.select(columns)]))


def _shared(remembered_program: pl.LazyFrame) -> pl.LazyFrame:
    """The program that the orders of each account share."""
    of_accounts = remembered_program.filter(pl.col("order").is_null() & pl.col("account").is_not_null())
    return of_accounts.group_by("account").agg(shared=pl.col("program").min())


def exported_programs(pm_program: pl.LazyFrame) -> pl.LazyFrame:
    """The lowest exported program of each account that has any, and how many there are."""
    of_accounts = pm_program.drop_nulls("account").with_columns(pl.col("account").str.strip_chars())
    return of_accounts.group_by("account").agg(exported=pl.col("sys_id").min(), programs=pl.len())


def oversight_program(
    sn_ind_tmt_orm_order: dy.LazyFrame[Order],
    program_decision: dy.LazyFrame[ProgramDecision],
    pm_program: dy.LazyFrame[Program],
    order_line: dy.LazyFrame[OrderLine],
    order_line_item_project: dy.LazyFrame[OrderLineItemProject],
    oversight_order_program: dy.LazyFrame[OversightOrderProgramState],
    remembered_program: dy.LazyFrame[RememberedProgram],
) -> dy.LazyFrame[OversightProgramState]:
    """Programs remembered, and those that orders are given for the first time.

    The template is that of the earliest order by (order_date, sys_id), the date that of the earliest of its lines.
    """
    decided = program_decision.filter(pl.col("outcome").is_in(OVERSEEN)).select(order="record", template="answer")
    orders = sn_ind_tmt_orm_order.select("account", "order_date", order="sys_id")
    of_orders = oversight_order_program.join(decided, on="order").join(orders, on="order")
    new = of_orders.join(remembered_program, on="program", how="anti")
    created = _created_on(order_line, order_line_item_project, new)
    first = new.sort("order_date", "order", nulls_last=True).group_by("program", maintain_order=True)
    programs = first.agg(pl.col("account", "order", "template").first())
    described = _described(programs.join(created, on="program", how="left"), pm_program)
    columns = OversightProgramState.column_names()
    return OversightProgramState.cast(pl.concat([remembered_program.select(columns), described.select(columns)]))


def _created_on(order_line: pl.LazyFrame, overseen: pl.LazyFrame, of_orders: pl.LazyFrame) -> pl.LazyFrame:
    """The earliest date of the lines under oversight of each program's orders."""
    lines = order_line.join(overseen.select("order_line_item"), on="order_line_item", how="semi")
    dated = of_orders.join(lines, on="order").group_by("program").agg(created_on=pl.col("created_on").min())
    return dated.select("program", "created_on")


def _described(programs: pl.LazyFrame, pm_program: pl.LazyFrame) -> pl.LazyFrame:
    """Whether a program is reused, and whether it is of one order only."""
    exported = pm_program.select(program="sys_id", is_exported=pl.lit(value=True))
    is_own = pl.col("program") == identity(PROGRAM, "order")
    return programs.join(exported, on="program", how="left").with_columns(
        origin=pl.when(pl.col("is_exported")).then(pl.lit(REUSED)).otherwise(pl.lit(CREATED)),
        order=pl.when(is_own).then("order"),
    )
