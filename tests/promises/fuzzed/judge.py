"""Whether an export was taken in as promised: every row of it accepted, set aside for a reason, or the file refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from models.settings import Settings
from pipelines.formats.raw_table import SourceError
from pipelines.sources import Ingested, ingest
from tests.promises.fuzzed.rows import MARK
from tests.promises.fuzzed.writers import TEXTS

LONGEST_REASON = 2000
OF_ANOTHER_TABLE = re.compile(r"<sys_audit.*?</sys_audit>", re.DOTALL)
"""A record that is said not to be used."""


def outcome(folder: Path) -> Ingested | str:
    """What becomes of an export, or the reason why it is refused."""
    try:
        return ingest(folder, Settings())
    except SourceError as refusal:
        return str(refusal)


def faults(found: Ingested | str, file: Path, *, table: str, rows: int | None) -> Iterator[str]:
    """What of an outcome is not as promised; `rows` is how many the file has, where that is known."""
    if isinstance(found, str):
        yield from _faults_of_refusal(found, file)
        return
    ((_, read, accepted, set_aside),) = found.admission.filter(source_table=table).rows()
    quarantine = found.quarantine.filter(source_table=table)
    if read != accepted + set_aside or accepted != found.tables[table].height or set_aside != quarantine.height:
        yield f"{read} rows read, {accepted} accepted, {set_aside} set aside, but {quarantine.height} in quarantine"
    if rows is not None and read != rows:
        yield f"{read} rows read of {rows}"
    yield from _faults_of_quarantine(quarantine, file.name, read)
    if file.suffix[1:] in TEXTS:
        yield from _lost(found, file, table)


def _faults_of_refusal(reason: str, file: Path) -> Iterator[str]:
    if file.name not in reason and file.stem not in reason:
        yield f"the refusal does not name the file: {reason[:200]}"
    if len(reason) > LONGEST_REASON or not reason.rstrip().endswith((".", "]")) or "Traceback" in reason:
        yield f"the refusal is no sentence for people: {reason[:200]} … {reason[-100:]}"


def _faults_of_quarantine(quarantine: pl.DataFrame, file: str, read: int) -> Iterator[str]:
    for row in quarantine.iter_rows(named=True):
        if row["source_file"] != file or not 1 <= row["row_number"] <= read or not row["rule"] or not row["message"]:
            yield f"a quarantined row lacks its place or reason: {row}"
        if not json.loads(row["raw"]):
            yield f"a quarantined row lacks its text: {row}"
    if quarantine["row_number"].is_duplicated().any():
        yield "two quarantined rows have one number"


def _lost(found: Ingested, file: Path, table: str) -> Iterator[str]:
    """Marks that can be read in the file but are nowhere in what was made of it."""
    frames = [
        found.tables[table],
        found.quarantine.select("raw", "message"),
        found.unknown_reference,
        found.unused_input,
    ]
    texts = [frame.select(pl.col(pl.String)).write_json() for frame in frames]
    content = file.read_bytes().decode("utf-8", errors="ignore")
    if "records of sys_audit" in texts[-1]:
        content = OF_ANOTHER_TABLE.sub("", content)
    there = set(MARK.findall(content))
    known = {mark for text in texts for mark in MARK.findall(text)}
    if there - known:
        yield f"rows are lost: {sorted(there - known)[:5]}"
