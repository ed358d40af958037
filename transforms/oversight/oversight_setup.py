"""How the instance is set up: plugins and properties."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.oversight import OversightSetup
from models.oversight_project import PROJECT_TYPES
from models.oversight_rule import (
    AUTO_CLOSURE_PROPERTY,
    CUSTOMER_PROJECTS_PLUGIN,
    PPM_PLUGIN,
    REUSE_PROPERTY,
    Plugin,
)
from models.planning_item import SystemProperty

TRUE_WORDS = ("true", "1")
ACTIVE_WORDS = (*TRUE_WORDS, "active")


def oversight_setup(
    v_plugin: dy.LazyFrame[Plugin], sys_properties: dy.LazyFrame[SystemProperty]
) -> dy.LazyFrame[OversightSetup]:
    """One row: what is installed and how it is set. A plugin or property that is not exported is off.

    Projects are customer projects where Customer Project Management is active beside Project Portfolio Management.
    """
    plugin, customer_project = PROJECT_TYPES
    installed = v_plugin.select(
        is_ppm_installed=is_installed(PPM_PLUGIN),
        has_customer_projects=is_installed(CUSTOMER_PROJECTS_PLUGIN),
    )
    switched = sys_properties.select(
        is_reusing=_is_set("name", REUSE_PROPERTY, "value", TRUE_WORDS),
        is_auto_closing=_is_set("name", AUTO_CLOSURE_PROPERTY, "value", TRUE_WORDS),
    )
    is_customer_project = pl.col("is_ppm_installed") & pl.col("has_customer_projects")
    project_type = pl.when(is_customer_project).then(pl.lit(customer_project)).otherwise(pl.lit(plugin))
    setup = pl.concat([installed, switched], how="horizontal").with_columns(project_type=project_type)
    return OversightSetup.cast(setup.select(OversightSetup.column_names()))


def is_installed(plugin: str) -> pl.Expr:
    """Whether the rows of `v_plugin` say that a plugin is active."""
    return _is_set("id", plugin, "active", ACTIVE_WORDS)


def _is_set(key: str, named: str, value: str, words: tuple[str, ...]) -> pl.Expr:
    """Whether the row of a name says one of the words."""
    says = pl.col(value).str.strip_chars().str.to_lowercase().is_in(words)
    return ((pl.col(key) == named) & says).any().fill_null(value=False)
