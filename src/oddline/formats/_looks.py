"""What a line may hold, told by three quick looks at all lines at once: a time, a level word, part of a trace."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from oddline.core.alike import Kinds
from oddline.formats._events import MAYBE_INSIDE
from oddline.formats._levels import MAYBE

# Each look is a pattern that the engine of regular expressions has a short cut for; all in one would have none.
CLOCK = r"[0-9][T _:][0-9]{2}:[0-9]{2}"
"""In every time near the start of a line but for the seconds since 1970. It costs a tenth of what all of them cost."""
# Seconds since 1970 begin with a 1; a 0 there is looked for as well, for a line of the same kind may have a 1.
BEGINS = rf"^.?[01][0-9]{{9}}\.[0-9]|{MAYBE_INSIDE}"
_PYTHON = r"Traceback [(]most recent call last[)]:"
WORDS = rf"{MAYBE}|{_PYTHON}"
TRACED = rf"{MAYBE_INSIDE}|{_PYTHON}"


class Looks(NamedTuple):
    """The rows that may hold something: all that do, and some that do not. Which they are hangs on no digit's value."""

    timed: pl.Series
    worded: pl.Series
    traced: pl.Series


def looks(raw: pl.Series, told: Kinds | None = None) -> Looks:
    r"""Look at lines once, where each reader would else look at all of them again; or at one of each kind.

    Examples
    --------
    >>> [rows.to_list() for rows in looks(pl.Series(["12:01:02 ERROR disk", "\tat a.B.c(D.java:1)", "one"]))]
    [[0, 1], [0], [0, 1]]
    """
    text = pl.col("raw").str
    # Of few lines it costs nothing to ask for traces by themselves.
    traced = {} if told is None else {"traced": text.contains(TRACED)}
    table = (
        pl.DataFrame({"raw": raw if told is None else raw.gather(told.rows)})
        .lazy()
        .select(clock=text.contains(CLOCK), words=text.contains(WORDS), begins=text.contains(BEGINS), **traced)
    )
    found = table.collect(engine="streaming")
    if told is None:
        clock, words, begins = found.get_columns()
        return Looks(*(rows.arg_true() for rows in (clock | begins, words, words | begins)))
    clock, words, begins, inside = found.get_columns()
    return Looks(*(_spread(rows, told) for rows in (clock | begins, words, inside)))


def _spread(found: pl.Series, told: Kinds) -> pl.Series:
    """Give the rows of the kinds that were found."""
    if not found.any():
        return pl.Series([], dtype=pl.UInt32)
    held = np.zeros(int(told.codes.max()) + 1, dtype=np.bool_)
    held[told.codes[told.rows]] = found.to_numpy()
    return pl.Series(np.flatnonzero(held[told.codes]), dtype=pl.UInt32)
