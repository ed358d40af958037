"""Write a world: `python -m tests.benchmarks.portfolio_world --items 100000 --out DIR`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.benchmarks.portfolio_world.options import MONTHS, NATURAL, SEED, SHUFFLED, WEEKS, Options
from tests.benchmarks.portfolio_world.writing import written


def main(arguments: list[str]) -> None:
    """Write the world that the arguments name, and say what was written."""
    asked = _parser().parse_args(arguments)
    options = Options(
        items=asked.items,
        seed=asked.seed,
        order=asked.order,
        calendar=asked.calendar,
        foreign=asked.foreign,
        orphans=asked.orphans,
        copies=asked.copies,
        drift=asked.drift,
        changed=asked.changed,
    )
    for line in written(options, asked.out):
        sys.stdout.write(f"{line}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.portfolio_world", description=__doc__)
    parser.add_argument("--items", type=int, required=True, help="work items: projects and demands")
    parser.add_argument("--out", type=Path, required=True, help="folder for the Parquet files")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--order", choices=[NATURAL, SHUFFLED], default=NATURAL, help="rows by work item, or in no order"
    )
    parser.add_argument("--calendar", choices=[MONTHS, WEEKS], default=MONTHS, help="calendar months, or 4-4-5 weeks")
    parser.add_argument("--foreign", type=float, default=0.0, help="share of the work items in EUR, the others in USD")
    parser.add_argument("--orphans", type=float, default=1e-4, help="share of the rows that point to nothing")
    parser.add_argument("--copies", type=float, default=1e-4, help="share of the rows that are there twice")
    parser.add_argument("--drift", type=float, default=0.005, help="share of the work items with stale cached figures")
    parser.add_argument(
        "--changed", type=float, default=0.0, help="the next night: share of the work items that changed"
    )
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
