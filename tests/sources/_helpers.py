"""Parts made of bytes, and what is expected of them, said the slow way."""

import io

import polars as pl
from hypothesis import settings

from oddline.core.schema import LINES, check
from oddline.sources._lines import lines
from oddline.sources.base import Part

patient = settings(deadline=None)
"""No wall clock in a test: a busy machine is no failure."""


def part_of(data, name="a.log"):
    return Part(name, lambda: io.BytesIO(data))


def frame_of(data, **options):
    """All lines of these bytes as one frame, each chunk checked at the door."""
    frames = [check(frame, LINES, "lines") for frame in lines(part_of(data), **options)]
    assert all(frame.height for frame in frames)
    return pl.concat(frames) if frames else pl.DataFrame(schema=LINES)


def raw(data, **options):
    return frame_of(data, **options)["raw"].to_list()


def read(part):
    """All lines of a part, and what was warned of."""
    warnings = []
    rows = [row for frame in lines(part, warnings=warnings) for row in frame["raw"].to_list()]
    return rows, warnings
