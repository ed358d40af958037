"""The page of promises names every promise, and every test that tries one."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "promises.md").read_text(encoding="utf-8")


def test_the_twelve_promises_are_there() -> None:
    assert re.findall(r"^\| (\d+) \|", PAGE, flags=re.MULTILINE) == [str(number) for number in range(1, 13)]


def test_every_test_of_a_promise_is_named() -> None:
    tests = {path.name for path in Path(__file__).parent.glob("test_*.py")} - {Path(__file__).name}

    assert set(re.findall(r"\(\.\./tests/promises/(\w+\.py)\)", PAGE)) == tests
