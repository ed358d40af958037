"""Trials: what other rules or settings would make of an export. Nothing is published."""
