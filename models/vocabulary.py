"""The closed word lists of the platform and of tieout's own answers."""

from __future__ import annotations

from typing import Final

BASE_PERIOD_TYPES: Final = ("month", "period")
QUARTER: Final = "quarter"
YEAR: Final = "year"
FISCAL_TYPES: Final = (*BASE_PERIOD_TYPES, QUARTER, YEAR)
DURATIONS: Final = (QUARTER, YEAR)

CAPITAL: Final = "capex"
OPERATING: Final = "opex"
UNCLASSIFIED: Final = "unclassified"
EXPENSE_TYPES: Final = (CAPITAL, OPERATING)
EXPENSE_CLASSES: Final = (*EXPENSE_TYPES, UNCLASSIFIED)

REQUIREMENT: Final = "requirement"
TASK: Final = "task"
BREAKDOWN_TYPES: Final = (REQUIREMENT, TASK, "program", "portfolio")

PROJECT_TABLE: Final = "pm_project"
DEMAND_TABLE: Final = "dmn_demand"
WORK_ITEM_TABLES: Final = (PROJECT_TABLE, DEMAND_TABLE)
PROJECT_TASK_TABLE: Final = "pm_project_task"
DEMAND_TASK_TABLE: Final = "dmn_demand_task"

PROCESSED: Final = "processed"

NOT_PROCESSED: Final = "not_processed"
NO_WORK_ITEM: Final = "no_work_item"
TOP_TASK_COPY: Final = "top_task_copy"
DEMAND_DIRECT: Final = "demand_direct"
NO_FISCAL_PERIOD: Final = "no_fiscal_period"
COUNTED: Final = "counted"
EXPENSE_OUTCOMES: Final = (NOT_PROCESSED, NO_WORK_ITEM, TOP_TASK_COPY, DEMAND_DIRECT, NO_FISCAL_PERIOD, COUNTED)

V1: Final = "v1"
V2: Final = "v2"
NO_BUDGET: Final = "none"
BUDGET_VERSIONS: Final = (V1, V2)
BUDGET_SOURCES: Final = (*BUDGET_VERSIONS, NO_BUDGET)

TOO_FEW_YEARS: Final = "too_few_years"
NO_SIGN_CHANGE: Final = "no_sign_change"
MULTIPLE: Final = "multiple"
NO_ROOT: Final = "none"
OK: Final = "ok"
IRR_STATUSES: Final = (TOO_FEW_YEARS, NO_SIGN_CHANGE, MULTIPLE, NO_ROOT, OK)

ERROR: Final = "error"
WARNING: Final = "warning"
INFORMATION: Final = "information"
SEVERITIES: Final = (ERROR, WARNING, INFORMATION)

COST_TYPE_PROPERTY: Final = "sn_invst_pln.budget_allocation_attribute"
COST_TYPE: Final = "cost_type"
