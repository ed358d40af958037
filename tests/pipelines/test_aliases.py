from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.catalogue import SOURCES
from pipelines.aliases import AliasError, Aliases, load_aliases, normalised

DEFAULT = load_aliases()


def own_aliases(tmp_path: Path, text: str) -> Aliases:
    file = tmp_path / "aliases.toml"
    file.write_text(text, encoding="utf-8")
    return load_aliases(file)


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("Sys ID", "sys_id"),
        (" SYS_ID ", "sys_id"),
        ("Discount rate %", "discount_rate"),
        ("task.value", "task_value"),
        ("Project/Demand", "project_demand"),
        ("a - b", "a_b"),
        ("__x", "__x"),
        ("Größe (€)", "größe"),
    ],
)
def test_names_compare_without_case_and_with_one_underscore_for_other_characters(spelled: str, name: str) -> None:
    assert normalised(spelled) == name


@given(st.text())
def test_normalising_twice_changes_nothing(spelled: str) -> None:
    assert normalised(normalised(spelled)) == normalised(spelled)


@pytest.mark.parametrize("table", SOURCES)
def test_every_table_and_column_is_known_under_its_canonical_name(table: str) -> None:
    columns = list(SOURCES[table].columns())

    assert DEFAULT.table(table) == DEFAULT.table(table.upper()) == table
    assert DEFAULT.header(table, columns) == ({column: column for column in columns}, {})


@pytest.mark.parametrize(
    ("table", "spelled", "column"),
    [
        ("cost_plan_breakdown", "cost_default_currency", "value"),
        ("pm_project", "cost", "estimated_cost"),
        ("dmn_demand", "cost", "estimated_cost"),
        ("pm_project", "work_cost", "actual_cost"),
        ("pm_project", "capex_cost", "planned_capital"),
        ("pm_project", "opex_cost", "planned_operating"),
        ("pm_project", "benefits", "estimated_benefit"),
        ("sn_invst_pln_investment", "work_cost", "work_cost"),
        ("sn_invst_pln_investment", "Funding entity", "funding_entity_id"),
        ("fiscal_period", "fiscal_start_date_time", "start_date_time"),
        ("cost_plan", "Project", "task"),
        ("cost_plan", "Cost type", "resource_type"),
        ("dmn_demand", "Portfolio", "primary_portfolio"),
        ("pm_project", "Planned start date", "start_date"),
        ("cost_plan", "task_value", "task"),
        ("cost_plan", "task.value", "task"),
        ("cost_plan", "project_value", "task"),
        ("sn_align_core_planning_item", "Class", "sys_class_name"),
    ],
)
def test_real_column_names_labels_and_flattened_references_are_understood(
    table: str, spelled: str, column: str
) -> None:
    assert DEFAULT.header(table, [spelled]).spelled == {column: spelled}


def test_the_platform_has_another_name_for_investments() -> None:
    assert DEFAULT.table("sn_invst_pln_invst_investment") == "sn_invst_pln_investment"
    assert DEFAULT.table_spellings("sn_invst_pln_investment") == [
        "sn_invst_pln_investment",
        "sn_invst_pln_invst_investment",
    ]
    assert DEFAULT.table("cmdb_ci") is None


def test_of_several_spellings_the_most_canonical_one_counts() -> None:
    """The canonical one, then one of the table, then one of all tables, then a flattened one."""
    candidates = ["task_value", "project_demand", "project", "task"]

    for count in range(len(candidates), 0, -1):
        header = DEFAULT.header("cost_plan", candidates[:count])
        assert header.spelled == {"task": candidates[count - 1]}
        assert list(header.unused) == candidates[: count - 1]


def test_a_second_spelling_is_told_with_the_column_that_is_read_instead() -> None:
    unused = DEFAULT.header("cost_plan_breakdown", ["value", "cost_default_currency", "mystery"]).unused

    assert unused == {
        "cost_default_currency": "another spelling of value, which is read from the column 'value'",
        "mystery": "cost_plan_breakdown has no column of this name: no figure needs it",
    }


def test_a_name_that_is_there_twice_counts_once() -> None:
    header = DEFAULT.header("pm_project", ["Number", "number"])

    assert header.spelled == {"number": "Number"}
    assert list(header.unused) == ["number"]


def test_a_canonical_name_is_never_the_spelling_of_another_column() -> None:
    """`actual_benefit` and `value` both end a flattened name, and both are columns."""
    header = DEFAULT.header("benefit_plan_breakdown", ["actual_benefit", "value", "benefit_plan"])

    assert header.spelled == {"benefit_plan": "benefit_plan", "value": "value", "actual_benefit": "actual_benefit"}


@given(
    st.sampled_from(sorted(SOURCES)),
    st.lists(st.sampled_from(["sys_id", "Sys ID", "task", "task_value", "cost", "name", "x", "value"])),
)
def test_every_column_of_a_file_is_either_used_once_or_unused_with_a_reason(table: str, spelled: list[str]) -> None:
    distinct = list(dict.fromkeys(spelled))
    header = DEFAULT.header(table, distinct)

    assert sorted([*header.spelled.values(), *header.unused]) == sorted(distinct)


def test_entries_of_ones_own_come_before_the_default_ones(tmp_path: Path) -> None:
    aliases = own_aliases(
        tmp_path,
        """
        [tables]
        u_my_projects = "pm_project"
        [columns]
        "Kostenart" = "resource_type"
        [columns.cost_plan_breakdown]
        u_amount = "value"
        cost_default_currency = "actual"
        """,
    )

    assert aliases.table("U_My_Projects") == "pm_project"
    header = aliases.header(
        "cost_plan_breakdown", ["cost_default_currency", "functional_cost", "U_Amount", "kostenart"]
    )
    assert header.spelled == {"value": "U_Amount", "actual": "cost_default_currency", "resource_type": "kostenart"}
    assert aliases.header("pm_project", ["cost"]).spelled == {"estimated_cost": "cost"}


def test_an_alias_for_all_tables_holds_where_the_column_is(tmp_path: Path) -> None:
    aliases = own_aliases(tmp_path, '[columns]\nperiod = "fiscal_period"\n')

    assert aliases.header("cost_plan_breakdown", ["period"]).spelled == {"fiscal_period": "period"}
    assert aliases.header("pm_project", ["period"]).spelled == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[tables]\nx = "pm_projekt"', "x = 'pm_projekt', but 'pm_projekt' is not a table"),
        ('[columns]\nx = "no_such_column"', "'no_such_column' is not a column of any table"),
        (
            '[columns.cost_plan]\nx = "value"',
            "[columns.cost_plan]: x = 'value', but 'value' is not a column of cost_plan",
        ),
        ('[columns.cost_plans]\nx = "task"', "[columns.cost_plans] is not a table"),
        ('[colums]\nx = "task"', "has a section 'colums'"),
        ("[columns\n", "is not valid TOML"),
        ('columns = "x"', "[columns] must hold entries"),
        ("[columns.cost_plan]\nx = 5", "x = 5"),
    ],
)
def test_mistakes_in_an_alias_file_are_told_with_the_file_and_what_it_may_say(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(AliasError) as fault:
        own_aliases(tmp_path, text)

    assert message in str(fault.value)
    assert "aliases.toml" in str(fault.value)


def test_an_alias_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AliasError, match=r"none\.toml can't be read"):
        load_aliases(tmp_path / "none.toml")
