"""What we calculate: pure, lazy functions over tables, each named after the table it returns.

Positional parameters are the tables a function reads; keyword-only parameters are settings. Keys are opaque here:
compared and joined, never read.
"""
