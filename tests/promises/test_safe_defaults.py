"""Defaults are safe: who can reach the page, who can read what is written, what is never written, loaded or repeated."""

from __future__ import annotations

import ast
import ipaddress
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner, Result

from pipelines import definitions
from pipelines.cli import app
from pipelines.definitions import defs
from pipelines.hand_over import REFUSED, NothingIsHandedOver
from tests.pipelines.test_cli import export
from tests.promises.no_pickle import nothing_pickled
from tests.promises.planted.secret_warehouse import text_in
from tests.promises.real_page import LAUNCH, asked, checkout_in, listening, outcome_of, page
from tests.published import rows

ROOT = Path(__file__).parents[2]
ROOMS = ("models", "transforms", "pipelines")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
SECRET = "hunter2-is-planted"
SECRETS = dict.fromkeys(("DATABASE_PASSWORD", "API_TOKEN", "TIEOUT_TOKEN", "AWS_SECRET_ACCESS_KEY"), SECRET)
"""What may stand in the environment of a run."""
UNSAFE_MODULES = {
    *("pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "copyreg"),
    *("yaml", "code", "codeop", "runpy", "imp", "ctypes", "pdb", "telnetlib", "ftplib", "socketserver"),
    *("xml.sax", "xml.dom", "xml.dom.minidom", "lxml", "lxml.etree"),
    *("urllib.request", "http.client", "requests", "httpx", "aiohttp"),
}
"""What runs or loads what it is given, or fetches it."""
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__", "execfile", "globals", "breakpoint"}
UNSAFE_METHODS = {
    *(("os", name) for name in ("system", "popen", "execv", "execvp", "spawnl", "spawnv")),
    *(("pl", name) for name in ("deserialize", "sql", "read_database", "read_database_uri", "read_excel")),
    *(("np", name) for name in ("load", "save")),
    *(("tempfile", name) for name in ("mktemp", "mkstemp", "gettempdir")),
}
SAFE_OF_XML = {"Element", "ParseError", "tostring"}
"""What is used of the parser of the standard library, which itself reads nothing."""


def tieout(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that `tieout ui` starts."""
    commands: list[list[str]] = []

    def start(command: list[str], **_given: object) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr("subprocess.call", start)
    return commands


def test_the_page_listens_on_this_machine_unless_asked_otherwise(started: list[list[str]]) -> None:
    outcome = tieout("ui")

    assert started[0][1:4] == ["-m", "dagster", "dev"]
    assert started[0][started[0].index("-h") + 1] == "127.0.0.1"
    assert outcome.stderr == ""


def test_viewers_get_a_page_that_starts_nothing(started: list[list[str]]) -> None:
    assert tieout("ui", "--read-only", "--port", 3001).exit_code == 0

    assert started[0][1:4] == ["-m", "dagster_webserver", "--read-only"]
    assert started[0][started[0].index("-h") + 1] == "127.0.0.1"
    assert started[0][started[0].index("-p") + 1] == "3001"


@pytest.mark.parametrize(
    ("host", "is_open"),
    [
        *(("127.0.0.1", False), ("127.1.2.3", False), ("::1", False), ("localhost", False)),
        *(("0.0.0.0", True), ("::", True), ("192.168.1.5", True), ("reports.example", True), ("", True)),
    ],
)
def test_a_page_that_others_can_reach_is_warned_of(started: list[list[str]], host: str, *, is_open: bool) -> None:
    outcome = tieout("ui", "--host", host)

    assert ("Put the page behind a proxy" in outcome.stderr) == is_open
    assert len(started) == 1


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Modules, and what is imported of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def called(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Functions by their module, as far as one can see, and whether a shell is asked for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield "", node.func.id
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                yield node.func.value.id, node.func.attr
            yield from (("shell", "") for word in node.keywords if word.arg in ("shell", "allow_pickle", "unsafe"))


def faults_of(source: str) -> list[object]:
    tree = ast.parse(source)
    modules = [(module, name) for module, name in imported(tree) if {module, f"{module}.{name}"} & UNSAFE_MODULES]
    xml = [name for module, name in imported(tree) if module.startswith("xml.etree") and name not in SAFE_OF_XML]
    xml += [
        name for module, name in imported(tree) if name == "expat" and "StartDoctypeDeclHandler = _refuse" not in source
    ]
    calls = [call for call in called(tree) if call in UNSAFE_METHODS or call[0] == "shell"]
    return [*modules, *xml, *calls, *(name for module, name in called(tree) if not module and name in UNSAFE_CALLS)]


def test_no_module_can_run_what_it_is_given() -> None:
    found = {path: faults_of(path.read_text(encoding="utf-8")) for path in MODULES}

    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from marshal import loads",
        "import yaml",
        "from xml.etree.ElementTree import parse",
        "from xml import sax",
        "from xml.parsers import expat",
        "eval('1')",
        "exec(text)",
        "import os\nos.system('ls')",
        "import subprocess\nsubprocess.run('ls', shell=True)",
        "import numpy as np\nnp.load(path, allow_pickle=True)",
    ],
)
def test_the_search_finds_what_it_looks_for(source: str) -> None:
    assert faults_of(source)


def test_no_value_is_pickled_or_unpickled_by_a_night_and_its_questions(tmp_path: Path) -> None:
    warehouse = tmp_path / "portfolio.duckdb"
    with nothing_pickled():
        done = tieout("run", "--source", export(tmp_path), "--warehouse", warehouse, "--as-of", "2026-03-01")
        explained = tieout("explain", warehouse, "PRJ1", "actual_cost")

    assert (done.exit_code, explained.exit_code) == (0, 0), done.output


def test_the_guard_against_pickle_bites() -> None:
    import pickle  # noqa: PLC0415

    with nothing_pickled():
        for attempt in (lambda: pickle.dumps(1), lambda: pickle.loads(b"N."), lambda: pickle.Unpickler(None)):  # type: ignore[arg-type]
            with pytest.raises(AssertionError, match="pickle"):
                attempt()


def test_dagster_hands_no_value_from_asset_to_asset(tmp_path: Path) -> None:
    @dg.asset
    def a_value() -> int:
        return 1

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        made = dg.materialize(
            [a_value], instance=instance, resources={"io_manager": NothingIsHandedOver()}, raise_on_error=False
        )

    assert not made.success
    (failure,) = [event.step_failure_data for event in made.all_node_events if event.is_step_failure]
    assert REFUSED in str(failure.user_failure_data.description)
    assert list(tmp_path.rglob("a_value")) == []
    assert isinstance(defs.resources["io_manager"] if defs.resources else None, NothingIsHandedOver)


@pytest.mark.parametrize("option", ["--source", "--warehouse", "--settings"])
def test_an_address_with_a_password_is_refused_and_not_repeated(
    tmp_path: Path, started: list[list[str]], option: str
) -> None:
    address = f"https://reader:{SECRET}@host.example/exports"

    for command in (("run", "--as-of", "2026-03-01"), ("ui",)):
        outcome = tieout(*command, option, address)
        assert outcome.exit_code == 2
        assert "is an address" in " ".join(outcome.output.split())
        assert SECRET not in outcome.output
    assert started == []
    assert list(tmp_path.iterdir()) == []


def test_an_address_in_the_environment_is_not_passed_on_to_dagster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_SOURCE", f"s3://key:{SECRET}@bucket")

    with pytest.raises(ValueError, match="is an address") as refusal:
        definitions.default_night()

    assert SECRET not in str(refusal.value)


def test_a_setting_that_there_is_not_is_named_without_its_value(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'password = "{SECRET}"', encoding="utf-8")

    refused = tieout("run", "--settings", settings)

    assert refused.exit_code == 2
    assert "there is no setting 'password'" in refused.output
    assert SECRET not in refused.output


def open_to_others(folder: Path) -> set[str]:
    """What in a folder anybody could read or enter: that is, everything but links."""
    found = set()
    for path in folder.rglob("*"):
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            continue
        if mode & 0o007 and not stat.S_ISLNK(mode):
            found.add(f"{path.relative_to(folder)} {stat.filemode(mode)}")
    return found


ALONE = """
mount --make-rprivate / && mount --bind "$1" "$1" && mount -o remount,bind,ro / && shift && exec "$@"
"""
"""A namespace in which nothing can be written but in one folder. Needs root, as CI has it."""


def test_a_night_writes_nothing_outside_its_folder_nothing_for_others_and_no_secret_that_is_around_it(
    tmp_path: Path,
) -> None:
    place, warehouse = tmp_path / "place", tmp_path / "place" / "new" / "portfolio.duckdb"
    place.mkdir()
    night = ("run", "--source", export(tmp_path), "--warehouse", warehouse, "--as-of", "2026-03-01")
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", *map(str, night)]
    found: set[str] = set()

    with subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", ALONE, "sh", place, *command],
        env={**os.environ, **SECRETS, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp")},
        umask=0,
        stderr=subprocess.STDOUT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        while process.poll() is None:
            found |= open_to_others(place)
            time.sleep(0.01)
        said = process.stdout.read() if process.stdout else ""

    assert process.returncode == 0, said
    assert rows(warehouse, "SELECT work_item FROM mart.work_item") == [("P1",)]
    assert found | open_to_others(place) == set()
    assert stat.S_IMODE(warehouse.stat().st_mode) == 0o440
    assert stat.S_IMODE(warehouse.parent.stat().st_mode) == 0o750
    assert {path.name for path in tmp_path.iterdir()} == {"place", "export"}
    assert SECRET not in said + text_in(warehouse)
    assert [path for path in place.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()] == []


def test_the_readme_tells_how_others_get_to_the_page() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text[text.index("## Every night") : text.index("## What it refuses to do")]

    assert "tieout ui --read-only" in section
    assert re.search(r"```nginx\n.*proxy_pass http://127\.0\.0\.1:3001.*```", section, flags=re.DOTALL)
    assert "auth_request" in section or "auth_basic" in section


@pytest.mark.torture
def test_the_real_page_is_on_this_machine_only_viewers_start_nothing_and_nothing_is_pickled_or_repeated(
    tmp_path: Path,
) -> None:
    checkout = checkout_in(tmp_path)
    with page(checkout, **SECRETS) as (address, process, said):
        addresses = listening(process)
        with page(checkout, "--read-only", **SECRETS) as (for_viewers, viewers, viewers_said):
            addresses |= listening(viewers)
            refused = asked(for_viewers, LAUNCH)["launchRun"]
        started = asked(address, LAUNCH)["launchRun"]
        assert "run" in started, started
        ended = outcome_of(address, started["run"]["runId"])

    assert addresses
    assert {one for one in addresses if not ipaddress.ip_address(one).is_loopback} == set()
    assert refused["__typename"] == "UnauthorizedError"
    assert ended == "SUCCESS"
    assert (checkout / "out" / "portfolio.duckdb").is_symlink()
    written = [said, viewers_said, *(path for path in checkout.rglob("*") if path.is_file())]
    assert [path for path in written if SECRET.encode() in path.read_bytes()] == []
    assert SECRET not in text_in(checkout / "out" / "portfolio.duckdb")
    kept = [path for path in (checkout / ".tieout").rglob("*") if path.is_file()]
    assert [path for path in kept if path.read_bytes()[:1] == b"\x80"] == [], "a pickle begins so"
    assert {path for path in kept if path.stat().st_mode & 0o007} == set()
