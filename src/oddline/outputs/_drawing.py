"""Draws the timeline as shapes: positions and classes only, so that no style stands in the page."""

from __future__ import annotations

from dataclasses import dataclass

from oddline.core.schema import SEVERITIES
from oddline.outputs._scale import Axis, round_number
from oddline.outputs._timeline import DOTS, ODD_DOTS, Lane, Timeline

LEFT, EDGE, STRIP, VOLUME, SCORES, LANE = 34.0, 6.0, 62.0, 90.0, 165.0, 17.0
LANES = 6
"""Incidents that get a lane; the list below the timeline holds them all."""

LETTER = 6.2
"""About the width of a letter at 11 px, to keep labels inside."""


@dataclass(frozen=True)
class Shape:
    """One element of a drawing: ``rect``, ``line``, ``text`` or ``path``, with its class and numbers."""

    kind: str
    css: str
    x: float = 0.0
    y: float = 0.0
    w: float = 0.0
    h: float = 0.0
    text: str = ""
    anchor: str = "start"
    round: float = 0.0


@dataclass(frozen=True)
class Drawing:
    """A drawing of ``width`` by ``height`` units, and what it shows in one sentence."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    label: str


def draw(timeline: Timeline, width: int, words: str) -> Drawing:
    """Draw for a page of so many units."""
    pen = _Pen(timeline, width)
    y = pen.strip(0.0) if timeline.zoomed else 0.0
    top = y + 22
    y = pen.volume(top)
    y = pen.lanes(y + 20)
    y = pen.scores(y + 24)
    shade = pen.shade(top - 6, y)
    pen.ticks(y + 16)
    return Drawing(width, int(y + 24), tuple(shade + pen.shapes), words)


class _Pen:
    def __init__(self, timeline: Timeline, width: int) -> None:
        self.timeline = timeline
        self.right = width - EDGE
        self.narrow = width < 600
        self.shapes: list[Shape] = []
        self.focus = timeline.focus

    def at(self, x: float, axis: Axis) -> float:
        share = (x - axis.start) / axis.length if axis.length else 0.5
        return LEFT + min(max(share, 0.0), 1.0) * (self.right - LEFT)

    def add(self, *shapes: Shape) -> None:
        self.shapes.extend(shapes)

    def strip(self, y: float) -> float:
        """Draw the whole, small, with a brush over the part that is shown below."""
        whole, focus = self.timeline.whole, self.focus
        self.add(Shape("text", "c-t", LEFT, y + 9, text=self.timeline.size))
        ends = [_moment(edge, focus, whole) for edge in (focus.start, focus.end)]
        below = f"below: {ends[0]} to {ends[1]}"
        self.add(Shape("text", "c-t", self.right, y + 9, text=below, anchor="end"))
        step = whole.step(60 if self.narrow else 100)
        edges, counts = self.timeline.counts(whole, step)
        totals = (counts if whole.timed else counts[1:]).sum(axis=0)
        most = max(1, int(totals.max()))
        bar = step / whole.length * (self.right - LEFT)
        for edge, n in zip(edges.tolist(), totals.tolist(), strict=True):
            if n:
                high = max(1.0, 28.0 * n / most)
                self.add(_rect("c-dim", self.at(edge, whole), y + 44 - high, max(0.6, bar * 0.9), high))
        start, end = self.at(focus.start, whole), self.at(focus.end, whole)
        self.add(_rect("c-brush", start, y + 14, max(2.0, end - start), 30.5))
        for lane in reversed(self.timeline.lanes[:60]):
            self.add(mark(lane.severity, self.at((lane.start + lane.end) / 2, whole), y + 51, 0.75))
        return y + STRIP

    def volume(self, y: float) -> float:
        """Draw rows a bin, the odd ones on top; without time only the odd ones, for all bins are as full."""
        axis = self.focus
        step = axis.step(48 if self.narrow else 100)
        edges, counts = self.timeline.counts(axis, step)
        if not axis.timed:
            counts = counts.copy()
            counts[0] = 0
        most = round_number(max(2, int(counts.sum(axis=0).max())))
        base, noun = y + VOLUME, self.timeline.noun
        title = f"{noun}s {axis.per(step)}".capitalize() if axis.timed else f"Odd {noun}s"
        if not axis.timed and step > 1:
            title += f" {axis.per(step)}"
        self.add(Shape("text", "c-tl", LEFT, y - 8, text=title))
        self._grid(((0, base), (most / 2, base - VOLUME / 2 + 4), (most, y + 8)))
        scale = (VOLUME - 8) / most
        bar = step / axis.length * (self.right - LEFT)
        for edge, column in zip(edges.tolist(), counts.T.tolist(), strict=True):
            low = base
            for css, n in zip(("c-bar", *(f"c-{name}" for name in SEVERITIES)), column, strict=True):
                if n:
                    high = max(n * scale, 2.0 if css != "c-bar" else 0.8)
                    low -= high
                    self.add(_rect(css, self.at(edge, axis), low, max(0.8, bar * 0.9), high))
        return base

    def _grid(self, lines: tuple[tuple[float, float], ...]) -> None:
        for i, (value, y) in enumerate(lines):
            self.add(Shape("line", "c-grid" if i else "c-axis", LEFT, y, self.right))
            self.add(
                Shape(
                    "text",
                    "c-t",
                    LEFT - 6,
                    y + 4,
                    text=_compact(value),
                    anchor="end",
                )
            )

    def lanes(self, y: float) -> float:
        """Draw one bar an incident, with its name where there is room."""
        inside = [lane for lane in self.timeline.lanes if lane.end >= self.focus.start and lane.start <= self.focus.end]
        for lane in inside[:LANES]:
            y = self._lane(lane, y)
        return y

    def _lane(self, lane: Lane, y: float) -> float:
        start, end = self.at(lane.start, self.focus), self.at(lane.end, self.focus)
        name = _short(lane.label, 22 if self.narrow else 44)
        room = LETTER * len(name) + 10
        after, before = end + room < self.right, start - 16 - room > LEFT
        if not after and not before:
            self.add(Shape("text", "c-tl", min(start, max(LEFT, self.right - room)), y + 3, text=name))
            y += LANE - 2
        elif after:
            self.add(Shape("text", "c-tl", end + (9 if end - start >= 3 else 10), y + 4, text=name))
        else:
            self.add(Shape("text", "c-tl", start - 18, y + 4, text=name, anchor="end"))
        if end - start >= 3:
            inside = max(start, LEFT + 11)  # the mark stands before the bar, and never on the axis
            self.add(_rect(f"c-{lane.severity}", inside, y - 3, max(3.0, end - inside), 6, 3))
            self.add(mark(lane.severity, inside - 9, y))
        else:
            self.add(mark(lane.severity, start, y))
        return y + LANE

    def scores(self, y: float) -> float:
        """Draw the score of rows, the usual ones grey, and the cut."""
        axis, base = self.focus, y + SCORES

        def height(score: float) -> float:
            return base - score / 100 * (SCORES - 4)

        self.add(Shape("text", "c-tl", LEFT, y - 8, text=f"Score of each {self.timeline.noun}"))
        self._grid(((0, base), (50, height(50)), (100, height(100))))
        xs, scores = self.timeline.dots(axis, 250 if self.narrow else DOTS)
        spots = [f"M{self.at(x, axis):.1f} {height(s):.1f}h.01" for x, s in zip(xs, scores, strict=True)]
        if spots:
            self.add(Shape("path", "c-dots", text="".join(spots)))
        if self.timeline.cut is not None:
            level = height(self.timeline.cut)
            self.add(Shape("line", "c-cut", LEFT, level, self.right))
        for x, score, severity in self.timeline.odd_dots(axis, 150 if self.narrow else ODD_DOTS):
            self.add(mark(severity, self.at(x, axis), height(score), 0.9))
        if self.timeline.cut is not None:  # over the marks, for there are always some near the cut
            level = height(self.timeline.cut)
            self.add(Shape("text", "c-t halo", self.right, level - 5, text=self.timeline.decision, anchor="end"))
        return base

    def shade(self, top: float, bottom: float) -> list[Shape]:
        """Shade the span of the worst incident behind everything, unless that is most of what is shown."""
        if not self.timeline.lanes:
            return []
        lane = self.timeline.lanes[0]
        start, end = self.at(lane.start, self.focus), self.at(lane.end, self.focus)
        if end - start > (self.right - LEFT) / 2:
            return []
        return [_rect(f"c-span span-{lane.severity}", start - 1, top, max(3.0, end - start + 2), bottom - top)]

    def ticks(self, y: float) -> None:
        """Write as many round places as there is room for."""
        for most in (8, 6, 5, 4, 3, 2):
            ticks = self.focus.ticks(most)
            wide = max((len(words) for _, words in ticks), default=0) * LETTER + 14
            if wide * len(ticks) < self.right - LEFT:
                break
        for place, words in ticks:
            x = self.at(place, self.focus)
            half = len(words) * LETTER / 2
            anchor = "start" if x - half < LEFT - 8 else "end" if x + half > self.right + EDGE else "middle"
            self.add(Shape("text", "c-t", x, y, text=words, anchor=anchor))


def mark(severity: str, x: float, y: float, size: float = 1.0) -> Shape:
    """Draw the shape of a severity around a point: ring, diamond, triangle or octagon."""
    s = size
    if severity == "medium":
        d = f"M{x:.1f} {y - 5 * s:.1f}l{5 * s:.1f} {5 * s:.1f} {-5 * s:.1f} {5 * s:.1f} {-5 * s:.1f} {-5 * s:.1f}Z"
    elif severity == "high":
        d = f"M{x:.1f} {y - 5 * s:.1f}l{5 * s:.1f} {9 * s:.1f}h{-10 * s:.1f}Z"
    elif severity == "critical":
        a, b = 2.3 * s, 3.3 * s
        d = (
            f"M{x - a:.1f} {y - a - b:.1f}h{2 * a:.1f}l{b:.1f} {b:.1f}v{2 * a:.1f}l{-b:.1f} {b:.1f}"
            f"h{-2 * a:.1f}l{-b:.1f} {-b:.1f}v{-2 * a:.1f}Z"
        )
    else:
        r = 3.4 * s
        d = f"M{x - r:.1f} {y:.1f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0Z"
        return Shape("path", "c-low-o", text=d)
    return Shape("path", f"c-{severity}", text=d)


def _rect(css: str, x: float, y: float, w: float, h: float, rounded: float = 0.0) -> Shape:
    return Shape("rect", css, x, y, w, h, round=rounded)


def _moment(place: float, focus: Axis, whole: Axis) -> str:
    label = Axis(place, place, focus.timed)._label(place, 60 if focus.length > 120 else 1)
    if focus.timed and whole.length > 86400 and place % 86400:
        return f"{Axis(place, place, True)._label(place, 86400)} {label}"
    return label


def _compact(value: float) -> str:
    """Write a number so that it fits before the axis.

    Examples
    --------
    >>> [_compact(n) for n in (0, 2.5, 5000, 20000, 1500000)]
    ['0', '2.5', '5,000', '20k', '1.5M']
    """
    if value < 10_000:
        return f"{value:,g}"
    return f"{value / 1000:g}k" if value < 1_000_000 else f"{value / 1_000_000:g}M"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
