"""The command line: every command under its name."""

from __future__ import annotations

import sys
from typing import Final

import typer

from pipelines.commands import baselines, care, checking, choices, nightly, nights, proof, roles
from pipelines.commands.process import check_arguments, speak_any_language
from pipelines.readers import keep_to_the_group

app: Final = typer.Typer(
    help="Every portfolio number, tied out to its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(nightly.run)
app.command()(checking.verify)
app.command()(proof.explain)
app.command()(proof.reconcile)
app.command("bridge")(nights.show_the_bridge)
app.command("as-of")(nights.as_of_night)
app.command()(nights.changed)
app.command("compare-settings")(choices.compare_settings)
app.command()(roles.publish)
app.command()(nightly.ui)
app.command()(care.doctor)

rules: Final = typer.Typer(help="Try oversight rules before they go live.", no_args_is_help=True)
rules.command("test")(choices.try_rules)
app.add_typer(rules, name="rules")

baseline: Final = typer.Typer(help="Keep what work items are planned, funded and spent today.", no_args_is_help=True)
baseline.command("create")(baselines.take_baseline)
app.add_typer(baseline, name="baseline")


def main() -> None:
    """The command `tieout`."""
    keep_to_the_group()
    speak_any_language()
    check_arguments(sys.argv)
    app()
