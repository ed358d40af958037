"""Whether what is locked has known vulnerabilities: `python -m tests.supply_chain.audit`, which needs the network.

pip-audit says that it has found none also where it could look nothing up. Here that is a failure: the audit succeeds only
where every package of the lock file that is installed on this machine was looked up, and nothing was found.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from tests.supply_chain.lock_file import LOCK, locked

TIMEOUT: Final = 30
"""Seconds that the service has for one answer."""
PACKAGES_NAMED: Final = 5


def main() -> None:
    """Ask, and end with what was found."""
    pins = locked()
    here = {pin.name: pin.version for pin in pins if pin.is_for_this_machine}
    found = audited(LOCK, here)
    if found:
        sys.exit("\n".join(["The audit has failed.", *found]))
    others = f" {len(pins) - len(here)} are locked for other systems, and are looked up there."
    sys.stdout.write(f"{len(here)} packages were looked up: nothing is known of any.{others}\n")


def audited(lock: Path, expected: dict[str, str]) -> list[str]:
    """Why an audit of a lock file has not succeeded, line by line; none where it has."""
    options = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--timeout", str(TIMEOUT)]
    command = [sys.executable, "-m", "pip_audit", *options, "--format", "json", "--requirement", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return list(faults(done.stdout, done.stderr, expected))


def faults(answer: str, said: str, expected: dict[str, str]) -> Iterator[str]:
    """What is wrong with an answer of pip-audit, of which every `expected` package and version must be part."""
    try:
        found: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = said.strip().splitlines() or ["It said nothing."]
        yield f"Nothing was audited: the vulnerability service gave no answer. {last[-1]}"
        return
    looked_up = {one["name"]: one["version"] for one in found if "vulns" in one and "skip_reason" not in one}
    if not looked_up:
        yield "Nothing was audited: not one package was looked up."
    yield from _not_looked_up(found, expected.items() - looked_up.items())
    for one in found:
        for known in one.get("vulns", []):
            better = ", ".join(known.get("fix_versions", [])) or "no version"
            yield f"{one['name']} {one['version']} has {known['id']}; fixed in {better}."


def _not_looked_up(found: list[dict[str, Any]], missing: Iterable[tuple[str, str]]) -> Iterator[str]:
    names = sorted(f"{name} {version}" for name, version in missing)
    if names:
        shown = ", ".join([*names[:PACKAGES_NAMED], *(["…"] if len(names) > PACKAGES_NAMED else [])])
        yield f"{len(names)} packages were not looked up: {shown}"
    reasons = [one["skip_reason"] for one in found if "skip_reason" in one]
    if reasons:
        yield f"{len(reasons)} packages were skipped; the first one because: {reasons[0]}"


if __name__ == "__main__":
    main()
