"""The rows that money figures are made of: each with the amount that it adds, and where."""

from __future__ import annotations

import dataframely as dy

from models.baseline import AsEntered
from models.columns import choice, date, key, key_text, money, reference
from models.history import Validity, columns_as_shown
from models.stream import COUNTED_TABLES, STREAMS
from models.table import History, Memory, Step
from models.vocabulary import EXPENSE_CLASSES, WORK_ITEM_TABLES


class CountedRowColumns(dy.Schema):
    """Which row adds how much to which stream of which work item."""

    stream = choice(STREAMS, "The figure that it adds to.", primary_key=True)
    source_table = choice(COUNTED_TABLES, "Its table.", primary_key=True)
    sys_id = key("The row.")
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified; benefits are.", primary_key=True)
    fiscal_period = key_text("The base period; empty text = a line on a demand whose date lies in none.")
    end_date = date("Last day of the period.")
    work_item = reference(*WORK_ITEM_TABLES, description="The work item.", nullable=False)
    plan = reference("cost_plan", "benefit_plan", description="Its plan; of lines the one they name.")
    amount = money("What it adds; empty without an exchange rate.")


class CountedRow(CountedRowColumns, AsEntered, Step):
    """One row, or share of a budget row, that a figure is made of."""


class CountedRowHistoryColumns(dy.Schema):
    """The columns of a counted row."""

    vars().update(columns_as_shown(CountedRow))


class CountedRowHistory(CountedRowHistoryColumns, Validity, History):
    """One row that a figure was made of, and the nights in which it was so."""

    named = "counted_row"
    hazard = "Holds every night: choose one, or the rows without valid_to."


class RememberedCountedRowHistory(CountedRowHistoryColumns, Validity, Memory):
    """One counted row of the history, as the last published night has left it."""

    state = CountedRowHistory
