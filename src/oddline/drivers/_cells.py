"""Cells of plain delimited text as numbers, a column at a time: what eight bytes say is told by arithmetic on words.

All line ends and delimiters of a stretch are found at once, and a cell's last eight bytes taken as one number of 64
bits; a few multiplications make the digits in it a value. So a column costs some passes of the processor's vectors
and no branch for a byte. After D. Lemire and W. Muła's parse of eight digits (D. Lemire, "Number parsing at a
gigabyte per second", Software: Practice and Experience 51, 2021).

What is here is narrow on purpose: digits, with a point at one place in all cells of the column or with none. What
else a cell may hold raises :class:`Irregular`, and a general reader takes the stretch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.drivers._kept import Kept

Ints = npt.NDArray[np.intp]
Words = npt.NDArray[np.unsignedinteger[Any]]

PAD = 16
"""Bytes in front of the text, so that the sixteen bytes before the end of the first cell are there to read."""

LONGEST = 16
"""Bytes of the longest cell."""

AT_ONCE = 256 << 10
"""Bytes whose cells are found at once; with fewer, threads wait for Python's lock more often."""

LINE_END, POINT = ord("\n"), ord(".")


class Irregular(Exception):
    """Not plain enough to be read by words."""


class Cells:
    r"""The cells of a stretch of rows.

    Parameters
    ----------
    data
        Whole lines, the last one ended, without quotes, from ``begin``, which is ``PAD`` at least, to ``end``.
    separator
        The byte between cells.
    columns
        Cells of each row.
    kept
        Memory for where cells end.

    Raises
    ------
    Irregular
        If a row has more or fewer cells, or there is a zero byte.

    Examples
    --------
    >>> data = bytes(PAD) + b"7,tcp,0.25\n10,udp,1.00\n"
    >>> cells = Cells(data, PAD, len(data), ord(","), 3, Kept())
    >>> cells.digits(0)[0].tolist(), cells.digits(2)[0].tolist(), cells.digits(2)[1]
    ([7, 10], [25, 100], 2)
    >>> cells.text(1, 1)
    b'udp'
    """

    def __init__(self, data: bytes | bytearray, begin: int, end: int, separator: int, columns: int, kept: Kept) -> None:
        self.data, self.begin, self.end = data, begin, end
        body = np.frombuffer(data, dtype=np.uint8, count=end - begin, offset=begin)
        self.rows = int(np.count_nonzero(body == LINE_END))
        if not self.rows or not body.all():
            raise Irregular("no rows, or zero bytes")
        # Where the cells of each column end; those of the first begin after the row before ended.
        self.ends: Ints = kept.array("ends", (columns, self.rows), np.intp)
        self._find(body, separator)
        self.before: Ints = np.concatenate([[-1], self.ends[-1, :-1]])

    def _find(self, body: npt.NDArray[np.uint8], separator: int) -> None:
        """Find where cells end, some lines at a time: they are laid out by columns while they are in the cache."""
        row, columns, start = 0, len(self.ends), self.begin
        while start < self.end:
            stop = self.data.rfind(b"\n", start, min(start + AT_ONCE, self.end)) + 1
            stop = stop or self.data.index(b"\n", start) + 1
            some = body[start - self.begin : stop - self.begin]
            ended = some == LINE_END
            rows = int(np.count_nonzero(ended))
            ended |= some == separator
            found = np.flatnonzero(ended)
            if len(found) != rows * columns or not np.all(some[found[columns - 1 :: columns]] == LINE_END):
                raise Irregular("rows of different lengths")
            found += start - self.begin
            self.ends[:, row : row + rows] = found.reshape(rows, columns).T
            start, row = stop, row + rows

    def sizes(self, column: int) -> Ints:
        """Give how many bytes each cell has.

        Raises
        ------
        Irregular
            If one has none: it is missing.
        """
        before = self.ends[column - 1] if column else self.before
        found: Ints = self.ends[column] - before
        found -= 1
        if found.min() < 1:
            raise Irregular("missing cells")
        return found

    def words(self, column: int, width: int = 8, *, back: int = 0) -> Words:
        """Give the ``width`` bytes that end where each cell does, or ``back`` bytes before, as one number."""
        first = self.begin - width - back
        seen: Words = np.ndarray((self.end - self.begin,), f"<u{width}", self.data, first, (1,))
        return np.asarray(seen[self.ends[column]])

    def text(self, column: int, row: int) -> bytes:
        """Give one cell as it is."""
        before = self.ends[column - 1, row] if column else self.before[row]
        return bytes(self.data[self.begin + int(before) + 1 : self.begin + int(self.ends[column, row])])

    def digits(self, column: int) -> tuple[Words, int]:
        """Give the digits of each cell as a whole number, and how many of them come after the point.

        Raises
        ------
        Irregular
            If a cell is anything else than digits, with a point where the column's first cell has one; if it is longer
            than sixteen bytes, or than eight where there is a point.
        """
        sizes = self.sizes(column)
        longest = int(sizes.max())
        if longest == 1:
            single = self.words(column, 1)
            single ^= np.uint8(ord("0"))
            if single.max() > 9:
                raise Irregular("no digits")
            return single, 0
        width = 4 if longest <= 4 else 8
        words = self.words(column, width)
        _, point, after = self.text(column, 0).partition(b".")
        if not point:
            low = _value(words, sizes)
            return (low if longest <= width else self._long(column, sizes, low)), 0
        if longest > width or sizes.min() < len(after) + 2:
            raise Irregular("long decimals, or no digit before the point")
        return _value(_closed(words, len(after)), sizes - 1), len(after)

    def _long(self, column: int, sizes: Ints, low: Words) -> Words:
        """Add what the digits before the last eight say."""
        if sizes.max() > LONGEST:
            raise Irregular("long numbers")
        high = _value(self.words(column, 8, back=8), np.maximum(sizes - 8, 0))
        return np.asarray(high * np.uint64(10**8) + low)


def masked(words: Words, sizes: Ints) -> Words:
    """Clear what does not belong to the cells, in place: all but their last ``sizes`` bytes."""
    masks, first = _MASKS[words.itemsize], int(sizes[0])
    # Where all cells are equally long, as rates are, one mask does.
    words &= masks[min(first, words.itemsize)] if np.all(sizes == first) else masks.take(sizes, mode="clip")
    return words


def _closed(words: Words, after: int) -> Words:
    """Close the gap that the point leaves, ``after`` bytes before the end, in place.

    Raises
    ------
    Irregular
        If there is no point.
    """
    kind, place = words.dtype.type, 8 * (words.itemsize - 1 - after)
    points = words >> kind(place)
    points &= kind(0xFF)
    if not np.all(points == POINT):
        raise Irregular("points at different places")
    below = words & kind((1 << place) - 1)
    below <<= kind(8)
    words &= kind((1 << 8 * words.itemsize) - (1 << place + 8))
    words |= below
    return words


def _value(words: Words, sizes: Ints) -> Words:
    """Make a number of the last ``sizes`` bytes, which are digits, in place.

    Raises
    ------
    Irregular
        If one of them is no digit.
    """
    width, kind = words.itemsize, words.dtype.type
    words ^= kind(_repeated(ord("0"), width))
    masked(words, sizes)
    # Six more than a lower half above 9 shows in the upper half, where anything else than a digit shows anyway.
    wrong = words + kind(_repeated(0x06, width))
    wrong |= words
    if int(np.bitwise_or.reduce(wrong)) & _repeated(0xF0, width):
        raise Irregular("no digits")
    # Neighbours are joined: digits to numbers below 100, those to numbers below 10,000, and so on. The last digit is
    # in the highest byte.
    for step, kept in _JOINED[width]:
        words *= kind((10 ** (step // 8) << step) + 1)
        words >>= kind(step)
        if kept:
            words &= kind(kept)
    return words


def _repeated(byte: int, width: int) -> int:
    return int.from_bytes(bytes([byte]) * width, "little")


_MASKS = {
    width: np.array([(1 << 8 * width) - (1 << 8 * (width - size)) for size in range(width + 1)], dtype=f"<u{width}")
    for width in (4, 8)
}

_JOINED = {4: ((8, 0x00FF00FF), (16, 0)), 8: ((8, 0x00FF00FF00FF00FF), (16, 0x0000FFFF0000FFFF), (32, 0))}
"""By how many bits neighbours are apart, and what is kept after they are joined; by the bytes of a word."""
