"""Keys as the platform makes them: 32 hexadecimal digits without order, one for each number of a kind of record."""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa

DIGITS: Final = 32
STRIDE: Final = np.uint64(0x9E3779B97F4A7C15)
MIXERS: Final = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
KIND_SHIFT: Final = 32
LAST_SHIFT: Final = np.uint64(31)
HEXADECIMAL: Final = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype=np.uint16)
"""The two digits of each byte."""


def keys(kind: str, numbers: np.ndarray) -> pl.Series:
    """The keys of records of a kind: different numbers have different keys."""
    lanes = np.stack([scattered(kind, numbers), scattered(kind + "'", numbers)], axis=1)
    digits = HEXADECIMAL[lanes.view(np.uint8)]
    places = np.arange(0, (len(numbers) + 1) * DIGITS, DIGITS, dtype=np.int64)
    texts = pa.LargeStringArray.from_buffers(len(numbers), pa.py_buffer(places), pa.py_buffer(digits))
    return pl.Series("key", texts, dtype=pl.String)


def scattered(kind: str, numbers: np.ndarray) -> np.ndarray:
    """Each number as another one of 64 bits, without order and without collisions."""
    mixed = (numbers.astype(np.uint64) + np.uint64(zlib.crc32(kind.encode()) << KIND_SHIFT)) * STRIDE
    for shift, factor in MIXERS:
        mixed = (mixed ^ (mixed >> shift)) * factor
    return mixed ^ (mixed >> LAST_SHIFT)
