"""The id of an event: a hash of its source and offset, the same on every run and every machine."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import polars as pl

# The constants of splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
_GOLDEN, _FIRST, _SECOND = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xBF58476D1CE4E5B9),
    np.uint64(0x94D049BB133111EB),
)


def event_ids(source: pl.Series, offset: pl.Series) -> pl.Series:
    """Give one u64 an event; no two offsets of one source share an id.

    Polars' own ``hash`` promises no stable result across its versions, so it cannot be what a saved
    verdict refers to. This is BLAKE2b of the source's name, then splitmix64 over the offset.

    Examples
    --------
    >>> event_ids(pl.Series(["a.log", "a.log"]), pl.Series([0, 17])).to_list()
    [14757992430395062776, 4109762498043335694]
    """
    names = source.unique(maintain_order=True).cast(pl.String)
    seeds = [_seed(name) for name in names]
    if len(seeds) == 1:
        seed = np.full(1, seeds[0], dtype=np.uint64)
    else:
        seed = (
            source.cast(pl.String)
            .replace_strict(names, pl.Series(seeds, dtype=pl.UInt64), return_dtype=pl.UInt64)
            .to_numpy()
        )
    mixed = seed + (offset.cast(pl.UInt64).to_numpy() + np.uint64(1)) * _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return pl.Series("id", mixed ^ (mixed >> np.uint64(31)), dtype=pl.UInt64)


def _seed(name: str | None) -> int:
    return int.from_bytes(blake2b((name or "").encode(), digest_size=8).digest(), "little")
