"""`tieout ui` for real, from a copy of the checkout: its sockets, and what it answers."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 180
"""Seconds until a page must answer."""
LISTENING: Final = "0A"
LAUNCH: Final = """
mutation {
  launchRun(executionParams: {
    selector: {repositoryLocationName: "pipelines.definitions", repositoryName: "__repository__", jobName: "nightly"},
    runConfigData: {}
  }) { __typename ... on LaunchRunSuccess { run { runId } } ... on RunConfigValidationInvalid { errors { message } } }
}
"""


def checkout_in(folder: Path) -> Path:
    """What is needed to run, copied: it keeps its runs to itself."""
    copy = folder / "checkout"
    for part in ("models", "transforms", "pipelines", "data"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("dagster.yaml", "pyproject.toml"):
        shutil.copyfile(ROOT / file, copy / file)
    return copy


@contextmanager
def page(checkout: Path, *options: str, **environment: str) -> Iterator[tuple[str, int, Path]]:
    """A page that answers: its address, its process, and the file with all that it says. It has ended afterwards."""
    port, said = _free_port(), checkout.parent / f"said.{time.monotonic_ns()}"
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "ui", "--port", str(port), *options]
    with said.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=checkout,
            env={**os.environ, **environment, "PYTHONPATH": str(checkout)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/server_info", process)
        yield f"http://127.0.0.1:{port}", process.pid, said
    finally:
        for ending in (signal.SIGINT, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, ending)
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.5)
    raise AssertionError(f"{address} does not answer")


def listening(session: int) -> set[str]:
    """The addresses on which the processes of a session wait for others to connect."""
    sockets = {found for process in _processes(session) for found in _sockets(process)}
    return {
        address
        for table, family in (("tcp", ipaddress.IPv4Address), ("tcp6", ipaddress.IPv6Address))
        for address, inode in _listed(Path("/proc/net") / table, family)
        if inode in sockets
    }


def _processes(session: int) -> Iterator[Path]:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            if int((process / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                yield process


def _sockets(process: Path) -> Iterator[str]:
    with suppress(OSError):
        for handle in (process / "fd").iterdir():
            with suppress(OSError):
                yield from re.findall(r"^socket:\[(\d+)\]$", str(handle.readlink()))


def _listed(table: Path, family: type[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> Iterator[tuple[str, str]]:
    for line in table.read_text().splitlines()[1:]:
        _, local, _, state, *rest = line.split()
        if state == LISTENING:
            raw = bytes.fromhex(local.partition(":")[0])
            words = b"".join(raw[start : start + 4][::-1] for start in range(0, len(raw), 4))
            yield str(family(words)), rest[5]


def asked(address: str, query: str) -> dict[str, Any]:
    """What the page answers to a question in GraphQL."""
    body = json.dumps({"query": query}).encode()
    request = urllib.request.Request(f"{address}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: dict[str, Any] = json.loads(answer.read())["data"]
        return found


def outcome_of(address: str, run: str) -> str:
    """How a run has ended."""
    query = f'{{ runOrError(runId: "{run}") {{ ... on Run {{ status }} }} }}'
    end = time.monotonic() + 10 * PATIENCE
    while time.monotonic() < end:
        status = str(asked(address, query)["runOrError"]["status"])
        if status in ("SUCCESS", "FAILURE", "CANCELED"):
            return status
        time.sleep(1)
    return "UNDER WAY"
