"""The nearest of many known lines by cosine, exactly, without comparing everything with everything.

A few features (words, pairs of words) are in most lines; the rest are in few. The rare ones are multiplied as
sparse matrices, batch by batch. The 64 commonest words and pairs are kept as bits instead: what two lines share
of those is a count of bits, and lines with the same bits need to be looked at only once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from oddline.core.nouns import Floats

Integers = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]

# Squared weights of a word and of a pair of neighbouring words, as whole numbers: products are exact, so ties
# are ties on every platform.
WORD, PAIR = 100, 9

# So many products are held in memory at a time.
_BATCH = 4_000_000
# A feature is common from so many lines on; below that bits are no faster.
_COMMON = 100


@dataclass(frozen=True)
class Index:
    """Which known lines have which feature: ``members[starts[i]:starts[i + 1]]``, ascending.

    The first ``words`` features are words, the others pairs; ``norms`` are the lines' squared lengths.
    """

    starts: Integers
    members: npt.NDArray[np.int32]
    norms: Integers
    words: int

    @classmethod
    def of(cls, features: Integers, lines: Integers, norms: Integers, words: int, count: int) -> Index:
        """Build it from pairs of feature (of ``count``) and line."""
        order = np.lexsort((lines, features))
        starts = np.searchsorted(features[order], np.arange(count + 1))
        return cls(starts, lines[order].astype(np.int32), norms, words)

    def have(self, features: Integers, lines: Integers) -> npt.NDArray[np.bool_]:
        """Tell whether lines have features, pair by pair."""
        distinct = np.unique(features)
        owners, members = self.postings(distinct)
        return np.isin((features << 31) + lines, (owners << 31) + members)

    def postings(self, features: Integers) -> tuple[Integers, Integers]:
        """Give feature and line of all that have one of these features."""
        counts = np.diff(self.starts)[features]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        members = self.members[np.repeat(self.starts[features], counts) + within]
        return np.repeat(features, counts), members.astype(np.int64)

    def common(self) -> tuple[Integers, Integers]:
        """Give the commonest words and the commonest pairs, at most 64 of each."""
        counts = np.diff(self.starts)
        order = np.argsort(-counts, kind="stable")
        order = order[counts[order] >= _COMMON]
        return order[order < self.words][:64], order[order >= self.words][:64]


@dataclass(frozen=True)
class Neighbours:
    """For each row: the nearest line (-1: none), how near it is, the most that any line shares, how many do."""

    best: Integers
    cosine: Floats
    shared: Integers
    variants: Integers


def neighbours(index: Index, rows: Integers, features: Integers, norms: Integers) -> Neighbours:
    """Find the nearest line for each row; ``rows`` and ``features`` are parallel, ``norms`` one a row."""
    words, pairs = index.common()
    common = np.full(len(index.starts) - 1, -1)
    common[words], common[pairs] = np.arange(len(words)), np.arange(len(pairs))
    ours = [_bits(common, rows, features, len(norms), index.words, pair) for pair in (False, True)]
    owners, members = index.postings(np.concatenate([words, pairs]))
    theirs = [_bits(common, members, owners, len(index.norms), index.words, pair) for pair in (False, True)]
    near = _by_common(ours, theirs, norms, index.norms)
    rare = common[features] < 0
    _by_rare(near, index, common, (rows[rare], features[rare]), norms, ours, theirs)
    return near


def _bits(common: Integers, rows: Integers, features: Integers, count: int, words: int, pair: bool) -> Bits:
    """Put the common words, or pairs, of each row into 64 bits."""
    bits = np.zeros(count, dtype=np.uint64)
    mine = (common[features] >= 0) & ((features >= words) == pair)
    np.bitwise_or.at(bits, rows[mine], np.uint64(1) << common[features[mine]].astype(np.uint64))
    return bits


def _product(ours: list[Bits], theirs: list[Bits]) -> Integers:
    """Count what is shared in bits."""
    word, pair = (np.bitwise_count(a & b).astype(np.int32) for a, b in zip(ours, theirs, strict=True))
    shared: Integers = WORD * word + PAIR * pair
    return shared


def _by_common(ours: list[Bits], theirs: list[Bits], norms: Integers, lengths: Integers) -> Neighbours:
    """Compare by the common features alone: rows and lines with the same bits only once."""
    rows, of_row = np.unique(np.stack(ours, axis=1), axis=0, return_inverse=True)
    lines, of_line = np.unique(np.stack(theirs, axis=1), axis=0, return_inverse=True)
    of_row, of_line = of_row.ravel(), of_line.ravel()
    # Of lines with the same bits the shortest is the nearest; of these the first.
    order = np.lexsort((np.arange(len(lengths)), lengths, of_line))
    shortest = order[np.searchsorted(of_line[order], np.arange(len(lines)))]
    count = np.bincount(of_line, minlength=len(lines))
    empty = np.zeros(len(norms), dtype=np.int64)
    near = Neighbours(empty - 1, np.zeros(len(norms)), empty.copy(), empty.copy())
    step = max(1, _BATCH // max(1, len(lines)))
    for low in range(0, len(rows) if len(lines) else 0, step):
        part = rows[low : low + step, None, :]
        shared = _product([part[..., 0], part[..., 1]], [lines[None, :, 0], lines[None, :, 1]])
        scaled = shared / np.sqrt(np.maximum(lengths[shortest], 1))
        most, top = shared.max(axis=1), scaled.max(axis=1)
        first = np.where(scaled >= top[:, None] * (1 - 1e-12), shortest, len(lengths)).min(axis=1)
        variants = (shared == most[:, None]) @ count
        mine = np.flatnonzero((of_row >= low) & (of_row < low + step))
        at = of_row[mine] - low
        near.best[mine] = np.where(most > 0, first, -1)[at]
        near.cosine[mine] = top[at] / np.sqrt(np.maximum(norms[mine], 1))
        near.shared[mine], near.variants[mine] = most[at], np.where(most > 0, variants, 0)[at]
    return near


def _by_rare(
    near: Neighbours,
    index: Index,
    common: Integers,
    rare: tuple[Integers, Integers],
    norms: Integers,
    ours: list[Bits],
    theirs: list[Bits],
) -> None:
    """Look at the lines that share a rare feature as well, and keep what is nearer."""
    rows, features = rare
    shape = (len(norms), len(common))
    weights = np.where(features < index.words, WORD, PAIR).astype(np.int32)
    left = sparse.csr_array((weights, (rows, features)), shape=shape)
    ones = np.ones(len(index.members), dtype=np.int32)
    right = sparse.csr_array((ones, index.members, index.starts), shape=(len(common), len(index.norms)))
    work = np.cumsum(np.bincount(rows, weights=np.diff(index.starts)[features], minlength=len(norms)))
    for low, high in _batches(work):
        products = left[low:high] @ right
        counts = np.diff(products.indptr)
        filled = np.flatnonzero(counts)
        if not len(filled):
            continue
        starts, spread = products.indptr[filled], np.repeat(np.arange(len(filled)), counts[filled])
        row, line = low + filled[spread], products.indices
        shared = products.data + _product([b[row] for b in ours], [b[line] for b in theirs])
        cosine = shared / np.sqrt(index.norms[line]) / np.sqrt(norms[row])
        _keep(near, low + filled, starts, spread, (shared, cosine, line))


def _keep(near: Neighbours, rows: Integers, starts: Any, spread: Any, found: tuple[Any, Any, Any]) -> None:
    """Update rows with candidates: those of a row stand together and begin at ``starts``."""
    shared, cosine, line = found
    top, most = np.maximum.reduceat(cosine, starts), np.maximum.reduceat(shared, starts)
    # The first of equals: known lines stand in the order of their frequency.
    tied = cosine >= top[spread] * (1 - 1e-12)
    first = np.minimum.reduceat(np.where(tied, line, np.iinfo(np.int32).max), starts).astype(np.int64)
    variants = np.add.reduceat((shared == most[spread]).astype(np.int64), starts)
    before = near.cosine[rows]
    nearer, even = top > before * (1 + 1e-12), np.abs(top - before) <= before * 1e-12
    near.best[rows] = np.where(nearer, first, np.where(even, np.minimum(first, near.best[rows]), near.best[rows]))
    near.cosine[rows] = np.maximum(top, before)
    more, same = most > near.shared[rows], most == near.shared[rows]
    near.variants[rows] = np.where(more, variants, near.variants[rows] + np.where(same, variants, 0))
    near.shared[rows] = np.maximum(most, near.shared[rows])


def _batches(work: npt.NDArray[Any]) -> list[tuple[int, int]]:
    """Cut rows into runs of about as much work as one batch may hold; ``work`` is summed up."""
    cuts, low = [], 0
    while low < len(work):
        done = work[low - 1] if low else 0
        high = max(low + 1, int(np.searchsorted(work, done + _BATCH, side="right")))
        cuts.append((low, high))
        low = high
    return cuts
