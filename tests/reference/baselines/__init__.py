"""Section 7 of the contract in plain Python, night after night: baselines, variances and the bridge."""

from .chain import Published, nights_of

__all__ = ["Published", "nights_of"]
