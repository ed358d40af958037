"""Who may see and do what: Table 1 of the specification as data."""

from __future__ import annotations

from typing import Final, NamedTuple

from models.columns import choice, text
from models.order import DomainOrder, Order, OrderLineItem, OrderTask
from models.order_money import OrderFinancials, ProgramOrderFinancials
from models.oversight import OversightDecision
from models.oversight_link import (
    DomainOrderProjectTask,
    OrderLineItemProject,
    OrderTaskProjectTask,
    OversightMappedField,
    OversightNote,
)
from models.oversight_project import (
    OrderProject,
    OversightProgram,
    OversightProject,
    OversightProjectTask,
    SiteLocationSiteProject,
)
from models.oversight_rule import (
    CUSTOMER_PROJECTS_PLUGIN,
    LineProjectLink,
    ProjectTemplate,
    ProjectTemplateTask,
    SourceTaskLink,
)
from models.oversight_rule_lint import OversightRuleLint
from models.table import Mart, Table

READ: Final = "read"
WRITE: Final = "write"
CONFIGURE: Final = "configure"
POST_NOTES: Final = "post_notes"
ACCESSES: Final = (READ, WRITE, CONFIGURE, POST_NOTES)
IMPLY_READ: Final = (WRITE, CONFIGURE)

AGENTS: Final = ("sn_ind_tmt_orm.order-fulfillment_agent", "sn_ind_tmt_orm.service_order_agent")
MANAGERS: Final = ("sn_ind_tmt_orm.order_fulfillment_manager", "sn_ind_tmt_orm.service_order_manager")
PROJECT_USER: Final = "it_project_user"
PROJECT_ADMIN: Final = "it_project_admin"
ADMIN: Final = "admin"
ORDER_CREATOR: Final = "sn_ind_tmt_orm.order_creator"
ORDER_VIEWER: Final = "sn_ind_tmt_orm.order_viewer"
CUSTOMER_PROJECT_MANAGER: Final = "sn_customerservice.projectmanager"

CONTAINED_ROLES: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(AGENTS, (PROJECT_USER, CUSTOMER_PROJECT_MANAGER)),
    **dict.fromkeys(MANAGERS, (ORDER_CREATOR,)),
    PROJECT_USER: (ORDER_VIEWER,),
    PROJECT_ADMIN: (PROJECT_USER, ORDER_CREATOR),
}
"""The roles that each role contains directly."""
NEEDED_PLUGIN: Final = {CUSTOMER_PROJECT_MANAGER: CUSTOMER_PROJECTS_PLUGIN}
"""Roles that are contained only where a plugin is active."""

Screen = tuple[type[Table], ...]
PROJECT_FORM: Final[Screen] = (
    OversightProject,
    OversightProjectTask,
    OversightMappedField,
    OversightProgram,
    OversightNote,
)
LINE_RELATIONSHIP: Final[Screen] = (OrderLineItemProject, OrderProject, SiteLocationSiteProject)
LINE_LIST: Final[Screen] = LINE_RELATIONSHIP
"""Two screens of Table 1 that show the same tables."""
TASK_LISTS: Final[Screen] = (OrderTaskProjectTask, DomainOrderProjectTask)
TEMPLATE_CREATION: Final[Screen] = (ProjectTemplate, ProjectTemplateTask)
ORDER_RECORDS: Final[Screen] = (Order, OrderLineItem, DomainOrder, OrderTask, LineProjectLink, SourceTaskLink)
NOTED_RECORDS: Final[Screen] = (OrderLineItem, OrderTask)
DECISIONS: Final[Screen] = (OversightDecision, OversightRuleLint)
ORDER_MONEY: Final[Screen] = (OrderFinancials, ProgramOrderFinancials)


class Grant(NamedTuple):
    """One sentence of Table 1: what roles may do with what a screen shows."""

    roles: tuple[str, ...]
    access: str
    screen: Screen


GRANTS: Final = (
    Grant(AGENTS, READ, ORDER_RECORDS),
    Grant(AGENTS, READ, PROJECT_FORM),
    Grant(AGENTS, READ, LINE_RELATIONSHIP),
    Grant(AGENTS, READ, LINE_LIST),
    Grant(AGENTS, READ, TASK_LISTS),
    Grant(MANAGERS, READ, ORDER_RECORDS),
    Grant(MANAGERS, POST_NOTES, NOTED_RECORDS),
    Grant(MANAGERS, READ, LINE_RELATIONSHIP),
    Grant(MANAGERS, READ, LINE_LIST),
    Grant(MANAGERS, READ, TASK_LISTS),
    Grant((PROJECT_USER,), READ, PROJECT_FORM),
    Grant((PROJECT_USER,), READ, LINE_RELATIONSHIP),
    Grant((PROJECT_USER,), READ, LINE_LIST),
    Grant((PROJECT_USER,), READ, TASK_LISTS),
    Grant((PROJECT_USER,), READ, TEMPLATE_CREATION),
    Grant((PROJECT_ADMIN,), CONFIGURE, PROJECT_FORM),
    Grant((PROJECT_ADMIN,), WRITE, TEMPLATE_CREATION),
    Grant((PROJECT_ADMIN,), WRITE, LINE_LIST),
    Grant((PROJECT_ADMIN,), WRITE, TASK_LISTS),
    Grant((PROJECT_ADMIN,), READ, LINE_RELATIONSHIP),
    Grant((PROJECT_ADMIN,), READ, DECISIONS),
    Grant((PROJECT_ADMIN,), READ, ORDER_MONEY),
    Grant((ADMIN,), POST_NOTES, NOTED_RECORDS),
)
"""Every right but those on the finance marts, and the administrator's on everything."""


class AccessControl(Mart):
    """One right of a role on a relation, its own or inherited; or, without a relation, a role that it contains.

    A relation without a schema is one of `mart`.
    """

    role = text("The role.", nullable=False)
    contains_role = text("The role directly contained, by itself or as the way by which a right is inherited.")
    relation = text("The table; empty where the row only says that one role contains another.")
    access = choice(ACCESSES, "What the role may do.")
    inherited_from = text("The role whose right it is; empty for a right of its own.")
    condition = text("The plugin that must be active for the containment.")
