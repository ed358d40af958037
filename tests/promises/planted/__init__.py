"""Exports with things planted in them that must not happen, or must not be seen."""
