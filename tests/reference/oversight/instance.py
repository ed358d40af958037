"""What a night of oversight starts from: admitted rows, what is remembered, and the settings."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
Rows = list[Row]

ORDER = "sn_ind_tmt_orm_order"
LINE = "sn_ind_tmt_orm_order_line_item"
DOMAIN_ORDER = "sn_ind_tmt_orm_domain_order"
ORDER_TASK = "sn_ind_tmt_orm_order_task"
LOCATION = "cmn_location"
PROJECT = "pm_project"
PROJECT_TASK = "pm_project_task"
KEYS = {"sys_properties": "name", "v_plugin": "id"}
"""Tables that are not keyed by sys_id."""


@dataclass(frozen=True)
class Instance:
    """One export. A table that is not in `tables` is not in the export, one with an empty list has no rows."""

    tables: Mapping[str, Rows]
    memory: Mapping[str, Rows] = field(default_factory=dict)
    zone: str = "UTC"
    condition_null: str = "match"

    def rows(self, table: str) -> Rows:
        """All rows by key."""
        return [row for _, row in sorted(self.keyed.get(table, {}).items())]

    def find(self, table: str, key: str | None) -> Row | None:
        """The row with that key, if it is in the export."""
        return None if key is None else self.keyed.get(table, {}).get(key)

    def remembered(self, table: str) -> Rows:
        """Copies of the remembered rows of a state table."""
        return [dict(row) for row in self.memory.get(table, [])]

    def day(self, moment: dt.datetime | None) -> dt.date | None:
        """The calendar day of a moment (UTC, without zone) in the instance time zone."""
        return None if moment is None else moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(self.zone)).date()

    @cached_property
    def keyed(self) -> dict[str, dict[str, Row]]:
        """Of every table its rows by key."""
        return {
            table: {row[KEYS.get(table, "sys_id")]: row for row in rows} for table, rows in sorted(self.tables.items())
        }


def word(text: str | None) -> str:
    """Text as words of closed lists are compared: trimmed and without case."""
    return (text or "").strip().lower()


def last(value: Any) -> tuple[bool, Any]:
    """A sort key with empty values last."""
    return value is None, value


def earliest(moments: Iterable[dt.datetime | None]) -> dt.datetime | None:
    """The first of the moments that are known."""
    return min((moment for moment in moments if moment is not None), default=None)
