"""What the benchmarks of network records share: reading NSL-KDD, and the recipes chosen on its training part."""

from __future__ import annotations

import lzma
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core import folder
from oddline.formats.csv import Csv

Labels = npt.NDArray[np.object_]

NORMAL = "normal"
TRAIN, TEST = "nsl-kdd/KDDTrain+.txt.xz", "nsl-kdd/KDDTest+.txt.xz"

CUT = 0.95
"""The share of held-back normal rows that stay below the cut."""


def columns_of(data: Path) -> tuple[str, ...]:
    """Name the columns of the files, in order."""
    return tuple(pl.read_csv(data / "nsl-kdd" / "field_names.csv")["name"])


def text_of(path: Path) -> bytes:
    """Read a file as it was before it was compressed."""
    return lzma.decompress(path.read_bytes())


def table(data: Path, part: str) -> tuple[pl.DataFrame, Labels]:
    """Read one file: its rows without label and difficulty, and the label of each row.

    The difficulty was computed from the successes of classifiers: it tells the label.
    """
    records = Csv().parse_table(text_of(data / part), part, columns=columns_of(data), drop=("difficulty",))
    return records.drop("x_label"), np.asarray(records["x_label"].to_list(), dtype=object)


def categories(data: Path) -> dict[str, str]:
    """Tell the category of each attack: DoS, Probe, R2L, U2R."""
    known = pl.read_csv(data / "nsl-kdd" / "attack_types.csv")
    return dict(known.select("attack", "category").iter_rows())


def plane(share: float) -> Any:
    """Build the distance from the main directions, which ``Columns`` has put on one scale already."""
    return folder.load("detectors", "pca_residual")(share=share, within=False, scale="none")


def joined(share: float = 0.99) -> Any:
    """Build the recipe that ``benchmarks/nsl_kdd_choice.py`` chose: three distances of different kinds, by surprise.

    By correlation (Mahalanobis), by the nearest of many centres, and by what the main directions leave over.
    """
    members = ("mahalanobis", "kmeans_ensemble", plane(share))
    return folder.load("detectors", "voting")(members=members, rule="mean")


def hybrid() -> tuple[Any, float]:
    """Build the hybrid that ``benchmarks/nsl_kdd_hybrid_choice.py`` chose, and give its quantile."""
    return folder.load("detectors", "hybrid")(known=("extra_trees",), novel=(joined(),)), 0.97
