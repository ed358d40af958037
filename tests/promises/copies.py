"""Copies of a process that has loaded everything: they try something, and are gone with whatever they have done to it.

Only a process with one thread may make them, so it must leave to copies whatever starts threads.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from typing import NoReturn


def exit_code_of_a_copy(body: Callable[[], None]) -> int:
    """How `body` ends in a copy of this process: 0 when it returns, 1 when it raises, else the code it exits with."""
    child = os.fork()
    if not child:
        end_with(body)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def end_with(body: Callable[[], None]) -> NoReturn:
    """Do something as the last thing in this copy."""
    code = 1
    try:
        body()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 -- a copy must not go on, whatever happens
        traceback.print_exc()
    os._exit(code)
