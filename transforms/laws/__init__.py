"""The laws that every run must keep: one module per stream, gathered in one table."""
