"""Draws how cost grows with a log: CPU seconds and peak memory over lines, as SVG, by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from benchmarks._data import ROOT

PLOT = ROOT / "docs" / "parsing-scale.svg"
WIDTH, HEIGHT = 300, 200
LEFT, TOP, RIGHT, BELOW = 46, 34, 14, 38
# Greys and a blue that can be read on white as on black; a reader who asks for dark gets lighter ones.
STYLE = """
    text { font: 11px sans-serif; fill: #59636e } .title { font-weight: bold }
    .grid { stroke: #8c959f; stroke-opacity: .35 } .line { stroke: #0969da; fill: none; stroke-width: 2 }
    .even { stroke: #8c959f; stroke-dasharray: 3 3; fill: none } .dot { fill: #0969da }
    @media (prefers-color-scheme: dark) {
      text { fill: #9198a1 } .line { stroke: #4493f8 } .dot { fill: #4493f8 }
    }
"""


def _short(number: float) -> str:
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if number >= unit:
            return f"{number / unit:g}{name}"
    return f"{number:g}"


class Panel:
    """One pair of axes: lines to the right, on a scale of tens; a figure upwards, between two bounds."""

    def __init__(
        self, title: str, left: float, lines: tuple[float, float], bounds: tuple[float, float], tens: bool
    ) -> None:
        self.title, self.left, self.lines, self.bounds, self.tens = title, left, lines, bounds, tens

    def across(self, lines: float) -> float:
        """Where a number of lines lies."""
        low, high = (math.log10(bound) for bound in self.lines)
        return self.left + LEFT + (math.log10(lines) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def up(self, value: float) -> float:
        """Where a figure lies."""
        scale = math.log10 if self.tens else float
        low, high = (scale(bound) for bound in self.bounds)
        return HEIGHT - BELOW - (scale(value) - low) / (high - low) * (HEIGHT - TOP - BELOW)

    def axes(self, across: Sequence[float], up: Sequence[float]) -> list[str]:
        """The title, lines of the grid, and what they stand for."""
        right, bottom = self.left + WIDTH - RIGHT, HEIGHT - BELOW
        made = [f'<text class="title" x="{self.left + LEFT:g}" y="18">{self.title}</text>']
        for value in up:
            y = self.up(value)
            made += [
                f'<line class="grid" x1="{self.left + LEFT:g}" y1="{y:.1f}" x2="{right:g}" y2="{y:.1f}"/>',
                f'<text x="{self.left + LEFT - 6:g}" y="{y + 4:.1f}" text-anchor="end">{_short(value)}</text>',
            ]
        made += [
            f'<text x="{self.across(lines):.1f}" y="{bottom + 16}" text-anchor="middle">{_short(lines)}</text>'
            for lines in across
        ]
        return [
            *made,
            f'<text x="{(self.left + LEFT + right) / 2:g}" y="{bottom + 32}" text-anchor="middle">lines</text>',
        ]

    def curve(self, points: Sequence[tuple[float, float]], kind: str) -> list[str]:
        """A line through points."""
        path = " ".join(f"{self.across(lines):.1f},{self.up(value):.1f}" for lines, value in points)
        return [f'<polyline class="{kind}" points="{path}"/>']

    def dots(self, points: Sequence[tuple[float, float]], unit: str) -> list[str]:
        """The points, each with its figure as a label and above it."""
        made = []
        for lines, value in points:
            x, y = self.across(lines), self.up(value)
            end = ' text-anchor="end"' if lines == points[-1][0] else ' text-anchor="middle"'
            label = f"<title>{lines:,} lines: {value:g} {unit}</title>"
            made += [
                f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3">{label}</circle>',
                f'<text x="{x:.1f}" y="{y - 8:.1f}"{end}>{value:.3g}</text>',
            ]
        return made


def plot(rows: Sequence[dict[str, Any]]) -> str:
    """Draw the rows of `parsing_scale.py`; the dashed line is what a cost that grows with the lines alone would be."""
    sizes = [row["lines"] for row in rows]
    ends = (float(min(sizes)), float(max(sizes)))
    seconds = [(row["lines"], row["cpu_s"]) for row in rows]
    memory = [(row["lines"], row["peak_mib"]) for row in rows]
    tens = [
        10.0**power
        for power in range(
            math.floor(math.log10(min(cpu for _, cpu in seconds))),
            math.ceil(math.log10(max(cpu for _, cpu in seconds))) + 1,
        )
    ]
    step = 100 if max(mib for _, mib in memory) <= 600 else 500
    most = math.ceil(max(mib for _, mib in memory) * 1.15 / step) * step
    cpu = Panel("CPU seconds", 0, ends, (tens[0], tens[-1]), tens=True)
    mib = Panel("peak memory, MiB", WIDTH, ends, (0, most), tens=False)
    last_lines, last = seconds[-1]
    even = [(lines, last * lines / last_lines) for lines in sizes if last * lines / last_lines >= tens[0]]
    body = [
        *cpu.axes(sizes, tens),
        *cpu.curve(even, "even"),
        *cpu.curve(seconds, "line"),
        *cpu.dots(seconds, "CPU seconds"),
        *mib.axes(sizes, range(0, most + 1, step)),
        *mib.curve(memory, "line"),
        *mib.dots(memory, "MiB"),
    ]
    said = f"CPU seconds and peak memory of mining templates from {_short(ends[0])} to {_short(ends[1])} lines"
    box = f'viewBox="0 0 {2 * WIDTH} {HEIGHT}" width="{2 * WIDTH}" height="{HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" aria-label="{said}">'
    return "\n".join([head, f"<style>{STYLE}</style>", *body, "</svg>"]) + "\n"
