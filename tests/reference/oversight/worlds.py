"""Generated instances, the same for the same seed: small exports that hold every trap of the contract for orders."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.catalogue import SOURCES
from tests.reference.drawing import Draw

from .instance import DOMAIN_ORDER, LOCATION, ORDER_TASK, PROJECT, PROJECT_TASK, Instance, Rows
from .world_changes import changed
from .world_orders import draw_orders
from .world_setup import Tables, draw_setup

OPTIONAL_TABLES = (
    *("customer_account", "product_offering", "product_specification", LOCATION, DOMAIN_ORDER, ORDER_TASK),
    *("oversight_rule", "project_template", "project_template_task", "csm_table_map", "csm_field_map", "v_plugin"),
    *("sn_ind_tmt_orm_order_line_rel_task", "sn_ind_tmt_orm_order_task_rel_task", "site_location_rel_project"),
    *("sys_journal_field", "pm_program", PROJECT, PROJECT_TASK, "sys_properties"),
)


@dataclass(frozen=True)
class World:
    """Admitted tables of one night, and the settings that oversight reads."""

    tables: Tables
    zone: str = "UTC"
    condition_null: str = "match"

    def instance(self, memory: Mapping[str, Rows] | None = None) -> Instance:
        """The world as the reference takes it."""
        return Instance(self.tables, memory or {}, self.zone, self.condition_null)

    def with_tables(self, **tables: Rows) -> "World":
        """The world with other rows in some tables."""
        return replace(self, tables={**self.tables, **completed(tables)})


def world(seed: int, *, tests_states: bool = True) -> World:
    """Draw a world; `tests_states=False` keeps rules from testing the state of any record."""
    return history(seed, 1, tests_states=tests_states)[0]


def history(seed: int, nights: int = 3, *, tests_states: bool = True) -> list[World]:
    """The same instance on successive nights, some of them without one of the tables."""
    draw = Draw(seed)
    missing = draw.pick(OPTIONAL_TABLES) if draw.chance(0.15) else None
    zone, nulls = draw.pick(["UTC", "America/New_York", "Pacific/Auckland"]), draw.pick(["match", "match", "sql"])
    tables = {**draw_orders(draw), **draw_setup(draw, tests_states=tests_states)}
    worlds = []
    for night in range(nights):
        tables = changed(draw, tables, tests_states=tests_states) if night else tables
        for rows in tables.values():
            draw.random.shuffle(rows)
        exported = {table: rows for table, rows in tables.items() if table != missing}
        worlds.append(World(completed(exported), zone, nulls))
    return worlds


def completed(tables: Mapping[str, Rows]) -> Tables:
    """Rows with every column of their tables, null where nothing was drawn."""
    return {
        table: [{**dict.fromkeys(SOURCES[table].columns()), **row} for row in rows] for table, rows in tables.items()
    }
