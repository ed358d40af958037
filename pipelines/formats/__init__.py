"""Export files as tables of cells: one module for each file format. Nothing here knows what a table means."""
