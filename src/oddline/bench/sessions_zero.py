"""Sessions and windows of ten logs held against themselves: no good run, and nothing configured but the key.

A whole log is learnt from and judged, by the default and by all others beside it, each at the cut that it has there.
The defaults (``departures`` for sessions, ``declared`` for windows that are cut by time or number) and their cuts were
shaped on these logs, so their figures are development figures. Neural detectors, which need something to learn from
that is not what they judge, are left out. Logs that are not there are left out too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from oddline.bench import adfa_ld, bgl_windows, openstack, openstack_failure
from oddline.bench._sessions import Split, detectors, measured, trivial
from oddline.bench.hdfs_raw import BY, odd_keys
from oddline.core.errors import NoInput
from oddline.drivers.batch import read_records
from oddline.pipeline.presets import PRESETS
from oddline.windows.base import window_of

__all__ = ["run"]

DATA = "hdfs_raw"
INSTANCE = r"session:instance: ([0-9a-f-]{36})"

Read = Callable[[Path], Split]


def run(data: Path) -> dict[str, Any]:
    """Measure every detector of sessions on each log, and what is trivial; the default says so in its row."""
    rows = []
    for name, read in logs().items():
        try:
            split = read(data)
        except (FileNotFoundError, NoInput):
            continue
        chosen = detectors(ordered=name not in FAULTS, neural=False, levels=not split.preset.startswith("sequences"))
        found = [*trivial(split), *(measured(split, one) for one in chosen)]
        usual = PRESETS[split.preset]["detector"]
        rows += [
            row | {"detector": f"{row['detector']}, {name}", "log": name, "default": row["detector"] == usual}
            for row in found
        ]
    return {"name": "sessions_zero", "rows": rows}


def logs() -> dict[str, Read]:
    """Name the logs, each with what reads it."""
    windows = {f"BGL {by}": partial(_windows, by=by) for by in bgl_windows.WINDOWS}
    return {"hdfs": _hdfs, "openstack": _openstack, "openstack lists": _lists, "adfa-ld": _calls, **windows, **FAULTS}


def _hdfs(data: Path) -> Split:
    return _lines(data / "hdfs" / "raw_2pct", BY)


def _openstack(data: Path) -> Split:
    return _lines(data / "openstack" / "kalaki" / "openstack-nova-sample", INSTANCE)


def _lines(base: Path, key: str) -> Split:
    """Read the lines of sessions that have a label."""
    known = dict(pl.read_csv(base.with_name(f"{base.name}.labels.csv")).iter_rows())
    records = read_records([str(base.with_name(f"{base.name}.log.xz"))]).records
    named = records.select(pl.col("message").str.extract(key.partition(":")[2], 1)).to_series()
    records = records.filter(named.is_in(list(known)))
    return Split("sessions_alone", records, records, odd_keys(known), {"window": key})


def _lists(data: Path) -> Split:
    return _together(openstack.split(data))


def _calls(data: Path) -> Split:
    return _together(adfa_ld.split(data))


def _runs(data: Path, part: str) -> Split:
    return _together(openstack_failure.runs(data / "openstack" / "failure" / part))


def _together(split: Split) -> Split:
    """Put what taught, all of it good, and what is judged into one log."""
    records = pl.concat([split.learn, split.judge])
    truth = np.concatenate([np.zeros(split.learn.height, dtype=bool), split.truth(pl.Series())])
    return Split("sequences_alone", records, records, lambda _: truth)


def _windows(data: Path, by: str) -> Split:
    """Cut the log of a supercomputer into windows: odd is one with a line that has an alert label."""
    records, odd = bgl_windows.lines(data)
    truth = np.bincount(window_of(by).assign(records).members, weights=odd) > 0
    return Split("sessions_cut_alone", records, records, lambda _: truth, {"window": by})


FAULTS: dict[str, Read] = {f"faults {part}": partial(_runs, part=part) for part in ("DEPL", "NET", "STO")}
"""Logs that are counts of events: their order says nothing."""
