"""The checksum beside a version: in the form that others read, and compared before the version is read."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from pathlib import Path

import pytest

from pipelines import checksum
from pipelines.checksum import Damaged, check_undamaged, fingerprint, keep, kept_checksum, state
from pipelines.publication import PublishRefused, publish
from pipelines.target import Target, kept_beside

MONDAY = dt.date(2026, 5, 11)


def kept(folder: Path, name: str = "p.2026-05-11.r1.duckdb", content: bytes = b"figures") -> Path:
    """A file with its checksum beside it, as a version of `p.duckdb`."""
    file = folder / "versions" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    keep(fingerprint(file).sha256, file)
    return file


def refusal(file: Path) -> str:
    with pytest.raises(Damaged) as damage:
        check_undamaged(file)
    return str(damage.value)


def published(file: Path, run_id: str, content: str = "figures") -> Path:
    return publish(
        file,
        run_id=run_id,
        as_of=MONDAY,
        allow_older=False,
        build=lambda path: path.write_text(content) and None,
        verify=lambda _: None,
    )


@pytest.mark.parametrize("name", ["p.duckdb", "März 26.duckdb", "back\\slash", "two\nlines", "[x]*?.duckdb"])
def test_it_is_in_the_form_that_sha256sum_checks(tmp_path: Path, name: str) -> None:
    file = kept(tmp_path, name)
    command = ["sha256sum", "--check", "--strict", kept_beside(file).name]

    assert subprocess.run(command, cwd=file.parent, check=False, capture_output=True).returncode == 0
    file.write_bytes(b"others!")
    assert subprocess.run(command, cwd=file.parent, check=False, capture_output=True).returncode == 1
    assert kept_checksum(file) == fingerprint(kept(tmp_path, name)).sha256


@pytest.mark.parametrize("content", [b"Figures", b"figure", b"figures\n", b""])
def test_a_file_with_other_bytes_is_damaged(tmp_path: Path, content: bytes) -> None:
    file = kept(tmp_path)
    check_undamaged(file)

    file.write_bytes(content)

    assert f"{file} is damaged: its bytes are not those that were published. Nothing is read from it." in refusal(file)


def test_a_file_that_was_published_without_a_checksum_is_not_held_against_one(tmp_path: Path) -> None:
    file = kept(tmp_path)
    kept_beside(file).unlink()

    check_undamaged(file)

    assert kept_checksum(file) is None


@pytest.mark.parametrize("text", [b"", b"no checksum", b"\0" * 100])
def test_a_checksum_that_is_damaged_itself_is_told(tmp_path: Path, text: bytes) -> None:
    file = kept(tmp_path)
    kept_beside(file).chmod(0o644)
    kept_beside(file).write_bytes(text)

    assert "holds no checksum" in refusal(file)


def test_a_link_is_followed_to_the_version_that_it_points_to(tmp_path: Path) -> None:
    link = tmp_path / "p.duckdb"
    version = published(link, "r1")
    check_undamaged(link)

    version.chmod(0o644)
    version.write_text("Figures")

    assert str(version) in refusal(link)


def test_what_to_do_names_the_version_before_that_is_as_it_was_published(tmp_path: Path) -> None:
    link = tmp_path / "it's p.duckdb"
    first, second, third = (published(link, run, run) for run in ("r1", "r2", "r3"))
    for version in (second, third):
        version.chmod(0o644)
        version.write_text("damaged")

    text = refusal(link)

    command = text.partition("To go back to the version of 2026-05-11: ")[2]
    subprocess.run(command, shell=True, check=True)
    assert link.resolve() == first
    check_undamaged(link)


def test_a_version_alone_is_to_be_taken_from_a_backup(tmp_path: Path) -> None:
    file = kept(tmp_path)
    file.write_bytes(b"damaged")

    assert "Take it from a backup, or remove it and run the night without memory." in refusal(file)


def test_a_file_is_read_once_as_long_as_nobody_writes_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, read = kept(tmp_path), []
    monkeypatch.setattr(checksum, "fingerprint", lambda path: read.append(path) or fingerprint(path))

    for _ in range(3):
        check_undamaged(file)
    assert read == [file]

    file.write_bytes(b"Figures")
    refusal(file)
    assert len(read) == 2


def test_a_time_that_is_set_back_hides_no_change(tmp_path: Path) -> None:
    file = kept(tmp_path)
    before, then = state(file), file.stat()

    file.write_bytes(b"Figures")
    os.utime(file, ns=(then.st_atime_ns, then.st_mtime_ns))

    assert file.stat().st_mtime_ns == then.st_mtime_ns
    assert state(file) != before


def test_a_checksum_goes_with_its_version_and_one_of_nothing_is_swept(tmp_path: Path) -> None:
    link = tmp_path / "p.duckdb"
    for run in ("r1", "r2", "r3", "r4"):
        published(link, run)
    left = Target.at(link).version(MONDAY, "gone")
    keep("0" * 64, left)

    published(link, "r5")

    versions = {path.name for path in Target.at(link).versions.iterdir() if path.suffix == ".duckdb"}
    kept_names = {path.name for path in Target.at(link).versions.iterdir() if path.suffix == ".sha256"}
    assert len(versions) == 3
    assert kept_names == {f"{name}.sha256" for name in versions}


def test_a_warehouse_is_not_called_as_a_checksum_is(tmp_path: Path) -> None:
    with pytest.raises(PublishRefused, match="so are checksums of versions"):
        published(tmp_path / "p.sha256", "r1")
