"""One-time synchronisation: fields that are copied when a project is created or a project task is first linked."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.catalogue import SOURCES
from models.order import (
    DOMAIN_ORDER_TABLE,
    LINE_TABLE,
    LOCATION_TABLE,
    ORDER_TABLE,
    ORDER_TASK_TABLE,
    DomainOrder,
    Location,
    Order,
    OrderLineItem,
    OrderTask,
)
from models.oversight import OverseenRecord
from models.oversight_link import OversightLinkState, OversightMappedFieldState, RememberedLink, RememberedMappedField
from models.oversight_project import (
    CREATED,
    LINE_PROJECT,
    ORDER_PROJECT,
    SITE_PROJECT,
    OversightProjectState,
    RememberedProject,
)
from models.oversight_rule import FieldMap, TableMap
from models.vocabulary import PROJECT_TABLE, PROJECT_TASK_TABLE
from transforms.condition.field import as_written, family_of

MAPPED_TABLES: Final = {
    PROJECT_TABLE: (LINE_TABLE, ORDER_TABLE, LOCATION_TABLE),
    PROJECT_TASK_TABLE: (DOMAIN_ORDER_TABLE, ORDER_TASK_TABLE),
}
"""Which tables can be read for each table that is written."""
SOURCE_OF: Final = {
    LINE_PROJECT: (LINE_TABLE, "order_line_item"),
    ORDER_PROJECT: (ORDER_TABLE, "order"),
    SITE_PROJECT: (LOCATION_TABLE, "location"),
}
"""What a project of each kind is created from, and the column that names it."""


def oversight_mapped_field(
    oversight_project: dy.LazyFrame[OversightProjectState],
    oversight_link: dy.LazyFrame[OversightLinkState],
    overseen_record: dy.LazyFrame[OverseenRecord],
    csm_table_map: dy.LazyFrame[TableMap],
    csm_field_map: dy.LazyFrame[FieldMap],
    sn_ind_tmt_orm_order: dy.LazyFrame[Order],
    sn_ind_tmt_orm_order_line_item: dy.LazyFrame[OrderLineItem],
    sn_ind_tmt_orm_domain_order: dy.LazyFrame[DomainOrder],
    sn_ind_tmt_orm_order_task: dy.LazyFrame[OrderTask],
    cmn_location: dy.LazyFrame[Location],
    remembered_project: dy.LazyFrame[RememberedProject],
    remembered_link: dy.LazyFrame[RememberedLink],
    remembered_mapped_field: dy.LazyFrame[RememberedMappedField],
) -> dy.LazyFrame[OversightMappedFieldState]:
    """Values copied earlier, and those of projects created and project tasks first linked now.

    A project is written from what it is for; a project task from the earliest of its first linked records by
    (sys_created_on, sys_id), domain orders before order tasks. Later changes of the source do not reach the target.
    """
    tables = {
        ORDER_TABLE: sn_ind_tmt_orm_order,
        LINE_TABLE: sn_ind_tmt_orm_order_line_item,
        DOMAIN_ORDER_TABLE: sn_ind_tmt_orm_domain_order,
        ORDER_TASK_TABLE: sn_ind_tmt_orm_order_task,
        LOCATION_TABLE: cmn_location,
    }
    new_projects = _new_projects(oversight_project, remembered_project)
    targets = pl.concat([new_projects, _new_tasks(oversight_link, overseen_record, remembered_link)])
    maps = field_maps(csm_table_map, csm_field_map)
    columns = OversightMappedFieldState.column_names()

    def copied() -> pl.DataFrame:
        used = maps.collect()
        mapped = {table: rows for table, rows in tables.items() if table in used["source_table"]}
        written = targets.filter(pl.col("source_table").is_in(list(mapped))).collect().lazy()
        parts = [_values(table, rows, used, written).select(columns) for table, rows in mapped.items()]
        return pl.concat([remembered_mapped_field.select(columns), *parts]).collect()

    return OversightMappedFieldState.cast(pl.defer(copied, schema=OversightMappedFieldState.dtypes()))


def _new_projects(projects: pl.LazyFrame, remembered: pl.LazyFrame) -> pl.LazyFrame:
    """The projects created now, with what each is created from."""
    new = projects.filter(origin=CREATED).join(remembered, on="project", how="anti")
    parts = [
        new.filter(kind=kind).select(
            target_table=pl.lit(PROJECT_TABLE), target="project", source_table=pl.lit(table), source=column
        )
        for kind, (table, column) in SOURCE_OF.items()
    ]
    return pl.concat(parts)


def _new_tasks(links: pl.LazyFrame, records: pl.LazyFrame, remembered: pl.LazyFrame) -> pl.LazyFrame:
    """The project tasks linked for the first time, with the record that each is written from."""
    first = links.join(remembered, on="project_task", how="anti")
    dated = first.join(records.select("record_table", "record", "sys_created_on"), on=["record_table", "record"])
    is_task = pl.col("record_table") == ORDER_TASK_TABLE
    ordered = dated.sort(is_task, "sys_created_on", "record", nulls_last=True)
    earliest = ordered.group_by("project_task", maintain_order=True).agg(pl.col("record_table", "record").first())
    return earliest.select(
        target_table=pl.lit(PROJECT_TASK_TABLE), target="project_task", source_table="record_table", source="record"
    )


def field_maps(csm_table_map: pl.LazyFrame, csm_field_map: pl.LazyFrame) -> pl.LazyFrame:
    """The field that is read for each field that is written: of several maps that of the lowest (order, sys_id)."""
    active = csm_table_map.filter(pl.col("active").fill_null(value=True)).select(
        map="sys_id", source_table=_name("source_table"), target_table=_name("target_table")
    )
    fields = csm_field_map.select(
        "map", "order", "sys_id", source_field=_name("source_field"), target_field=_name("target_field")
    )
    ordered = (
        fields.join(active, on="map")
        .drop_nulls(["source_field", "target_field"])
        .sort("order", "sys_id", nulls_last=True)
    )
    return ordered.unique(["source_table", "target_table", "target_field"], keep="first", maintain_order=True)


def _name(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.to_lowercase()


def _values(table: str, rows: pl.LazyFrame, maps: pl.DataFrame, targets: pl.LazyFrame) -> pl.LazyFrame:
    """What is copied from one table: each mapped field of each source, as text."""
    mine = maps.filter(source_table=table)
    fields = [field for field in mine["source_field"].unique().sort() if field in SOURCES[table].columns()]
    sources = targets.filter(source_table=table)
    read = rows.join(sources.select(sys_id="source"), on="sys_id", how="semi")
    written = {f"field {field}": as_written(pl.col(field), family_of(table, field)) for field in fields}
    texts = read.select(pl.col("sys_id").alias("source"), **written)
    long = texts.unpivot(index="source", variable_name="source_field", value_name="value").with_columns(
        pl.col("source_field").str.strip_prefix("field "), pl.col("value").cast(pl.String)
    )
    return sources.join(mine.lazy(), on=["source_table", "target_table"]).join(long, on=["source", "source_field"])
