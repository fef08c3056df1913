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
    folder = data / "openstack" / "kalaki_sequences"
    learn, normal, odd = (sequences(folder / f"openstack_{part}") for part in ("train", "test_normal", "test_abnormal"))
    judge = pl.concat([normal, odd])
    truth = np.arange(judge.height) >= normal.height
    split = Split("sequences", learn, judge, lambda _: truth, distinct=True)
    rows = [*trivial(split), *(measured(split, name) for name in detectors())]
    return {"name": "openstack", "rows": rows, "learnt from": learn.height, "judged": judge.height, "odd": odd.height}
