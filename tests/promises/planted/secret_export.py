"""The sample with a secret in every name, number and description: which table and column it was planted in."""

from __future__ import annotations

from pathlib import Path

from tests.golden.sample_run import SAMPLE
from tests.promises.planted.sample_records import Record, records_of, sample_files, table_of, with_text, write_records


def secret_export(folder: Path) -> Path:
    """The export, written into a folder."""
    source = folder / "export"
    for path in sample_files():
        table = table_of(path)

        def secret(_record: Record, column: str, table: str = table) -> str:
            return f"SECRET<{table}.{column}>"

        records = [with_text(record, table, secret) for record in records_of(path)]
        write_records(source / path.relative_to(SAMPLE), records)
    return source
