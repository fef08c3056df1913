"""What the report's timeline shows, as numbers: where rows, incidents and scores lie on one axis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats, Incident, Result
from oddline.core.schema import SEVERITIES
from oddline.outputs._clock import lasting
from oddline.outputs._scale import Axis
from oddline.outputs._words import counted, cut_score, decision, headline, noun

DOTS = 700
"""Grey dots at most; with the odd ones a report never draws more than 2,000."""

ODD_DOTS = 400
FEWEST = 100
"""Without time the part to look at has at least so many lines."""

ZOOM = 0.6
"""Unless the interesting part is shorter than this share of the whole, the whole is shown."""


@dataclass(frozen=True)
class Lane:
    """One incident on the axis."""

    start: float
    end: float
    severity: str
    label: str


@dataclass(frozen=True)
class Timeline:
    """Rows on the axis (``severity`` is -1 where a row is not odd) and the part of the axis to look at."""

    whole: Axis
    focus: Axis
    x: Floats
    score: Floats
    severity: npt.NDArray[np.int8]
    lanes: tuple[Lane, ...]
    cut: float | None
    decision: str
    noun: str
    size: str

    @property
    def zoomed(self) -> bool:
        """True if the focus is a part of the whole."""
        return self.focus.length < ZOOM * self.whole.length

    @classmethod
    def of(cls, result: Result) -> Timeline | None:
        """Lay a result out; None if there is nothing to lay out."""
        scored = result.scored
        if scored.height < 2:
            return None
        timed = tells_time(scored)
        place = pl.col("ts").dt.epoch("us") / 1e6 if timed else line_place(scored)
        rows = scored.select(
            x=place.cast(pl.Float64),
            score=pl.col("score").fill_nan(None).fill_null(0.0).clip(0, 100),
            severity=pl.col("severity").to_physical().cast(pl.Int8).fill_null(-1),
        ).drop_nulls("x")
        x = rows["x"].to_numpy()
        # The last row lies inside the last bin, and not on the edge after it.
        whole = Axis(float(x.min()), float(x.max()) + 1e-3, timed).snapped(96 if timed else 20)
        lanes = _lanes(result, timed)
        return cls(
            whole=whole,
            focus=_focus(whole, lanes),
            x=x,
            score=rows["score"].to_numpy(),
            severity=rows["severity"].to_numpy(),
            lanes=tuple(lanes),
            cut=cut_score(result),
            decision=decision(result),
            noun=noun(result),
            size=_size(x, timed, noun(result)),
        )

    def counts(self, axis: Axis, step: float) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Count rows in bins: the left edges, and counts of shape (1 + severities, bins), usual rows first."""
        bins = max(1, int(np.ceil(axis.length / step - 1e-9)))
        inside = (self.x >= axis.start) & (self.x <= axis.end)
        which = np.minimum(((self.x[inside] - axis.start) // step).astype(np.int64), bins - 1)
        kind = self.severity[inside].astype(np.int64) + 1
        counts = np.zeros((1 + len(SEVERITIES), bins), dtype=np.int64)
        np.add.at(counts, (kind, which), 1)
        edges: Floats = axis.start + step * np.arange(bins, dtype=np.float64)
        return edges, counts

    def dots(self, axis: Axis, most: int = DOTS) -> tuple[Floats, Floats]:
        """Give some of the usual rows: drawn without looking, so that the cloud keeps its shape."""
        rows = np.flatnonzero((self.severity < 0) & (self.x >= axis.start) & (self.x <= axis.end))
        if len(rows) > most:
            rows = np.sort(np.random.default_rng(0).choice(rows, most, replace=False))
        return self.x[rows], self.score[rows]

    def odd_dots(self, axis: Axis, most: int = ODD_DOTS) -> list[tuple[float, float, str]]:
        """Give odd rows, mildest first so that the worst lie on top; of too many, some of each severity."""
        rows = np.flatnonzero((self.severity >= 0) & (self.x >= axis.start) & (self.x <= axis.end))
        by_severity = [rows[self.severity[rows] == rank] for rank in range(len(SEVERITIES))]
        if len(rows) > most:
            share = most // sum(bool(len(some)) for some in by_severity)
            by_severity = [_spread(some, share) for some in by_severity]
        drawn = np.concatenate(by_severity)
        return [(float(self.x[i]), float(self.score[i]), SEVERITIES[self.severity[i]]) for i in drawn]


def _spread(rows: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    """Take at most so many, evenly over the log."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def _size(x: Floats, timed: bool, what: str) -> str:
    return f"Whole file, {lasting(timedelta(seconds=float(np.ptp(x))))}" if timed else f"All {counted(len(x), what)}"


def tells_time(scored: pl.DataFrame) -> bool:
    """Tell whether time is worth an axis: most rows have one, and it goes on."""
    ts = scored["ts"]
    return ts.null_count() * 2 < scored.height and ts.min() != ts.max()


def line_place(scored: pl.DataFrame) -> pl.Expr:
    """Number lines through: the second source goes on where the first one ends."""
    sizes = scored.group_by("source", maintain_order=True).agg(pl.col("line").max().cast(pl.Int64))
    before = sizes["line"].cum_sum() - sizes["line"]
    names = sizes["source"].cast(pl.String)
    offset = pl.col("source").cast(pl.String).replace_strict(names, before, return_dtype=pl.Int64)
    return pl.col("line").cast(pl.Int64) + offset


def _lanes(result: Result, timed: bool) -> list[Lane]:
    offsets: dict[str, int] = {}
    if not timed:
        sizes = result.scored.group_by("source", maintain_order=True).agg(pl.col("line").max())
        total = 0
        for source, size in sizes.iter_rows():
            offsets[str(source)] = total
            total += int(size)
    lanes = []
    for incident in result.incidents:
        span = span_of(incident, timed, offsets)
        if span is not None:
            lanes.append(Lane(*span, incident.severity, label(incident)))
    return lanes


def span_of(incident: Incident, timed: bool, offsets: dict[str, int]) -> tuple[float, float] | None:
    """Tell where an incident lies on the axis; None where it tells no time."""
    if timed:
        if incident.opened is None:
            return None
        last = incident.last_seen or incident.opened
        return incident.opened.timestamp(), max(incident.opened, last).timestamp()
    before = offsets.get(incident.source, 0)
    return float(before + incident.line), float(before + max(incident.line, incident.last_line))


def label(incident: Incident) -> str:
    """Name an incident in a few words: what its title quotes from the log, or else the title."""
    parts, _ = headline(incident, 300)
    quoted = "".join(text for kind, text in parts if kind != "text")
    return quoted.strip() or "".join(text for _, text in parts).partition(", expected ")[0]


def _focus(whole: Axis, lanes: list[Lane]) -> Axis:
    """Choose the part to look at: the first incident, and those near it, with room on both sides."""
    if not lanes:
        return whole
    start, end = lanes[0].start, lanes[0].end
    for lane in lanes[1:]:
        wider = min(start, lane.start), max(end, lane.end)
        if wider[1] - wider[0] <= max(whole.length / 16, 2 * (end - start)):
            start, end = wider
    room = max((end - start) * 1.2, whole.length / 40, FEWEST / 2 if not whole.timed else 0.0)
    focus = Axis(max(whole.start, start - room), min(whole.end, end + room), whole.timed)
    if focus.length >= ZOOM * whole.length or whole.length < 60:
        return whole
    return focus.snapped(8)
