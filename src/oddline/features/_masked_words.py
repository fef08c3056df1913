"""Lines of text as sets of words: what varies from run to run is masked, the rest is numbered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from oddline.features._neighbours import PAIR, WORD, Integers

NUMBER = "#"
"""What stands for everything that is masked."""

# One pass over every line. A lone zero keeps its 0: "failed: 0" and "failed: 2" are not the same line.
_NUMBERS = r"(?-u:\b)(0)(?-u:\b)|[A-Za-z0-9]*[0-9][A-Za-z0-9]*"
# A count or code that tells success or failure, the number behind the word or before it.
_RESULT = r"(?i)((?-u:\b)(?:(?:fail|err|exit)[a-z]*|code|rc)[\"' ]{0,2}[:= ]{1,2}[\"']?)"
_COUNTED = r"(?i)( (?:fail|err)[a-z]+)"
_CALENDAR = r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b"
# A host is known by its last part. What follows must not make it a call, a key or a longer name ("self.io(").
_HOST = (
    r"\b(?:[A-Za-z0-9_#-]+\.)+(?:com|org|net|edu|gov|mil|int|io|dev|cloud|local|localdomain|internal|lan|arpa|co|eu"
    r"|at|au|be|br|ca|ch|cn|cz|de|dk|es|fi|fr|in|it|jp|kr|nl|no|nz|pl|ru|se|uk|us)([^\w(.=\[-]|$)"
)
_CHAIN = r"#(?:[.,:/+-]?#)+"
_PIECE = r"[\p{L}\p{M}]+|#"


def mask(lines: pl.Series) -> pl.Series:
    """Put ``#`` for what varies from run to run: numbers and words with digits, dates, names of hosts.

    Examples
    --------
    >>> mask(pl.Series(["Jun 20 12:01 get a1.example.org, 3 failed", "exit code: 0"])).to_list()
    ['# # # get #, nonzero failed', 'exit code: zero']
    """
    distinct = lines.unique(maintain_order=True)
    coarse = distinct.str.replace_all(_NUMBERS, "${1}#")
    # Far fewer distinct lines are left for the passes that follow.
    fewer = coarse.unique(maintain_order=True)
    fine = (
        fewer.str.replace_all(_RESULT + "0#", "${1}zero")
        .str.replace_all(_RESULT + "#", "${1}nonzero")
        .str.replace_all("0#" + _COUNTED, "zero${1}")
        .str.replace_all("#" + _COUNTED, "nonzero${1}")
        .str.replace_all("0#", "#", literal=True)
        .str.replace_all(_CALENDAR, "#")
        .str.replace_all(_HOST, "#${1}")
        .str.replace_all(_CHAIN, "#")
        .str.strip_chars()
    )
    return look_up(lines, distinct, look_up(coarse, fewer, fine))


def look_up(keys: pl.Series, known: pl.Series, values: pl.Series) -> pl.Series:
    """Give each key the value that stands beside its equal in ``known`` (distinct); null where there is none."""
    table = pl.DataFrame({"key": known, "value": values})
    return pl.DataFrame({"key": keys}).join(table, on="key", how="left", maintain_order="left")["value"]


def tokens(masked: pl.Series) -> tuple[Integers, pl.Series]:
    """Give the words of masked lines, in order and in lower case, and which line each is of."""
    frame = (
        pl.DataFrame({"row": np.arange(len(masked)), "token": masked.str.to_lowercase().str.extract_all(_PIECE)})
        .explode("token")
        .drop_nulls("token")
    )
    return frame["row"].to_numpy(), frame["token"]


def original_words(masked: str) -> list[str]:
    """Give the words of one masked line as they were written."""
    return [word for word in pl.Series([masked]).str.extract_all(_PIECE)[0] if word != NUMBER]


@dataclass(frozen=True)
class Bags:
    """Distinct words and distinct pairs of neighbours, line by line.

    Words are numbers; known ones are below ``known``. A pair is the two numbers in one.
    """

    rows: int
    word_rows: Integers
    words: Integers
    pair_rows: Integers
    pairs: Integers

    @property
    def norms(self) -> Integers:
        """The squared length of each line as a vector, shape (rows,)."""
        words = np.bincount(self.word_rows, minlength=self.rows)
        return WORD * words + PAIR * np.bincount(self.pair_rows, minlength=self.rows)


def bags(masked: pl.Series, vocabulary: pl.Series) -> tuple[Bags, pl.Series]:
    """Number the words of masked lines by a vocabulary (sorted), new ones after it; give the new words too."""
    rows, words = tokens(masked)
    distinct = words.unique().sort()
    new = distinct.filter(~distinct.is_in(vocabulary.implode()) & (distinct != NUMBER))
    known = len(vocabulary)
    # The same numbers in every batch for what is no word, so that known pairs stay known.
    number, start = known, known + 1
    every = pl.concat([vocabulary, pl.Series([NUMBER, "^"], dtype=pl.String), new])
    ids = look_up(words, every, pl.Series(np.arange(len(every)))).to_numpy()
    before = np.roll(ids, 1)
    before[np.r_[True, rows[1:] != rows[:-1]][: len(ids)]] = start
    real = ids != number
    told = real | ((before != number) & (before != start))
    word_rows, word_ids = _distinct(rows[real], ids[real])
    pair_rows, pair_ids = _distinct(rows[told], (before[told] << 31) + ids[told])
    return Bags(len(masked), word_rows, word_ids, pair_rows, pair_ids), new


def _distinct(rows: Integers, ids: Integers) -> tuple[Integers, Integers]:
    """Leave out what a row has twice."""
    order = np.lexsort((ids, rows))
    rows, ids = rows[order], ids[order]
    first = np.r_[True, (rows[1:] != rows[:-1]) | (ids[1:] != ids[:-1])][: len(rows)]
    return rows[first], ids[first]
