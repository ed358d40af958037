"""Cases of what is computed once a night for everything: rates of return, matched rules, variance to baselines."""

from __future__ import annotations

from typing import Final

from tests.benchmarks.case import Case

RETURNS: Final = "tests.benchmarks.returns_measuring"
RULES: Final = "tests.benchmarks.rules_measuring"
VARIANCE: Final = "tests.benchmarks.variance_measuring"
LOOPED, SLOWLY_LOOPED, SINGLE = 30_000, 2_000, 1_000


def _returns(mix: str) -> tuple[Case, ...]:
    """Only conventional cash flows have one rate each, which all must find."""
    group = f"returns_{mix}"
    check = {"check": f"{RETURNS}:rates_of_the_first", "agrees_on": group} if mix == "conventional" else {}
    libraries = {"pyxirr": LOOPED, "numpy_financial": SLOWLY_LOOPED}
    return (
        Case(group, group, "all cash flows at once", function=f"{RETURNS}:{mix}_ours", **check),
        *(
            Case(
                f"{group}_{library}",
                group,
                f"{library}, one cash flow after the other",
                function=f"{RETURNS}:{mix}_{library}",
                largest=largest,
                needs=(library,),
                **check,
            )
            for library, largest in libraries.items()
        ),
    )


def _rules(name: str, meaning: str, *, largest: int | None = None, needs: tuple[str, ...] = ()) -> Case:
    return Case(
        f"rules_{name}",
        "rules",
        meaning,
        function=f"{RULES}:{name}",
        check=f"{RULES}:matches_of_the_first",
        agrees_on="rules",
        largest=largest,
        needs=needs,
    )


KERNELS: Final = (
    *_returns("conventional"),
    *_returns("hard"),
    _rules("ours", "200 rules on 7 columns, asked of values"),
    _rules("polars_when", "a chain of when, then in Polars"),
    _rules("duckdb_case", "a CASE of DuckDB"),
    _rules("zen_batch", "a decision table of the zen engine, in one batch", largest=SINGLE, needs=("zen",)),
    Case("variance_scan", "variance", "bare scan of the needed columns", function=f"{VARIANCE}:scan"),
    Case("variance_ours", "variance", "three baselines beside today, by period", function=f"{VARIANCE}:variance"),
)
