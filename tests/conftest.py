"""What all tests share: Hypothesis judges what is computed, not how fast a busy machine does it."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("tieout", deadline=None)
settings.load_profile("tieout")
