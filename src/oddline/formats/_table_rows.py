"""Bytes of a delimited table into logical rows: a quoted cell may span lines, a stray quote may not eat them.

A row is *well formed* when every quoted cell fills its cell (RFC 4180); its width is then certain. Other rows
are kept as they stand and cut at each delimiter, quotes being ordinary characters there.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

LONGEST_SPAN = 10_000
"""Lines that one quoted cell may span; beyond that its opening quote is taken for a stray one."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_QUOTED = r'"[^"]*(?:""[^"]*)*"'
_FILLED = "\x02"
"""Stands for a quoted cell while delimiters are counted; text that holds it merely reads as ill formed."""


@dataclass(frozen=True)
class Rows:
    """Logical rows: their text, the physical line and byte offset of each, and how many lines they take."""

    text: pl.Series
    line: npt.NDArray[np.uint32]
    lines: npt.NDArray[np.uint32]
    offset: npt.NDArray[np.uint64]

    def __len__(self) -> int:
        return self.text.len()

    def only(self, keep: npt.NDArray[np.bool_]) -> Rows:
        """Give the rows where ``keep`` is true."""
        return Rows(self.text.filter(pl.Series(keep)), self.line[keep], self.lines[keep], self.offset[keep])


def decode(data: bytes) -> str:
    r"""Decode bytes of any encoding; what cannot be read is kept as ``\xNN``.

    Examples
    --------
    >>> decode(b"caf\xe9"), decode("a,b".encode("utf-16"))
    ('caf\\xe9', 'a,b')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="backslashreplace")
    head = data[:4096]
    # UTF-16 without a mark: text of mostly ASCII has a NUL in every other byte, and only there.
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) >= 4 and head[first::2].count(0) > 0.4 * len(head) and not head[1 - first :: 2].count(0):
            return data.decode(encoding, errors="backslashreplace")
    return data.decode("utf-8", errors="backslashreplace")


def rows_of(data: bytes, delimiter: str) -> Rows:
    r"""Cut a table into logical rows; blank lines are none.

    Examples
    --------
    >>> rows_of(b'a,b\r\n1,"x\r\ny"\r\n\r\n2,z\r\n', ",").line.tolist()
    [1, 2, 5]
    """
    text = decode(data)
    end = 2 if text.count("\r") == text.count("\r\n") == text.count("\n") > 0 else 1
    if "\0" in text:
        text = text.replace("\0", "\\x00")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Polars unpacks what begins like a zlib stream, as a cell may ("x^"): the line feed put first keeps it from that.
    lines = pl.read_lines(io.BytesIO(b"\n" + text.encode())).to_series().slice(1)
    sizes = lines.str.len_bytes().to_numpy().astype(np.uint64) + np.uint64(end)
    offset = np.cumsum(sizes) - sizes
    joined = join_quoted(lines, delimiter)
    blank = joined.text.str.strip_chars(" \r\n\x0b\x0c") == ""
    whole = Rows(joined.text, joined.line, joined.lines, offset[joined.line.astype(np.int64) - 1])
    return whole.only(~blank.to_numpy()) if blank.any() else whole


def join_quoted(lines: pl.Series, delimiter: str) -> Rows:
    """Join the lines of each quoted cell that spans several; offsets are left at zero."""
    numbers = np.arange(1, lines.len() + 1, dtype=np.uint32)
    ones = np.ones(lines.len(), dtype=np.uint32)
    odd = ((lines.str.count_matches('"', literal=True) % 2) == 1).arg_true().to_list()
    spans = _spans(lines, odd, delimiter)
    if not spans:
        return Rows(lines, numbers, ones, np.zeros(lines.len(), dtype=np.uint64))
    keep = np.ones(lines.len(), dtype=np.bool_)
    for first, last, _ in spans:
        keep[first + 1 : last + 1] = False
        ones[first] = last - first + 1
    # Polars scatters in place: without the clone the caller would find their lines joined.
    text = lines.clone().scatter([first for first, _, _ in spans], [joined for _, _, joined in spans])
    return Rows(text.filter(pl.Series(keep)), numbers[keep], ones[keep], np.zeros(int(keep.sum()), dtype=np.uint64))


def _spans(lines: pl.Series, odd: list[int], delimiter: str) -> list[tuple[int, int, str]]:
    """Pair lines that open and close a quoted cell; a line whose pair makes no sense stands alone.

    Each stretch between two odd lines is joined at most twice, so the work is linear in the text.
    """
    spans: list[tuple[int, int, str]] = []
    position = 0
    while position + 1 < len(odd):
        first, last = odd[position], odd[position + 1]
        if last - first <= LONGEST_SPAN:
            joined = "\n".join(lines.slice(first, last - first + 1).to_list())
            if _well_formed(joined, delimiter):
                spans.append((first, last, joined))
                position += 2
                continue
        position += 1
    return spans


def _well_formed(text: str, delimiter: str) -> bool:
    bare = re.sub(_QUOTED, _FILLED, text)
    around = re.escape(delimiter)
    return '"' not in bare and not re.search(f"[^{around}]{_FILLED}|{_FILLED}[^{around}]", bare)


def shape_of(text: pl.Series, delimiter: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.bool_]]:
    """Count the cells of each row, and tell which rows are well formed.

    Examples
    --------
    >>> [part.tolist() for part in shape_of(pl.Series(['a,b', '"a,b",c', 'a"b,c']), ",")]
    [[2, 2, 2], [True, True, False]]
    """
    well = np.ones(text.len(), dtype=np.bool_)
    quoted = text.str.contains('"', literal=True)
    cells = text.str.count_matches(delimiter, literal=True).to_numpy().astype(np.uint32) + np.uint32(1)
    if not quoted.any():
        return cells, well
    where = quoted.arg_true()
    around = re.escape(delimiter)
    bare = text.gather(where).str.replace_all(_QUOTED, _FILLED)
    ill = bare.str.contains(f'"|[^{around}]{_FILLED}|{_FILLED}[^{around}]').to_numpy()
    index = where.to_numpy()
    well[index[ill]] = False
    counts = bare.str.count_matches(delimiter, literal=True).to_numpy().astype(np.uint32) + np.uint32(1)
    cells[index[~ill]] = counts[~ill]
    return cells, well


def repair(text: pl.Series, delimiter: str) -> pl.Series:
    r"""Rewrite two common dialects as RFC 4180: blanks between delimiter and quote, and ``\"`` in a cell."""
    around = re.escape(delimiter)
    return (
        text.str.replace_all('\\"', '""', literal=True)
        .str.replace_all(f'{around} +"', f'{delimiter}"')
        .str.replace_all(f'" +{around}', f'"{delimiter}')
    )


def split_row(line: str, delimiter: str, well: bool) -> list[str]:
    """Cut one irregular row; quotes mean something only where they are well formed."""
    if well:
        try:
            parts = next(csv.reader([line], delimiter=delimiter))
        except (csv.Error, StopIteration):
            parts = line.split(delimiter)
    else:
        parts = line.split(delimiter)
        parts = [part[1:-1] if len(part) > 1 and part[0] == part[-1] == '"' else part for part in parts]
    return parts
