"""What is remembered of oversight, as it is published."""

from __future__ import annotations

import dataframely as dy

from models.oversight_link import OversightMappedField, OversightMappedFieldState, OversightNote, OversightNoteState
from models.oversight_project import OversightProgram, OversightProgramState


def oversight_program(oversight_program: dy.LazyFrame[OversightProgramState]) -> dy.LazyFrame[OversightProgram]:
    """Every program that was created or reused."""
    return OversightProgram.cast(oversight_program.select(OversightProgram.column_names()))


def oversight_mapped_field(
    oversight_mapped_field: dy.LazyFrame[OversightMappedFieldState],
) -> dy.LazyFrame[OversightMappedField]:
    """Every field that was copied, with its source."""
    return OversightMappedField.cast(oversight_mapped_field.select(OversightMappedField.column_names()))


def oversight_note(oversight_note: dy.LazyFrame[OversightNoteState]) -> dy.LazyFrame[OversightNote]:
    """Every note, on the project or project task that shows it."""
    return OversightNote.cast(oversight_note.select(OversightNote.column_names()))
