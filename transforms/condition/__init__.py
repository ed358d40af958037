"""Conditions of rules: what they say, what their fields are, and what they mean as expressions."""
