"""The slow, obvious reference of project oversight: every rule of the contract for orders in plain Python.

Nothing here knows Polars or the fast code. Rows are dictionaries of typed values; one concept is one module.
"""

from .engine import Oversight, oversee
from .instance import Instance, Row, Rows

__all__ = ["Instance", "Oversight", "Row", "Rows", "oversee"]
