"""A law of the checks: a repeated key is found wherever its copies lie."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from models.cost import PlannedCost
from pipelines.checks import rows_conform

Cell = tuple[str, str, str]
CELLS = st.lists(
    st.tuples(
        st.sampled_from(["P", "Q", "R" * 32, "S" * 32]),
        st.sampled_from(["M1", "M2"]),
        st.sampled_from(["capex", "opex"]),
    )
)


def planned_costs(cells: list[Cell]) -> pl.DataFrame:
    keys = pl.DataFrame(cells, dict.fromkeys(PlannedCost.primary_key(), pl.String), orient="row")
    return keys.with_columns(planned_cost=pl.lit(0))


@given(st.lists(CELLS, min_size=1, max_size=4))
def test_as_many_keys_are_repeated_as_a_set_of_them_lacks(chunks: list[list[Cell]]) -> None:
    rows = pl.concat(map(planned_costs, chunks), rechunk=False)
    keys = [cell for cells in chunks for cell in cells]
    copies = len(keys) - len(set(keys))
    told = f"{copies} rows repeat the key ({', '.join(PlannedCost.primary_key())})."
    assert list(rows_conform(PlannedCost, rows)) == ([told] if copies else [])
