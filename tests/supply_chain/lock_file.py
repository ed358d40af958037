"""What the lock file pins: each requirement with its version, hashes, and who asked for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[2]
LOCK: Final = ROOT / "requirements.lock"


@dataclass(frozen=True)
class Pin:
    """One requirement of the lock file."""

    requirement: Requirement
    hashes: tuple[str, ...]
    """SHA-256 of each file that it may be installed from."""
    asked_for_by: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        """The one version that it allows. Raises ValueError where it allows others."""
        (one,) = self.requirement.specifier
        if one.operator != "==" or "*" in one.version:
            raise ValueError(f"{self.requirement} is not one version.")
        return one.version

    @property
    def is_for_this_machine(self) -> bool:
        """Whether it is installed by this Python, on this system."""
        return self.requirement.marker is None or self.requirement.marker.evaluate()


def pins(text: str) -> list[Pin]:
    """Everything that a lock file pins, in its order."""
    return [_pin(block) for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()) if block]


def _pin(block: str) -> Pin:
    requirement, *rest = block.replace("\\\n", "\n").splitlines()
    hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block)
    asking = [line.strip(" #").removeprefix("via").strip() for line in rest if line.strip().startswith("#")]
    return Pin(Requirement(requirement), tuple(hashes), tuple(name for name in asking if name))


def locked() -> list[Pin]:
    """Everything that this repository's lock file pins."""
    return pins(LOCK.read_text(encoding="utf-8"))
