"""What proves and explains the figures: admission, quarantine, findings, conservation laws and the run itself."""

from __future__ import annotations

import dataframely as dy

from models.columns import AS_ENTERED, choice, count, date, flag, key_text, money, reference, text
from models.table import Audit, Step, Table
from models.vocabulary import SEVERITIES, WORK_ITEM_TABLES


class Admission(Audit):
    """One source table of this export: rows read = rows accepted + rows quarantined."""

    reach = "shared"

    source_table = key_text("The table, under its canonical name.")
    rows_read = count("Rows in its files.")
    rows_accepted = count("Rows admitted to source.*.")
    rows_quarantined = count("Rows set aside, each with a reason in audit.quarantine.")


class SourceFile(Audit):
    """One file of this export that was read: rows read = rows accepted + rows quarantined, and what tells it apart."""

    reach = "shared"

    source_table = key_text("The table, under its canonical name.")
    source_file = key_text("The file, relative to the source folder, with / between folders.")
    rows_read = count("Records in the file, headers not counted.")
    rows_accepted = count("Its rows admitted to source.*.")
    rows_quarantined = count("Its rows set aside, each with a reason in audit.quarantine.")
    distinct_keys = count(
        "Different keys on its rows, admitted or set aside; a row whose key is empty, and a record that can't be read "
        "into columns, has none."
    )
    bytes = count("Size of the file on disk.", unit="bytes")
    sha256 = text("SHA-256 of the file as it lies on disk: 64 hexadecimal digits in lower case.", nullable=False)


class SourceFileAmount(Audit):
    """One money column of one source file: accepted and quarantined amounts add up to what can be read in the file."""

    reach = "shared"

    source_table = key_text("The table, under its canonical name.")
    source_file = key_text("The file, relative to the source folder, with / between folders.")
    column = key_text("The money column, under its canonical name; only those that the file has.")
    amount_accepted = money("Sum over its admitted rows.", nullable=False)
    amount_quarantined = money("Sum over its quarantined rows whose amount can be read.", nullable=False)
    rows_unreadable = count("Its quarantined rows whose amount can't be read: their money is unknown.")


class SetAsideAmount(Audit):
    """One money column of one source table: what was admitted beside what was set aside."""

    reach = "shared"
    money_unit = AS_ENTERED

    source_table = key_text("The table.")
    column = key_text("The money column.")
    amount_accepted = money("Sum over admitted rows.", nullable=False)
    amount_quarantined = money("Sum over quarantined rows whose amount can be read.", nullable=False)
    rows_unreadable = count("Quarantined rows whose amount can't be read: their money is unknown.")


class Quarantine(Audit):
    """One input row that was set aside, with the first reason found."""

    reach = "shared"

    source_table = key_text("The table, under its canonical name.")
    source_file = key_text("The file, relative to the source folder.")
    row_number = count("Record in the file, from 1, headers not counted.", primary_key=True)
    sys_id = text("The row's key, where it has a readable one.")
    column = text("The column at fault.")
    rule = text("The rule it breaks.", nullable=False)
    message = text("What is wrong and what to do, in words.", nullable=False)
    raw = text("The row as read, as JSON.", nullable=False)


class UnknownReference(Step):
    """One admitted value that points to nothing."""

    reach = "whole"

    source_table = key_text("The table.")
    sys_id = key_text("The row.")
    column = key_text("The reference.")
    value = text("The key that no admitted row has.", nullable=False)


class UnusedInput(Audit):
    """One file or column of the source folder that no figure uses, or not all that is written in it."""

    reach = "shared"

    source_file = key_text("The file, relative to the source folder.")
    column = key_text("The column as spelled in the file; empty text = the whole file.")
    reason = text("Why it is not used.", nullable=False)


class FindingColumns(dy.Schema):
    """What every finding says."""

    code = text("The kind of finding.", nullable=False)
    severity = choice(SEVERITIES, "How much it matters.", nullable=False)
    work_item = reference(*WORK_ITEM_TABLES, description="The work item concerned, if one is.")
    source_table = text("The table it was found in.")
    sys_id = text("The row it was found in, if one.")
    message = text("What was found and what it means.", nullable=False)
    amount = money("The money concerned, if any.")


class ExportFinding(FindingColumns, Step):
    """A finding about the export as a whole: what is missing, and what points to nothing."""


class CompletenessFinding(FindingColumns, Step):
    """A finding about a file that may not hold all rows, or holds those of another."""


class CalendarFinding(FindingColumns, Step):
    """A finding about the fiscal calendar."""


class StructureFinding(FindingColumns, Step):
    """A finding about the calendar, and about chains of parents."""


class CostFinding(FindingColumns, Step):
    """A finding about plans and expense lines."""


class PlanFinding(FindingColumns, Step):
    """A finding about plans and lines that count, but should be looked at."""


class BudgetFinding(FindingColumns, Step):
    """A finding about budgets."""


class PlanningFinding(FindingColumns, Step):
    """A finding about planning items."""


class ReturnFinding(FindingColumns, Step):
    """A finding about discount rates and present values."""


class CurrencyFinding(FindingColumns, Step):
    """A finding about an amount that can't be converted."""


class OversightFinding(FindingColumns, Step):
    """A finding about orders, their rules, and what became of them."""


class BaselineFinding(FindingColumns, Step):
    """A finding about baselines."""


class Finding(FindingColumns, Audit):
    """Something an analyst should know about the data, in plain words."""


class LawColumns(dy.Schema):
    """What every law of conservation says."""

    law = key_text("The law.")
    expected = money("What went in.", nullable=False)
    found = money("What came out, plus what was set aside for a reason.", nullable=False)
    difference = money("Found less expected.", nullable=False)
    holds = flag("Whether the difference is zero.", nullable=False)


class ExportConservation(LawColumns, Step):
    """A law about files: what they hold is what their tables hold."""


class PlannedConservation(LawColumns, Step):
    """A law about planned cost, planned benefit or actual benefit."""


class ActualConservation(LawColumns, Step):
    """A law about expense lines."""


class BudgetConservation(LawColumns, Step):
    """A law about budgets."""


class FigureConservation(LawColumns, Step):
    """A law about figures that show the same money in different ways."""


class GroupConservation(LawColumns, Step):
    """A law about programs and portfolios: they show what their members show."""


class InvestmentConservation(LawColumns, Step):
    """A law about investments or planning items: they show what the side holds that their figures are from."""


class OversightConservation(LawColumns, Step):
    """A law about orders: numbers of decisions, and the value of orders."""


class BridgeConservation(LawColumns, Step):
    """A law about the parts of a difference between two estimates."""

    reach = "whole"


class BaselineConservation(LawColumns, Step):
    """A law about baselines: those remembered are there unchanged, and what is compared with them adds up."""

    reach = "whole"


class Conservation(LawColumns, Audit):
    """One law of conservation: what went in comes out or is set aside for a reason. A broken one stops publishing."""


class RunDay(Table):
    """The day that the figures of a file are seen from: of `audit.run`, what everyone who has the file may know."""

    layer = "audit"
    named = "run"

    as_of = date("The day the figures are seen from.", nullable=False)


class Run(Audit):
    """The run that made this file."""

    as_of = date("The day the figures are seen from.", nullable=False)
    settings = text("All settings, as JSON.", nullable=False)
    version = text("The version of tieout, with a fingerprint of its rules.", nullable=False)
