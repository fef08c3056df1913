"""System calls of a Linux server: 833 ordinary traces teach, 4,372 ordinary ones and 746 of attacks are judged.

Neural detectors are left out: on traces of up to 4,500 calls they train for minutes (benchmarks/LOG.md has one figure).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from oddline.bench._sessions import Split, detectors, measured, sequences, trivial

__all__ = ["run"]

DATA = "adfa_ld"


def run(data: Path) -> dict[str, Any]:
    """Measure every detector of sessions, and trivial ones beside them."""
    folder = data / "adfa-ld"
    learn, normal, odd = (
        sequences(folder / f"{part}.tsv.xz") for part in ("train_normal", "validation_normal", "attack")
    )
    judge = pl.concat([normal, odd])
    truth = np.arange(judge.height) >= normal.height
    split = Split("sequences", learn, judge, lambda _: truth)
    rows = [*trivial(split), *(measured(split, name) for name in detectors(neural=False))]
    return {"name": "adfa_ld", "rows": rows, "learnt from": learn.height, "judged": judge.height, "odd": odd.height}
