"""Why an estimate at completion is not what it was: its difference from a baseline or an earlier night, in parts."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.baseline import BASELINE_KINDS, kept_reference
from models.columns import AS_ENTERED, choice, date, flag, key_text, money, text
from models.currency import entered_currency, rate_date, rate_used
from models.table import Mart, Step
from models.vocabulary import EXPENSE_CLASSES, WORK_ITEM_TABLES

NIGHT: Final = "night"
KINDS: Final = (*BASELINE_KINDS, NIGHT)

LATE_ACTUAL: Final = "late_actual"
ACTUAL_AGAINST_PLAN: Final = "actual_against_plan"
REFORECAST: Final = "reforecast"
TIMING_SHIFT: Final = "timing_shift"
SCOPE_ADDED: Final = "scope_added"
SCOPE_REMOVED: Final = "scope_removed"
RECLASSIFICATION: Final = "reclassification"
EXCHANGE_RATE: Final = "exchange_rate"
PART_MEANINGS: Final = {
    ACTUAL_AGAINST_PLAN: "periods that have closed since: what was spent, less what was planned",
    LATE_ACTUAL: "periods that were closed already: lines that came, changed or went since",
    REFORECAST: "open periods: plans that have grown or shrunk",
    TIMING_SHIFT: "open periods: amounts that a plan has moved to other periods; adds up to 0",
    SCOPE_ADDED: "open periods of plans that had no rows then",
    SCOPE_REMOVED: "open periods of plans that have no rows any more",
    RECLASSIFICATION: "amounts moved between capital and operating within a period; adds up to 0",
    EXCHANGE_RATE: "what was entered then, at today's rates of the same days, less at the rates of then",
}
PARTS: Final = tuple(PART_MEANINGS)
GROWTH: Final = "positive = more than then"


class ComparisonIdentity(dy.Schema):
    """What today is compared with."""

    compared_with = key_text("The baseline, or `night` and its day.")
    kind = choice(KINDS, "What kind of baseline it is; `night` = what the last night before this one has shown.")
    name = text("Name of the baseline; of a night as compared_with.", nullable=False)
    day = date("The day it is seen from.", nullable=False)


class EstimateComparison(ComparisonIdentity, Step):
    """One work item and one baseline, or night, whose estimate at completion is known, then and today."""

    work_item = key_text("The work item; it may be gone by now, or new.")
    program = kept_reference(
        "pm_program", description="The program that counts it; of one that is gone, that counted it."
    )
    portfolio = kept_reference("pm_portfolio", description="The portfolio that counts it, or counted it.")
    estimate_then = money("Estimate at completion, seen from that day; 0 = it was not there.", nullable=False)
    estimate_now = money("Estimate at completion today; 0 = it is gone.", nullable=False)


class EstimateThen(Step):
    """One amount of plan or actual cost on the other side of a comparison."""

    compared_with = text("The baseline or night.", nullable=False)
    work_item = kept_reference(*WORK_ITEM_TABLES, description="The work item.", nullable=False)
    cost_plan = kept_reference("cost_plan", description="The plan; empty for actual cost.")
    fiscal_period = text("The base period.", nullable=False)
    end_date = date("Its last day, as the calendar then was.", nullable=False)
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified, as it then counted.", nullable=False)
    is_plan = flag("Planned, not spent.", nullable=False)
    amount = money("The amount as it then counted; empty without an exchange rate.")
    entered_amount = money("The amount as it was entered.", unit=AS_ENTERED)
    currency = entered_currency()
    rate_date = rate_date()
    exchange_rate = rate_used()


class VarianceBridge(ComparisonIdentity, Mart):
    """One part of the difference between an estimate at completion then and today, where it is not 0.

    The parts of a comparison add up to its difference to the cent. Nothing is said where either side is unknown.
    """

    hazard = "A work item is in several comparisons: choose one of compared_with, or one name."

    work_item = key_text("The work item; it may be gone by now.")
    program = kept_reference(
        "pm_program", description="The program that counts it; of one that is gone, that counted it."
    )
    portfolio = kept_reference("pm_portfolio", description="The portfolio that counts it, or counted it.")
    part = choice(
        PARTS, "Why: " + "; ".join(f"`{part}` = {said}" for part, said in PART_MEANINGS.items()) + ".", primary_key=True
    )
    cost_plan = key_text("The plan, in parts about plans; empty text = none.")
    fiscal_period = key_text("The base period.")
    end_date = date("Its last day; of one that the calendar no longer has, as it then was.", nullable=False)
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified.", primary_key=True)
    amount = money("How much of the difference it is.", sign=GROWTH, nullable=False)


class GroupBridge(dy.Schema):
    """A part of the difference of a group's estimates."""

    name = key_text("Name of the baselines, or the night.")
    part = choice(PARTS, "Why: as in mart.variance_bridge.", primary_key=True)
    amount = money("Sum over its work items.", sign=GROWTH, nullable=False)


class ProgramVarianceBridge(GroupBridge, Mart):
    """One program, one name of baselines or night, and one part: those of its work items, added up."""

    reach = "whole"
    hazard = "Comparisons of several names repeat the same work items: choose one name."

    program = key_text("The program; it may be gone by now.")


class PortfolioVarianceBridge(GroupBridge, Mart):
    """One portfolio, one name of baselines or night, and one part: those of its work items, added up."""

    reach = "whole"
    hazard = "Comparisons of several names repeat the same work items: choose one name."

    portfolio = key_text("The portfolio; it may be gone by now.")
