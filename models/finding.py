"""The catalogue of findings: what each code means and what an analyst can do about it."""

from __future__ import annotations

from typing import Final, NamedTuple

from models.vocabulary import ERROR, INFORMATION, WARNING


class FindingKind(NamedTuple):
    """One kind of finding."""

    code: str
    severity: str
    meaning: str
    remedy: str


KINDS: Final = (
    FindingKind(
        "baseline_without_work_item",
        WARNING,
        "A baseline of the platform names no work item: it is left out.",
        "Export what it is of: its investment, or its task.",
    ),
    FindingKind(
        "baseline_in_other_currency",
        WARNING,
        "A baseline is in another functional currency than today's figures: nothing is compared with it.",
        "Run with the functional currency of the baseline to compare.",
    ),
    FindingKind(
        "duplicate_breakdown",
        WARNING,
        "Several requirement rows of one plan, period, expense type and cost type: all are added up.",
        "Keep one, if they are the same money.",
    ),
    FindingKind(
        "plan_outside_dates",
        WARNING,
        "A plan has rows in periods outside its work item's planned dates: they count.",
        "Correct the dates, or move the plan.",
    ),
    FindingKind(
        "expense_type_conflict",
        WARNING,
        "Rows have another expense type than their cost type: their own counts.",
        "Correct one of the two.",
    ),
    FindingKind(
        "zero_amount_lines",
        INFORMATION,
        "Processed lines have the amount 0.",
        "Check rates and prices where they come from.",
    ),
    FindingKind("no_plan", INFORMATION, "Money has been spent, and nothing is planned.", "Plan it."),
    FindingKind(
        "no_budget",
        INFORMATION,
        "It will cost something, and has no budget of the version that counts: the variance is all of it.",
        "Budget it, or check its migration record.",
    ),
    FindingKind(
        "no_benefit",
        INFORMATION,
        "Cost is planned, and no benefit: return, present value and rate of return say so.",
        "Plan its benefit, if it has one.",
    ),
    FindingKind(
        "budget_in_both_tables",
        INFORMATION,
        "A work item has budget rows of both versions: one counts, the other is left out.",
        "None, after a migration; else remove the version that is not meant.",
    ),
    FindingKind(
        "truncated_export",
        ERROR,
        "A file ends in the platform's note that it cut the export off: rows are missing, and their money with them.",
        "Export the table again: as CSV, in parts below the limit, or with a higher limit (glide.xlsx.max_cells, "
        "glide.csv.export.limit and their kin).",
    ),
    FindingKind(
        "suspicious_row_count",
        WARNING,
        "A file has exactly 10,000 rows, where lists and the Table API stop by default, and no page follows: rows may "
        "be missing.",
        "Compare with the number of rows in the platform; export the table again in parts where it has more.",
    ),
    FindingKind(
        "empty_file",
        WARNING,
        "A file has no byte in it, not even a header: it counts as having no rows, but writing it may have failed.",
        "Export the table again; delete the file where the table has no rows.",
    ),
    FindingKind(
        "same_file_twice",
        WARNING,
        "A file is byte for byte the same as another one of its table: its rows count once, but the part that should "
        "be in its place may be missing.",
        "Delete the copy, or export the part that it stands for.",
    ),
    FindingKind("missing_source", WARNING, "A table is not in the export.", "Export it, if its figures are needed."),
    FindingKind(
        "unknown_reference",
        WARNING,
        "A value points to a row that is not there; it counts as empty.",
        "Export that row.",
    ),
    FindingKind("no_base_periods", ERROR, "The calendar has no month or period.", "Export the fiscal months."),
    FindingKind("no_fiscal_quarter", INFORMATION, "A base period lies in no quarter.", "Export the fiscal quarters."),
    FindingKind("task_cycle", WARNING, "A task's parents run in a circle, so it has no owner.", "Correct its parent."),
    FindingKind(
        "project_cycle",
        WARNING,
        "A project's parents run in a circle: its rolled-up figures are its own.",
        "Correct its parent.",
    ),
    FindingKind(
        "plan_without_work_item",
        WARNING,
        "A plan stands on something that no work item owns; it is in no work item's figures.",
        "Move it.",
    ),
    FindingKind(
        "line_without_work_item",
        WARNING,
        "A processed line stands on no known work item; it is in no figure.",
        "Assign it.",
    ),
    FindingKind(
        "line_outside_calendar",
        WARNING,
        "A processed line's date lies in no base period; it is in no figure.",
        "Check its date.",
    ),
    FindingKind(
        "unprocessed_lines",
        INFORMATION,
        "A work item's actual cost is 0, and it has lines that are not processed.",
        "Have them approved and processed.",
    ),
    FindingKind(
        "line_on_demand",
        INFORMATION,
        "A processed line stands on a demand itself; demands count lines of their tasks only.",
        "Book it on a demand task, or include such lines by the settings.",
    ),
    FindingKind(
        "copy_of_uncounted_line",
        WARNING,
        "A line repeats a base line that does not count: its money is in no figure.",
        "Check the base line.",
    ),
    FindingKind(
        "duplicate_investment",
        WARNING,
        "Several investments fund one work item; their budgets are added up.",
        "Keep one.",
    ),
    FindingKind(
        "funding_without_work_item",
        INFORMATION,
        "A budget stands on something that is no work item; it is in no figure.",
        "None, if it is a target of a program or portfolio.",
    ),
    FindingKind(
        "total_budget_differs",
        INFORMATION,
        "total_budget differs from capital plus operating; it is not used.",
        "Check the row.",
    ),
    FindingKind(
        "migrated_without_v2_rows",
        WARNING,
        "Migrated, but without v2 budget: its budget is 0 although v1 has rows.",
        "Finish the migration.",
    ),
    FindingKind(
        "v2_rows_without_migration",
        WARNING,
        "Has v2 budget rows that don't count: it is not migrated.",
        "Check the migration record.",
    ),
    FindingKind(
        "planning_item_disagrees",
        WARNING,
        "Figures of a planning item differ between execution and the investment.",
        "Save the investment again, or correct the side that is wrong.",
    ),
    FindingKind(
        "integrated_without_work_item",
        WARNING,
        "Integration is on for a planning item that has no work item: only plans on itself count.",
        "Link it to its project or demand.",
    ),
    FindingKind(
        "missing_discount_rate", INFORMATION, "No discount rate: net present value is at rate 0.", "Enter a rate."
    ),
    FindingKind(
        "unusable_discount_rate",
        WARNING,
        "A discount rate of -100 % or less: no net present value.",
        "Correct the rate.",
    ),
    FindingKind(
        "net_present_value_out_of_range",
        WARNING,
        "The present value is too large for an amount.",
        "Check the discount rate.",
    ),
    FindingKind(
        "demand_and_project_planned",
        INFORMATION,
        "A demand and the project it became both carry plans and both count.",
        "Leave one out of programs and portfolios.",
    ),
    FindingKind(
        "several_currencies",
        WARNING,
        "Amounts are in several currencies and are added up as if in one.",
        "Set functional_currency.",
    ),
    FindingKind(
        "missing_exchange_rate",
        WARNING,
        "An amount has no exchange rate on its day; every figure that needs it is unknown (or it counts at 1).",
        "Export the rate in fx_rate.",
    ),
    FindingKind(
        "rejected_rule",
        WARNING,
        "The condition of an oversight rule can't be understood; the rule matches nothing.",
        "Correct the condition where the message says.",
    ),
    FindingKind(
        "rules_of_same_order",
        WARNING,
        "Active oversight rules of one decision table have the same order: which is asked first depends on their keys.",
        "Give each its own order.",
    ),
    FindingKind(
        "unknown_order_state",
        INFORMATION,
        "An order, line, domain order or order task is in a state that means nothing to a project; it counts as open.",
        "Check the state.",
    ),
    FindingKind(
        "order_record_cycle",
        WARNING,
        "A location, order line or order task is above itself: the way up ends there.",
        "Correct its parent.",
    ),
    FindingKind(
        "several_programs",
        INFORMATION,
        "An account has several programs; the lowest one is reused for its orders.",
        "Keep one.",
    ),
    FindingKind(
        "several_site_projects",
        INFORMATION,
        "A location is linked to several site projects; the lowest one is reused.",
        "Keep one.",
    ),
    FindingKind(
        "unused_site_link",
        WARNING,
        "A project linked to a location is not reused there: it serves a line or another location.",
        "Link a project of its own to the location.",
    ),
    FindingKind(
        "site_templates_differ",
        INFORMATION,
        "Lines at one location ask for different site templates; that of the earliest line is used.",
        "Check the rules.",
    ),
    FindingKind(
        "unknown_map_field",
        WARNING,
        "A field map reads a field that its table does not have; nothing is copied.",
        "Correct the field map.",
    ),
    FindingKind(
        "project_exists_twice",
        WARNING,
        "The platform has linked a line to a project after one was made for it here; the platform's is shown.",
        "None; the older one stays for its history.",
    ),
    FindingKind(
        "source_vanished",
        WARNING,
        "A record under oversight is no longer in the export; its links stay, but it counts for no state.",
        "Export it, if it still exists.",
    ),
    FindingKind(
        "no_rate_model", INFORMATION, "No rate model and no actual cost: labour may be missing.", "Assign a rate model."
    ),
)

FINDINGS: Final = {kind.code: kind for kind in KINDS}
OVER_EVERYTHING: Final = frozenset(
    {
        "truncated_export",
        "suspicious_row_count",
        "empty_file",
        "same_file_twice",
        "missing_source",
        "unknown_reference",
        "several_currencies",
        "no_base_periods",
        "no_fiscal_quarter",
        "rejected_rule",
        "rules_of_same_order",
        "unknown_order_state",
        "order_record_cycle",
        "several_programs",
        "several_site_projects",
        "unused_site_link",
        "site_templates_differ",
        "unknown_map_field",
        "project_exists_twice",
        "source_vanished",
    }
)
"""Findings about the export, the calendar and orders: they are made anew every night, whatever has changed."""
