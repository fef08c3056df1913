"""Words of lines as numbers, and what is known of each distinct word."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.templates._masks import SLOT

Ints = npt.NDArray[np.int64]

MOST_WORDS = 256
"""Words of a line that are looked at."""

_AROUND = ".,:;!?()[]{}<>\"'*+-"
_VALUE = r"(\w=)[^\s=,;()\[\]{}\"'|<>]+"
_NAME = r"^[\w.\-]*:?<\*>[.,:;]?$"
_BARE = r"^[^=()\[\]{}\"'`]*$"
_BONE = r"^[\p{Alphabetic}_\-=(]*$"

PLAIN, PURE, BONY, OTHER = range(4)
"""A word; nothing but slots; a word around slots; anything else, such as a path or a dotted name."""


def split(lines: pl.Series) -> tuple[pl.Series, Ints]:
    """Give the words of all lines in one run, and where each line begins in it (one entry more than lines)."""
    words = lines.str.extract_all(r"\S+").list.head(MOST_WORDS)
    counts = words.list.len().to_numpy().astype(np.int64)
    flat = words.filter(pl.Series(counts > 0, dtype=pl.Boolean)).explode()
    return flat.rename("word"), np.concatenate([[0], counts.cumsum()])


def describe(words: pl.Series) -> pl.DataFrame:
    """Tell of distinct words what is the same about them.

    ``variable``: holds a slot or the value of a key. ``alike``: the word without values of keys, or a slot.
    ``bone``: the word without slots and punctuation. ``kind``: see :data:`PLAIN`. ``bare``: letters that stand
    alone, in no brackets or quotes, as only words of the text do.

    Examples
    --------
    >>> describe(pl.Series(["user=root", "Started.", "core.<*>", "job(<*>)"])).select("alike", "bone").rows()
    [('user=<*>', 'user=root'), ('Started.', 'Started'), ('<*>', 'core'), ('job(<*>)', 'job')]
    """
    word = pl.col("word")
    slot = word.str.contains(SLOT, literal=True)
    bone = word.str.replace_all(SLOT, "", literal=True).str.replace_all(r"\.{2,}", "").str.strip_chars(_AROUND)
    frame = (
        words.alias("word")
        .to_frame()
        .with_columns(
            variable=slot | word.str.contains(_VALUE),
            alike=pl.when(word.str.contains("=", literal=True))
            .then(word.str.replace_all(_VALUE, "${1}<*>"))
            .when(word.str.contains(_NAME))
            .then(pl.lit(SLOT))
            .otherwise(word),
            bone=bone,
        )
    )
    kind = (
        pl.when((pl.col("bone") == "") & slot)
        .then(PURE)
        .when(~pl.col("bone").str.contains(_BONE))
        .then(OTHER)
        .when(slot)
        .then(BONY)
        .otherwise(PLAIN)
    )
    bare = pl.col("bone").str.contains(r"^\p{Alphabetic}+$") & word.str.contains(_BARE)
    return frame.with_columns(kind=kind.cast(pl.Int8), bare=bare)


class Words:
    """Lines as runs of word codes: ``flat[begin[i]:begin[i + 1]]`` are the words of line i.

    ``listed`` has the word of each code; ``variable``, ``alike``, ``bone``, ``kind`` and ``bare``
    are as :func:`describe` gives them, the texts among them as codes of their own.
    """

    def __init__(self, lines: pl.Series) -> None:
        flat, self.begin = split(lines)
        self.listed = flat.unique().sort()
        self.flat: Ints = flat.rank("dense").to_numpy().astype(np.int64) - 1
        table = describe(self.listed)
        self.alike_text = table["alike"]
        self.variable = table["variable"].to_numpy()
        self.alike: Ints = table["alike"].rank("dense").to_numpy().astype(np.int64)
        self.bone: Ints = table["bone"].rank("dense").to_numpy().astype(np.int64)
        self.kind = table["kind"].to_numpy()
        self.bare = table["bare"].to_numpy()

    def matrix(self, members: Ints) -> Ints:
        """Word codes of lines that are equally long: one row a line."""
        length = int(self.begin[members[0] + 1] - self.begin[members[0]])
        codes: Ints = self.flat[self.begin[members][:, None] + np.arange(length)]
        return codes

    def telling(self, values: Ints) -> bool:
        """Tell whether a column of these words tells statements apart, rather than being a variable."""
        kinds = set(self.kind[values].tolist())
        return kinds <= {PLAIN, PURE} or kinds <= {PLAIN, BONY}
