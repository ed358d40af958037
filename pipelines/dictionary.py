"""The pages that are written from the models, so that they can't say anything else: the dictionary and its kin.

`python -m pipelines.dictionary` writes them anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from models.catalogue import AUDITS, BASELINES, HISTORIES, MARTS, SOURCES, STATES, VIEWS
from models.drift_cause import CAUSES
from models.finding import KINDS
from models.settings import PRESETS, Settings
from models.table import Table
from pipelines.statements import column_type

DOCS: Final = Path(__file__).parent.parent / "docs"


def dictionary() -> str:
    """Every published table and column, with type, meaning, unit and sign."""
    return "\n".join(_dictionary_lines()) + "\n"


def _dictionary_lines() -> Iterator[str]:
    yield "# Data dictionary\n"
    yield "Written from the models by `make docs`. The same words stand as comments in the warehouse itself.\n"
    for layer in (MARTS, {**AUDITS, **VIEWS}, BASELINES, HISTORIES, STATES, SOURCES):
        for name, table in sorted(layer.items()):
            yield from _table_lines(name, table)


def _table_lines(name: str, table: type[Table]) -> Iterator[str]:
    yield f"## {table.layer}.{name}\n"
    yield f"{table.meaning()}\n"
    yield "| column | type | meaning |\n|---|---|---|"
    for column, dtype in table.dtypes().items():
        mark = " (key)" if column in table.primary_key() else ""
        yield f"| {column}{mark} | {column_type(dtype)} | {_cell(table.column_meaning(column))} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def findings() -> str:
    """What each finding means, and what to do about it."""
    return "\n".join(_finding_lines()) + "\n"


def _finding_lines() -> Iterator[str]:
    yield "# Findings\n"
    yield "What `audit.finding` tells you, written from its catalogue by `make docs`.\n"
    yield "| code | severity | what it means | what to do |\n|---|---|---|---|"
    for kind in sorted(KINDS):
        yield f"| {kind.code} | {kind.severity} | {_cell(kind.meaning)} | {_cell(kind.remedy)} |"


def settings() -> str:
    """Every setting with its default."""
    return "\n".join(_settings_lines()) + "\n"


def _settings_lines() -> Iterator[str]:
    yield "# Settings\n"
    yield "What a TOML file for `--settings` may say, written from the settings object by `make docs`. Where settings"
    yield "are compared, `specification` names all defaults, and `platform` these with the choices of its own column.\n"
    yield "| setting | accepts | default | platform | meaning |\n|---|---|---|---|---|"
    accepted = Settings.model_json_schema()["properties"]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        choices = f"{_shown(default)} | {_shown_choice(name, default)}"
        yield f"| {name} | {_words(accepted[name])} | {choices} | {_cell(field.description or '')} |"


def _words(accepted: dict[str, object]) -> str:
    choices = accepted.get("enum")
    if isinstance(choices, list):
        return ", ".join(f"`{choice}`" for choice in choices)
    return "a table of lists" if accepted.get("type") == "object" else "text"


def _shown(default: object) -> str:
    return f"`{default}`" if default else "none"


def _shown_choice(name: str, default: object) -> str:
    """What the platform's documentation says, where that is not the default."""
    choice = getattr(PRESETS["platform"], name)
    return "" if choice == default else _shown(choice)


def drift() -> str:
    """Why cached figures differ from ours, and what to do about it."""
    return "\n".join(_drift_lines()) + "\n"


def _drift_lines() -> Iterator[str]:
    yield "# Drift\n"
    yield "Why figures that the platform caches are not ours: the causes in `audit.reconciliation`, written from their"
    yield "catalogue by `make docs`, in the order in which they are named where several fit. A cause is named only if"
    yield "it gives exactly the cached figure: alone, or, where it counts more rows or leaves some out, with others.\n"
    yield "| cause | it | what it means | what to do |\n|---|---|---|---|"
    for cause in CAUSES:
        yield f"| {cause.code} | {cause.effect} | {_cell(cause.said)}. | {_cell(cause.remedy)} |"


PAGES: Final = {"dictionary.md": dictionary, "findings.md": findings, "settings.md": settings, "drift.md": drift}


def main() -> None:
    """Write all pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
