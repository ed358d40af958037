"""The two budget tables, the record that chooses between them, and budget shares per base period."""

from __future__ import annotations

from models.columns import AS_ENTERED, choice, flag, key, key_reference, money, reference, text
from models.cost import FUNDABLE
from models.currency import entered_currency, rate_date, rate_used, unconverted
from models.table import Source, Step
from models.vocabulary import BUDGET_SOURCES, BUDGET_VERSIONS, EXPENSE_CLASSES, EXPENSE_TYPES, WORK_ITEM_TABLES


class ProjectFunding(Source):
    """A yearly budget (v1, legacy)."""

    absence = "No v1 budget."
    hazard = "Never add it to v2 for the same work item: the migration record chooses one."

    sys_id = key("The funding row.")
    task = reference(*FUNDABLE, description="What is funded.", nullable=False, dangling="quarantine")
    fiscal_period = reference("fiscal_period", description="The year.", nullable=False, dangling="quarantine")
    capex_budget = money("Capital budget.")
    opex_budget = money("Operating budget.")
    total_budget = money("Budget where it is not split into capital and operating.")
    currency = text("Currency of its amounts; empty = the work item's.")


class InvestmentBudget(Source):
    """A budget of an investment in a fiscal period (v2)."""

    named = "sn_invst_pln_invst_budget"
    absence = "No v2 budget."
    hazard = "Never add it to v1 for the same work item: the migration record chooses one."

    sys_id = key("The budget row.")
    investment = reference(
        "sn_invst_pln_investment", description="The investment.", nullable=False, dangling="quarantine"
    )
    fiscal_period = reference(
        "fiscal_period", description="A base period, quarter or year.", nullable=False, dangling="quarantine"
    )
    amount = money("Approved amount.", nullable=False)
    expense_type = choice(EXPENSE_TYPES, "Its expense type.")
    resource_type = reference("resource_type_definition", description="Its cost type.")
    currency = text("Currency of the amount; empty = the work item's.")


class FinancialMigration(Source):
    """Whether the budget of a work item has moved from v1 to v2."""

    named = "sn_invst_pln_financial_migration"
    absence = "Every work item counts as not migrated: v1 budgets only."

    sys_id = key("The migration record.")
    task = reference(*WORK_ITEM_TABLES, description="The work item.", nullable=False, dangling="report")
    is_budget_migrated = flag("True = v2 counts.", nullable=False)


class BudgetRow(Step):
    """One amount of a budget row: as budgeted, before it is shared out over base periods."""

    source_table = choice(("project_funding", "sn_invst_pln_invst_budget"), "Its table.", primary_key=True)
    sys_id = key("The budget row.")
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified.", primary_key=True)
    version = choice(BUDGET_VERSIONS, "v1 or v2.", nullable=False)
    work_item = reference(*WORK_ITEM_TABLES, description="The work item; empty when it stands on something else.")
    fiscal_period = reference("fiscal_period", description="The period as budgeted.", nullable=False)
    resource_type = reference("resource_type_definition", description="Cost type.")
    entered_amount = money("The amount as entered; empty when the row has none.", unit=AS_ENTERED)
    amount = money("The amount; empty when the row has none, or without an exchange rate.")
    currency = entered_currency()
    rate_date = rate_date()
    exchange_rate = rate_used()
    is_unconverted = unconverted()


class BudgetSelection(Step):
    """The one budget version that counts for one work item."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The work item.")
    version = choice(BUDGET_VERSIONS, "The version that counts.", nullable=False)
    budget_source = choice(BUDGET_SOURCES, "That version where it has a row, else `none`.", nullable=False)


class BudgetShare(Step):
    """The share of one budget amount that falls on one base period."""

    source_table = choice(("project_funding", "sn_invst_pln_invst_budget"), "Its table.", primary_key=True)
    sys_id = key("The budget row.")
    work_item = reference(*WORK_ITEM_TABLES, description="The work item.", nullable=False)
    fiscal_period = key_reference("fiscal_period", description="The base period.")
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified.", primary_key=True)
    resource_type = reference("resource_type_definition", description="Cost type.")
    entered_amount = money("The share as entered, in whole cents.", unit=AS_ENTERED)
    budget_cost = money("The share, in whole cents; empty without an exchange rate.")
    currency = entered_currency()
    rate_date = rate_date()
    exchange_rate = rate_used()


class Budget(Step):
    """Budget of one work item in one base period and expense type."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The work item.")
    fiscal_period = key_reference("fiscal_period", description="The base period.")
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified.", primary_key=True)
    budget_cost = money("Sum of the shares of the version that counts; empty where one has no exchange rate.")
