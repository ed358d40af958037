"""Spellings of tables and columns: what a name in an export means."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from models.catalogue import SOURCES
from models.table import Table
from pipelines.formats.raw_table import SourceError

FLATTENED = "_value"
"""What connectors append to the name of a reference or a choice when they flatten it."""


class AliasError(SourceError):
    """An alias file that can't be used, with the reason."""


class Header(NamedTuple):
    """The columns of one file: which column of the table each one is."""

    spelled: dict[str, str]
    """Canonical column: its name in the file."""
    unused: dict[str, str]
    """Name in the file: why nothing uses it."""


@dataclass(frozen=True)
class Aliases:
    """Normalised spellings and the canonical names they stand for; of several spellings the first one counts."""

    tables: Mapping[str, str]
    every_table: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]

    def table(self, spelled: str) -> str | None:
        """The canonical name of a table, if it is known."""
        name = normalised(spelled)
        return name if name in SOURCES else self.tables.get(name)

    def header(self, table: str, spelled: Sequence[str]) -> Header:
        """Which file column is which column of the table. Where several would do, the earlier spelling counts."""
        given: dict[str, str] = {}
        for name in spelled:
            given.setdefault(normalised(name), name)
        found = {column: self._first_given(table, column, given) for column in SOURCES[table].columns()}
        used = {column: name for column, name in found.items() if name is not None}
        unused = {name: self._why_unused(table, name, used) for name in spelled if name not in used.values()}
        return Header(used, unused)

    def spellings(self, table: str, column: str) -> list[str]:
        """Every accepted spelling of a column, the one that counts first in front."""
        others = [name for name, target in self._aliases(table) if target == column]
        return [
            name for name in dict.fromkeys([column, *others]) if name == column or not self._is_canonical(table, name)
        ]

    def table_spellings(self, table: str) -> list[str]:
        """Every accepted spelling of a table, the canonical one in front."""
        return [table, *(name for name, target in self.tables.items() if target == table)]

    def _aliases(self, table: str) -> Iterator[tuple[str, str]]:
        own = self.columns.get(table, {})
        yield from own.items()
        yield from ((name, target) for name, target in self.every_table.items() if name not in own)

    def _first_given(self, table: str, column: str, given: Mapping[str, str]) -> str | None:
        names = self.spellings(table, column)
        flattened = [name + FLATTENED for name in names if not self._is_canonical(table, name + FLATTENED)]
        return next((given[name] for name in (*names, *flattened) if name in given), None)

    @staticmethod
    def _is_canonical(table: str, name: str) -> bool:
        return name in SOURCES[table].columns()

    def _why_unused(self, table: str, name: str, used: Mapping[str, str]) -> str:
        meant = [column for column in used if self._first_given(table, column, {normalised(name): name})]
        if meant:
            return f"another spelling of {meant[0]}, which is read from the column {used[meant[0]]!r}"
        return f"{table} has no column of this name: no figure needs it"


def normalised(spelled: str) -> str:
    """A name in lower case, with every run of characters that no name has as one underscore, and none around it."""
    return re.sub(r"\W+", " ", spelled.lower()).strip().replace(" ", "_")


def load_aliases(own_file: Path | None = None) -> Aliases:
    """The spellings that come with tieout, and before them those of a file of the user's own.

    Raises AliasError when the file can't be read or names a table or column that does not exist.
    """
    default = _from_toml(files("models").joinpath("aliases.toml").read_text(encoding="utf-8"), "aliases.toml")
    return default if own_file is None else _merged(_from_toml(_text_of(own_file), str(own_file)), default)


def _text_of(own_file: Path) -> str:
    try:
        return own_file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise AliasError(f"The alias file {own_file} can't be read: {fault}.") from fault


def _from_toml(text: str, file: str) -> Aliases:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise AliasError(f"The alias file {file} is not valid TOML: {fault}.") from fault
    unknown = content.keys() - {"tables", "columns"}
    if unknown:
        raise AliasError(f"The alias file {file} has a section {min(unknown)!r}; it may have [tables] and [columns].")
    for section, entries in content.items():
        if not isinstance(entries, dict):
            raise AliasError(
                f"The alias file {file}: [{section}] must hold entries such as spelling = 'canonical name'."
            )
    return _checked(content, file)


def _checked(content: Mapping[str, Any], file: str) -> Aliases:
    columns = content.get("columns", {})
    own = {table: names for table, names in columns.items() if isinstance(names, dict)}
    every = {name: column for name, column in columns.items() if not isinstance(column, dict)}
    return Aliases(
        _spellings(content.get("tables", {}), SOURCES, f"{file}, [tables]", "a table"),
        _spellings(every, _columns(SOURCES.values()), f"{file}, [columns]", "a column of any table"),
        {table: _table_spellings(table, names, file) for table, names in own.items()},
    )


def _table_spellings(table: str, names: Mapping[str, Any], file: str) -> dict[str, str]:
    if table not in SOURCES:
        raise AliasError(f"{file}: [columns.{table}] is not a table. Tables are: {', '.join(sorted(SOURCES))}.")
    return _spellings(names, _columns([SOURCES[table]]), f"{file}, [columns.{table}]", f"a column of {table}")


def _columns(tables: Iterable[type[Table]]) -> set[str]:
    return {column for table in tables for column in table.columns()}


def _spellings(names: Mapping[str, Any], targets: Iterable[str], where: str, what: str) -> dict[str, str]:
    known = sorted(targets)
    for name, target in names.items():
        if target not in known:
            raise AliasError(
                f"{where}: {name} = {target!r}, but {target!r} is not {what}. Those are: {', '.join(known)}."
            )
    return {normalised(name): target for name, target in names.items()}


def _merged(first: Aliases, then: Aliases) -> Aliases:
    """Both; entries of `first` come before and replace those of `then`."""
    tables = first.columns.keys() | then.columns.keys()
    columns = {table: _before(first.columns.get(table, {}), then.columns.get(table, {})) for table in sorted(tables)}
    return Aliases(_before(first.tables, then.tables), _before(first.every_table, then.every_table), columns)


def _before(first: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    return {**first, **{name: target for name, target in then.items() if name not in first}}
