"""Promise 5: damage of a warehouse, or of the files that it was made of, is found before anything is served from it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Final

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.execution import run_night
from pipelines.target import kept_beside
from pipelines.verification import CHANGED, CUT, GONE, GROWN, NEW, SAME, compared
from tests.promises.damage import KINDS, damage
from tests.properties.nights import settings_of
from tests.published import rows
from tests.reference import world, write_mixed

FLIPS: Final = 300
A_FEW: Final = 14
DRAWN: Final = world(12, missing_tables=False)
READERS: Final = (
    ("verify", "--warehouse", "{file}"),
    ("verify", "--warehouse", "{file}", "--source", "{export}"),
    ("explain", "{file}", "{item}", "actual_cost"),
    ("reconcile", "--warehouse", "{file}"),
    ("as-of", "{day}", "{item}", "--warehouse", "{file}"),
    ("changed", "--since", "{day}", "--warehouse", "{file}"),
    ("bridge", "{item}", "--warehouse", "{file}"),
)
WRITER: Final = ("baseline", "create", "{item}", "--name", "a name", "--warehouse", "{file}")


class Published:
    """A warehouse of two nights, and the export that both were made of."""

    def __init__(self, folder: Path) -> None:
        self.export = folder / "export"
        self.file = folder / "portfolio.duckdb"
        self.first = DRAWN.as_of
        write_mixed(DRAWN, self.export, 12)
        for day in (self.first, self.first + dt.timedelta(days=1)):
            drawn = replace(DRAWN, as_of=day)
            run_night(self.export, self.file, as_of=day, settings=settings_of(drawn), progress=lambda _line: None)
        self.version = self.file.resolve()
        self.item = str(rows(self.file, "SELECT max(work_item) FROM mart.work_item")[0][0])

    def ask(self, command: Sequence[str]) -> Result:
        """What a command answers."""
        given = {"file": self.file, "export": self.export, "item": self.item, "day": self.first}
        return CliRunner().invoke(app, [word.format(**given) for word in command])


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return Published(tmp_path_factory.mktemp("corruption"))


def refuses(answer: Result) -> bool:
    """Whether a command has served nothing, and has said why."""
    return answer.exit_code == 1 and "damaged" in answer.output and "Nothing is read from it" in answer.output


@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_every_command_that_reads_a_damaged_warehouse_says_so_and_serves_nothing(
    published: Published, command: Sequence[str]
) -> None:
    with damage(published.version, "one bit", Random(1)):
        assert refuses(published.ask(command))

    assert "damaged" not in published.ask(command).output


def test_no_baseline_is_taken_of_a_damaged_warehouse(published: Published) -> None:
    with damage(published.version, "one bit", Random(1)):
        assert refuses(published.ask(WRITER))

    assert published.file.resolve() == published.version


def undetected(published: Published, number: int) -> list[str]:
    """Of so many kinds of damage, those that `tieout verify` does not find."""
    draw = Random(number)
    missed = []
    for place in range(number):
        kind = KINDS[place % len(KINDS)]
        with damage(published.version, kind, draw):
            answer = published.ask(READERS[0])
        if not refuses(answer):
            missed.append(f"{place}: {kind}: {answer.output}")
    return missed


def test_damage_of_a_warehouse_is_found(published: Published) -> None:
    assert undetected(published, A_FEW) == []
    assert published.ask(READERS[1]).exit_code == 0


@pytest.mark.torture
def test_every_damage_of_a_warehouse_is_found(published: Published) -> None:
    assert undetected(published, FLIPS) == []


def test_without_a_checksum_all_of_a_warehouse_is_read(published: Published, tmp_path: Path) -> None:
    kept = kept_beside(published.version).rename(tmp_path / "kept")
    try:
        whole = published.ask(READERS[0])
        with damage(published.version, "a block of zeros", Random(3)):
            damaged = published.ask(READERS[0])
    finally:
        kept.rename(kept_beside(published.version))

    assert (whole.exit_code, damaged.exit_code) == (0, 1)
    assert "has no checksum beside it, but all of it can be read" in whole.output
    assert "can't be " in damaged.output


def test_a_warehouse_that_is_not_there_can_not_be_verified(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["verify", "--warehouse", str(tmp_path / "portfolio.duckdb")])

    assert answer.exit_code == 1
    assert "There is no file" in answer.output


@pytest.mark.torture
def test_without_a_checksum_damage_changes_no_answer(published: Published, tmp_path: Path) -> None:
    """DuckDB looks at each block that it reads: what it answers from a damaged file is what it would have answered."""
    command, draw = READERS[2], Random(5)
    whole = published.ask(command)
    kept = kept_beside(published.version).rename(tmp_path / "kept")
    try:
        for place in range(FLIPS):
            with damage(published.version, KINDS[place % len(KINDS)], draw):
                answer = published.ask(command)
            assert answer.exit_code == 1 or answer.output == whole.output, (place, answer.output)
            assert not isinstance(answer.exception, Exception), (place, answer.exception)
    finally:
        kept.rename(kept_beside(published.version))


def test_the_next_night_remembers_nothing_from_a_damaged_warehouse_and_goes_on_from_the_one_before(
    published: Published, tmp_path: Path
) -> None:
    shutil.copytree(published.file.parent, tmp_path / "copy", symlinks=True)
    file = tmp_path / "copy" / "portfolio.duckdb"
    night = ("run", "--source", str(published.export), "--warehouse", str(file), "--as-of", str(DRAWN.as_of))
    settings = tmp_path / "settings.toml"
    settings.write_text(f'instance_time_zone = "{DRAWN.settings.instance_time_zone}"\n')
    tonight = (*night[:-1], str(DRAWN.as_of + dt.timedelta(days=2)), "--settings", str(settings))

    with damage(file.resolve(), "one bit", Random(2)):
        answer = CliRunner().invoke(app, tonight)
        assert answer.exit_code == 1
        assert "Nothing was published. What earlier runs have decided can't be read." in answer.output
        assert "is damaged: its bytes are not those that were published." in answer.output
        before = answer.output.partition("To go back to the version of ")[2]
        assert before.startswith(f"{published.first}: ln -sfn versions/")
        file.unlink()
        file.symlink_to(before.split()[3])
        answer = CliRunner().invoke(app, tonight)

    assert answer.exit_code == 0, answer.output
    nights = [str(day) for (day,) in rows(file, "SELECT as_of FROM history.night ORDER BY 1")]
    assert nights == [str(published.first), str(published.first + dt.timedelta(days=2))]


def unseen(published: Published, folder: Path, number: int) -> list[str]:
    """Of so many changes of landed files, those that are not told as what they are."""
    shutil.copytree(published.export, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    draw, missed = Random(number), []
    for place in range(number):
        file, kind = draw.choice([path for path in files if path.stat().st_size]), draw.choice((*KINDS, GONE, NEW))
        expected = _verdict(kind)
        name = str(file.relative_to(folder))
        if kind == NEW:
            name = f"fm_expense_line_{place}.csv"
            (folder / name).write_text("sys_id\n")
            found = compared(published.file, folder)
            (folder / name).unlink()
        elif kind == GONE:
            file.rename(folder.with_name("away"))
            found = compared(published.file, folder)
            folder.with_name("away").rename(file)
        else:
            with damage(file, kind, draw):
                found = compared(published.file, folder)
        told = {one.name: one.verdict for one in found if one.verdict != SAME}
        if told != {name: expected}:
            missed.append(f"{place}: {kind} of {name}: {told}")
    return missed


def _verdict(kind: str) -> str:
    if kind in (GONE, NEW):
        return kind
    return GROWN if kind == "longer" else CUT if kind.startswith("cut") else CHANGED


def test_changes_of_landed_files_are_told_as_what_they_are(published: Published, tmp_path: Path) -> None:
    assert unseen(published, tmp_path / "landed", A_FEW) == []


@pytest.mark.torture
def test_every_change_of_landed_files_is_told_as_what_it_is(published: Published, tmp_path: Path) -> None:
    assert unseen(published, tmp_path / "landed", FLIPS) == []
