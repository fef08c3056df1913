"""Lines that differ in their digits only: logs hold few kinds of them, and most can be asked once for each kind."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["ALIKE", "KIND", "Kinds", "digits_alike", "first_rows", "kinds", "of_codes", "worth_it"]

ALIKE = "alike"
"""A column that Lines may have besides: the line with every digit written as 0."""

KIND = "kind"
"""A column that Records may have besides: a number (UInt32), within a frame the same only for messages that differ in
their digits only."""

SIZE = 1 << 18
"""Bytes that are worked on at once: more would not fit a processor's cache."""

FEW = 2_000
"""So many lines tell whether it is worth it."""


class Kinds(NamedTuple):
    """The number of each line's kind, and of each kind one line."""

    codes: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.int64]


def digits_alike(text: bytes) -> bytes:
    """Write every digit as 0.

    Examples
    --------
    >>> digits_alike(b"job_-42 from /10.0.0.1:50010")
    b'job_-00 from /00.0.0.0:00000'
    """
    if not text:
        return text
    # Bytes that are written in place: to make them of pieces, or of an array, takes as long as all of the arithmetic.
    found = BytesIO()
    found.seek(len(text) - 1)
    found.write(b"0")
    with found.getbuffer() as view:
        _write(np.frombuffer(text, dtype=np.uint8), np.frombuffer(view, dtype=np.uint8))
    return found.getvalue()


def _write(data: npt.NDArray[np.uint8], found: npt.NDArray[np.uint8]) -> None:
    values, digit = np.empty(SIZE, dtype=np.uint8), np.empty(SIZE, dtype=np.bool_)
    for start in range(0, len(data), SIZE):
        some = data[start : start + SIZE]
        value, held = values[: len(some)], digit[: len(some)]
        np.subtract(some, ord("0"), out=value)
        np.less(value, 10, out=held)  # what is less than 0 wraps around
        np.multiply(value, held, out=value)
        np.subtract(some, value, out=found[start : start + SIZE])


def worth_it(lines: pl.Series) -> bool:
    """Tell whether lines are of few kinds, by the first of them; they hold no line feeds.

    Examples
    --------
    >>> worth_it(pl.Series(["job 1", "job 2", "job 3"])), worth_it(pl.Series(["red", "green", "blue"]))
    (True, False)
    """
    few = lines.head(FEW).to_list()
    return len(set(digits_alike("\n".join(few).encode()).split(b"\n"))) <= len(few) // 2


def kinds(texts: pl.Series) -> Kinds:
    """Number texts, such as the column :data:`ALIKE`, in any order.

    Examples
    --------
    >>> found = kinds(pl.Series(["job 0", "done", "job 0"]))
    >>> bool(found.codes[0] == found.codes[2] != found.codes[1]), sorted(found.rows.tolist())
    (True, [0, 1])
    """
    # Categories of their own, so that the texts of a chunk are forgotten with it: they live as long as ``found``.
    return of_codes(texts.cast(pl.Categorical(pl.Categories.random())).to_physical().to_numpy())


def of_codes(codes: npt.NDArray[np.uint32]) -> Kinds:
    """Find a row of each number; some up to the largest may be nobody's.

    Examples
    --------
    >>> of_codes(np.array([3, 0, 3], dtype=np.uint32)).rows.tolist()
    [1, 0]
    """
    rows = first_rows(codes, int(codes.max()) + 1 if len(codes) else 0)
    return Kinds(codes, rows[rows < len(codes)])


def first_rows(codes: npt.NDArray[np.uint32], count: int) -> npt.NDArray[np.int64]:
    """Give the first row of each code from 0 to ``count``; where there is none, the number of rows.

    Examples
    --------
    >>> first_rows(np.array([2, 0, 2], dtype=np.uint32), 3).tolist()
    [1, 3, 0]
    """
    first = np.full(count, len(codes), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first
