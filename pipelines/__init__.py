"""When and where the work runs: files, DuckDB, Dagster and the command line."""
