"""Portfolios of any size, always the same ones for the same words, written as a platform exports them.

`python -m tests.benchmarks.portfolio_world --items 100000 --out DIR` writes one. Rows are made as whole numbers, table by
table, and get their keys only when they are written.
"""
