"""The normal line that an odd one is nearest to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats
from oddline.outputs._hostile import terminal
from oddline.outputs._words import counted
from oddline.service.results._scan import Scan
from oddline.service.results._texts import Texts
from oddline.service.results._tokens import Token, differing, likeness

Ints = npt.NDArray[Any]

LOOKED_AT = 12
"""Wordings that share the rarest words are compared in full."""

EXAMPLES = 1_000
"""Lines of the nearest wording that are looked at, the last ones before the odd line."""

SAMPLED = 2_000
"""Normal rows of a table that are looked at."""

LETTERS = 4_000
"""Characters of a line that are compared."""


UNIQUE = 0.9
"""A column of words in which so large a share is unique names rows rather than telling of them."""

NARROW = 12
"""A table of so many columns is shown whole."""

CELL = 200
"""Characters of a cell that are shown."""


@dataclass(frozen=True)
class Nearest:
    """A normal line and this one, with the words marked in which they differ.

    ``like`` counts the lines of its wording; it is None for rows of a table.
    """

    row: int
    line: int
    like: int | None
    normal: tuple[Token, ...]
    this: tuple[Token, ...]


def nearest(scan: Scan, row: int) -> Nearest | None:
    """Find the normal line nearest to an odd one; None for windows, or where nothing is near."""
    if scan.windowed or scan.column("severity")[row] < 0:
        return None
    if scan.summary.noun == "row":
        return _nearest_row(scan, row)
    return _nearest_line(scan, row)


def _nearest_line(scan: Scan, row: int) -> Nearest | None:
    rows = scan.column("masked.row")
    masked = scan.texts("masked").beginning(int(np.searchsorted(rows, row)), LETTERS).split()
    wording = _wording(scan, masked)
    if wording is None:
        return None
    ends = scan.column("wording.lines.ends")
    lines = scan.column("wording.lines")[int(ends[wording]) : int(ends[wording + 1])]
    at = int(np.searchsorted(lines, row))
    some = lines[max(0, at - EXAMPLES) : max(at, EXAMPLES)]
    this = _message(scan, row)
    words = this.split()
    found = max(some[::-1].tolist(), key=lambda other: _agreeing(words, _message(scan, other).split()))
    normal, own = differing(_message(scan, found), this)
    return Nearest(found, int(scan.column("line")[found]), len(lines), normal, own)


def _wording(scan: Scan, masked: list[str]) -> int | None:
    """Find the wording that is most alike: first by the rare words that it shares, then word by word."""
    wordings, words = scan.texts("wording"), scan.texts("word")
    postings, ends = scan.column("word.wordings"), scan.column("word.wordings.ends")
    weight: Floats = np.zeros(len(wordings))
    for word in set(masked):
        place = _place(words, word)
        if place is not None:
            mine = postings[int(ends[place]) : int(ends[place + 1])]
            weight[mine] += np.log1p(len(wordings) / len(mine))
    best = np.argsort(-weight, kind="stable")[:LOOKED_AT]
    best = best[weight[best] > 0]
    if not len(best):
        return None
    alike = [likeness(masked, wordings.beginning(place, LETTERS).split()) for place in best.tolist()]
    return int(best[int(np.argmax(alike))])


def _place(words: Texts, word: str) -> int | None:
    key = word.encode()
    place = bisect_left(range(len(words)), key, key=lambda at: words[at].encode())
    return place if place < len(words) and words[place] == word else None


def _message(scan: Scan, row: int) -> str:
    """Give the first line of a message, without the head that differs on every line."""
    texts, start = scan.texts("text"), int(scan.column("event.message")[row])
    return texts.beginning(row, LETTERS, start).partition("\n")[0]


def _agreeing(words: list[str], others: list[str]) -> int:
    return sum(one == other for one, other in zip(words, others, strict=False))


def _nearest_row(scan: Scan, row: int) -> Nearest | None:
    """Find the row of a table that agrees in most columns; of numbers the nearer one counts."""
    normal = np.flatnonzero(scan.column("severity") < 0)
    names = scan.summary.fields
    if not len(normal) or not names:
        return None
    if len(normal) > SAMPLED:
        normal = np.sort(np.random.default_rng(0).choice(normal, SAMPLED, replace=False, shuffle=False))
    chosen = np.append(normal, row)
    table = pl.scan_parquet(scan.folder / "fields.parquet").collect()[chosen]
    away = np.zeros(len(normal))
    # A time, or an id that is another on every row, differs from every row alike.
    names = tuple(name for name in names if _telling(table[name]))
    for name in names:
        away += _away(table[name])
    place = int(np.argmin(away))
    found = int(normal[place])
    pairs = table[[place, len(normal)]].select(pl.col(names).cast(pl.String).fill_null("")).rows()
    cells = list(zip(names, *pairs, strict=True))
    was = tuple(_cells([(name, mine, mine == other) for name, mine, other in cells], "was"))
    now = tuple(_cells([(name, other, mine == other) for name, mine, other in cells], "now"))
    return Nearest(found, int(scan.column("line")[found]), None, was, now)


def _telling(column: pl.Series) -> bool:
    if column.dtype.is_temporal():
        return False
    return column.dtype != pl.String or column.n_unique() < UNIQUE * len(column)


def _away(column: pl.Series) -> Floats:
    """Tell how far each value is from the last one, 0 to 1."""
    if column.dtype.is_numeric():
        values = column.cast(pl.Float64).fill_null(0.0).fill_nan(0.0).to_numpy()
        order = np.sort(values[:-1])
        rank = np.searchsorted(order, values, side="left") + np.searchsorted(order, values, side="right")
        return np.asarray(np.abs(rank[:-1] - rank[-1]) / (2 * len(order)))
    texts = column.cast(pl.String).fill_null("")
    return np.asarray((texts[:-1] != texts[-1]).to_numpy(), dtype=np.float64)


def _cells(cells: list[tuple[str, str, bool]], mark: str) -> Iterator[Token]:
    """Write the columns of a row; of a wide table those that agree are only counted."""
    shown = cells if len(cells) <= NARROW else [cell for cell in cells if not cell[2]]
    for number, (name, value, agrees) in enumerate(shown):
        yield Token(terminal(f"{'  ' if number else ''}{name}="))
        yield Token(terminal(value, CELL), "" if agrees else mark)
    if len(shown) < len(cells):
        yield Token(f"{'  … ' if shown else ''}{counted(len(cells) - len(shown), 'column')} agree")
