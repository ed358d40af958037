"""What rules read: their own rows, and every table that a condition can reach."""

from __future__ import annotations

from typing import NamedTuple

import dataframely as dy
import polars as pl

from models.audit import Admission
from models.order import (
    CustomerAccount,
    DomainOrder,
    Location,
    Order,
    OrderLineItem,
    OrderTask,
    ProductOffering,
    ProductSpecification,
)
from models.oversight_rule import OversightRule, ProjectTemplate


class RuleInput(NamedTuple):
    """The tables that every decision reads."""

    oversight_rule: dy.LazyFrame[OversightRule]
    admission: dy.LazyFrame[Admission]
    sn_ind_tmt_orm_order: dy.LazyFrame[Order]
    sn_ind_tmt_orm_order_line_item: dy.LazyFrame[OrderLineItem]
    sn_ind_tmt_orm_domain_order: dy.LazyFrame[DomainOrder]
    sn_ind_tmt_orm_order_task: dy.LazyFrame[OrderTask]
    customer_account: dy.LazyFrame[CustomerAccount]
    product_offering: dy.LazyFrame[ProductOffering]
    product_specification: dy.LazyFrame[ProductSpecification]
    cmn_location: dy.LazyFrame[Location]
    project_template: dy.LazyFrame[ProjectTemplate]

    def tables(self) -> dict[str, pl.LazyFrame]:
        """The tables by name."""
        return self._asdict()
