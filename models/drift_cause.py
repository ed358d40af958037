"""Why a cached figure of the platform is not ours: the closed list of causes, each with what it means."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

ROUNDING_BOUND: Final = Decimal("0.01")
"""Up to this much is rounding: a cent, or a hundredth of a percentage point."""

COUNTS_MORE: Final = "counts more rows"
LEAVES_OUT: Final = "leaves rows out"
OTHER_RULE: Final = "follows another rule"
NO_CAUSE: Final = "names no cause"
EFFECTS: Final = (COUNTS_MORE, LEAVES_OUT, OTHER_RULE, NO_CAUSE)


class DriftCause(NamedTuple):
    """One cause why a cached figure is not ours."""

    code: str
    effect: str
    said: str
    """The cause in words, as a sentence without its full stop."""
    remedy: str


MATCH: Final = "match"
ROUNDING: Final = "rounding"
FOLLOWS_FROM: Final = "follows_from"
TASK_ROWS_COUNTED: Final = "task_rows_counted"
TOP_TASK_COPIES_COUNTED: Final = "top_task_copies_counted"
UNPROCESSED_COUNTED: Final = "unprocessed_counted"
DEMAND_DIRECT_COUNTED: Final = "demand_direct_counted"
DEMAND_DIRECT_LEFT_OUT: Final = "demand_direct_left_out"
OUTSIDE_CALENDAR_COUNTED: Final = "outside_calendar_counted"
V1_AND_V2_SUMMED: Final = "v1_and_v2_summed"
WRONG_BUDGET_VERSION: Final = "wrong_budget_version"
TOTAL_BUDGET_COUNTED: Final = "total_budget_counted"
TASK_BUDGETS_COUNTED: Final = "task_budgets_counted"
ONE_INVESTMENT_COUNTED: Final = "one_investment_counted"
UNCLASSIFIED_COUNTED: Final = "unclassified_counted"
UNCLASSIFIED_LEFT_OUT: Final = "unclassified_left_out"
PLAN_TYPE_USED: Final = "plan_type_used"
SUB_PROJECTS_COUNTED: Final = "sub_projects_counted"
TASKS_LEFT_OUT: Final = "tasks_left_out"
SIGN_TURNED: Final = "sign_turned"
NOT_CONVERTED: Final = "not_converted"
UNDISCOUNTED: Final = "undiscounted"
FIRST_YEAR_DISCOUNTED: Final = "first_year_discounted"
COUNTED_FROM_CURRENT_YEAR: Final = "counted_from_current_year"
ONE_OF_SEVERAL_RATES: Final = "one_of_several_rates"
CURRENT_PERIOD_AS_ACTUAL: Final = "current_period_as_actual"
CURRENT_ACTUAL_ADDED: Final = "current_actual_added"
PLANNED_THROUGHOUT: Final = "planned_throughout"
DUPLICATES_COUNTED: Final = "duplicates_counted"
STALE: Final = "stale"
PLAN_LEFT_OUT: Final = "plan_left_out"
NO_PLAN: Final = "no_plan"
ROLLED_UP_FROM: Final = "rolled_up_from"
NOT_ROLLED_UP: Final = "not_rolled_up"
NOT_CACHED: Final = "not_cached"
NOT_KNOWN: Final = "not_known"
UNEXPLAINED: Final = "unexplained"

CAUSES: Final = (
    DriftCause(MATCH, NO_CAUSE, "The two are equal", "Nothing."),
    DriftCause(
        ROUNDING, NO_CAUSE, "They differ by a cent, or by a hundredth of a percentage point, at most", "Nothing."
    ),
    DriftCause(
        FOLLOWS_FROM,
        OTHER_RULE,
        "It follows from other cached figures of the record, which have drifted",
        "Look at what it follows from.",
    ),
    DriftCause(
        TASK_ROWS_COUNTED,
        COUNTS_MORE,
        "Task rows of the breakdown repeat the requirement rows, and are counted too",
        "Restrict the sum to breakdown type requirement.",
    ),
    DriftCause(
        TOP_TASK_COPIES_COUNTED,
        COUNTS_MORE,
        "Copies on the top task repeat their base lines, and are counted too",
        "Recalculate without lines that have a base expense line.",
    ),
    DriftCause(
        UNPROCESSED_COUNTED,
        COUNTS_MORE,
        "Lines that are not processed are counted",
        "Have them processed, or recalculate without them.",
    ),
    DriftCause(
        DEMAND_DIRECT_COUNTED,
        COUNTS_MORE,
        "Lines on the demand itself are counted",
        "Book them on demand tasks, or count them by the setting demand_direct_actuals.",
    ),
    DriftCause(
        DEMAND_DIRECT_LEFT_OUT,
        LEAVES_OUT,
        "Lines on the demand itself are left out, which our setting counts",
        "Check the setting demand_direct_actuals.",
    ),
    DriftCause(
        OUTSIDE_CALENDAR_COUNTED,
        COUNTS_MORE,
        "Lines whose date lies in no base period are counted",
        "Correct their dates, or complete the calendar.",
    ),
    DriftCause(
        V1_AND_V2_SUMMED,
        COUNTS_MORE,
        "Budgets of both versions are added up",
        "Retire the rows of the version that does not count.",
    ),
    DriftCause(
        WRONG_BUDGET_VERSION,
        OTHER_RULE,
        "It is the budget of the version that does not count",
        "Check the migration record, then recalculate.",
    ),
    DriftCause(
        TOTAL_BUDGET_COUNTED,
        COUNTS_MORE,
        "total_budget is counted where capital or operating budgets are set, and differs from their sum",
        "Correct the funding row.",
    ),
    DriftCause(
        TASK_BUDGETS_COUNTED,
        COUNTS_MORE,
        "Funding rows on project tasks are counted",
        "Move them to the project, or recalculate without them.",
    ),
    DriftCause(
        ONE_INVESTMENT_COUNTED,
        OTHER_RULE,
        "It has the budget of one of several investments only",
        "Keep one investment for each work item.",
    ),
    DriftCause(
        UNCLASSIFIED_COUNTED,
        COUNTS_MORE,
        "Cost without an expense type is counted here",
        "Give the plans an expense type or a cost type.",
    ),
    DriftCause(
        UNCLASSIFIED_LEFT_OUT,
        LEAVES_OUT,
        "Cost without an expense type is left out",
        "Give the plans an expense type or a cost type.",
    ),
    DriftCause(
        PLAN_TYPE_USED,
        OTHER_RULE,
        "Rows count under the expense type of their plan, not under their own",
        "Decide which one is right, and correct the other.",
    ),
    DriftCause(
        SUB_PROJECTS_COUNTED,
        COUNTS_MORE,
        "Projects below it are counted too",
        "Compare with mart.work_item_rollup: the platform rolls up.",
    ),
    DriftCause(
        TASKS_LEFT_OUT,
        LEAVES_OUT,
        "What stands on its tasks is left out",
        "Switch on the platform's rollup from tasks, then recalculate.",
    ),
    DriftCause(
        SIGN_TURNED,
        OTHER_RULE,
        "It has the opposite sign",
        "Choose the sign by the setting planned_return_sign.",
    ),
    DriftCause(
        NOT_CONVERTED,
        OTHER_RULE,
        "Amounts in several currencies are added up as if in one",
        "Check the exchange rates of the platform.",
    ),
    DriftCause(
        UNDISCOUNTED,
        OTHER_RULE,
        "No year is discounted, as if the discount rate were 0",
        "Enter the discount rate, then recalculate.",
    ),
    DriftCause(
        FIRST_YEAR_DISCOUNTED,
        OTHER_RULE,
        "Every year is discounted once more: the first one counts as t = 1",
        "Decide which year is the first; ours is t = 0.",
    ),
    DriftCause(
        COUNTED_FROM_CURRENT_YEAR,
        OTHER_RULE,
        "Years count from the current one",
        "Choose the first year by the setting npv_first_year.",
    ),
    DriftCause(
        ONE_OF_SEVERAL_RATES,
        OTHER_RULE,
        "There are several rates of return, and it is one of them",
        "Do not use it: no single rate is right.",
    ),
    DriftCause(
        CURRENT_PERIOD_AS_ACTUAL,
        OTHER_RULE,
        "The current period has its actual cost instead of its plan",
        "Compare again when the period has closed.",
    ),
    DriftCause(
        CURRENT_ACTUAL_ADDED,
        COUNTS_MORE,
        "Actual cost of periods that have not closed is added to their plan",
        "Recalculate the remaining plan.",
    ),
    DriftCause(
        PLANNED_THROUGHOUT,
        OTHER_RULE,
        "It is the planned cost: actual cost has no part in it",
        "Recalculate the estimate.",
    ),
    DriftCause(
        DUPLICATES_COUNTED,
        COUNTS_MORE,
        "There are several task rows of one period and type, where there should be one",
        "Delete all but one.",
    ),
    DriftCause(
        STALE,
        LEAVES_OUT,
        "It is stale: what came later is not in it",
        "Recalculate; look for what stopped the rollup after that day.",
    ),
    DriftCause(
        PLAN_LEFT_OUT,
        LEAVES_OUT,
        "One plan is not in it",
        "Save the plan again.",
    ),
    DriftCause(
        ROLLED_UP_FROM,
        OTHER_RULE,
        "It is the sum of cached figures below it, which have drifted",
        "Look at these first.",
    ),
    DriftCause(
        NO_PLAN,
        OTHER_RULE,
        "The work item has no plan: the investment has an estimate of its own",
        "Nothing, as long as there is no plan.",
    ),
    DriftCause(
        NOT_ROLLED_UP,
        OTHER_RULE,
        "It is 0 although there are rows: it has never been rolled up, or was reset",
        "Recalculate it.",
    ),
    DriftCause(
        NOT_CACHED, NO_CAUSE, "The platform has no figure where ours is not 0, and has one elsewhere", "Recalculate it."
    ),
    DriftCause(NOT_KNOWN, NO_CAUSE, "Ours is unknown", "See the findings of the work item."),
    DriftCause(
        UNEXPLAINED,
        NO_CAUSE,
        "No cause that was tested gives exactly this figure",
        "Look at the rows of the figure, and at what the platform has done.",
    ),
)
"""All causes, the simplest first: of several that would explain a figure, the first one is named."""

CODES: Final = tuple(cause.code for cause in CAUSES)
CAUSE: Final = {cause.code: cause for cause in CAUSES}
AGREEING: Final = (MATCH, ROUNDING)
"""Verdicts of figures that have not drifted."""
SECONDARY: Final = (FOLLOWS_FROM, ROLLED_UP_FROM, NO_PLAN)
"""Causes of figures that repeat the drift of others, or have nothing to drift from: named, but not added up."""
