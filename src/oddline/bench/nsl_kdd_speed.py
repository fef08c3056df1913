"""From the bytes of a million network records to verdicts, beside a bare read of the same file in the same run.

The file is KDDTrain+ eight times. A model is fitted on its normal rows; then the file is read by Polars alone, and
judged by :func:`oddline.drivers.verdicts.verdicts`, in turns. ``ratio`` is the median of judging over that of reading,
and ``cpu_ratio`` the same in processor time, which other work on the machine disturbs less. The score step alone, on
one core, starts from numbers in memory.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from oddline.bench._network import CUT, NORMAL, TRAIN, columns_of, table, text_of
from oddline.drivers._rapid import Rapid
from oddline.drivers._read import Tables
from oddline.drivers.verdicts import verdicts
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import preset

DATA = "nsl_kdd"
DETECTORS = ("mahalanobis", "kmeans_ensemble")
COPIES, TURNS = 8, 15


def run(data: Path) -> dict[str, Any]:
    """Give one row a detector: seconds of reading, of judging, of scoring, and their ratios."""
    train, labels = table(data, TRAIN)
    tables = Tables(header=False, columns=columns_of(data))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.csv"
        path.write_bytes((text_of(data / TRAIN).rstrip(b"\n") + b"\n") * COPIES)
        rows = []
        for name in DETECTORS:
            chosen = preset("rows", detector=name, threshold="quantile", threshold_settings={"q": CUT})
            model = Pipeline(**chosen).fit(train, labels != NORMAL)
            rows.append({"detector": name, "supervised": False, **_turns(model, path, tables), **_alone(model, train)})
    return {"name": "nsl_kdd_speed", "rows": rows, "copies": COPIES, "cores": len(os.sched_getaffinity(0))}


def _turns(model: Pipeline, path: Path, tables: Tables) -> dict[str, Any]:
    """Read and judge by turns, so that what else the machine does falls on both."""
    reading, judging = [], []
    height = 0
    for _ in range(TURNS):
        reading.append(_timed(lambda: pl.read_csv(path, has_header=False)))
        judging.append(_timed(lambda: verdicts(model, path, tables=tables)))
    height = verdicts(model, path, tables=tables).height
    wall_read, wall_judge = (median(wall for wall, _ in turns) for turns in (reading, judging))
    cpu_read, cpu_judge = (median(cpu for _, cpu in turns) for turns in (reading, judging))
    return {
        "rows": height,
        "read_seconds": round(wall_read, 3),
        "seconds": round(wall_judge, 3),
        "ratio": round(wall_judge / wall_read, 3),
        "cpu_ratio": round(cpu_judge / cpu_read, 3),
        "rows_per_second": round(height / wall_judge),
    }


def _alone(model: Pipeline, train: pl.DataFrame) -> dict[str, Any]:
    """Score rows that are numbers in memory already."""
    rapid = Rapid(model)
    frame = train.select(pl.col(name).alias(name[2:]) for name in train.columns if name.startswith("x_"))
    place, combined = rapid._combined(frame)
    numbers = np.tile(np.random.default_rng(0).normal(size=(len(rapid.numbers), len(place))), (1, COPIES))
    places = np.tile(place, COPIES)
    with threadpool_limits(1, "blas"):  # as within verdicts, where each core has rows of its own
        walls = [_timed(lambda: rapid._parts(numbers, combined, places))[0] for _ in range(TURNS)]
    return {"score_seconds": round(median(walls), 3), "scored_per_second": round(len(places) / median(walls))}


def _timed(work: Any) -> tuple[float, float]:
    """Give the seconds that passed, and those of processor time."""
    started, used = perf_counter(), os.times()
    work()
    passed, after = perf_counter() - started, os.times()
    return passed, after.user + after.system - used.user - used.system
