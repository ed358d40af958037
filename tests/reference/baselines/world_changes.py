"""What changes in exports from one night to the next."""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.reference.drawing import Cells, Draw, Tables
from tests.reference.values import last_day, local_moment

DAY = dt.timedelta(days=1)
KINDS = ("capex", "opex", None)


class Changes:
    """Changes the tables of a night into those of the next."""

    def __init__(self, draw: Draw, tables: Tables, zone: str, day: dt.date) -> None:
        self._draw = draw
        self._tables = tables
        self._zone = ZoneInfo(zone)
        self._day = day

    def spread(self) -> None:
        """Each kind of change some times."""
        often: list[Callable[[], None]] = [
            self._amount,
            self._another_period,
            self._another_plan,
            self._another_type,
            self._amount_moves,
            self._row_goes,
            self._row_comes,
            self._line_changes,
            self._line_changes,
            self._line_goes,
            self._line_comes,
            self._state,
            self._benefit,
            self._budget,
        ]
        seldom = [self._plan_moves, self._plan_goes, self._item_goes, self._item_comes, self._another_program]
        seldom += [self._last_day_moves]
        rarely = [self._period_is_renamed, self._currency]
        for changes, chance, times in ((often, 0.8, 4), (seldom, 0.5, 1), (rarely, 0.35, 1)):
            for change in changes:
                for _ in range(self._draw.count(1, times)):
                    if self._draw.chance(chance):
                        change()

    def _pick(self, table: str) -> Cells | None:
        rows = self._tables.get(table, [])
        return self._draw.pick(rows) if rows else None

    def _requirement(self) -> Cells | None:
        """A requirement row."""
        rows = [row for row in self._tables["cost_plan_breakdown"] if _is_requirement(row)]
        return self._draw.pick(rows) if rows else None

    def _amount(self) -> None:
        row = self._requirement()
        if row:
            row["value"] = self._draw.money()

    def _base_period(self) -> str | None:
        rows = [row for row in self._tables["fiscal_period"] if _is_base(row)]
        return self._draw.pick(rows)["sys_id"]

    def _another_period(self) -> None:
        """The same amount in another period: a shift in time."""
        row = self._requirement()
        if row:
            row["fiscal_period"] = self._base_period()

    def _another_plan(self) -> None:
        """A row under another plan, be it of another work item."""
        row, plan = self._requirement(), self._pick("cost_plan")
        if row and plan:
            row["cost_plan"] = plan["sys_id"]

    def _another_type(self) -> None:
        """A row is reclassified, by its own type or by its plan's."""
        row = self._draw.pick([self._requirement(), self._pick("cost_plan")])
        if row:
            row["expense_type"] = self._draw.pick(KINDS)

    def _amount_moves(self) -> None:
        """Part of a row is planned in another row of the plan: in another period, of another type, or both."""
        row = self._requirement()
        if row:
            other = {**row, "sys_id": self._draw.key()}
            other["fiscal_period"] = self._draw.pick([self._base_period(), self._base_period(), row["fiscal_period"]])
            other["expense_type"] = self._draw.pick([row.get("expense_type"), *KINDS])
            other["value"] = f"{self._draw.count(1, 900)}.{self._draw.count(10, 99)}"
            self._tables["cost_plan_breakdown"].append(other)
            back = {**row, "sys_id": self._draw.key(), "value": f"-{other['value']}"}
            self._tables["cost_plan_breakdown"].append(back)

    def _row_goes(self) -> None:
        row = self._requirement()
        if row:
            self._tables["cost_plan_breakdown"].remove(row)

    def _row_comes(self) -> None:
        row, plan = self._requirement(), self._pick("cost_plan")
        if row and plan:
            period = self._base_period()
            new = {**row, "sys_id": self._draw.key(), "cost_plan": plan["sys_id"], "fiscal_period": period}
            self._tables["cost_plan_breakdown"].append({**new, "value": self._draw.money()})

    def _line_changes(self) -> None:
        """Another amount, day, type, state or place."""
        line, other = self._pick("fm_expense_line"), self._pick("fm_expense_line")
        if line is None or other is None:
            return
        column = self._draw.pick(["amount", "date", "expense_type", "state", "task"])
        states, types = ["processed", "Processed ", "pending"], [*KINDS]
        new = {
            "amount": self._draw.money(),
            "date": self._near(line["date"] or ""),
            "expense_type": self._draw.pick(types),
            "state": self._draw.pick(states),
            "task": other["task"],
        }
        line[column] = new[column]

    def _near(self, day: str) -> str:
        """A day some weeks earlier or later."""
        return (dt.date.fromisoformat(day) + dt.timedelta(days=self._draw.count(-60, 60))).isoformat()

    def _line_goes(self) -> None:
        line = self._pick("fm_expense_line")
        if line:
            self._tables["fm_expense_line"].remove(line)

    def _line_comes(self) -> None:
        line = self._pick("fm_expense_line")
        if line:
            new = {**line, "sys_id": self._draw.key(), "amount": self._draw.money(), "state": "processed"}
            new["date"], new["base_expense"] = self._near(line["date"] or ""), None
            self._tables["fm_expense_line"].append(new)

    def _items(self) -> str:
        return self._draw.pick(["pm_project", "pm_project", "dmn_demand"])

    def _state(self) -> None:
        item = self._pick(self._items())
        if item:
            item["state"] = self._draw.pick(["1", "2", "Work in Progress", " WORK IN PROGRESS", None, "3"])

    def _another_program(self) -> None:
        item, program, portfolio = self._pick(self._items()), self._pick("pm_program"), self._pick("pm_portfolio")
        if item and program and portfolio:
            item["primary_program"] = self._draw.pick([program["sys_id"], None])
            item["primary_portfolio"] = self._draw.pick([portfolio["sys_id"], item["primary_portfolio"]])

    def _benefit(self) -> None:
        row = self._pick("benefit_plan_breakdown")
        if row and self._draw.chance(0.7):
            row["value"] = self._draw.money()
        elif row:
            self._tables["benefit_plan_breakdown"].remove(row)

    def _budget(self) -> None:
        row = self._pick("sn_invst_pln_invst_budget")
        if row:
            row["amount"] = self._draw.money()
        row = self._pick("project_funding")
        if row:
            row["opex_budget"] = self._draw.money()

    def _plan_moves(self) -> None:
        """A plan stands on another work item."""
        plan, item = self._pick("cost_plan"), self._pick(self._items())
        if plan and item:
            plan["task"] = item["sys_id"]

    def _plan_goes(self) -> None:
        """A plan goes; its rows go too, or are left behind."""
        plan = self._pick("cost_plan")
        if plan:
            self._tables["cost_plan"].remove(plan)
            if self._draw.chance(0.7):
                rows = self._tables["cost_plan_breakdown"]
                self._tables["cost_plan_breakdown"] = [row for row in rows if row["cost_plan"] != plan["sys_id"]]

    def _item_goes(self) -> None:
        """A work item vanishes, or one of those that vanished is back."""
        table = self._items()
        gone = self._tables.setdefault(f"gone {table}", [])
        if gone and self._draw.chance(0.5):
            self._tables[table].append(gone.pop())
        elif len(self._tables[table]) > 1:
            item = self._draw.pick(self._tables[table])
            self._tables[table].remove(item)
            gone.append(item)

    def _item_comes(self) -> None:
        """A new project that takes over a plan and a line."""
        item, plan, line = self._pick("pm_project"), self._pick("cost_plan"), self._pick("fm_expense_line")
        if item and plan and line:
            new = {**item, "sys_id": self._draw.key(), "parent": None, "state": self._draw.pick(["1", "2"])}
            self._tables["pm_project"].append(new)
            plan["task"] = line["task"] = new["sys_id"]

    def _currency(self) -> None:
        """A plan, a line or a work item is in another currency."""
        row = self._pick(self._draw.pick(["cost_plan", "fm_expense_line", "pm_project"]))
        if row:
            row["currency"] = self._draw.pick(["EUR", "JPY", "USD", None])

    def _last_day_moves(self) -> None:
        """Two base periods that follow each other within a quarter part on another day, mostly about the last night."""
        base = sorted((row for row in self._tables["fiscal_period"] if _is_base(row)), key=self._start)
        bounds = {self._start(row) for row in self._tables["fiscal_period"] if not _is_base(row)}
        inner = [(one, two) for one, two in pairwise(base) if self._start(two) not in bounds]
        touching = [(one, two) for one, two in inner if self._start(two) == self._end(one) + DAY]
        if touching:
            near = min(touching, key=lambda pair: abs(self._start(pair[1]) - self._day))
            earlier, later = self._draw.pick([near, near, near, self._draw.pick(touching)])
            around = self._draw.pick([self._day, self._start(later)]) + self._draw.count(-6, 6) * DAY
            start = min(max(around, self._start(earlier) + DAY), self._end(later))
            earlier["end_date_time"] = self._utc(start, dt.timedelta(seconds=1))
            later["start_date_time"] = self._utc(start, dt.timedelta(0))

    def _start(self, row: Cells) -> dt.date:
        return local_moment(row["start_date_time"] or "", self._zone)[0]

    def _end(self, row: Cells) -> dt.date:
        return last_day(row["end_date_time"] or "", self._zone)

    def _utc(self, day: dt.date, before: dt.timedelta) -> str:
        moment = dt.datetime.combine(day, dt.time(), self._zone).astimezone(dt.UTC) - before
        return moment.strftime("%Y-%m-%d %H:%M:%S")

    def _period_is_renamed(self) -> None:
        """A base period gets another key, under which all rows know it from now on."""
        old, new = self._base_period(), self._draw.key()
        for table, rows in self._tables.items():
            for row in rows:
                if row.get("fiscal_period") == old:
                    row["fiscal_period"] = new
                if table == "fiscal_period" and row["sys_id"] == old:
                    row["sys_id"] = new


def _is_requirement(row: Cells) -> bool:
    return (row["breakdown_type"] or "").strip().lower() == "requirement"


def _is_base(row: Cells) -> bool:
    return (row["fiscal_type"] or "").strip().lower() in {"month", "period"}
