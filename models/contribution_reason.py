"""Why rows do not add to a figure, and what can be done about it: a closed list."""

from __future__ import annotations

from typing import Final, NamedTuple

from models.vocabulary import DEMAND_DIRECT, NO_FISCAL_PERIOD, NO_WORK_ITEM, NOT_PROCESSED, TOP_TASK_COPY

AGGREGATE: Final = "aggregate_row"
OTHER_VERSION: Final = "other_budget_version"
NO_AMOUNT: Final = "no_amount"
OTHER_TYPE: Final = "other_expense_type"
PAST_PLAN: Final = "plan_of_past_period"
OPEN_ACTUAL: Final = "actual_of_open_period"
MISSING_RATE: Final = "missing_exchange_rate"


class Reason(NamedTuple):
    """Why a row does not add to a figure, and what can be done about it."""

    meaning: str
    remedy: str


NOTHING_TO_DO: Final = "Nothing to do."
LEFT_OUT: Final = {
    NOT_PROCESSED: Reason("The line is not processed.", "Have it approved and processed, if it is cost."),
    NO_WORK_ITEM: Reason(
        "It stands on nothing that a work item owns.", "Assign it to a work item or one of its tasks."
    ),
    TOP_TASK_COPY: Reason("The line repeats another one on the top task.", NOTHING_TO_DO),
    DEMAND_DIRECT: Reason(
        "The line stands on the demand itself; demands count lines of their tasks only.",
        "Book it on a demand task, or include such lines by the setting demand_direct_actuals.",
    ),
    NO_FISCAL_PERIOD: Reason(
        "Its date lies in no base period.", "Check its date, or export the fiscal periods that are missing."
    ),
    AGGREGATE: Reason("The platform's sum of requirement rows repeats their money.", NOTHING_TO_DO),
    OTHER_VERSION: Reason(
        "It is a budget of the version that does not count for the work item.",
        "Check the migration record, if this version should count.",
    ),
    NO_AMOUNT: Reason("The budget row has no amount.", "Enter one, if there is a budget."),
}
"""Why rows are in no figure of their stream."""
RULED_OUT: Final = {
    OTHER_TYPE: Reason("It is of another expense type.", "Correct its expense type or cost type, if that is wrong."),
    PAST_PLAN: Reason("It is plan of a base period that is over: what was spent counts instead.", NOTHING_TO_DO),
    OPEN_ACTUAL: Reason("It was spent in a base period that is not over: the plan counts instead.", NOTHING_TO_DO),
}
"""Why rows of a stream are not in one figure of it."""
UNKNOWN: Final = {
    MISSING_RATE: Reason(
        "There is no exchange rate for it: its amount, and the figure, are unknown.", "Export the rate in fx_rate."
    )
}
"""Why the amount of a row that counts is empty."""
REASONS: Final = {**LEFT_OUT, **RULED_OUT, **UNKNOWN}
