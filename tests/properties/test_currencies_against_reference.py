"""Every figure of generated worlds with foreign money equals that of the slow reference, which converts by hand."""

from __future__ import annotations

from collections import Counter
from typing import Final

import pytest

from tests.properties.comparison import differences, told
from tests.properties.nights import broken_laws, from_rows, placement, published
from tests.reference import compute, world
from tests.reference.world_currencies import in_currencies

WORLDS: Final = 10


@pytest.mark.parametrize("seed", range(WORLDS))
def test_every_table_equals_the_reference_and_every_law_holds(seed: int) -> None:
    drawn = in_currencies(world(seed, missing_tables=seed % 2 == 1), seed)
    expected = compute(drawn.tables, as_of=drawn.as_of, settings=drawn.settings)

    frames = from_rows(drawn).computed()

    found = list(differences(published(frames), expected, placement(drawn)))
    assert not found, told(seed, found)
    assert broken_laws(frames) == []


def test_the_worlds_hold_every_choice_and_amounts_with_and_without_a_rate() -> None:
    seen: Counter[object] = Counter()
    for seed in range(WORLDS):
        drawn = in_currencies(world(seed, missing_tables=seed % 2 == 1), seed)
        choices = drawn.settings
        seen.update([choices.missing_exchange_rate, choices.plan_rate_date, choices.actual_rate_date])
        funnel = compute(drawn.tables, as_of=drawn.as_of, settings=choices).tables["audit.expense_funnel"]
        seen.update("unconverted" for row in funnel if row["is_unconverted"])
        seen.update("converted" for row in funnel if row["amount"] not in {row["entered_amount"], None})

    assert seen.keys() >= {"null", "one", "period_start", "period_end", "line_date", "unconverted", "converted"}
