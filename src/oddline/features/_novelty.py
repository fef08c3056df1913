"""How new a line of text is when a good run is at hand: its distance from the nearest line of that run.

The idea is logreduce's (T. Cacqueray and others, 2017): a line of a failed run is as odd as it is far from its
nearest neighbour among the lines of a good run. What is different here, as measured by
``benchmarks/ci_logs.py``:

- words are compared one by one, and all weigh the same. Weighting them by rarity does harm: the rarest words
  of a build log are names of mirrors and of temporary files;
- two neighbouring words make a feature of small weight, so that old words in a new order count a little;
- words of failure that the nearest good line does not have make a line more odd;
- a line that follows a pattern of which the good run has many variants is forgiven some of its news.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import polars as pl

from oddline.core.estimator import Estimator
from oddline.core.nouns import Floats
from oddline.features._failure import LEVELS, STEMS
from oddline.features._masked_words import Bags, bags, look_up, mask, original_words, tokens
from oddline.features._neighbours import WORD, Index, Integers, Neighbours, neighbours

# The tail of normal lines' scores: see ``Novelty.surprise``.
_STEEPNESS, _ORDINARY = 1.55, 0.003

# A masked exit code that is not 0 is a failure.
_LEVELS = LEVELS | {"nonzero": 2}
_STEM = "|".join(STEMS)


class Novelty(Estimator):
    """Scores text lines by their distance from the lines of a good run.

    Parameters
    ----------
    failure : float
        How much each degree of failure (a level of 1 to 3, and up to two stems) adds to a score.
    siblings : float
        How strongly a pattern with many variants in the good run is forgiven; 0 = not at all.
    max_lines : int
        So many distinct masked lines of the good run are compared with, the most frequent first.
        Lines beyond them are still known as seen.
    max_characters : int
        Of a longer line the first three quarters and the last quarter of so many characters are read.

    Attributes
    ----------
    seen_ : polars.Series
        Every masked line of the good run.
    lines_ : polars.Series
        The lines compared with: for each, the first line of the good run that reads so once masked.
    words_, pairs_ : polars.Series, array of int64
        The known words, and the known pairs of neighbouring words.
    starts_, members_ : array of int64, array of int32
        Which lines have word or pair i: ``members_[starts_[i]:starts_[i + 1]]``.
    norms_ : array of int64
        The squared length of each line as a vector.

    Examples
    --------
    >>> good = pl.Series(["step 1: download of a.tar done", "step 2: tests passed", "bye"])
    >>> novelty = Novelty().fit(good)
    >>> novelty.score(pl.Series(["step 7: download of a.tar done", "step 2: tests FAILED"])).round(1).tolist()
    [0.0, 0.4]
    >>> novelty.nearest("step 2: tests FAILED")
    ('step 2: tests passed', ('FAILED',))
    """

    def __init__(
        self,
        *,
        failure: float = 0.125,
        siblings: float = 0.25,
        max_lines: int = 20_000,
        max_characters: int = 4_000,
    ) -> None:
        self.failure = failure
        self.siblings = siblings
        self.max_lines = max_lines
        self.max_characters = max_characters

    def fit(self, messages: pl.Series, y: Any = None) -> Self:
        """Learn all physical lines of a good run."""
        lines = self._physical(messages)["line"]
        table = (
            pl.DataFrame({"line": lines, "masked": mask(lines)})
            .group_by("masked", maintain_order=True)
            .agg(pl.len().alias("n"), pl.col("line").first())
            .with_row_index("at")
        )
        self.seen_ = table["masked"]
        kept = table.sort(["n", "at"], descending=[True, False]).head(self.max_lines)
        self.lines_ = kept["line"]
        words = tokens(kept["masked"])[1].unique().sort()
        self.words_ = words.filter(words != "#")
        found, _ = bags(kept["masked"], self.words_)
        self.pairs_ = np.unique(found.pairs)
        features = np.concatenate([found.words, len(self.words_) + np.searchsorted(self.pairs_, found.pairs)])
        rows, count = np.concatenate([found.word_rows, found.pair_rows]), len(self.words_) + len(self.pairs_)
        index = Index.of(features, rows, found.norms, len(self.words_), count)
        self.starts_, self.members_, self.norms_ = index.starts, index.members, index.norms
        return self

    def score(self, messages: pl.Series) -> Floats:
        """Score messages, shape (messages,): 0 = the good run has it; an event of many lines scores as its worst.

        A line of which the good run knows no word scores 1, or more if it speaks of failure.
        """
        self.require_fitted()
        lines = self._physical(messages)
        masked = mask(lines["line"])
        distinct = masked.unique(maintain_order=True)
        scores, _ = self._judge(distinct)
        scored = pl.DataFrame({"event": lines["event"], "score": look_up(masked, distinct, pl.Series(scores))})
        worst = scored.group_by("event", maintain_order=True).agg(pl.col("score").max())["score"]
        return worst.to_numpy().astype(np.float64)

    def surprise(self, scores: Floats) -> Floats:
        """Give -log10 of the chance that a normal line scores so high; one scale for all logs.

        Fitted once to the lines of failed builds that nobody listed as telling (``benchmarks/ci_logs.py``):
        their tail is that of a power, (1 + score / 0.003) ** -1.55. A scale of each log's own, from lines of
        the good run held out of it, was measured to be worse: a build does most things once, so every step
        held out looks new, and a log of 20 lines can surprise nobody.

        Examples
        --------
        >>> Novelty().surprise(np.array([0.0, 0.1, 1.0])).round(1).tolist()
        [0.0, 2.4, 3.9]
        """
        surprise: Floats = _STEEPNESS * np.log10(1.0 + np.asarray(scores, dtype=np.float64) / _ORDINARY)
        return surprise

    def nearest(self, message: str) -> tuple[str, tuple[str, ...]]:
        """Give the good line that is nearest to the worst line of a message, and the words that it lacks.

        A message that the good run has gives itself and no words; one with no word in common gives "" and
        all its words.
        """
        self.require_fitted()
        lines = self._physical(pl.Series([message], dtype=pl.String))["line"]
        masked = mask(lines)
        scores, best = self._judge(masked)
        worst = int(np.argmax(scores))
        if scores[worst] == 0.0:
            return str(lines[worst]), ()
        good = str(self.lines_[int(best[worst])]) if best[worst] >= 0 else ""
        known = set(tokens(mask(pl.Series([good])))[1])
        fresh = (word for word in original_words(masked[worst]) if word.lower() not in known)
        return good, tuple(dict.fromkeys(fresh))

    def _physical(self, messages: pl.Series) -> pl.DataFrame:
        """Give the physical lines of messages, none longer than allowed, and which message each is of."""
        frame = pl.DataFrame({"line": messages.cast(pl.String).fill_null("")}).with_row_index("event")
        if frame["line"].str.contains("\n", literal=True).any():
            frame = frame.with_columns(pl.col("line").str.split("\n")).explode("line")
        lengths = frame["line"].str.len_bytes()
        if (lengths > self.max_characters).any():
            line, tail = pl.col("line"), self.max_characters // 4
            cut = line.str.head(self.max_characters - tail) + " … " + line.str.tail(tail)
            long = line.str.len_chars() > self.max_characters
            frame = frame.with_columns(pl.when(long).then(cut).otherwise(line).alias("line"))
        return frame

    def _judge(self, masked: pl.Series) -> tuple[Floats, Integers]:
        """Score masked lines, and give the index of the nearest line of the good run (-1 where there is none)."""
        unseen = ~masked.is_in(self.seen_.implode())
        at = unseen.arg_true().to_numpy()
        scores, best = np.zeros(len(masked)), np.full(len(masked), -1, dtype=np.int64)
        if len(at):
            scores[at], best[at] = self._compare(masked.filter(unseen))
        return scores, best

    def _compare(self, masked: pl.Series) -> tuple[Floats, Integers]:
        """Compare masked lines with those of the good run."""
        found, new = bags(masked, self.words_)
        near = self._neighbours(found)
        # A pattern with k variants: what is new here is likely to be one more. Only where the rest agrees.
        forgiven = np.maximum(near.variants, 1) ** (-self.siblings * near.cosine**4)
        # Old words in a new order, or a part of an old line, are less than one new word.
        missing = found.norms - near.shared
        fresh = np.minimum(1.0, 0.25 + 0.75 * missing / WORD)
        distance = np.where(found.norms > 0, 1.0 - near.cosine, 0.0)
        failure = 1.0 + self.failure * self._failure(found, new, near.best)
        return np.round(distance * forgiven * fresh * failure, 9), near.best

    def _neighbours(self, found: Bags) -> Neighbours:
        """Find the nearest line of the good run for each row."""
        known = len(self.words_)
        place = np.searchsorted(self.pairs_, found.pairs)
        old_word, old_pair = found.words < known, np.append(self.pairs_, -1)[place] == found.pairs
        features = np.concatenate([found.words[old_word], known + place[old_pair]])
        rows = np.concatenate([found.word_rows[old_word], found.pair_rows[old_pair]])
        return neighbours(self._index(), rows, features, found.norms)

    def _failure(self, found: Bags, new: pl.Series, best: Integers) -> Floats:
        """Give the degree of failure, 0 to 5, in the words of each row that its nearest line does not have."""
        vocabulary = pl.concat([self.words_, pl.Series(["#", "^"]), new])
        level = vocabulary.replace_strict(_LEVELS, default=0, return_dtype=pl.Int64).to_numpy()
        stem = vocabulary.str.contains(_STEM).to_numpy() & (level == 0)
        telling = (level > 0)[found.words] | stem[found.words]
        rows, words = found.word_rows[telling], found.words[telling]
        told = (words < len(self.words_)) & (best[rows] >= 0)
        told[told] = self._index().have(words[told], best[rows[told]])
        rows, words = rows[~told], words[~told]
        levels = np.zeros(found.rows)
        np.maximum.at(levels, rows, level[words])
        return levels + np.minimum(2, np.bincount(rows, weights=stem[words], minlength=found.rows))

    def _index(self) -> Index:
        return Index(self.starts_, self.members_, self.norms_, len(self.words_))
