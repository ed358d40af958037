"""A picture of growth, drawn as SVG: both axes logarithmic, one line a case."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 20, 50
COLOURS: Final = ("#0b6e4f", "#c8553d", "#28536b", "#b08900", "#6a4c93")

Points = Sequence[tuple[int, float]]


class Scale:
    """From a value to a place on the paper, by its logarithm."""

    def __init__(self, values: Sequence[float], begin: float, end: float) -> None:
        self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        self.high = max(self.high, self.low + 1)
        self.begin, self.end = begin, end

    def __call__(self, value: float) -> float:
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return self.begin + part * (self.end - self.begin)

    @property
    def decades(self) -> list[float]:
        """The values that get a line."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def growth_picture(cases: Mapping[str, Points]) -> str:
    """Processor seconds against work items."""
    drawn = {name: points for name, points in cases.items() if points}
    points = [point for line in drawn.values() for point in line]
    across = Scale([items for items, _seconds in points], LEFT, WIDTH - RIGHT)
    up = Scale([seconds for _items, seconds in points], HEIGHT - BOTTOM, TOP)
    lines = [_line(number, name, points, across, up) for number, (name, points) in enumerate(drawn.items())]
    labels = [
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "work items", "middle"),
        _text(LEFT, TOP - 6, "processor seconds", "middle"),
    ]
    parts = [*_grid(across, up), *labels, *lines]
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n{body}\n</svg>\n'
    )


def _grid(across: Scale, up: Scale) -> list[str]:
    parts = []
    for value in across.decades:
        x = across(value)
        parts += [_stroke(x, TOP, x, HEIGHT - BOTTOM), _text(x, HEIGHT - BOTTOM + 18, f"{value:,.0f}", "middle")]
    for value in up.decades:
        y = up(value)
        parts += [_stroke(LEFT, y, WIDTH - RIGHT, y), _text(LEFT - 8, y + 4, f"{value:,g}", "end")]
    return parts


def _stroke(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'


def _line(number: int, name: str, points: Points, across: Scale, up: Scale) -> str:
    colour = COLOURS[number % len(COLOURS)]
    places = [(across(items), up(seconds)) for items, seconds in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places)
    x, y = places[-1]
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}' + _text(
        x + 10, y + 4, name.replace("_", " "), "start", colour
    )
