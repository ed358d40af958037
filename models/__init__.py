"""What the data is: tables, columns, closed word lists and settings. Knows nothing of how figures are computed."""
