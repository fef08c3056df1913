"""Lines that were not seen in training against the patterns of the templates.

A line is of a template if it has as many words and each constant word is the same: nothing looser, or a
rare event would be lost in a common template. All lines of one length are compared at once, by sums of
hashes over those places that a pattern holds constant.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.templates._cluster import ALIKE, RAW, WILD
from oddline.templates._words import MOST_WORDS, Ints, describe, split

Hashes = npt.NDArray[np.uint64]

MOST_MASKS = 256
"""Sets of constant places that are tried for one length of line, those with the most templates first."""


def match(shapes: pl.Series, patterns: pl.DataFrame) -> npt.NDArray[np.uint32]:
    """Find the template of each shape; 0 where there is none.

    Parameters
    ----------
    shapes : polars.Series
        Distinct shapes of lines.
    patterns : polars.DataFrame
        ``template_id``, ``words`` (list of String), ``modes`` (list of UInt8).
    """
    found = np.zeros(shapes.len(), dtype=np.uint32)
    if not shapes.len() or not patterns.height:
        return found
    flat, begin = split(shapes)
    raw, alike = _hashes(flat)
    lengths = np.diff(begin)
    for (length,), group in patterns.with_columns(length=pl.col("words").list.len()).group_by(
        "length", maintain_order=True
    ):
        rows = np.flatnonzero(lengths == length)
        if not len(rows):
            continue
        if length == 0:
            found[rows] = group["template_id"][0]
            continue
        places = begin[rows][:, None] + np.arange(int(str(length)))
        _of_length(found, rows, (raw[places], alike[places]), group)
    return found


def hopeful(shapes: pl.Series, patterns: pl.DataFrame) -> pl.Series:
    """Give the rows of shapes that begin as a pattern does: of prose hardly any, and no other shape can match."""
    firm = pl.col("modes").list.first() == RAW
    firsts = patterns.filter(firm).select(pl.col("words").list.first()).to_series()
    lengths = patterns.filter(~firm.fill_null(False)).select(pl.col("words").list.len().unique()).to_series()
    begins = shapes.str.extract(r"(\S+)", 1).is_in(firsts.implode()).fill_null(False)
    if lengths.len():
        rows = (~begins).arg_true()
        words = shapes.gather(rows).str.count_matches(r"\S+").clip(upper_bound=MOST_WORDS)
        begins = begins.scatter(rows, words.is_in(lengths.implode()))
    return begins.arg_true()


def _of_length(
    found: npt.NDArray[np.uint32], rows: Ints, hashed: tuple[Hashes, Hashes], patterns: pl.DataFrame
) -> None:
    length = hashed[0].shape[1]
    wanted = _hash(patterns["words"].explode()).reshape(-1, length)
    modes = patterns["modes"].explode().to_numpy().reshape(-1, length)
    ids = patterns["template_id"].to_numpy()
    masks, which, counts = np.unique(modes, axis=0, return_inverse=True, return_counts=True)
    which = which.reshape(-1)
    kept = np.argsort(-counts, kind="stable")[:MOST_MASKS]
    # Most constant places first: the tightest pattern that fits is the line's.
    for number in kept[np.argsort((masks[kept] == WILD).sum(axis=1), kind="stable")]:
        mask = masks[number]
        chosen = np.flatnonzero(which == number)
        sums = _sum(wanted[chosen], mask != WILD)
        order = np.argsort(sums, kind="stable")
        left = np.flatnonzero(found[rows] == 0)
        if not len(left):
            return
        seen = _sum(hashed[0][left], mask == RAW) + _sum(hashed[1][left], mask == ALIKE)
        spot = np.minimum(np.searchsorted(sums[order], seen), len(order) - 1)
        hit = sums[order][spot] == seen
        found[rows[left[hit]]] = ids[chosen[order[spot[hit]]]]


def _sum(hashes: Hashes, places: npt.NDArray[np.bool_]) -> Hashes:
    """Add up hashes over places, each turned by an odd number of its own so that order tells."""
    turn = np.arange(1, 2 * hashes.shape[1], 2, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    total: Hashes = (hashes * (turn | np.uint64(1)))[:, places].sum(axis=1, dtype=np.uint64)
    return total


def _hash(words: pl.Series) -> Hashes:
    return words.hash(seed=0).to_numpy()


def _hashes(flat: pl.Series) -> tuple[Hashes, Hashes]:
    """Hash each word as it stands and without values of keys; only some words differ in that."""
    raw = _hash(flat)
    alike = raw.copy()
    differing = flat.str.contains(r"=|<\*>").to_numpy()
    some = flat.filter(differing)
    listed = some.unique()
    table = listed.to_frame().select("word", hash=describe(listed)["alike"].hash(seed=0))
    alike[differing] = some.to_frame().join(table, on="word", how="left", maintain_order="left")["hash"].to_numpy()
    return raw, alike
