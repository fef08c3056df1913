"""The wordings of normal lines, so that the nearest one to an odd line is found among fifty thousand at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.service.results._texts import write_series

Truth = npt.NDArray[np.bool_]
Ints = npt.NDArray[Any]

MOST = 50_000
"""So many wordings are kept, the commonest of normal lines."""


def write_wordings(events: pl.DataFrame, normal: Truth, folder: Path) -> None:
    """Write the masked texts of normal lines, which words stand in which, and which lines are of each.

    Parameters
    ----------
    events
        The events, each a row of its own.
    normal
        Which of them are not odd.
    folder
        Where to.
    """
    code = events["masked"].to_physical().fill_null(0).to_numpy().astype(np.int64)
    place = np.flatnonzero(normal)
    codes, first, counts = np.unique(code[place], return_index=True, return_counts=True)
    commonest = np.sort(np.argsort(-counts, kind="stable")[:MOST])
    texts = events["masked"].cast(pl.String).fill_null("")[place[first[commonest]]]
    write_series(texts, folder, "wording")
    _write_postings(texts, folder)
    number = np.full(int(code.max(initial=0)) + 1, -1, dtype=np.int64)
    number[codes[commonest]] = np.arange(len(commonest))
    wording = np.where(normal, number[code], -1) if len(code) else code
    # Lines of one wording stand together, in the order of the log.
    kept = np.flatnonzero(wording >= 0)
    order = kept[np.argsort(wording[kept], kind="stable")]
    np.save(folder / "wording.lines.npy", order.astype(np.uint32))
    ends = np.concatenate(([0], np.cumsum(counts[commonest]))).astype(np.int64)
    np.save(folder / "wording.lines.ends.npy", ends)
    masked = events["masked"].cast(pl.String).fill_null("")
    odd = np.flatnonzero(~normal)
    write_series(masked[odd] if len(odd) else masked.clear(), folder, "masked")
    np.save(folder / "masked.row.npy", odd.astype(np.uint32))


def _write_postings(texts: pl.Series, folder: Path) -> None:
    """Write each word with the wordings that it stands in; words are in the order of their bytes."""
    words = pl.DataFrame({"text": texts}).with_row_index("wording").with_columns(word=pl.col("text").str.split(" "))
    pairs = (
        words.select("wording", "word").explode("word").filter(pl.col("word") != "").unique().sort("word", "wording")
    )
    grouped = pairs.group_by("word", maintain_order=True).agg(n=pl.len())
    write_series(grouped["word"], folder, "word")
    np.save(folder / "word.wordings.npy", pairs["wording"].to_numpy().astype(np.uint32))
    ends = np.concatenate(([0], np.cumsum(grouped["n"].to_numpy()))).astype(np.int64)
    np.save(folder / "word.wordings.ends.npy", ends)
