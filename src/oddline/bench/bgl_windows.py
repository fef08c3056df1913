"""A supercomputer's log cut into windows, in order of time: the first 80 % teach by their normal windows.

A window is odd if one of its lines has an alert label; the label is taken off before anything reads the lines. Windows
of 20 lines, of 100 lines and of one minute.
"""

from __future__ import annotations

import lzma
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from oddline.bench._sessions import Split, Truth, detectors, measured, trivial
from oddline.drivers.batch import read_records
from oddline.windows.base import window_of

__all__ = ["run"]

DATA = "bgl"
TAUGHT = 0.8
WINDOWS = ("count:20", "count:100", "time:1m")


def run(data: Path) -> dict[str, Any]:
    """Measure every detector of sessions on windows of each kind."""
    records, odd = lines(data)
    first = int(TAUGHT * records.height)
    rows = []
    for by in WINDOWS:
        split = _split(records, odd, first, by)
        found = [*trivial(split), *(measured(split, name) for name in detectors(levels=True))]
        rows += [{**row, "detector": f"{row['detector']}, {by}"} for row in found]
    return {"name": "bgl_windows", "rows": rows}


def lines(data: Path) -> tuple[pl.DataFrame, Truth]:
    """Read the lines without their labels, and which of them have an alert."""
    text = lzma.decompress((data / "bgl" / "bgl2_100k.log.xz").read_bytes()).decode("utf-8", "backslashreplace")
    parts = [line.split(" ", 1) for line in text.splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bgl.log"
        path.write_text("\n".join(rest for _, rest in parts) + "\n", encoding="utf-8")
        records = read_records([str(path)]).records
    alert = np.array([label != "-" for label, _ in parts])
    return records, alert[records["line"].to_numpy() - 1]


def _split(records: pl.DataFrame, odd: Truth, first: int, by: str) -> Split:
    early, late = records.head(first), records.tail(records.height - first)
    window = window_of(by)
    windows = window.assign(early)
    wrong = np.bincount(windows.members, weights=odd[:first]) > 0
    normal = early.filter(pl.Series(~wrong[windows.members]))
    judged = window.assign(late)
    truth = np.bincount(judged.members, weights=odd[first:]) > 0
    return Split("sessions", normal, late, lambda _: truth, {"window": by})
