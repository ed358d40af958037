"""Kill a process right before one of its system calls that touch a folder, as a power cut would, but where we choose.

The kernel stops the process at each call (`ptrace`), and says what the call was given. A call touches the folder where
a path in it, or an open file of it, is among what was given.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.promises.copies import end_with

TRACEME, SYSCALL, SETOPTIONS, GET_SYSCALL_INFO = 0, 24, 0x4200, 0x420E
AT_CALLS, THREADS_TOO, KILLED_WITH_US = 0x1, 0x8, 0x100000
CALL_STOP: Final = signal.SIGTRAP | 0x80
EVERY_THREAD: Final = 0x40000000
BEGINS: Final = 1
MOST_OPEN_FILES: Final = 4096
_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


class Call(ctypes.Structure):
    """`struct ptrace_syscall_info` of a call that begins."""

    _fields_ = (
        ("stage", ctypes.c_uint8),
        ("padding", ctypes.c_uint8 * 3),
        ("architecture", ctypes.c_uint32),
        ("instruction", ctypes.c_uint64),
        ("stack", ctypes.c_uint64),
        ("number", ctypes.c_uint64),
        ("given", ctypes.c_uint64 * 6),
    )


def _ptrace(request: int, process: int, address: int = 0, data: object = 0) -> None:
    if _libc.ptrace(request, process, address, data) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"ptrace: {os.strerror(number)}")


def killed_at(body: Callable[[], None], folder: Path, nth: int) -> bool:
    """Run `body` in a new process, and kill it right before its n-th call that touches the folder; False: it ended."""
    child = os.fork()
    if not child:
        end_with(lambda: _traced(body))
    os.waitpid(child, 0)
    _ptrace(SETOPTIONS, child, data=AT_CALLS | THREADS_TOO | KILLED_WITH_US)
    _ptrace(SYSCALL, child)
    memory = os.open(f"/proc/{child}/mem", os.O_RDONLY)
    try:
        return _followed(child, memory, os.fsencode(folder), nth)
    finally:
        os.close(memory)


def _traced(body: Callable[[], None]) -> None:
    _ptrace(TRACEME, 0)
    os.kill(os.getpid(), signal.SIGSTOP)
    body()


def _followed(child: int, memory: int, folder: bytes, left: int) -> bool:
    while True:
        thread, status = os.waitpid(-1, EVERY_THREAD)
        if not os.WIFSTOPPED(status):
            if thread == child:
                assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL, f"the process ended with {status}"
                return status != 0
            continue
        stop = os.WSTOPSIG(status)
        if stop == CALL_STOP and left and _touches(thread, child, memory, folder):
            left -= 1
            if not left:
                os.kill(child, signal.SIGKILL)
        passed_on = stop if stop not in (CALL_STOP, signal.SIGTRAP, signal.SIGSTOP) else 0
        with suppress(ProcessLookupError):
            _ptrace(SYSCALL, thread, data=passed_on)


def _touches(thread: int, child: int, memory: int, folder: bytes) -> bool:
    call = Call()
    with suppress(OSError):
        _ptrace(GET_SYSCALL_INFO, thread, ctypes.sizeof(call), ctypes.byref(call))
        return call.stage == BEGINS and (_open_in(child, call.given[0], folder) or _names(memory, call, folder))
    return False


def _open_in(child: int, handle: int, folder: bytes) -> bool:
    with suppress(OSError):
        return handle < MOST_OPEN_FILES and bytes(Path(f"/proc/{child}/fd/{handle}").readlink()).startswith(folder)
    return False


def _names(memory: int, call: Call, folder: bytes) -> bool:
    return any(_text_at(memory, address, len(folder)) == folder for address in call.given)


def _text_at(memory: int, address: int, length: int) -> bytes:
    with suppress(OSError, OverflowError):
        return os.pread(memory, length, address) if address >= MOST_OPEN_FILES else b""
    return b""
