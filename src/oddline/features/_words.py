"""What the words of a line say by themselves: its level, words of failure, and words seen nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix

from oddline.core.nouns import Floats
from oddline.features._failure import LEVEL_PATTERNS, PHRASES, STEMS

SIGNS = (*STEMS, *PHRASES)
"""What tells of failure within a line."""

LEVELS = {"warning": 1.0, "error": 2.0, "critical": 3.0}


def lexical(masked: pl.Series, level: pl.Series) -> Floats:
    """Score words of failure: 0 to 3 for the level plus 0 to 2 for the words of the message.

    ``masked`` and ``level`` have one entry a distinct line. The level is the one that the format captured,
    or else one that stands as a word in the text.

    Examples
    --------
    >>> lexical(pl.Series(["link up", "FATAL disk not found"]), pl.Series([None, None])).tolist()
    [0.0, 4.0]
    """
    text = masked.cast(pl.String)
    worded = np.zeros(len(text))
    for value, pattern in LEVEL_PATTERNS:
        worded = np.maximum(worded, value * text.str.contains(pattern).fill_null(False).to_numpy())
    given = level.cast(pl.String).replace_strict(LEVELS, default=0.0, return_dtype=pl.Float64).to_numpy()
    lowered = text.str.to_lowercase()
    hits = np.zeros(len(text))
    for stem in SIGNS:
        hits += lowered.str.contains(stem, literal=True).fill_null(False).to_numpy()
    # a level word in the text is itself one of the stems: do not count it twice
    twice = (worded >= 2.0).astype(np.float64)
    scored: Floats = np.maximum(given, worded) + np.minimum(2.0, np.maximum(0.0, hits - twice))
    return scored


@dataclass(frozen=True)
class Bag:
    """The distinct words of each text: a matrix of 0 and 1 of shape (texts, words), and the words."""

    matrix: csr_matrix
    vocabulary: pl.Series
    group: npt.NDArray[np.int64]


def split(text: pl.Expr) -> pl.Expr:
    """Split a text into words of two letters or more, in lower case, at capitals inside of names too."""
    return text.str.replace_all(r"([a-z])([A-Z])", "$1 $2").str.to_lowercase().str.extract_all(r"\pL{2,}")


def bag(texts: pl.Series, group: npt.NDArray[np.int64]) -> Bag:
    """Give the words of each text; ``group`` is its template."""
    words = (
        pl.DataFrame({"text": texts.cast(pl.String)})
        .select(row=pl.int_range(pl.len()), word=split(pl.col("text")).list.unique())
        .explode("word")
        .drop_nulls()
        .with_columns(code=pl.col("word").rank("dense").cast(pl.Int64) - 1)
    )
    vocabulary = words["word"].unique().sort()
    matrix = csr_matrix(
        (np.ones(words.height), (words["row"].to_numpy(), words["code"].to_numpy())),
        shape=(len(texts), len(vocabulary)),
    )
    return Bag(matrix, vocabulary, group)


def own_words(words: Bag, row: int) -> list[str]:
    """Give the words of a text that no text of another template has, in the order of the alphabet."""
    mine = words.matrix.indices[words.matrix.indptr[row] : words.matrix.indptr[row + 1]]
    of_group = words.matrix[np.flatnonzero(words.group == words.group[row])]
    elsewhere = np.asarray(words.matrix.sum(axis=0)).ravel() - np.asarray(of_group.sum(axis=0)).ravel()
    return words.vocabulary.gather(np.sort(mine[elsewhere[mine] == 0])).to_list()


def failure_words(text: str) -> list[str]:
    """Give the words of failure of a text, as they stand there.

    Examples
    --------
    >>> failure_words("FATAL: connection refused by host")
    ['FATAL', 'refused']
    """
    found = pl.Series([text]).str.extract_all(r"[\pL']{2,}")[0]
    told = [word for word in found if any(stem in word.lower() for stem in SIGNS) or _level_word(word)]
    return list(dict.fromkeys(told)) or [stem for stem in SIGNS if stem in text.lower()]


def _level_word(word: str) -> bool:
    return bool(pl.Series([word]).str.contains("|".join(pattern for _, pattern in LEVEL_PATTERNS))[0])


def foreign(bag: Bag, wanted: npt.NDArray[np.int64], chunk: int = 512) -> Floats:
    """Tell how foreign lines are to all lines of other templates: distance times how many words are new.

    ``(1 - the largest cosine to such a line) * (1 + ln(1 + words that none of them has))``, from 0; words
    count once, and all the same. Only for the rows ``wanted``.
    """
    words, group = bag.matrix, bag.group
    transposed = words.T.tocsr()
    norm = np.sqrt(np.asarray(words.sum(axis=1)).ravel())
    own = new_words(bag)
    out = np.zeros(len(wanted))
    for start in range(0, len(wanted), chunk):
        rows = wanted[start : start + chunk]
        shared = (words[rows] @ transposed).tocsr()
        entry = np.repeat(np.arange(len(rows)), np.diff(shared.indptr))
        other = group[shared.indices] != group[rows][entry]
        best = np.zeros(len(rows))
        cosine = shared.data[other] / (norm[rows][entry[other]] * norm[shared.indices[other]])
        np.maximum.at(best, entry[other], cosine)
        out[start : start + chunk] = np.where(norm[rows] > 0, np.maximum(0.0, 1.0 - best), 0.0)
    return out * (1.0 + np.log1p(own[wanted]))


def new_words(bag: Bag) -> Floats:
    """Count the words of each text that no text of another template has."""
    groups = int(bag.group.max(initial=-1)) + 1
    rows = np.arange(len(bag.group))
    member = csr_matrix((np.ones(len(rows)), (bag.group, rows)), shape=(groups, len(rows)))
    templates = np.diff((member @ bag.matrix).tocsc().indptr)
    counted: Floats = bag.matrix @ (templates == 1).astype(np.float64)
    return counted
