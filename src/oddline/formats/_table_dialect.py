"""What kind of table is this: its delimiter, whether it has a header, and whether it is a table at all.

A log line may hold as many commas as a table row. What tells them apart: the cells of a table are short
and each column keeps to its kind; the cells of a cut-up log line are prose.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from oddline.formats._table_rows import join_quoted, shape_of, split_row

STEADY = 0.9
"""Share of the rows that must have the same number of cells."""

MOST_JUDGED = 2_000
"""Columns that are looked at; a line of a million commas would otherwise be looked at for minutes."""

_NUMBER = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*%?\s*$"
_TIME = r"^\s*\[?(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{8}-\d|\d{1,2}/\w{3}/\d{4}|\w{3} +\d{1,2}[ ,]|\d{1,2}:\d{2}:\d{2})"
_TRUTH = r"(?i)^\s*(true|false)\s*$"
_NAME = r"^[\s#@\"']*[\p{L}_][\p{L}\p{N}_ .\-/()%$\[\]:@&+*']{0,99}$"


def cells_of(rows: pl.Series, delimiter: str, width: int) -> pl.DataFrame:
    """Cut a small sample of rows into string columns ``0``, ``1``, ...; missing cells are null."""
    _, well = shape_of(rows, delimiter)
    cut = [split_row(row, delimiter, bool(good)) for row, good in zip(rows.to_list(), well, strict=True)]
    columns = zip(*((parts + [""] * width)[:width] for parts in cut), strict=True)
    frame = pl.DataFrame({str(place): list(column) for place, column in enumerate(columns)})
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


def steady(lines: pl.Series, delimiter: str) -> tuple[float, int, pl.Series]:
    """Tell the share of rows with the commonest number of cells, that number, and those rows."""
    rows = join_quoted(lines, delimiter).text
    rows = rows.filter((rows.str.strip_chars() != "") & ~rows.str.starts_with("#"))
    if rows.is_empty():
        return 0.0, 1, rows
    cells, well = shape_of(rows, delimiter)
    values, counts = np.unique(cells, return_counts=True)
    width = int(values[np.argmax(counts)])
    keep = (cells == width) & well
    return float(counts.max()) / len(cells), width, rows.filter(pl.Series(keep))


def sniff(lines: pl.Series, delimiters: str) -> str:
    """Choose the delimiter that gives the steadiest rows of two cells or more; the first one if none does.

    Examples
    --------
    >>> sniff(pl.Series(["a;b,c;d", "1;2;3", "4;5,5;6"]), ",;|")
    ';'
    """
    best = (0.0, 0, delimiters[0])
    for delimiter in delimiters:
        share, width, _ = steady(lines, delimiter)
        if width > 1 and (round(share, 1), width) > best[:2]:
            best = (round(share, 1), width, delimiter)
    return best[2]


def _kinds(cells: pl.DataFrame) -> list[tuple[float, float, float]]:
    """Tell the shares of numbers, times and truth values among the filled cells of each column."""
    filled = pl.all().filter(pl.all().str.strip_chars() != "")
    shares = [_means(cells, filled.str.contains(pattern)) for pattern in (_NUMBER, _TIME, _TRUTH)]
    return list(zip(*shares, strict=True))


def _means(cells: pl.DataFrame, told: pl.Expr) -> list[float]:
    """Give the mean over each column, 0 where there is none; all columns at once, for there may be thousands."""
    return [float(mean or 0.0) for mean in cells.select(told.mean()).row(0)] if cells.width else []


def has_header(cells: pl.DataFrame) -> bool:
    """Tell whether the first row names the columns: unique words, unlike what stands below them.

    Examples
    --------
    >>> has_header(pl.DataFrame({"0": ["host", "web1", "web2"], "1": ["ms", "12", "7"]}))
    True
    >>> has_header(pl.DataFrame({"0": ["tcp", "udp", "tcp"], "1": ["12", "3", "7"]}))
    False
    """
    first = [str(value or "").strip() for value in cells.row(0)] if cells.height else []
    filled = [value.casefold() for value in first if value]
    names = pl.Series(filled, dtype=pl.String)
    if len(filled) < max(1, 0.9 * len(first)) or len(set(filled)) < 0.9 * len(filled):
        return False
    if names.str.contains(_NUMBER).any() or names.str.contains(_TIME).any() or names.str.contains(_TRUTH).any():
        return False
    if not names.str.contains(_NAME).all() or (names.str.count_matches(" ", literal=True) > 4).any():
        return False
    rest = cells.slice(1)
    if rest.is_empty():
        return True
    if any(max(kinds) >= 0.8 for kinds in _kinds(rest)):
        # A headerless row of words and numbers would have failed above: here words stand over numbers. All
        # the same a category that recurs below (a service, an answer) is a value and not a name.
        return not _recurs(first, rest)
    return len(first) > 1 and not _recurs(first, rest)


def _recurs(first: list[str], rest: pl.DataFrame) -> bool:
    """Tell whether a cell of the first row occurs again below in its own column."""
    return any(value and (column == value).any() for value, column in zip(first, rest.iter_columns(), strict=True))


def tableness(sample: pl.Series, delimiters: str) -> float:
    """Tell the share of a sample that is rows of one table, 0 when it rather is a log.

    Examples
    --------
    >>> tableness(pl.Series(["time,ms", "2024-01-01,5", "2024-01-02,6"]), ",")
    1.0
    >>> tableness(pl.Series(["12:00:01,5 INFO all is well", "12:00:02,7 WARN no it is not"]), ",")
    0.0
    """
    lines = sample.cast(pl.String).fill_null("")
    lines = lines.filter(lines.str.strip_chars() != "").head(500)
    # JSON lines hold steady commas too.
    if lines.is_empty() or lines.str.starts_with("{").mean() > 0.5:  # type: ignore[operator]
        return 0.0
    # Most logs hold none of some delimiter, and what is found once is found quicker than what is counted.
    present = "".join(sign for sign in delimiters if lines.str.contains(sign, literal=True).any())
    if not present:
        return 0.0
    delimiter = sniff(lines, present)
    share, width, rows = steady(lines, delimiter)
    if width < 2 or share < STEADY or rows.len() < 2:
        return 0.0
    cells = cells_of(rows.head(300), delimiter, min(width, MOST_JUDGED))
    return share if _is_table(cells, delimiter) else 0.0


def _is_table(cells: pl.DataFrame, delimiter: str) -> bool:
    header = has_header(cells)
    body = cells.slice(1) if header else cells
    words = _means(body, pl.all().str.count_matches(r"\S+"))
    if _pairs(body) > 0.5:
        return False
    kinds = _kinds(body)
    if header:
        # Where all is words, names must be names, and one column at least must not be prose.
        naming = max(len(str(name or "").split()) for name in cells.row(0)) <= 2
        return any(max(kind) >= STEADY for kind in kinds) or (naming and min(words) <= 1.5)
    # Without names a table must speak by its cells: short ones, and one column at least of numbers.
    typed = sum(max(number, truth) >= STEADY for number, _, truth in kinds)
    log_like = kinds[0][1] >= STEADY and kinds[-1][0] < STEADY and (delimiter == "|" or words[-1] > 1.5)
    return typed > 0 and max(sum(words) / len(words), words[-1]) <= 2 and not log_like


def _pairs(cells: pl.DataFrame) -> float:
    """Tell the share of cells that read ``name=value`` or ``name: value``: logfmt and its kin, not a table."""
    pattern = r"^\s*\"?[A-Za-z_][\w.\-]{0,63}\"?\s*(=|: )"
    shares = _means(cells, pl.all().str.contains(pattern))
    return sum(shares) / len(shares)
