"""The rollup in pandas, on the keys as they are; amounts as whole cents, because sums of floats are not exact."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import polars as pl

from tests.benchmarks.rollups.polars_strings import write
from tests.benchmarks.rollups.result import ITEM_AMOUNTS, PERIOD_AMOUNTS

CELL: Final = ["work_item", "fiscal_period"]
CLASSES: Final = {"cost": None, "capital": "capex", "operating": "opex"}
MONEY: Final = ("value", "actual_benefit", "amount", "capex_budget", "opex_budget", "total_budget")


def rollup(world: Path, result: Path) -> None:
    """Read the world, and write the figures into a new file."""
    items, owners, types = _work_items(world), _owners(world), _cost_types(world)
    plans = _plans(world, owners, types)
    requirement = _requirement(world, plans, types)
    streams = [
        _by_class(requirement, "planned"),
        _by_class(_spent(world, owners, plans, types), "actual"),
        _by_class(_budget(world, requirement, items, types), "budget"),
        _benefit(world, owners),
    ]
    period = pd.concat(streams).groupby(level=[0, 1]).sum()[list(PERIOD_AMOUNTS)].fillna(0).astype("int64")
    totals = period.groupby(level=0).sum().reindex(items["work_item"], fill_value=0)
    totals.columns = list(ITEM_AMOUNTS)
    write(result, work_item_period=_as_money(period), work_item=_as_money(totals))


def _as_money(cents: pd.DataFrame) -> pl.DataFrame:
    frame = pl.from_pandas(cents.reset_index())
    amounts = [name for name in frame.columns if frame.schema[name] == pl.Int64]
    return frame.with_columns((pl.col(amounts).cast(pl.Decimal(18, 4)) / 100).cast(pl.Decimal(18, 4)))


def _table(world: Path, name: str) -> pd.DataFrame:
    rows = pd.read_parquet(world / f"{name}.parquet")
    for column in rows.columns.intersection(MONEY):
        rows[column] = (rows[column].astype("float64") * 100).round().astype("Int64")
    return rows


def _admitted(world: Path, name: str) -> pd.DataFrame:
    """One of identical copies, none of copies that differ."""
    rows = _table(world, name)
    twice = rows["sys_id"].duplicated(keep=False)
    copies = rows[twice].drop_duplicates()
    return pd.concat([rows[~twice], copies[~copies["sys_id"].duplicated(keep=False)]])


def _work_items(world: Path) -> pd.DataFrame:
    parts = [_table(world, "pm_project").assign(is_demand=False), _table(world, "dmn_demand").assign(is_demand=True)]
    rows = pd.concat(parts).rename(columns={"sys_id": "work_item"})[
        ["work_item", "is_demand", "start_date", "end_date"]
    ]
    return rows.assign(start_date=pd.to_datetime(rows["start_date"]), end_date=pd.to_datetime(rows["end_date"]))


def _owners(world: Path) -> pd.DataFrame:
    """Each record that money can stand on, and its work item."""
    items = _work_items(world)
    found = [items.assign(task=items["work_item"])[["task", "work_item", "is_demand"]]]
    tasks = pd.concat([_table(world, name)[["sys_id", "parent"]] for name in ("pm_project_task", "dmn_demand_task")])
    while len(found[-1]):
        above = found[-1][["task", "work_item"]]
        below = tasks.merge(above, left_on="parent", right_on="task")
        found.append(below.assign(task=below["sys_id"], is_demand=False)[["task", "work_item", "is_demand"]])
    return pd.concat(found).rename(columns={"is_demand": "stands_on_demand"})


def _cost_types(world: Path) -> pd.Series:
    return _table(world, "resource_type_definition").set_index("sys_id")["expense_type"]


def _class(rows: pd.DataFrame, types: pd.Series) -> pd.Series:
    own = rows["expense_type"].fillna(rows["resource_type"].map(types))
    return own.fillna(rows["plan_class"]) if "plan_class" in rows else own


def _plans(world: Path, owners: pd.DataFrame, types: pd.Series) -> pd.DataFrame:
    plans = _table(world, "cost_plan").merge(owners, on="task")
    return pd.DataFrame(
        {"cost_plan": plans["sys_id"], "work_item": plans["work_item"], "plan_class": _class(plans, types)}
    )


def _requirement(world: Path, plans: pd.DataFrame, types: pd.Series) -> pd.DataFrame:
    rows = _admitted(world, "cost_plan_breakdown")
    rows = rows[rows["breakdown_type"] == "requirement"].merge(plans, on="cost_plan")
    rows = rows[rows["fiscal_period"].isin(_base_periods(world)["fiscal_period"])]
    return rows.assign(**{"class": _class(rows, types), "amount": rows["value"]})[[*CELL, "class", "amount"]]


def _spans(world: Path) -> pd.DataFrame:
    rows = _table(world, "fiscal_period")
    days = {"first_day": rows["start_date_time"].dt.normalize(), "last_day": rows["end_date_time"].dt.normalize()}
    return rows.assign(fiscal_period=rows["sys_id"], **days)[["fiscal_period", "fiscal_type", "first_day", "last_day"]]


def _base_periods(world: Path) -> pd.DataFrame:
    spans = _spans(world)
    return spans[spans["fiscal_type"] == "month"].drop(columns="fiscal_type").sort_values("first_day")


def _by_class(rows: pd.DataFrame, stream: str) -> pd.DataFrame:
    amounts = {
        f"{stream}_{part}": rows["amount"] if word is None else rows["amount"].where(rows["class"] == word, 0)
        for part, word in CLASSES.items()
    }
    return pd.DataFrame({**{name: rows[name] for name in CELL}, **amounts}).groupby(CELL).sum()


def _benefit(world: Path, owners: pd.DataFrame) -> pd.DataFrame:
    plans = _table(world, "benefit_plan").rename(columns={"sys_id": "benefit_plan"}).merge(owners, on="task")
    rows = _admitted(world, "benefit_plan_breakdown").merge(plans[["benefit_plan", "work_item"]], on="benefit_plan")
    rows = rows[rows["fiscal_period"].isin(_base_periods(world)["fiscal_period"])]
    return rows.rename(columns={"value": "planned_benefit"}).groupby(CELL)[["planned_benefit", "actual_benefit"]].sum()


def _spent(world: Path, owners: pd.DataFrame, plans: pd.DataFrame, types: pd.Series) -> pd.DataFrame:
    lines, periods = _admitted(world, "fm_expense_line"), _base_periods(world)
    repeats = lines["base_expense"].isin(lines["sys_id"])
    lines = lines[~repeats & (lines["state"].str.strip().str.lower() == "processed")]
    lines = lines.assign(task=lines["task"].fillna(lines["source_id"])).merge(owners, on="task")
    lines = lines[~lines["stands_on_demand"].astype(bool)].merge(
        plans[["cost_plan", "plan_class"]], on="cost_plan", how="left"
    )
    days = pd.to_datetime(lines["date"]).to_numpy()
    place = np.searchsorted(periods["first_day"].to_numpy(), days, side="right") - 1
    known = (place >= 0) & (days <= periods["last_day"].to_numpy()[np.maximum(place, 0)])
    found = {"fiscal_period": periods["fiscal_period"].to_numpy()[np.maximum(place, 0)], "class": _class(lines, types)}
    return lines.assign(**found)[known][[*CELL, "class", "amount"]]


def _budget(world: Path, requirement: pd.DataFrame, items: pd.DataFrame, types: pd.Series) -> pd.DataFrame:
    """Each amount in equal shares of whole cents, over the base periods with the strongest claim."""
    members = _spans(world).merge(_base_periods(world), how="cross", suffixes=("", "_base"))
    inside = (members["first_day_base"] >= members["first_day"]) & (members["last_day_base"] <= members["last_day"])
    members = members[inside].drop(columns=["fiscal_type", "first_day", "last_day"])
    planned = requirement[CELL].drop_duplicates().rename(columns={"fiscal_period": "fiscal_period_base"})
    rows = _budget_amounts(world, types).merge(members, on="fiscal_period").merge(items, on="work_item")
    rows = rows.merge(planned, on=["work_item", "fiscal_period_base"], how="left", indicator="is_planned")
    within = (rows["first_day_base"] <= rows["end_date"]) & (rows["last_day_base"] >= rows["start_date"])
    rows["claim"] = np.select([rows["v1"] & (rows["is_planned"] == "both"), rows["v1"] & within], [1, 2], 3)
    rows = rows[rows["claim"] == rows.groupby("one")["claim"].transform("min")].sort_values("first_day_base")
    one = rows.groupby("one")["claim"]
    place, parts, cents = one.cumcount(), one.transform("size"), rows["amount"].astype("int64")
    share = np.sign(cents) * (cents.abs() // parts + (place < cents.abs() % parts))
    return rows.assign(fiscal_period=rows["fiscal_period_base"], amount=share)[[*CELL, "class", "amount"]]


def _budget_amounts(world: Path, types: pd.Series) -> pd.DataFrame:
    migration = _table(world, "sn_invst_pln_financial_migration")
    migrated = migration[migration["is_budget_migrated"].astype(bool)]["task"]
    funding = _admitted(world, "project_funding").rename(columns={"task": "work_item"})
    funding = funding[~funding["work_item"].isin(migrated)]
    unsplit = funding["capex_budget"].isna() & funding["opex_budget"].isna()
    investments = _table(world, "sn_invst_pln_investment").rename(
        columns={"sys_id": "investment", "funding_entity_id": "work_item"}
    )
    v2 = _admitted(world, "sn_invst_pln_invst_budget").merge(investments, on="investment")
    v2 = v2[v2["work_item"].isin(migrated)]
    parts = [
        _v1(funding, "capex_budget", "capex"),
        _v1(funding, "opex_budget", "opex"),
        _v1(funding[unsplit], "total_budget", "unclassified"),
        v2.assign(**{"one": v2["sys_id"], "class": _class(v2, types), "v1": False}),
    ]
    return pd.concat([part[["one", *CELL, "class", "amount", "v1"]] for part in parts])


def _v1(rows: pd.DataFrame, column: str, word: str) -> pd.DataFrame:
    rows = rows[rows[column].notna()]
    return rows.assign(**{"one": rows["sys_id"] + word, "class": word, "amount": rows[column], "v1": True})
