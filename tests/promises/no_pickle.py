"""A guard under which nothing can be pickled or unpickled in this process, by whatever name pickle is called."""

from __future__ import annotations

import _pickle
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

NAMES = ("dump", "dumps", "load", "loads", "Pickler", "Unpickler")


def _refuse(*_arguments: Any, **_named: Any) -> NoReturn:
    raise AssertionError("something is pickled or unpickled")


@contextmanager
def nothing_pickled() -> Iterator[None]:
    """Raise AssertionError where anything pickles or unpickles."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (pickle, _pickle):
            for name in NAMES:
                patched.setattr(module, name, _refuse)
        for name in ("_dump", "_dumps", "_load", "_loads", "_Pickler", "_Unpickler"):
            patched.setattr(pickle, name, _refuse)
        yield
