"""What is installed is what the lock file says, all of it, and an audit that could look nothing up has failed."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.supply_chain.audit import faults
from tests.supply_chain.bill_of_materials import bill_of_materials
from tests.supply_chain.lock_file import LOCK, ROOT, locked, pins

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = locked()
HERE = {pin.name: pin.version for pin in PINS if pin.is_for_this_machine}
NAME_NO_LICENCE = {"dataframely", "zen-engine"}
"""Packages that say nothing of their licence but in its text."""
EVERY_HASH = re.compile(r"--hash=(\w+):")


def asked_for() -> list[Requirement]:
    """What this project asks for itself, for use and for development."""
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(text) for texts in (PROJECT["dependencies"], *extras) for text in texts]


def test_every_requirement_is_one_version_with_hashes_and_nothing_else_is_in_the_lock_file() -> None:
    text = LOCK.read_text(encoding="utf-8")

    assert [pin.name for pin in PINS if not pin.hashes] == []
    assert all(pin.version for pin in PINS)
    assert set(EVERY_HASH.findall(text)) == {"sha256"}
    assert sum(len(pin.hashes) for pin in PINS) == len(EVERY_HASH.findall(text))
    lines = [line for line in text.splitlines() if not re.match(r"[A-Za-z0-9]|    (--hash=|#)", line)]
    assert lines == [], "no option, address or file"


def test_everything_that_the_project_asks_for_is_locked_as_it_asks() -> None:
    for wanted in asked_for():
        mine = [pin for pin in PINS if pin.name == canonicalize_name(wanted.name)]
        assert mine, f"{wanted} is not in requirements.lock: run make lock"
        for pin in mine:
            assert wanted.specifier.contains(pin.version), wanted
            assert any(name.startswith("tieout ") for name in pin.asked_for_by), wanted


def test_nothing_is_locked_that_nobody_asks_for() -> None:
    known = {pin.name for pin in PINS} | {"tieout"}

    for pin in PINS:
        asking = {canonicalize_name(name.partition(" ")[0].partition("[")[0]) for name in pin.asked_for_by}
        assert asking, pin.name
        assert asking <= known, pin.name


def test_what_is_installed_is_what_is_locked() -> None:
    installed = {canonicalize_name(one.name): one.version for one in importlib.metadata.distributions()}

    assert installed.pop("tieout", None) == PROJECT["version"]
    assert {name: installed.get(name) for name in HERE} == HERE
    assert installed.keys() - HERE.keys() == set(), "installed by hand: make clean setup"


def test_the_bill_of_materials_names_every_locked_package_with_its_hashes_and_licence() -> None:
    bom = bill_of_materials()

    assert {(one.name, one.version) for one in bom.components} == {(pin.name, pin.version) for pin in PINS}
    held = {(one.name, one.version): {found.content for found in one.hashes} for one in bom.components}
    assert all(held[pin.name, pin.version] == set(pin.hashes) for pin in PINS)
    assert all(str(one.purl) == f"pkg:pypi/{one.name}@{one.version}" for one in bom.components)
    without = {one.name for one in bom.components if not one.licenses and one.name in HERE}
    assert without <= NAME_NO_LICENCE
    needed = {str(one.ref): len(one.dependencies) for one in bom.dependencies}
    assert max(needed.values()) == len(asked_for()) + len(PINS) - len({pin.name for pin in PINS})


def answer(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


SAFE = {"name": "duckdb", "version": "2.0.0", "vulns": []}
WANTED = {"duckdb": "2.0.0"}


@pytest.mark.parametrize(
    ("told", "said", "expected", "fault"),
    [
        (answer(), "", WANTED, "Nothing was audited: not one package was looked up."),
        (answer(), "", {}, "Nothing was audited: not one package was looked up."),
        ("", "ConnectionError: refused", WANTED, "gave no answer. ConnectionError: refused"),
        ("", "", WANTED, "gave no answer. It said nothing."),
        ("null", "", WANTED, "Nothing was audited"),
        ("{}", "", WANTED, "Nothing was audited"),
        (answer({"name": "duckdb", "skip_reason": "not found"}), "", WANTED, "not one package was looked up"),
        (answer({"name": "duckdb", "skip_reason": "not found"}, SAFE), "", WANTED, "1 packages were skipped"),
        (answer(SAFE), "", {**WANTED, "polars": "2.1.0"}, "1 packages were not looked up: polars 2.1.0"),
        (answer({**SAFE, "version": "1.0.0"}), "", WANTED, "1 packages were not looked up: duckdb 2.0.0"),
        (
            answer({**SAFE, "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.0.1"]}]}),
            *("", WANTED, "duckdb 2.0.0 has PYSEC-1; fixed in 2.0.1."),
        ),
        (
            answer({**SAFE, "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}),
            *("", WANTED, "has PYSEC-2; fixed in no version."),
        ),
    ],
)
def test_an_audit_that_is_not_whole_and_clean_has_failed(
    told: str, said: str, expected: dict[str, str], fault: str
) -> None:
    assert fault in "\n".join(faults(told, said, expected))


def test_an_audit_that_has_looked_everything_up_and_found_nothing_has_succeeded() -> None:
    assert list(faults(answer(SAFE), "No known vulnerabilities found", WANTED)) == []


def test_without_the_network_the_audit_fails_and_says_so() -> None:
    """Tried for real: the service is asked for through a proxy that is not there."""
    nowhere = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"), "http://127.0.0.1:9")
    environment = {**os.environ, **nowhere, "PYTHONPATH": str(ROOT), "NO_PROXY": "", "no_proxy": ""}

    done = subprocess.run(
        [sys.executable, "-m", "tests.supply_chain.audit"], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "The audit has failed." in done.stderr
    assert "Nothing was audited: the vulnerability service gave no answer." in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_lock_file_is_read_as_pip_reads_it() -> None:
    text = (
        "numpy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:"
        + "a" * 64
        + "\n    # via\n    #   pandas\n"
    )

    (pin,) = pins(text)

    assert (pin.name, pin.version, pin.hashes, pin.asked_for_by) == ("numpy", "2.4.6", ("a" * 64,), ("pandas",))
    with pytest.raises(ValueError, match="not one version"):
        _ = pins("numpy>=2")[0].version
