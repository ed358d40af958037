"""Laws about programs and portfolios: each shows what its members show, added up."""

from __future__ import annotations

from typing import NamedTuple

import dataframely as dy
import polars as pl

from models.audit import GroupConservation
from models.baseline_variance import BaselineVariance, PortfolioBaselineVariance, ProgramBaselineVariance
from models.figures import PortfolioFigures, ProgramFigures, WorkItem
from models.variance_bridge import PortfolioVarianceBridge, ProgramVarianceBridge, VarianceBridge
from transforms.figure import SUMMED
from transforms.laws.baseline_conservation import VARIANCES
from transforms.laws.conservation import amount_if_known, law


class Programs(NamedTuple):
    """What programs show."""

    program: dy.LazyFrame[ProgramFigures]
    program_baseline_variance: dy.LazyFrame[ProgramBaselineVariance]
    program_variance_bridge: dy.LazyFrame[ProgramVarianceBridge]


class Portfolios(NamedTuple):
    """What portfolios show."""

    portfolio: dy.LazyFrame[PortfolioFigures]
    portfolio_baseline_variance: dy.LazyFrame[PortfolioBaselineVariance]
    portfolio_variance_bridge: dy.LazyFrame[PortfolioVarianceBridge]


def group_conservation(
    work_item: dy.LazyFrame[WorkItem],
    baseline_variance: dy.LazyFrame[BaselineVariance],
    variance_bridge: dy.LazyFrame[VarianceBridge],
    programs: Programs,
    portfolios: Portfolios,
) -> dy.LazyFrame[GroupConservation]:
    """Figures, differences from baselines and parts of bridges: members = groups."""
    shown_by_members = (work_item, baseline_variance, variance_bridge)
    laws = [*_laws(shown_by_members, "program", programs), *_laws(shown_by_members, "portfolio", portfolios)]
    return GroupConservation.cast(pl.concat(laws))


def _laws(
    shown_by_members: tuple[pl.LazyFrame, ...], group: str, shown_by_groups: tuple[pl.LazyFrame, ...]
) -> list[pl.LazyFrame]:
    columns = {
        "": SUMMED,
        "baselines: ": (*VARIANCES, "estimate_at_completion_variance"),
        "bridge: ": ("amount",),
    }
    return [
        _members_are_groups(
            f"{subject}{column}: members = {group}s", (rows.filter(pl.col(group).is_not_null()), groups), column
        )
        for (subject, names), rows, groups in zip(columns.items(), shown_by_members, shown_by_groups, strict=True)
        for column in names
    ]


def _members_are_groups(name: str, sides: tuple[pl.LazyFrame, pl.LazyFrame], column: str) -> pl.LazyFrame:
    members, groups = sides
    return law(name, amount_if_known(members, column), amount_if_known(groups, column))
