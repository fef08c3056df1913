"""Lines without most of what the first mask takes out of them: a cheap step after which few distinct ones are left.

Of a sub-token that holds a digit its skeleton keeps what stands before the first one, and a 0. So lines of one skeleton
have one masked text, and it is that of the skeleton.

It is found by arithmetic on bits, one a byte, as in Parabix (Cameron et al., "Bitwise Data Parallelism in Regular
Expression Matching", PACT 2014): an addition carries a digit's bit to the end of its sub-token, in all lines at once.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core import alike

SIZE = 1 << 18
"""Bytes that are worked on at once: more would not fit a processor's cache."""

APART = b" \t\n\x0b\x0c\r=:,;()[]{}\"'|<>"
"""What stands between sub-tokens, as far as it is ASCII."""

_WIDE_SPACE = r"[\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]"
_WITHIN = bytes(byte not in APART for byte in range(256))


def skeletons(lines: pl.Series) -> pl.Series:
    """Give the skeleton of each line; the lines hold no line feeds.

    Examples
    --------
    >>> skeletons(pl.Series(["job_-42 from /10.0.0.1:50010", "disk sda1 (ro)"])).to_list()
    ['job_-0 from /0:0', 'disk sda0 (ro)']
    """
    return _each_piece(lines, _joined_skeletons)


def digits_alike(lines: pl.Series) -> pl.Series:
    """Write every digit as 0; the lines hold no line feeds.

    Half the work of a skeleton: where numbers are the only thing that varies, it leaves nearly as few.

    Examples
    --------
    >>> digits_alike(pl.Series(["job_-42 from /10.0.0.1:50010", "disk sda1 (ro)"])).to_list()
    ['job_-00 from /00.0.0.0:00000', 'disk sda0 (ro)']
    """
    return _each_piece(lines, _joined_alike)


def _each_piece(lines: pl.Series, change: Callable[[pl.Series], bytes]) -> pl.Series:
    """Change lines piece by piece; ``change`` gives a piece with line feeds between its lines."""
    if lines.is_empty():
        return lines
    places = lines.str.len_bytes().cum_sum().to_numpy() // SIZE
    starts = np.flatnonzero(np.diff(places, prepend=-1)).tolist()
    parts = [lines.slice(start, end - start) for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]
    found = pl.Series([change(part) for part in parts], dtype=pl.Binary)
    return found.cast(pl.String).str.split("\n").explode().alias(lines.name)


def _joined_alike(lines: pl.Series) -> bytes:
    return alike.digits_alike(lines.str.join("\n").cast(pl.Binary).item())


def _joined_skeletons(lines: pl.Series) -> bytes:
    joined: bytes = lines.str.join("\n").cast(pl.Binary).item()
    if not joined.isascii() and lines.str.contains(_WIDE_SPACE).any():
        return joined
    data = np.frombuffer(joined, dtype=np.uint8)
    values = data - np.uint8(ord("0"))
    digit = values < 10  # what is less than 0 wraps around
    if not digit.any():
        return joined
    within, digits = _bits(np.frombuffer(joined.translate(_WITHIN), dtype=np.uint8)), _bits(digit)
    # From each digit to the end of its sub-token; further digits on the way stop the carry, and are put back.
    taken = (((digits + within) ^ within) | digits) & within
    values *= digit
    kept = ~np.unpackbits(
        np.frombuffer((taken & taken << 1).to_bytes(len(data) // 8 + 1, "little"), dtype=np.uint8),
        bitorder="little",
        count=len(data),
    ).view(np.bool_)
    return (data - values)[kept].tobytes()


def _bits(flags: npt.NDArray[np.uint8] | npt.NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")
