"""The rows behind each money figure: those that it adds up, and those that are left out, with the reason."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.audit import LawColumns
from models.baseline import AsEntered
from models.columns import choice, count, date, flag, key, money, reference
from models.contribution_reason import LEFT_OUT, REASONS
from models.contribution_rule import PARTS, PERIODS
from models.figures import WorkItem, WorkItemPeriod
from models.stream import COUNTED_TABLES, STREAMS
from models.table import Audit, Step, View
from models.vocabulary import EXPENSE_CLASSES, EXPENSE_TYPES, WORK_ITEM_TABLES

METRICS: Final = tuple(name for name in WorkItem.columns_of_kind("money") if name in PARTS)
"""The figures of a work item that are sums of rows."""
PERIOD_METRICS: Final = tuple(WorkItemPeriod.columns_of_kind("money"))
"""The figures of a work item in a base period."""


class ContributionRule(Audit):
    """One kind of rows that a money figure adds up: joined to rows by stream, it makes audit.contribution."""

    metric = choice(
        tuple(PARTS), "The figure, as a column of mart.work_item or mart.work_item_period.", primary_key=True
    )
    stream = choice(STREAMS, "The stream whose rows it adds up.", primary_key=True)
    expense_type = choice(EXPENSE_TYPES, "The only expense type that counts; empty = all.")
    periods = choice(PERIODS, "Base periods that count: all, those that ended before as_of, or those that did not.")
    sign = count("1 = the rows are added, -1 = they are taken away.")


class LeftOutRow(AsEntered, Audit):
    """One row, or budget amount, that was considered for a stream and is in none of its figures, with the reason."""

    stream = choice(STREAMS, "The stream that leaves it out.", primary_key=True)
    source_table = choice(COUNTED_TABLES, "Its table.", primary_key=True)
    sys_id = key("The row.")
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified; benefits are.", primary_key=True)
    fiscal_period = reference("fiscal_period", description="Its period; empty = its date lies in none.")
    end_date = date("Last day of its base period.")
    work_item = reference(*WORK_ITEM_TABLES, description="The work item; empty = nothing that one owns.")
    plan = reference("cost_plan", "benefit_plan", description="Its plan; of lines the one they name.")
    amount = money("What it would add; empty without an exchange rate.")
    reason = choice(tuple(LEFT_OUT), "Why it is left out: the first reason that applies.", nullable=False)


class ContributionColumns(dy.Schema):
    """What a row is to a figure."""

    metric = choice(
        tuple(PARTS),
        "The figure, as a column of mart.work_item or mart.work_item_period. planned_cost, planned_benefit and "
        "forecast_cost are what base periods call estimated_cost, estimated_benefit and estimate_at_completion.",
        nullable=False,
    )
    work_item = reference(*WORK_ITEM_TABLES, description="The work item; empty = the row belongs to none.")
    fiscal_period = reference("fiscal_period", description="Its base period; of budgets left out the one budgeted.")
    source_table = choice(COUNTED_TABLES, "The table of the row.", nullable=False)
    sys_id = reference(*COUNTED_TABLES, description="The row.", nullable=False)
    amount = money(
        "What it adds to the figure, or would add; empty without an exchange rate.",
        sign="as in the figure: a cost is negative in net_benefit",
    )
    included = flag("Whether it is one of the rows that add up to the figure.", nullable=False)
    reason = choice(tuple(REASONS), "Why it is left out, or why its amount is empty.")
    stream = choice(STREAMS, "The stream that it is a row of.", nullable=False)
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified; benefits are.", nullable=False)
    plan = reference("cost_plan", "benefit_plan", description="Its plan; of lines the one they name.")


class Contribution(ContributionColumns, AsEntered, View):
    """One row behind one money figure: what it adds to it, or why it is left out.

    The included rows of a figure add up to it, to the cent, for a work item and for each of its base periods: a query
    over history.counted_row (tonight's rows), audit.left_out_row and audit.contribution_rule.
    """

    hazard = "One row is here once for each figure that its stream is part of: choose one metric."


class ContributionConservation(LawColumns, Step):
    """A law about the rows behind figures: they add up to them, and each exported row is counted or left out."""
