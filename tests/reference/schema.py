"""The input tables of the contract: their columns, what each may hold, and what each refers to.

A column is written `name:kind`, with `!` where column and value are required, `?` where only the column is. Kinds:
`key`, `text`, `ref`, `money` (at most four decimals), `number`, `date`, `start` and `end` (bounds of a fiscal period),
`flag`, and the three closed choices.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of an input table."""

    name: str
    kind: str
    required: bool
    may_be_empty: bool


def _columns(text: str) -> tuple[Column, ...]:
    """Read `name:kind!` words; a word without a kind is text."""
    columns = []
    for word in text.split():
        name, _, kind = word.rstrip("!?").partition(":")
        columns.append(Column(name, kind or "text", word[-1] in "!?", word[-1] != "!"))
    return tuple(columns)


CHOICES = {
    "fiscal_type": {"month", "period", "quarter", "year"},
    "expense_type": {"capex", "opex"},
    "breakdown_type": {"requirement", "task", "program", "portfolio"},
}

_CACHED = """estimated_cost:money planned_capital:money planned_operating:money estimated_benefit:money
    actual_cost:money budget_cost:money actual_benefit:money planned_return:money planned_roi:number npv_value:money
    irr_value:number estimate_at_completion:money"""
_WORK_ITEM = """sys_id:key! number short_description state primary_program:ref primary_portfolio:ref start_date:date
    end_date:date currency discount_rate:number rate_model"""
_HEADER = "sys_id:key! name! investment task created_on:date!"
_COPY = "sys_id:key! baseline_header:ref! source_sys_id"
_RATE = "currency exchange_rate:number"

TABLES: dict[str, tuple[Column, ...]] = {
    name: _columns(text)
    for name, text in {
        "fiscal_period": """sys_id:key! name! fiscal_type:fiscal_type! start_date_time:start! end_date_time:end!""",
        "resource_type_definition": "sys_id:key! name expense_type:expense_type!",
        "pm_portfolio": "sys_id:key! number name",
        "pm_program": "sys_id:key! number name account",
        "pm_project": f"{_WORK_ITEM} parent:ref demand:ref {_CACHED}",
        "dmn_demand": f"{_WORK_ITEM} project:ref {_CACHED}",
        "pm_project_task": "sys_id:key! number short_description parent:ref? top_task:ref state",
        "dmn_demand_task": "sys_id:key! number parent:ref! state",
        "sn_invst_pln_investment": """sys_id:key! funding_entity_id:ref planned_cost:money planned_capital:money
            planned_operating:money planned_benefit:money work_cost:money capex_work_cost:money opex_work_cost:money
            actual_benefit:money budget_cost:money""",
        "sn_align_core_planning_item": "sys_id:key! sys_class_name! number investment:ref task:ref",
        "sn_align_cmn_int_integrations_setup": "sys_id:key! planning_item_table! active:flag",
        "cost_plan": """sys_id:key! name task:ref! resource_type:ref expense_type:expense_type currency
            total_planned_cost:money""",
        "benefit_plan": "sys_id:key! name task:ref! currency",
        "cost_plan_breakdown": """sys_id:key! breakdown_type:breakdown_type! cost_plan:ref task:ref fiscal_period:ref!
            expense_type:expense_type resource_type:ref value:money! actual:money budget:money planning_item:ref""",
        "benefit_plan_breakdown": """sys_id:key! benefit_plan:ref! fiscal_period:ref! value:money!
            actual_benefit:money""",
        "fm_expense_line": """sys_id:key! number state! date:date! amount:money! task:ref source_id:ref cost_plan:ref
            resource_type:ref expense_type:expense_type base_expense:ref source short_description currency""",
        "project_funding": """sys_id:key! task:ref! fiscal_period:ref! capex_budget:money opex_budget:money
            total_budget:money currency""",
        "sn_invst_pln_invst_budget": """sys_id:key! investment:ref! fiscal_period:ref! amount:money!
            expense_type:expense_type resource_type:ref currency""",
        "sn_invst_pln_financial_migration": "sys_id:key! task:ref! is_budget_migrated:flag!",
        "sys_properties": "name:key! value!",
        "fx_rate": "from_currency! to_currency! rate:number! valid_from:date!",
        "sn_invst_pln_invst_investment_baseline_header": _HEADER,
        "dmn_demand_baseline_header": _HEADER,
        "cost_plan_baseline": f"{_COPY} name task resource_type expense_type:expense_type currency",
        "cost_plan_breakdown_baseline": f"""{_COPY} breakdown_type:breakdown_type! cost_plan fiscal_period:ref!
            expense_type:expense_type resource_type value:money! {_RATE}""",
        "benefit_plan_baseline": f"{_COPY} name task currency",
        "benefit_plan_breakdown_baseline": f"""{_COPY} benefit_plan fiscal_period:ref! value:money!
            actual_benefit:money {_RATE}""",
        "sn_invst_pln_invst_budget_baseline": f"""{_COPY} investment fiscal_period:ref! amount:money!
            expense_type:expense_type resource_type {_RATE}""",
    }.items()
}
BASELINE_HEADERS = ("sn_invst_pln_invst_investment_baseline_header", "dmn_demand_baseline_header")
BASELINE_TABLES = tuple(table for table in TABLES if "_baseline" in table)

WORK_ITEMS = ("pm_project", "dmn_demand")
TASKS = (*WORK_ITEMS, "pm_project_task", "dmn_demand_task", "pm_program", "pm_portfolio")
REPRESENTED = (*TASKS, "sn_align_core_planning_item")
PLANNABLE = (*REPRESENTED, "sn_invst_pln_investment")

# In the order in which rows are judged: what is referred to comes before what refers to it.
REQUIRED_REFERENCES: dict[tuple[str, str], tuple[str, ...]] = {
    ("sn_invst_pln_investment", "funding_entity_id"): REPRESENTED,
    ("cost_plan", "task"): PLANNABLE,
    ("benefit_plan", "task"): PLANNABLE,
    ("cost_plan_breakdown", "cost_plan"): ("cost_plan",),
    ("cost_plan_breakdown", "fiscal_period"): ("fiscal_period",),
    ("benefit_plan_breakdown", "benefit_plan"): ("benefit_plan",),
    ("benefit_plan_breakdown", "fiscal_period"): ("fiscal_period",),
    ("project_funding", "task"): TASKS,
    ("project_funding", "fiscal_period"): ("fiscal_period",),
    ("sn_invst_pln_invst_budget", "investment"): ("sn_invst_pln_investment",),
    ("sn_invst_pln_invst_budget", "fiscal_period"): ("fiscal_period",),
    **{(table, "baseline_header"): BASELINE_HEADERS for table in BASELINE_TABLES if table not in BASELINE_HEADERS},
    **{
        (table, "fiscal_period"): ("fiscal_period",)
        for table in BASELINE_TABLES
        if any(column.name == "fiscal_period" for column in TABLES[table])
    },
}

# References that count as empty when they point to nothing and that are not resolved by a rule of their own; named with
# their table where a column of that name means something else elsewhere.
OPTIONAL_REFERENCES: dict[str, tuple[str, ...]] = {
    "resource_type": ("resource_type_definition",),
    "cost_plan": ("cost_plan",),
    "primary_program": ("pm_program",),
    "primary_portfolio": ("pm_portfolio",),
    "planning_item": ("sn_align_core_planning_item",),
    "sn_align_core_planning_item.investment": ("sn_invst_pln_investment",),
    "sn_align_core_planning_item.task": WORK_ITEMS,
}
