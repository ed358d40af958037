"""Order lines: whether they are valid and approved, when their work starts, what the platform has linked to them."""

import datetime as dt

from .instance import LINE, ORDER, PROJECT, Instance, Row, last, word

APPROVED = ("acknowledged", "scheduled", "in_progress", "on_hold", "awaiting_information", "completed")


def is_valid(instance: Instance, line: Row) -> bool:
    """Its order exists, and it says what is sold or delivered."""
    has_product = line["specification"] is not None or line["product_offering"] is not None
    return instance.find(ORDER, line["order"]) is not None and has_product


def is_approved(line: Row) -> bool:
    return line["approved_on"] is not None or word(line["state"]) in APPROVED


def order_of(instance: Instance, line: Row) -> str | None:
    """The line's order; none where that is not in the export."""
    return line["order"] if instance.find(ORDER, line["order"]) is not None else None


def account_of(instance: Instance, line: Row) -> str | None:
    """The line's customer, else that of its order."""
    order = instance.find(ORDER, line["order"])
    return line["account"] or (order["account"] if order else None)


def created_on(record: Row) -> dt.datetime | None:
    """Of what is made for a line or an order: when that was approved, else created."""
    return record["approved_on"] or record["sys_created_on"]


def start_of(instance: Instance, record: Row) -> dt.date | None:
    """When the work for a line or an order starts."""
    return record["expected_start_date"] or instance.day(record["approved_on"])


def age(line: Row) -> tuple[object, ...]:
    """Sort key: the earliest line first."""
    return last(line["approved_on"]), last(line["sys_created_on"]), line["sys_id"]


def existing_projects(instance: Instance) -> dict[str, str]:
    """Of each line the exported project that the platform has linked to it: the lowest of several."""
    found: dict[str, str] = {}
    for link in instance.rows("sn_ind_tmt_orm_order_line_rel_task"):
        line, project = instance.find(LINE, link["order_line_item"]), instance.find(PROJECT, link["task"])
        if line is not None and project is not None:
            found[line["sys_id"]] = min(found.get(line["sys_id"], project["sys_id"]), project["sys_id"])
    return found
