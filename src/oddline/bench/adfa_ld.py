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
    told = split(data)
    rows = [*trivial(told), *(measured(told, name) for name in detectors(neural=False))]
    odd = int(told.truth(pl.Series()).sum())
    return {"name": "adfa_ld", "rows": rows, "learnt from": told.learn.height, "judged": told.judge.height, "odd": odd}


def split(data: Path) -> Split:
    """Read the three files: what teaches, and what is judged."""
    folder = data / "adfa-ld"
    learn, normal, odd = (
        sequences(folder / f"{part}.tsv.xz") for part in ("train_normal", "validation_normal", "attack")
    )
    judge = pl.concat([normal, odd])
    truth = np.arange(judge.height) >= normal.height
    return Split("sequences", learn, judge, lambda _: truth)
