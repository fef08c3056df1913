"""Raw lines of 11,501 Hadoop blocks in order of time: the earlier half teaches, the later half is judged.

Once only the normal sessions of the earlier half teach, once all of them do, odd ones included and nobody told. The
templates are those of our own miner. The cut is the default one (``thresholds/supported.py``), and,
where nobody tells which are odd, the first wide gap of the held-back scores (``thresholds/gap.py``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from oddline.bench._sessions import Split, Truth, detectors, measured, trivial
from oddline.drivers.batch import read_records
from oddline.windows.base import window_of

__all__ = ["run"]

DATA = "hdfs_raw"
BY = r"session:(blk_-?\d+)"


def run(data: Path) -> dict[str, Any]:
    """Measure every detector of sessions, on normal and on unlabelled training."""
    rows = []
    for name, split in halves(data).items():
        found = [*trivial(split), *(measured(split, detector) for detector in detectors(levels=True))]
        rows += [{**row, "detector": f"{row['detector']}, {name} training"} for row in found]
    return {"name": "hdfs_raw", "rows": rows}


def halves(data: Path) -> dict[str, Split]:
    """Cut the blocks into the earlier and the later half, by their first lines."""
    records = read_records([str(data / "hdfs" / "raw_2pct.log.xz")]).records
    labels = dict(pl.read_csv(data / "hdfs" / "raw_2pct.labels.csv").iter_rows())
    window = window_of(BY)
    kept = window.belonging(records)
    windows = window.assign(kept)
    odd = odd_keys(labels)(windows.frame["key"])
    later = np.arange(len(windows)) >= len(windows) // 2
    of_event = windows.members.astype(np.int64)
    judge = kept.filter(pl.Series(later[of_event]))
    by = {"window": BY}
    normal, mixed = (kept.filter(pl.Series(taught[of_event])) for taught in (~later & ~odd, ~later))
    return {
        "normal": Split("sessions", normal, judge, odd_keys(labels), by),
        "unlabelled": Split("sessions", mixed, judge, odd_keys(labels), by | {"threshold": "gap"}),
    }


def odd_keys(labels: dict[str, int]) -> Any:
    """Give what tells the odd sessions by their keys."""

    def truth(keys: pl.Series) -> Truth:
        return np.array([labels[key] == 1 for key in keys], dtype=bool)

    return truth
