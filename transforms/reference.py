"""References to rows of other tables: known or unknown, and what becomes of the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

import polars as pl

from models.audit import UnknownReference
from models.table import Table
from transforms.defect import INPUT_ROW, Stage, all_defects, defects, shown
from transforms.quarantine import first_defects
from transforms.row_rule import EVERY_ROW, NEEDED_ONLY_BY, OWNING_TABLES
from transforms.sentence import sentence
from transforms.typed_table import TypedTable


@dataclass(frozen=True)
class Keys:
    """The keys of the tables that have been judged."""

    admitted: Mapping[str, pl.Series] = field(default_factory=dict)
    quarantined: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    """Per table: the `rule` for which a row was set aside, its `key`, and the table as `target`."""

    def known(self, tables: Sequence[str]) -> pl.DataFrame:
        """The keys of admitted rows of any of the tables, as column `key`."""
        found = [self.admitted[table].rename("key").to_frame() for table in tables if table in self.admitted]
        return pl.concat([pl.DataFrame(schema={"key": pl.String}), *found])

    def set_aside(self, tables: Sequence[str]) -> pl.DataFrame:
        """The keys of rows of any of the tables that were set aside: `rule`, `key` and `target`."""
        none = pl.DataFrame(schema={"rule": pl.String, "key": pl.String, "target": pl.String})
        found = [self.quarantined[table] for table in tables if table in self.quarantined]
        return pl.concat([none, *found]).unique("key", keep="first", maintain_order=True)

    def with_table(self, table: TypedTable) -> Keys:
        """These keys and those of one more table; a key of several columns is never referred to."""
        name, key = table.source.table_name(), table.source.primary_key()
        if len(key) > 1:
            return self
        reasons = first_defects(table).select("rule", key="sys_id").drop_nulls("key")
        return Keys(
            {**self.admitted, name: table.sound[key[0]]},
            {**self.quarantined, name: reasons.with_columns(target=pl.lit(name))},
        )

    def present(self, tables: Sequence[str]) -> list[str]:
        """Those of the tables that the export has."""
        return [table for table in tables if table in self.admitted]


def admission_order(sources: Mapping[str, type[Table]]) -> list[str]:
    """The tables, each after those its rows can't do without and those that have first call on its keys."""
    needs = {
        name: {
            target for column in _references(source, "quarantine") for target in source.metadata_of(column)["tables"]
        }.union(earlier_owners(name))
        for name, source in sources.items()
    }
    return list(TopologicalSorter(needs).static_order())


def admission_groups(sources: Mapping[str, type[Table]]) -> list[list[str]]:
    """The tables in groups, each after those that its rows are judged by; tables that name each other are one group."""
    order = admission_order(sources)
    judged_by = {name: _judged_by(name, sources[name]) for name in order}
    reached = {name: _reached(name, judged_by) for name in order}
    group_of = {
        name: frozenset(o for o in order if o == name or (o in reached[name] and name in reached[o])) for name in order
    }
    after = {group_of[name]: {group_of[o] for o in reached[name]} - {group_of[name]} for name in order}
    return [sorted(group, key=order.index) for group in TopologicalSorter(after).static_order()]


def judged_alone(table: str, sources: Mapping[str, type[Table]]) -> bool:
    """Whether no row of another table is judged by this one."""
    return not any(table in _judged_by(name, source) for name, source in sources.items() if name != table)


def _judged_by(name: str, source: type[Table]) -> set[str]:
    references = _references(source, "quarantine", "empty", "report")
    targets = {target for column in references for target in source.metadata_of(column)["tables"]}
    return targets.union(earlier_owners(name))


def _reached(name: str, steps: Mapping[str, set[str]]) -> set[str]:
    found, ahead = set[str](), {name}
    while ahead:
        ahead = {further for one in ahead for further in steps[one]} - found
        found |= ahead
    return found


def earlier_owners(table: str) -> Sequence[str]:
    """The tables that come before this one among those that share a space of keys."""
    return OWNING_TABLES[: OWNING_TABLES.index(table)] if table in OWNING_TABLES else ()


def _references(source: type[Table], *dangling: str) -> list[str]:
    """The references of a table with these words for what becomes of unknown values."""
    facts = {name: column.metadata or {} for name, column in source.columns().items()}
    return [name for name, known in facts.items() if known.get("dangling") in dangling]


def dangling_references(table: TypedTable, keys: Keys) -> pl.DataFrame:
    """Sound rows with a reference they can't do without to a row that was not admitted."""
    return all_defects(_dangling(table, column, keys) for column in _references(table.source, "quarantine"))


def _dangling(table: TypedTable, column: str, keys: Keys) -> pl.DataFrame:
    targets = table.source.metadata_of(column)["tables"]
    needed_by = NEEDED_ONLY_BY.get((table.source.table_name(), column), EVERY_ROW)
    unknown = _unknown(table.sound.filter(needed_by.rows).select(INPUT_ROW, column), column, keys.known(targets))
    explained = unknown.join(keys.set_aside(targets), left_on=column, right_on="key", how="left")
    message = _dangling_message(column, targets, keys)
    return defects(explained, table.source, column, Stage.REFERENCE, rule=pl.lit("dangling_reference"), message=message)


def _dangling_message(column: str, targets: Sequence[str], keys: Keys) -> pl.Expr:
    value, present = shown(pl.col(column)), keys.present(targets)
    missing = f"this export has no table {' or '.join(targets)}"
    why = f"no row of {' or '.join(present)} has this key" if present else missing
    quarantined = sentence(
        f"{column} points to {{}} {{}}, which was itself quarantined ({{}}).", "target", value, "rule"
    )
    absent = sentence(f"{column} points to {{}}, but {why}.", value)
    return pl.when(pl.col("rule").is_not_null()).then(quarantined).otherwise(absent)


def _unknown(rows: pl.DataFrame, column: str, known: pl.DataFrame) -> pl.DataFrame:
    """The rows whose reference is the key of no admitted row."""
    filled = rows.filter(pl.col(column).is_not_null())
    return filled.join(known, left_on=column, right_on="key", how="anti", maintain_order="left")


def unknown_references(table: TypedTable, keys: Keys) -> pl.DataFrame:
    """One row for each value of a sound row that points to nothing although a table it could point to is there."""
    found = [_unknown_values(table, column, keys) for column in _questionable(table.source)]
    return pl.concat([pl.DataFrame(schema=UnknownReference.dtypes()), *found])


def _unknown_values(table: TypedTable, column: str, keys: Keys) -> pl.DataFrame:
    targets = table.source.metadata_of(column)["tables"]
    rows = table.sound if keys.present(targets) else table.rows.clear()
    named = rows.select(sys_id=table.source.primary_key()[0], value=column)
    unknown = _unknown(named, "value", keys.known(targets))
    name = pl.lit(table.source.table_name())
    return unknown.select(source_table=name, sys_id="sys_id", column=pl.lit(column), value="value")


def _questionable(source: type[Table]) -> list[str]:
    """The references whose unknown values do not always set the row aside, but are worth telling."""
    conditional = {column for table, column in NEEDED_ONLY_BY if table == source.table_name()}
    wanted = conditional.union(_references(source, "empty", "report"))
    return [column for column in source.columns() if column in wanted]


def with_known_references(table: TypedTable, keys: Keys) -> pl.DataFrame:
    """The sound rows; unknown values count as empty, except where they are to be kept."""
    rows, kept = table.sound, _references(table.source, "report")
    for column in _questionable(table.source):
        if column not in kept:
            rows = _emptied(rows, column, keys.known(table.source.metadata_of(column)["tables"]))
    return rows


def _emptied(rows: pl.DataFrame, column: str, known: pl.DataFrame) -> pl.DataFrame:
    unknown = _unknown(rows.select(column), column, known)[column].unique()
    kept = ~pl.col(column).is_in(unknown.implode())
    return rows if unknown.is_empty() else rows.with_columns(pl.when(kept).then(pl.col(column)))
