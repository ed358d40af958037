"""The names and columns that users and BI tools rely on: they may be added to, never changed."""

from __future__ import annotations

import polars as pl
import pytest

from models.catalogue import AUDITS, MARTS, SOURCES
from models.table import Source

MONEY = (
    "estimated_cost planned_capital planned_operating estimated_benefit actual_cost actual_capital actual_operating "
    "demand_direct_actual budget_cost budget_capital budget_operating actual_benefit planned_return net_benefit "
    "planned_roi_pct estimate_at_completion budget_variance"
)
PUBLISHED = {
    "mart.work_item": "work_item work_item_table number name program portfolio budget_source discount_rate npv irr_pct "
    f"irr_status irr_roots_pct {MONEY}",
    "mart.work_item_rollup": f"work_item {MONEY}",
    "mart.program": f"program number name work_item_count {MONEY}",
    "mart.portfolio": f"portfolio number name work_item_count {MONEY}",
    "mart.work_item_period": "work_item fiscal_period fiscal_period_name start_date end_date planned_cost planned_capital "
    "planned_operating planned_benefit actual_cost actual_capital actual_operating budget_cost budget_capital "
    "budget_operating actual_benefit forecast_cost",
    "mart.cost_plan": "cost_plan work_item total_planned_cost total_actual_cost",
    "mart.benefit_plan": "benefit_plan work_item total_planned_benefit total_actual_benefit",
    "mart.cost_plan_breakdown": "breakdown_type cost_plan work_item fiscal_period expense_type resource_type planned_cost "
    "actual_cost budget_cost planning_item",
    "mart.forecast": "work_item duration fiscal_period forecast_cost",
    "mart.cash_flow": "work_item fiscal_period t cost benefit net discount_factor present_value",
    "audit.expense_funnel": "expense_line outcome amount work_item fiscal_period",
    "audit.quarantine": "source_table source_file row_number sys_id column rule message raw",
    "audit.finding": "code severity work_item source_table sys_id message amount",
    "audit.admission": "source_table rows_read rows_accepted rows_quarantined",
    "audit.conservation": "law expected found difference holds",
}
CACHED = (
    "estimated_cost planned_capital planned_operating estimated_benefit actual_cost budget_cost actual_benefit "
    "planned_return planned_roi npv_value irr_value estimate_at_completion"
)
WORK_ITEM = (
    "sys_id! number short_description state primary_program primary_portfolio start_date end_date currency "
    f"discount_rate rate_model {CACHED}"
)
INPUT = {
    "fiscal_period": "sys_id! name! fiscal_type! start_date_time! end_date_time!",
    "resource_type_definition": "sys_id! name expense_type!",
    "pm_portfolio": "sys_id! number name",
    "pm_program": "sys_id! number name account",
    "pm_project": f"{WORK_ITEM} parent demand",
    "dmn_demand": f"{WORK_ITEM} project",
    "pm_project_task": "sys_id! number short_description parent! top_task state",
    "dmn_demand_task": "sys_id! number parent! state",
    "cost_plan": "sys_id! name task! resource_type expense_type currency total_planned_cost",
    "cost_plan_breakdown": "sys_id! breakdown_type! cost_plan task fiscal_period! expense_type resource_type value! actual "
    "budget planning_item",
    "benefit_plan": "sys_id! name task! currency",
    "benefit_plan_breakdown": "sys_id! benefit_plan! fiscal_period! value! actual_benefit",
    "fm_expense_line": "sys_id! number state! date! amount! task source_id cost_plan resource_type expense_type "
    "base_expense source short_description currency",
    "project_funding": "sys_id! task! fiscal_period! capex_budget opex_budget total_budget currency",
    "sn_invst_pln_invst_budget": "sys_id! investment! fiscal_period! amount! expense_type resource_type currency",
    "sn_invst_pln_investment": "sys_id! funding_entity_id planned_cost planned_capital planned_operating planned_benefit "
    "work_cost capex_work_cost opex_work_cost actual_benefit budget_cost",
    "sn_invst_pln_financial_migration": "sys_id! task! is_budget_migrated!",
    "sn_align_core_planning_item": "sys_id! sys_class_name! number investment task",
    "sn_align_cmn_int_integrations_setup": "sys_id! planning_item_table! active",
    "sys_properties": "name! value!",
    "fx_rate": "from_currency! to_currency! rate! valid_from!",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_columns_are_there(name: str) -> None:
    layer, _, table = name.partition(".")
    held = {"mart": MARTS, "audit": AUDITS}[layer][table]

    assert set(PUBLISHED[name].split()) <= set(held.columns())


@pytest.mark.parametrize("name", INPUT)
def test_input_columns_are_there_and_exactly_the_bold_ones_are_required(name: str) -> None:
    source = SOURCES[name]
    assert issubclass(source, Source)
    words = INPUT[name].split()

    assert set(source.columns()) == {word.rstrip("!") for word in words}
    assert set(source.required_columns()) == {word.rstrip("!") for word in words if word.endswith("!")}


def test_money_has_room_for_every_sum_and_no_more_than_a_warehouse_column() -> None:
    for table in (*MARTS.values(), *AUDITS.values()):
        for column in table.columns_of_kind("money"):
            assert table.dtypes()[column] == pl.Decimal(38, 4)
