"""Sessions of a log held against themselves, with no good run and nothing configured but the key: average precision.

The whole log is learnt from and judged. The default (``departures``) was shaped on these two logs among others, so its
figures are development figures, and so are those of its cut (``thresholds/falloff.py``), and of ``presence`` and of the
cut that all others have (``thresholds/bulk.py``). The others stand beside them as they are. Neural detectors, which
need something to learn from that is not what they judge, are left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from oddline.bench._sessions import Split, detectors, measured
from oddline.bench.hdfs_raw import BY, odd_keys
from oddline.drivers.batch import read_records

__all__ = ["run"]

DATA = "hdfs_raw"
INSTANCE = r"session:instance: ([0-9a-f-]{36})"


def run(data: Path) -> dict[str, Any]:
    """Measure every detector of sessions on both logs."""
    logs = {
        "hdfs": (data / "hdfs" / "raw_2pct.log.xz", data / "hdfs" / "raw_2pct.labels.csv", BY),
        "openstack": (
            data / "openstack" / "kalaki" / "openstack-nova-sample.log.xz",
            data / "openstack" / "kalaki" / "openstack-nova-sample.labels.csv",
            INSTANCE,
        ),
    }
    rows = []
    for name, (log, labels, key) in logs.items():
        if not log.is_file():
            continue
        known = dict(pl.read_csv(labels).iter_rows())
        records = _labelled(read_records([str(log)]).records, known, key)
        split = Split("sessions_alone", records, records, odd_keys(known), {"window": key, "held_back": 0.0})
        rows += [{**measured(split, one), "detector": f"{one}, {name}"} for one in detectors(neural=False)]
    return {"name": "sessions_zero", "rows": rows}


def _labelled(records: pl.DataFrame, known: dict[str, int], key: str) -> pl.DataFrame:
    """Keep the lines of sessions that have a label."""
    named = records.select(pl.col("message").str.extract(key.partition(":")[2], 1)).to_series()
    return records.filter(named.is_in(list(known)))
