"""The same figures as tieout's, computed the way one would without it: what tieout's speed is measured against.

Each takes the rows that admission would take (one of identical copies, none of copies that differ, none that point to
nothing they need), adds up the five streams per work item and base period, and writes both tables into a DuckDB file.
They know the rules that their worlds need, and no others.
"""
