"""The platform's cached figures beside ours, each difference with its cause."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.columns import choice, count, date, flag, key, key_reference, key_text, measure, money, reference, text
from models.drift_cause import CODES
from models.table import Audit, Step
from models.vocabulary import WORK_ITEM_TABLES

UNITS: Final = "currency units; percent for rates"


class CachedColumns(dy.Schema):
    """One cached figure and ours."""

    work_item = reference(*WORK_ITEM_TABLES, description="The work item that it is about.")
    source_table = key_text("The table that caches it.")
    sys_id = key("The record; of breakdown rows that match, the work item they are of.")
    metric = key_text("The cached column; not on a work item itself, with the kind of record in front.")
    cached = measure("What the platform has.", unit=UNITS)
    computed = measure("Ours.", unit=UNITS)


class CachedPlan(Step):
    """One cost plan with the total that the platform keeps."""

    cost_plan = key_reference("cost_plan", description="The plan.")
    total_planned_cost = money("Cached total.")


class FilledMetric(Step):
    """One figure that the platform caches for some record of a table, so that it is missing on those without it."""

    reach = "shared"

    source_table = key_text("The table.")
    metric = key_text("The cached column, as the reconciliation names it.")


class ComparedColumns(CachedColumns):
    """One cached figure, ours, and which of ours that is."""

    figure = text("The column of ours that it is compared with.", nullable=False)


class CachedFigure(ComparedColumns, Step):
    """One figure that the platform caches, or leaves empty although it caches it elsewhere, beside ours."""

    figures = count("Cached figures that the row stands for: 1; breakdown rows that match are one row a work item.")


class Drift(ComparedColumns, Step):
    """One cached figure that is not ours by more than rounding, or whose counterpart is unknown."""

    gap = measure("Cached less computed, an unknown one taken as 0.", unit=UNITS)


class DriftHypothesis(Step):
    """One cause that was tested for one drifting figure, and what the figure would be off by under it."""

    source_table = text("The table that caches the figure.", nullable=False)
    sys_id = text("The record.", nullable=False)
    metric = text("The cached column.", nullable=False)
    cause = choice(CODES, "The cause that is tested.", nullable=False)
    further_cause = choice(CODES, "A second one that it is tested together with.")
    amount = measure("Cached less computed, if that were the cause; never 0.", unit=UNITS)
    gap = measure("Cached less computed as it is, an unknown one taken as 0.", unit=UNITS)
    is_floating = flag("Both are computed with floats, and comparable up to rounding only.", nullable=False)
    day = date("The day up to which a stale figure is right.")
    told = text("The cause in words, with rows, amount, day, and which plan or figure it is about.", nullable=False)


class Reconciliation(CachedColumns, Audit):
    """One figure that the platform caches beside ours, with the difference and its cause, found by testing causes."""

    hazard = "Figures of several tables repeat the same money: never sum over metrics."

    difference = measure("Cached less computed; empty where one of them is.", unit=UNITS)
    cause = choice(CODES, "Why they differ; docs/drift.md explains each.", nullable=False)
    further_causes = text("Causes that explain it only together with the first, separated by commas.")
    explanation = text("The cause in words, with rows, amounts and day; empty where the figures match.")
    as_of = date("The day up to which a stale figure is right.")
    other_causes = count("How many other causes would explain it as well; the simplest is named.")
    figures = count("Cached figures that the row stands for: 1; breakdown rows that match are one row a work item.")
