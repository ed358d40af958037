"""How the instance is set up: plugins and properties."""

from dataclasses import dataclass

from .instance import Instance, word

PPM = "com.snc.financial_planning_pmo"
CUSTOMER_PROJECTS = "com.snc.csm_ppm"
AUTO_CLOSURE = "sn_ind_tmt_orm.project.task.auto.closure"
REUSE = "sn_ind_tmt_orm.reuse_existing_program_and_project_enabled"


@dataclass(frozen=True)
class Setup:
    is_ppm_installed: bool
    project_type: str
    is_reusing: bool
    is_auto_closing: bool


def setup(instance: Instance) -> Setup:
    """Everything off unless the export says otherwise."""
    ppm = _plugin(instance, PPM)
    customers = ppm and _plugin(instance, CUSTOMER_PROJECTS)
    return Setup(
        ppm,
        "customer_project" if customers else "project",
        _property(instance, REUSE),
        _property(instance, AUTO_CLOSURE),
    )


def _plugin(instance: Instance, plugin: str) -> bool:
    row = instance.find("v_plugin", plugin)
    return row is not None and word(row["active"]) in ("true", "1", "active")


def _property(instance: Instance, name: str) -> bool:
    row = instance.find("sys_properties", name)
    return row is not None and word(row["value"]) == "true"
