"""The axis that everything of a scan lies on: time, or lines counted through all inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Result
from oddline.core.schema import SEVERITIES
from oddline.outputs._clock import Clock
from oddline.outputs._hostile import visible
from oddline.outputs._story import chart_in_words
from oddline.outputs._timeline import Timeline, line_place, span_of, tells_time
from oddline.service.results._columns import NO_TIME
from oddline.service.results._layout import Layout
from oddline.service.results._template_counts import BINS
from oddline.service.results.summary import Spark

Ints = npt.NDArray[Any]


def axis_of(result: Result, layout: Layout, rows: dict[str, Ints]) -> tuple[Ints, Ints, dict[str, Any]]:
    """Give the place of each row counted through all inputs, its bar of 24, and the axis of the timeline."""
    scored = result.scored
    place = scored.select(line_place(scored).cast(pl.Float64)).to_series().to_numpy() if scored.height else np.zeros(0)
    timed = bool(scored.height) and tells_time(scored)
    offsets = np.zeros(len(layout.sources))
    offsets[rows["source"]] = place - rows["line"]
    x = np.where(rows["ts"] == NO_TIME, np.nan, rows["ts"] / 1e6) if timed else place
    timeline = Timeline.of(result)
    start, end = (float(np.nanmin(x)), float(np.nanmax(x))) if len(x) else (0.0, 1.0)
    if timeline is not None:
        start, end = timeline.whole.start, timeline.whole.end
    elif start == end:
        end = start + 1.0
    focus = (start, end) if timeline is None else (timeline.focus.start, timeline.focus.end)
    with np.errstate(invalid="ignore"):
        bins = np.where(np.isnan(x), -1, np.minimum((x - start) / (end - start) * BINS, BINS - 1)).astype(np.int64)
    words = visible(chart_in_words(result, Clock.of(result)))
    size = timeline.size if timeline is not None else ""
    told = {"timed": timed, "start": start, "end": end, "focus": focus, "size": size, "words": words}
    return place, bins, told | {"offsets": offsets.tolist()}


def spans_of(result: Result, layout: Layout, axis: dict[str, Any]) -> Ints:
    """Give where each incident begins and ends on the axis, NaN where it tells no time."""
    offsets = dict(zip(layout.sources, map(int, axis["offsets"]), strict=True))
    nowhere = (float("nan"), float("nan"))
    spans = [span_of(incident, axis["timed"], offsets) or nowhere for incident in result.incidents]
    return np.array(spans, dtype=np.float64).reshape(-1, 2)


def spark_of(bins: Ints, severity: Ints) -> Spark:
    """Count rows in a few bars over the whole scan."""
    inside = bins >= 0
    volume = np.bincount(bins[inside], minlength=BINS)[:BINS]
    worst = np.full(BINS, -1, dtype=np.int64)
    np.maximum.at(worst, bins[inside], severity[inside])
    return Spark(tuple(volume.tolist()), tuple(None if one < 0 else SEVERITIES[one] for one in worst.tolist()))
