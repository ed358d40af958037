"""Figures in the currency of the project itself."""

from __future__ import annotations

from models.columns import text
from models.figures import MoneyFigures, WorkItemIdentity
from models.table import Mart


class WorkItemInProjectCurrency(WorkItemIdentity, MoneyFigures, Mart):
    """One work item whose own currency is not the functional one, with its own figures in its currency."""

    hazard = "Amounts are in the currency of each row: never add them up over work items."
    money_unit = "the currency of the row"

    currency = text("The work item's currency.", nullable=False)
