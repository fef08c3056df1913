"""Runs of OpenStack with injected faults, as counts of events: the first six tenths of the good runs teach.

Three subsystems (deployment, network, storage), each learnt and judged by itself. The data have counts only: the
events of a run stand in the order of their names, so its order says nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from oddline.bench._sessions import Split, detectors, measured, trivial
from oddline.core.schema import EVENTS, RECORDS, SESSION

__all__ = ["run"]

DATA = "openstack_failure"
TAUGHT = 0.6


def run(data: Path) -> dict[str, Any]:
    """Measure every detector of sessions on each subsystem."""
    rows = []
    for part in ("DEPL", "NET", "STO"):
        split = runs(data / "openstack" / "failure" / part)
        found = [*trivial(split), *(measured(split, name) for name in detectors(ordered=False))]
        rows += [{**row, "detector": f"{row['detector']}, {part}"} for row in found]
    return {"name": "openstack_failure", "rows": rows}


def runs(folder: Path) -> Split:
    """Read the runs of one subsystem; the last class of the labels means no failure."""
    counts = pl.read_csv(folder / "SEQ.tsv", separator="\t")
    classes = np.array((folder / "Failure_Labels.txt").read_text().split(), dtype=np.int64)
    odd = classes != classes.max()
    good = np.flatnonzero(~odd)
    taught = np.isin(np.arange(len(classes)), good[: int(TAUGHT * len(good))])
    names = [name.replace(" ", "_") for name in counts.columns]
    lists = [
        " ".join(name for name, count in zip(names, row, strict=True) for _ in range(int(count)))
        for row in counts.iter_rows()
    ]
    records = pl.DataFrame({EVENTS: lists}).with_row_index("row")
    records = records.with_columns(
        pl.col("row").cast(pl.String).alias(SESSION),
        *(
            pl.lit(None).cast(dtype).alias(name)
            for name, dtype in RECORDS.items()
            if name not in {"id", "source", "line", "lines", "message"}
        ),
        line=(pl.col("row") + 1).cast(pl.UInt32),
        lines=pl.lit(1, pl.UInt32),
        id=pl.col("row").cast(pl.UInt64),
        source=pl.lit("runs").cast(pl.Categorical()),
        message=pl.lit("session of events"),
    )
    return Split(
        "sequences", records.filter(pl.Series(taught)), records.filter(pl.Series(~taught)), lambda _: odd[~taught]
    )
