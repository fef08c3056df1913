"""Sessions of a Hadoop file system: 4,855 normal ones teach, 570,204 are judged (the split of the DeepLog paper).

The cut is the default one and comes from held-back training sessions, the last fifth of them: the score that three of
them, or one in 316, would pass, or a lower one where far more test sessions pass it than that
(``thresholds/supported.py``). Test labels are read once, by the metric. Half of all
test sessions are equal to others, so the F1 of distinct ones stands beside; so does the best F1 of any cut, which only
who knows the answers could choose.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from oddline.bench._sessions import Split, detectors, measured, sequences, trivial

__all__ = ["run"]

DATA = "hdfs"


def run(data: Path) -> dict[str, Any]:
    """Measure every detector of sessions, and trivial ones beside them."""
    folder = data / "hdfs"
    learn = sequences(folder / "hdfs_train")
    normal, odd = sequences(folder / "hdfs_test_normal.xz"), sequences(folder / "hdfs_test_abnormal")
    judge = pl.concat([normal, odd])
    truth = np.arange(judge.height) >= normal.height
    split = Split("sequences", learn, judge, lambda _: truth, distinct=True)
    rows = [*trivial(split), *(measured(split, name) for name in detectors())]
    return {"name": "hdfs", "rows": rows, "learnt from": learn.height, "judged": judge.height, "odd": odd.height}
