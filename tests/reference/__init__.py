"""The slow, obvious reference: every figure of the contract in plain Python, and generated worlds to try it on.

Nothing here knows Polars, DuckDB or the fast code. One rule of the contract is one small function; speed is no aim.
"""

from .engine import Result, compute
from .refusal import ReferenceRefusal
from .settings import Settings
from .world_files import Placement, write_csv, write_mixed
from .worlds import World, world

__all__ = [
    "Placement",
    "ReferenceRefusal",
    "Result",
    "Settings",
    "World",
    "compute",
    "world",
    "write_csv",
    "write_mixed",
]
