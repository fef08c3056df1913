"""Instances of OpenStack as lists of events: 50 normal ones teach, 5,546 are judged (Kalaki et al., 2023)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from oddline.bench._sessions import Split, detectors, measured, sequences, trivial

__all__ = ["run"]

DATA = "openstack"


def run(data: Path) -> dict[str, Any]:
    """Measure every detector of sessions, and trivial ones beside them."""
    told = split(data)
    rows = [*trivial(told), *(measured(told, name) for name in detectors())]
    odd = int(told.truth(pl.Series()).sum())
    return {
        "name": "openstack",
        "rows": rows,
        "learnt from": told.learn.height,
        "judged": told.judge.height,
        "odd": odd,
    }


def split(data: Path) -> Split:
    """Read the three files: what teaches, and what is judged."""
    folder = data / "openstack" / "kalaki_sequences"
    learn, normal, odd = (sequences(folder / f"openstack_{part}") for part in ("train", "test_normal", "test_abnormal"))
    judge = pl.concat([normal, odd])
    truth = np.arange(judge.height) >= normal.height
    return Split("sequences", learn, judge, lambda _: truth, distinct=True)
