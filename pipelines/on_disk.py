"""What takes room on a disk, and what is left of it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from contextlib import suppress
from pathlib import Path

from pipelines.readers import READERS, READERS_OF_FOLDERS


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def finish(path: Path) -> None:
    """Nothing is written to a file, or to the files of a folder, any more: on the disk, and for its readers only."""
    for inside in sorted(path.iterdir()) if path.is_dir() else ():
        finish(inside)
    path.chmod(READERS_OF_FOLDERS if path.is_dir() else READERS)
    flush(path)


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with everything in it. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def size(path: Path) -> int:
    """Bytes that a file has, or all files in a folder; what goes away meanwhile has none."""
    return sum(_size(one) for one in (path, *path.rglob("*")) if not one.is_dir())


def _size(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.lstat().st_size
    return 0


def written(path: Path) -> dt.datetime:
    """When a file, or anything in a folder, was last written to."""
    return dt.datetime.fromtimestamp(max(map(_written, (path, *path.rglob("*")))), dt.UTC)


def _written(path: Path) -> float:
    with suppress(FileNotFoundError):
        return path.lstat().st_mtime
    return 0


def room(folder: Path) -> int:
    """Bytes that are free where a folder is."""
    return shutil.disk_usage(folder).free
