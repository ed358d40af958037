"""Baselines: when they are taken, what they hold, and how today differs from them."""
