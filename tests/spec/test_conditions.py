"""Chapter: what a condition of an oversight rule says, and which records meet it."""

from __future__ import annotations

import polars as pl
import pytest

from models.catalogue import SOURCES
from models.order import (
    DOMAIN_ORDER_TABLE,
    LINE_TABLE,
    LOCATION_TABLE,
    ORDER_TABLE,
    ORDER_TASK_TABLE,
    DomainOrder,
    OrderTask,
)
from models.oversight import RECORD_TABLES, OrderLine
from models.oversight_link import OversightLineState, RememberedLink
from models.oversight_project import OversightProjectState
from tests.frames import drawn, text_frame
from transforms.condition.predicate import Nulls, Reading
from transforms.condition.scopes import LINE_OF_TASK, TOP_DOMAIN_ORDER, scope
from transforms.condition.walk import walked
from transforms.encoded_query import Rejected, compiled
from transforms.oversight.overseen_record import overseen_record

TABLES = {
    "orders": ORDER_TABLE,
    "lines": LINE_TABLE,
    "domain_orders": DOMAIN_ORDER_TABLE,
    "order_tasks": ORDER_TASK_TABLE,
    "locations": LOCATION_TABLE,
    "accounts": "customer_account",
    "offerings": "product_offering",
    "specifications": "product_specification",
    "templates": "project_template",
}


def meeting(
    condition: str | None, *, of: str = "order_line_item", zone: str = "UTC", nulls: Nulls = "match", **pictures: str
) -> str:
    """The records that meet a condition, in the order in which they are drawn; tables that are not drawn are empty."""
    tables = {table: frame(table, pictures.get(name, "")) for name, table in TABLES.items()}
    records = tables[RECORD_TABLES[of]].with_columns(pl.col("sys_id").alias("record"))
    if of == "order_task":
        records = records.join(resolved_references(tables), on="record", how="left", maintain_order="left")
    ready = compiled(condition, Reading(scope(of, tables), zone, nulls))
    beside = walked(records, scope(of, tables), tables, ready.fields, ["record"])
    found = beside.select("record", holds=ready.holds).collect()
    met = set(found.filter("holds")["record"])
    return " ".join(key for key in records.collect()["record"] if key in met)


def frame(table: str, picture: str) -> pl.LazyFrame:
    return text_frame(SOURCES[table], picture or "sys_id").lazy()


def resolved_references(tables: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The domain order and the line of every order task."""
    records = overseen_record(
        DomainOrder.cast(tables[DOMAIN_ORDER_TABLE]),
        OrderTask.cast(tables[ORDER_TASK_TABLE]),
        OrderLine.create_empty(lazy=True),
        OversightLineState.create_empty(lazy=True),
        OversightProjectState.create_empty(lazy=True),
        RememberedLink.create_empty(lazy=True),
    )
    names = {"record": "record", TOP_DOMAIN_ORDER: "domain_order", LINE_OF_TASK: "order_line_item"}
    return records.filter(record_table=ORDER_TASK_TABLE).select(**names)


def rejection(condition: str, *, of: str = "order_line_item", without: str = "") -> Rejected:
    """Why a condition is rejected, in an export with all tables but one."""
    with pytest.raises(Rejected) as caught:
        compiled(condition, Reading(scope(of, {*TABLES.values()} - {without}), "UTC", "match"))
    return caught.value


def assert_each(picture: str, **arguments: str) -> None:
    """Every row of the picture names a condition and the records that meet it."""
    expected = {str(row["condition"]): row["met by"] or "" for row in drawn(picture)}
    assert {condition: meeting(condition, **arguments) for condition in expected} == expected


STATES = """
    sys_id | state  | action | number
    L1     | open   | add    | 1
    L2     | open   | change | 2
    L3     | closed | add    | 3
    L4     | closed | change | 4
"""


def test_an_empty_or_blank_condition_always_holds() -> None:
    assert meeting(None, lines=STATES) == meeting("", lines=STATES) == meeting("  ", lines=STATES) == "L1 L2 L3 L4"


def test_or_binds_closer_than_and_and_a_new_query_is_another_way_to_match() -> None:
    assert_each(
        """
            condition                                          | met by
            state=open^action=add                              | L1
            state=open^ORaction=add                            | L1 L2 L3
            state=open^action=add^ORaction=change              | L1 L2
            action=add^ORaction=change^state=closed            | L3 L4
            state=open^action=add^NQstate=closed^action=change | L1 L4
            state=open^action=add^ORnumber=2^NQnumber=4        | L1 L2 L4
            number=9^NQnumber=1^NQnumber=3                     | L1 L3
        """,
        lines=STATES,
    )


def test_one_mark_of_the_end_may_close_the_condition() -> None:
    assert meeting("state=open^EQ", lines=STATES) == "L1 L2"
    assert meeting("number=1^NQnumber=2^EQ", lines=STATES) == "L1 L2"


QUANTITIES = """
    sys_id | quantity | state
    L1     | 1        | a
    L2     | 2.5      | B
    L3     | 10       | c
    L4     | -        | -
"""


def test_the_operators() -> None:
    assert_each(
        """
            condition           | met by
            quantity=2.5        | L2
            quantity!=2.5       | L1 L3 L4
            quantity>2.5        | L3
            quantity>=2.5       | L2 L3
            quantity<2.5        | L1
            quantity<=2.5       | L1 L2
            quantityBETWEEN1@10 | L1 L2 L3
            quantityBETWEEN2@9  | L2
            quantityIN1,10      | L1 L3
            quantityNOT IN1,10  | L2 L4
            quantityNOTIN1,10   | L2 L4
            quantityISEMPTY     | L4
            quantityISNOTEMPTY  | L1 L2 L3
            quantityANYTHING    | L1 L2 L3 L4
            quantity=           | L4
            quantity!=          | L1 L2 L3
        """,
        lines=QUANTITIES,
    )


def test_numbers_compare_as_numbers_and_exactly() -> None:
    assert_each(
        """
            condition           | met by
            quantity=2.50       | L2
            quantity<9          | L1 L2
            quantity=02.5       | L2
            quantity>-1         | L1 L2 L3
            quantity=2.50001    |
            quantity!=2.50001   | L1 L2 L3 L4
            quantity<2.50001    | L1 L2
            quantity>=2.50001   | L3
            quantityIN2.50001,1 | L1
            quantityNOT IN1,2.50001               | L2 L3 L4
            quantity<9999999999999999999999999999 | L1 L2 L3
        """,
        lines=QUANTITIES,
    )


NAMES = """
    sys_id | number
    L1     | Fibre 100
    L2     | fibre 1000
    L3     | Dark FIBRE
    L4     | (copper.)
    L5     | -
"""


def test_parts_of_texts_are_found_whatever_their_case_and_there_are_no_wildcards() -> None:
    assert_each(
        """
            condition             | met by
            numberLIKEfibre       | L1 L2 L3
            numberSTARTSWITHFIBRE | L1 L2
            numberENDSWITHfibre   | L3
            numberNOT LIKEfibre   | L4 L5
            numberNOTLIKEfibre    | L4 L5
            numberLIKE%           |
            numberLIKEfib*        |
            numberLIKE.           | L4
            numberLIKE(           | L4
            number=fibre          |
        """,
        lines=NAMES,
    )


@pytest.mark.parametrize("condition", ["state=oPEN", "state= open ", "stateINx, Open", "stateSTARTSWITHOPEN "])
def test_texts_compare_trimmed_and_whatever_their_case(condition: str) -> None:
    lines = frame(LINE_TABLE, "sys_id \n L1 \n L2 \n L3 \n L4")
    records = lines.with_columns(pl.Series("state", [" Open", "OPEN ", "open", "o pen"]))
    ready = compiled(condition, Reading(scope("order_line_item", TABLES.values()), "UTC", "match"))
    beside = walked(records, scope("order_line_item", TABLES.values()), {}, ready.fields)
    assert beside.select(ready.holds).collect().to_series().to_list() == [True, True, True, False]


def test_texts_are_ordered_alphabetically() -> None:
    assert_each(
        """
            condition        | met by
            state>b          | L3
            state>=b         | L2 L3
            state<B          | L1
            stateBETWEENb@c  | L2 L3
            quantityBETWEEN10@1 |
        """,
        lines=QUANTITIES,
    )


def test_items_of_a_list_are_trimmed_and_empty_ones_skipped() -> None:
    assert meeting("stateIN open , held", lines=STATES) == "L1 L2"
    assert meeting("stateIN,open,,", lines=STATES) == "L1 L2"
    assert meeting("stateNOT IN OPEN ,", lines=STATES) == "L3 L4"


@pytest.mark.parametrize("condition", ["state!=open", "stateNOT INopen,held", "stateNOT LIKEop"])
def test_whether_null_is_unlike_a_value_is_a_setting(condition: str) -> None:
    lines = "sys_id | state \n L1 | open \n L2 | closed \n L3 | -"
    assert meeting(condition, lines=lines, nulls="match") == "L2 L3"
    assert meeting(condition, lines=lines, nulls="sql") == "L2"


@pytest.mark.parametrize("nulls", ["match", "sql"])
def test_null_is_empty_is_anything_and_meets_no_comparison(nulls: Nulls) -> None:
    lines = "sys_id | state | quantity | expected_start_date \n L1 | - | - | -"
    assert meeting("stateISEMPTY^state=^stateANYTHING", lines=lines, nulls=nulls) == "L1"
    for condition in ("state=x", "stateINx", "stateLIKEx", "stateSTARTSWITHx", "stateENDSWITHx", "state!=", "state<x"):
        assert meeting(condition, lines=lines, nulls=nulls) == ""
    for condition in ("quantity<=1", "quantityBETWEEN-1@1", "expected_start_date>=2026-01-01", "stateISNOTEMPTY"):
        assert meeting(condition, lines=lines, nulls=nulls) == ""


@pytest.mark.parametrize("nulls", ["match", "sql"])
def test_another_field_can_be_the_same_and_two_nulls_are(nulls: Nulls) -> None:
    lines = """
        sys_id | number | action | quantity | total_price
        L1     | a      | A      | 1        | 1
        L2     | a      | b      | 1        | 2
        L3     | a      | -      | 1        | -
        L4     | -      | -      | -        | -
    """
    assert meeting("numberSAMEASaction", lines=lines, nulls=nulls) == "L1 L4"
    assert meeting("numberNSAMEASaction", lines=lines, nulls=nulls) == "L2 L3"
    assert meeting("quantitySAMEAStotal_price", lines=lines, nulls=nulls) == "L1 L4"


DATES = """
    sys_id | expected_start_date | approved_on
    L1     | 2026-01-31          | 2026-01-31 22:59:59
    L2     | 2026-02-01          | 2026-01-31 23:00:00
    L3     | 2026-02-02          | 2026-02-01 00:00:00
    L4     | -                   | -
"""


def test_a_day_beside_a_moment_is_its_midnight_in_the_time_zone() -> None:
    assert_each(
        """
            condition                                | met by
            approved_on=2026-02-01                   | L2
            approved_on>=2026-02-01                  | L2 L3
            approved_on<2026-02-01                   | L1
            approved_onBETWEEN2026-01-01@2026-02-01  | L1 L2
            approved_on=2026-02-01 00:00:00          | L3
            expected_start_date=2026-01-31 23:00:00  | L2
            expected_start_date=2026-02-01 00:00:00  |
            expected_start_date>2026-01-31 22:59:59  | L2 L3
            expected_start_date>=2026-01-31 23:00:01 | L3
            expected_start_date<2026-02-01 23:00:00  | L1 L2
            approved_onSAMEASexpected_start_date     | L2 L4
            expected_start_dateNSAMEASapproved_on    | L1 L3
        """,
        lines=DATES,
        zone="Europe/Berlin",
    )
    assert meeting("approved_on=2026-02-01", lines=DATES, zone="UTC") == "L3"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_the_first_and_the_last_moment_of_the_calendar_can_be_compared_with(zone: str) -> None:
    for field in ("approved_on", "expected_start_date"):
        assert meeting(f"{field}>0001-01-01", lines=DATES, zone=zone) == "L1 L2 L3"
        assert meeting(f"{field}>0001-01-01 00:00:00", lines=DATES, zone=zone) == "L1 L2 L3"
        assert meeting(f"{field}<=9999-12-31", lines=DATES, zone=zone) == "L1 L2 L3"
        assert meeting(f"{field}<=9999-12-31 23:59:59", lines=DATES, zone=zone) == "L1 L2 L3"


def test_parts_of_a_field_that_is_no_text_are_looked_for_as_it_is_written() -> None:
    assert meeting("approved_onLIKE-31 23:", lines=DATES) == "L2"
    assert meeting("expected_start_dateSTARTSWITH2026-02", lines=DATES) == "L2 L3"
    assert meeting("quantityENDSWITH.5", lines=QUANTITIES) == "L2"
    assert meeting("quantityENDSWITH0", lines=QUANTITIES) == "L3"


def test_a_flag_is_true_or_false_in_four_spellings() -> None:
    arguments = {
        "orders": "sys_id | project_template \n O1 | T1 \n O2 | T2 \n O3 | T3",
        "templates": "sys_id | active \n T1 | true \n T2 | false \n T3 | -",
        "of": "order",
    }
    assert_each(
        """
            condition                         | met by
            project_template.active=true      | O1
            project_template.active=1         | O1
            project_template.active=FALSE     | O2
            project_template.active!=0        | O1 O3
            project_template.activeIN0,true   | O1 O2
            project_template.activeLIKErue    | O1
        """,
        **arguments,
    )


WORLD = {
    "accounts": """
        sys_id | name     | parent
        A1     | Harbour  | A2
        A2     | City     | A3
        A3     | Country  | gone
    """,
    "locations": """
        sys_id | name  | parent
        S1     | Floor | S2
        S2     | House | S3
        S3     | Park  | S4
        S4     | Town  | S5
        S5     | State | S6
        S6     | World | -
        S7     | Loop  | S7
    """,
    "orders": """
        sys_id | number | account | state
        O1     | ORD1   | A1      | new
        O2     | ORD2   | gone    | done
    """,
    "lines": """
        sys_id | number | order | location | state | product_offering | specification | parent_line_item
        L1     | LIN1   | O1    | S1       | one   | F1               | P1            | -
        L2     | LIN2   | O2    | S7       | two   | gone             | -             | L1
        L3     | LIN3   | gone  | gone     | three | -                | gone          | L2
        L4     | LIN4   | -     | -        | four  | -                | -             | gone
    """,
    "offerings": "sys_id | name \n F1 | Fibre",
    "specifications": "sys_id | type \n P1 | service",
    "domain_orders": """
        sys_id | number | order_line_item | state | sys_class_name
        D1     | DOM1   | L1              | three | service
        D2     | DOM2   | L2              | four  | product
        D3     | DOM3   | gone            | one   | -
    """,
    "order_tasks": """
        sys_id | number | parent | order_line_item | state
        K1     | TSK1   | D1     | -               | one
        K2     | TSK2   | K1     | L2              | two
        K3     | TSK3   | K4     | -               | one
        K4     | TSK4   | K3     | -               | one
        K5     | TSK5   | D3     | -               | one
    """,
}


def test_a_field_is_that_of_the_record_unless_an_input_is_named() -> None:
    assert_each(
        """
            condition                   | met by
            state=one                   | L1
            order_line_item.state=one   | L1
            order.state=new             | L1
            location.name=loop          | L2
            order.stateISEMPTY          | L3 L4
        """,
        **WORLD,
    )
    assert meeting("state=new^order.state=new", of="order", **WORLD) == "O1"
    assert meeting("state=one", of="domain_order", **WORLD) == "D3"
    assert meeting("order_line_item.state=one^order.number=ORD1", of="domain_order", **WORLD) == "D1"


def test_an_inputs_name_alone_is_the_key_of_that_record() -> None:
    assert_each(
        """
            condition                      | met by
            order=o1                       | L1
            order_line_item=L3             | L3
            locationISNOTEMPTY             | L1 L2
            orderISEMPTY                   | L3 L4
            order_line_item.orderISEMPTY   | L4
            order_line_item.order=gone     | L3
        """,
        **WORLD,
    )


def test_steps_follow_references_and_lead_to_null_where_there_is_no_row() -> None:
    assert_each(
        """
            condition                                     | met by
            order.account.name=harbour                    | L1
            order.account.nameISEMPTY                     | L2 L3 L4
            order.account.name!=harbour                   | L2 L3 L4
            order.accountISEMPTY                          | L3 L4
            order.account.parent.parent.name=country      | L1
            order.account.parent.parent.parent=gone       | L1
            order.account.parent.parent.parent.nameISEMPTY | L1 L2 L3 L4
            product_offering.nameLIKEfib                  | L1
            specification.type=service                    | L1
            parent_line_item.order.account.name=harbour   | L2
            parent_line_item.parent_line_item.number=LIN1 | L3
        """,
        **WORLD,
    )


def test_at_most_five_steps_are_followed_after_the_inputs_name() -> None:
    assert meeting("location.parent.parent.parent.parent.parent.name=world", **WORLD) == "L1"
    assert meeting("location.parent.parent.parent.parent.parent.name=loop", **WORLD) == "L2"
    assert rejection("location.parent.parent.parent.parent.parent.parent.name=x").expected.startswith("at most 5")
    assert rejection("order_line_item.location.parent.parent.parent.parent.parent.name=x").expected.startswith(
        "at most"
    )


def test_the_domain_order_of_an_order_task_is_at_the_top_of_its_parents() -> None:
    assert_each(
        """
            condition                       | met by
            domain_order=D1                 | K1 K2
            domain_order.number=dom3        | K5
            domain_orderISEMPTY             | K3 K4
            parent.state=three              | K1
            parent.sys_class_name=service   | K1
            parent.parent.state=three       | K2
            parent.order_line_item.state=one | K1
        """,
        of="order_task",
        **WORLD,
    )


def test_the_line_of_an_order_task_is_its_own_else_that_of_its_domain_order() -> None:
    assert_each(
        """
            condition                             | met by
            order_line_item.state=one             | K1
            order_line_item.state=two             | K2
            order.number=ORD1                     | K1
            order.number=ORD2                     | K2
            orderISEMPTY                          | K3 K4 K5
            domain_order.order_line_item=L1       | K1 K2
            order_task.order_line_itemISEMPTY     | K1 K3 K4 K5
            order_task.order_line_item.state=two  | K2
            order_task.order_line_item.order.number=ORD1                        |
            order_line_item.order=O1^order_task.order_line_item.order.numberISEMPTY | K1
        """,
        of="order_task",
        **WORLD,
    )


def test_conditions_that_are_answered_together_do_not_disturb_each_other() -> None:
    """The line as an input and the task's own reference to it are two ways, also for what they lead on to."""
    tables = {table: frame(table, LOWER_CASE.get(name, "")) for name, table in TABLES.items()}
    records = tables[ORDER_TASK_TABLE].with_columns(record="sys_id")
    records = records.join(resolved_references(tables), on="record", how="left")
    reading = Reading(scope("order_task", tables), "UTC", "match")
    line, own = (
        compiled(text, reading)
        for text in ("order_line_item.product_offering=f1", "order_task.order_line_item.product_offering.name=fibre")
    )
    beside = walked(records, reading.scope, tables, line.fields | own.fields, ["record"])
    assert beside.select("record", line=line.holds, own=own.holds).collect().rows() == [("k1", True, False)]


LOWER_CASE = {
    "offerings": "sys_id | name \n f1 | Fibre",
    "lines": "sys_id | product_offering \n l1 | f1",
    "domain_orders": "sys_id | order_line_item \n d1 | l1",
    "order_tasks": "sys_id | parent | order_line_item \n k1 | d1 | -",
}


@pytest.mark.parametrize(
    ("condition", "position", "expected"),
    [
        ("nope=1", 0, "a field of sn_ind_tmt_orm_order_line_item"),
        ("state=open^nope=1", 11, "a field of sn_ind_tmt_orm_order_line_item"),
        ("order.nope=1", 6, "a field of sn_ind_tmt_orm_order"),
        ("order.account.nope=1", 14, "a field of customer_account"),
        ("order.state.name=x", 6, "a reference"),
        ("State=open", 0, "the name of a field"),
        (" state=open", 0, "the name of a field"),
        ("state=open^ORDERBYnumber", 11, "a condition does not sort"),
        ("ORDERBYDESCnumber", 0, "a condition does not sort"),
        ("state=open^GROUPBYnumber", 11, "a condition does not sort"),
        ("state~open", 5, "one of the operators"),
        ("state =open", 5, "one of the operators"),
        ("state", 5, "one of the operators"),
        ("statelikeopen", 13, "one of the operators"),
        ("stateSTARTS WITHopen", 5, "one of the operators"),
        ("quantity=12,5", 9, "a number such as 1234.5"),
        ("quantity=1,000", 9, "a number such as 1234.5"),
        ("quantity=1e3", 9, "a number such as 1234.5"),
        ("quantity>=five", 10, "a number such as 1234.5"),
        ("quantityIN1,x", 12, "a number such as 1234.5"),
        ("quantityIN1,,2", 12, "a number such as 1234.5"),
        ("quantityBETWEEN1@x", 17, "a number such as 1234.5"),
        ("expected_start_date=2026-02-30", 20, "YYYY-MM-DD"),
        ("approved_on>31.01.2026", 12, "YYYY-MM-DD"),
        ("order.project_template.active=yes", 30, "one of true, 1, false, 0"),
        ("order.project_template.active>true", 30, "true or false"),
        ("quantityBETWEEN1", 15, "two values as in 1@10"),
        ("quantityBETWEEN1@", 15, "two values as in 1@10"),
        ("stateBETWEENa@b@c", 12, "two values as in 1@10"),
        ("stateLIKE", 9, "a value was expected after LIKE"),
        ("quantity>", 9, "a value was expected after >"),
        ("stateIN , ", 7, "at least one value"),
        ("stateISEMPTYx", 12, "nothing was expected after ISEMPTY"),
        ("stateANYTHINGx", 13, "nothing was expected after ANYTHING"),
        ("stateSAMEASnope", 11, "a field of sn_ind_tmt_orm_order_line_item"),
        ("stateSAMEASquantity", 11, "a field of type text"),
        ("state=javascript:gs.getUserID()", 6, "scripts are not run"),
        ("stateIN JavaScript:x", 8, "scripts are not run"),
        ("stateINopen,javascript:x", 12, "scripts are not run"),
        ("^state=open", 0, "a term"),
        ("state=open^", 11, "a term"),
        ("state=open^^number=1", 11, "a term"),
        ("state=open^OR", 13, "a term"),
        ("state=open^NQ^number=1", 13, "a term"),
        ("^EQ", 0, "a term"),
        ("state=open^EQ^number=1", 11, "the name of a field"),
        ("state=open^EQ^EQ", 11, "the name of a field"),
        ("state=open^orstate=new", 11, "a field of sn_ind_tmt_orm_order_line_item"),
    ],
)
def test_what_cannot_be_understood_is_rejected_with_its_position(condition: str, position: int, expected: str) -> None:
    found = rejection(condition)
    assert (found.position, expected in found.expected) == (position, True), found.expected


def test_a_table_that_is_not_in_the_export_cannot_be_asked() -> None:
    found = rejection("state=open^order.account.name=x", without="customer_account")
    assert (found.position, found.expected) == (17, "customer_account is needed here, but is not in this export")
    assert rejection("location=S1", without=LOCATION_TABLE).position == 0


def test_a_reference_to_a_table_that_is_not_in_the_export_can_still_be_compared() -> None:
    reading = Reading(scope("order", [ORDER_TABLE]), "UTC", "match")
    assert {field.column for field in compiled("account=A1", reading).fields} == {"account"}
