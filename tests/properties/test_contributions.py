"""The rows behind every figure of any portfolio add up to it, in every work item and every base period."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from models.benefit import BenefitPlan
from models.budget import ProjectFunding
from models.contribution import ContributionConservation
from models.cost import CostPlan
from models.currency import ExchangeRate
from models.expense import ExpenseLine
from models.figures import WorkItem, WorkItemPeriod
from models.table import Table
from models.work_item import Project
from tests.contributions import behind, figures_of, untied
from tests.frames import text_frame
from tests.night import Frames
from tests.properties.nights import Export, from_rows
from tests.reference import world

CURRENCIES: Final = ("USD", "EUR", "eur ", "XXX", None)
"""The functional one, two spellings of one with a rate, one without, none."""
RATES: Final = "from_currency | to_currency | rate | valid_from \n EUR | USD | 1.0937 | 1990-01-01"
WITH_CURRENCY: Final[tuple[type[Table], ...]] = (Project, CostPlan, BenefitPlan, ExpenseLine, ProjectFunding)


WANTED: Final[set[type[Table]]] = {WorkItem, WorkItemPeriod, ContributionConservation}


def export(seed: int) -> Export:
    return from_rows(world(seed, projects=3, demands=2, dirty=seed % 2 == 1, missing_tables=seed % 4 == 3))


def tied_out(computed: Frames, before: Export) -> list[object]:
    return untied(behind(computed, before.as_of).to_dicts(), *figures_of(computed))


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 10**6))
def test_included_rows_add_up_to_every_figure(seed: int) -> None:
    before = export(seed)
    computed = before.computed(WANTED)

    assert tied_out(computed, before) == []
    assert computed[ContributionConservation].filter(~pl.col("holds")).collect().to_dicts() == []


@settings(deadline=None, max_examples=6)
@given(st.integers(0, 10**6))
def test_also_where_amounts_are_in_several_currencies(seed: int) -> None:
    before = in_currencies(export(seed), random.Random(seed))
    computed = before.computed(WANTED)

    assert tied_out(computed, before) == []
    assert computed[ContributionConservation].filter(~pl.col("holds")).collect().to_dicts() == []


def in_currencies(before: Export, generator: random.Random) -> Export:
    """The export with a currency on every amount that may have one, and a rate for some."""
    tables = {**before.tables, ExchangeRate: text_frame(ExchangeRate, RATES)}
    for table in WITH_CURRENCY:
        if table in tables:
            tables[table] = tables[table].with_columns(currency=drawn(generator, len(tables[table])))
    return replace(before, tables=tables, settings=before.settings.model_copy(update={"functional_currency": "USD"}))


def drawn(generator: random.Random, length: int) -> pl.Series:
    """Mostly known currencies: one row without a rate makes much unknown."""
    words: Iterable[str | None] = generator.choices(CURRENCIES, weights=(8, 8, 2, 1, 8), k=length)
    return pl.Series(list(words), dtype=pl.String)
