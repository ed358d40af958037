"""The names and columns that users and BI tools rely on: they may be added to, never changed."""

from __future__ import annotations

import polars as pl
import pytest

from models.catalogue import AUDITS, BASELINES, MARTS, SOURCES
from models.table import Source

MONEY = (
    "estimated_cost planned_capital planned_operating estimated_benefit actual_cost actual_capital actual_operating "
    "demand_direct_actual budget_cost budget_capital budget_operating actual_benefit planned_return net_benefit "
    "planned_roi_pct estimate_at_completion budget_variance"
)
COMPARED = (
    "planned_capital_baseline planned_capital_current planned_capital_variance planned_operating_baseline "
    "planned_operating_current planned_operating_variance planned_benefit_baseline planned_benefit_current "
    "planned_benefit_variance budget_cost_baseline budget_cost_current budget_cost_variance actual_cost_current "
    "actual_vs_baseline"
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
    "mart.oversight_decision": "decision_table record_table record rule answer outcome",
    "mart.oversight_program": "program account order origin template created_on",
    "mart.oversight_project": "project kind name origin template project_type parent program account order order_line_item "
    "location state planned_start planned_end created_on",
    "mart.oversight_project_task": "project_task project template_task parent name state status planned_start planned_end "
    "created_on",
    "mart.oversight_mapped_field": "target_table target target_field value source_table source source_field map",
    "mart.order_line_item_project": "order_line_item project order level",
    "mart.order_project": "order project origin",
    "mart.site_location_site_project": "location site_project order",
    "mart.domain_order_project_task": "domain_order source project_task project order_line_item rule",
    "mart.order_task_project_task": "order_task source project_task project order_line_item rule",
    "mart.oversight_note": "journal target_table target element value sys_created_on sys_created_by",
    "mart.oversight_rule_lint": "rule problem detail",
    "mart.order_financials": "order program account order_value canceled_value lines work_items planned_cost actual_cost "
    "budget_cost estimate_at_completion shared_with_orders",
    "mart.program_order_financials": "program account order_value canceled_value lines work_items planned_cost actual_cost "
    "budget_cost estimate_at_completion shared_with_orders",
    "mart.access_control": "role contains_role relation access inherited_from condition",
    "mart.investment": "investment work_item figures_source planned_cost planned_capital planned_operating actual_cost "
    "actual_capital actual_operating planned_benefit actual_benefit budget_cost",
    "mart.planning_item": "planning_item sys_class_name number investment work_item integration planned_cost "
    "planned_capital planned_operating actual_cost actual_capital actual_operating planned_benefit actual_benefit "
    "budget_cost planned_cost_source actual_cost_source benefit_source budget_source",
    "mart.baseline_variance_period": "baseline work_item fiscal_period planned_cost_baseline planned_cost_current "
    f"planned_cost_variance {COMPARED}",
    "mart.baseline_variance": "baseline name work_item created_on kind program portfolio planned_cost_baseline "
    "planned_cost_current planned_cost_variance estimate_at_completion_baseline estimate_at_completion_current "
    f"estimate_at_completion_variance {COMPARED}",
    "mart.program_baseline_variance": f"program name baseline_count estimate_at_completion_variance {COMPARED}",
    "mart.portfolio_baseline_variance": f"portfolio name baseline_count estimate_at_completion_variance {COMPARED}",
    "mart.baseline_pair_variance": "baseline later_baseline work_item planned_cost_variance "
    "estimate_at_completion_variance",
    "mart.variance_bridge": "compared_with kind name day work_item program portfolio part cost_plan fiscal_period "
    "end_date expense_type amount",
    "mart.program_variance_bridge": "program name part amount",
    "mart.portfolio_variance_bridge": "portfolio name part amount",
    "mart.work_item_in_project_currency": f"work_item currency {MONEY}",
    "mart.baseline_driver": "baseline rank work_item cost_plan expense_type planned_cost_baseline planned_cost_current "
    "planned_cost_variance",
    "baseline.header": "baseline name work_item created_on kind",
    "baseline.cost_plan_breakdown": "baseline cost_plan_breakdown fiscal_period expense_type planned_cost",
    "baseline.benefit_plan_breakdown": "baseline benefit_plan_breakdown fiscal_period planned_benefit",
    "baseline.budget": "baseline source_table sys_id fiscal_period expense_type budget_cost",
    "baseline.actual_cost": "baseline fiscal_period expense_type actual_cost",
    "audit.expense_funnel": "expense_line outcome amount work_item fiscal_period",
    "audit.quarantine": "source_table source_file row_number sys_id column rule message raw",
    "audit.finding": "code severity work_item source_table sys_id message amount",
    "audit.admission": "source_table rows_read rows_accepted rows_quarantined",
    "audit.source_file": "source_table source_file rows_read rows_accepted rows_quarantined distinct_keys bytes sha256",
    "audit.source_file_amount": "source_table source_file column amount_accepted amount_quarantined rows_unreadable",
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
HEADER = "sys_id! name! investment task created_on!"
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
    "sn_invst_pln_invst_investment_baseline_header": HEADER,
    "dmn_demand_baseline_header": HEADER,
    "cost_plan_baseline": "sys_id! baseline_header! source_sys_id name task resource_type expense_type currency "
    "total_planned_cost",
    "cost_plan_breakdown_baseline": "sys_id! baseline_header! source_sys_id breakdown_type! cost_plan task fiscal_period! "
    "expense_type resource_type value! actual budget planning_item currency exchange_rate",
    "benefit_plan_baseline": "sys_id! baseline_header! source_sys_id name task currency",
    "benefit_plan_breakdown_baseline": "sys_id! baseline_header! source_sys_id benefit_plan fiscal_period! value! "
    "actual_benefit currency exchange_rate",
    "sn_invst_pln_invst_budget_baseline": "sys_id! baseline_header! source_sys_id investment fiscal_period! amount! "
    "expense_type resource_type currency exchange_rate",
    "pm_project_baseline": f"{WORK_ITEM} baseline_header! source_sys_id parent demand",
    "dmn_demand_baseline": f"{WORK_ITEM} baseline_header! source_sys_id project",
    "sn_ind_tmt_orm_order": "sys_id! number account! state! order_date order_type expected_start_date expected_end_date "
    "total_amount project_template approved_on sys_created_on",
    "sn_ind_tmt_orm_order_line_item": "sys_id! number order! parent_line_item account product_offering specification "
    "location action state! quantity total_price expected_start_date expected_end_date sys_created_on approved_on",
    "sn_ind_tmt_orm_domain_order": "sys_id! number sys_class_name order_line_item! specification state! sys_created_on",
    "sn_ind_tmt_orm_order_task": "sys_id! number parent! order_line_item request_type short_description state! "
    "sys_created_on",
    "customer_account": "sys_id! name number code parent",
    "product_offering": "sys_id! name number code",
    "product_specification": "sys_id! name number code type",
    "cmn_location": "sys_id! name parent",
    "oversight_rule": "sys_id! decision_table! order! condition! answer! active default_answer location",
    "project_template": "sys_id! name kind! active",
    "project_template_task": "sys_id! template! name order parent duration_days start_offset_days",
    "sn_ind_tmt_orm_order_line_rel_task": "sys_id! order_line_item! task!",
    "sn_ind_tmt_orm_order_task_rel_task": "sys_id! source! project_task!",
    "site_location_rel_project": "sys_id! location! project!",
    "csm_table_map": "sys_id! source_table! target_table! active",
    "csm_field_map": "sys_id! map! source_field! target_field! order",
    "sys_journal_field": "sys_id! element_id! element! value! sys_created_on! sys_created_by",
    "v_plugin": "id! active!",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_columns_are_there(name: str) -> None:
    layer, _, table = name.partition(".")
    held = {"mart": MARTS, "audit": AUDITS, "baseline": BASELINES}[layer][table]

    assert set(PUBLISHED[name].split()) <= set(held.columns())


@pytest.mark.parametrize("name", INPUT)
def test_input_columns_are_there_and_exactly_the_bold_ones_are_required(name: str) -> None:
    source = SOURCES[name]
    assert issubclass(source, Source)
    words = INPUT[name].split()

    assert set(source.columns()) == {word.rstrip("!") for word in words}
    assert set(source.required_columns()) == {word.rstrip("!") for word in words if word.endswith("!")}


def test_every_source_table_is_in_the_contract() -> None:
    assert set(INPUT) == set(SOURCES)


def test_money_has_room_for_every_sum_and_no_more_than_a_warehouse_column() -> None:
    for table in (*MARTS.values(), *AUDITS.values()):
        for column in table.columns_of_kind("money"):
            assert table.dtypes()[column] == pl.Decimal(38, 4)
