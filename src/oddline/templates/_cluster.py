"""Distinct shapes of lines into groups that one statement of a program may have written.

After Drain (He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017): lines of
one length that begin with the same constant words are compared word by word. Unlike Drain the answer does
not depend on the order of lines, and a column of few plain words is taken apart again.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.templates._words import MOST_WORDS, OTHER, Ints, Words

Bools = npt.NDArray[np.bool_]

FEW_WORDS = 5
"""A merged column with fewer distinct values than this, all of them plain words, tells statements apart:
"VM Started" and "VM Paused" are two events, not one with a parameter."""

FEW_NAMES = 10
"""So many names of several parts ("disk.part.resize") are a list even where hardly anything stands beside them."""

LISTED = -1
"""What stands for a word of a list when lines are compared."""

MANY_ELSE = 3
"""So many constant words two lines must share before a list of words at their head is seen as a parameter."""

MANY_LINES = 1000
RARE_LINES = 10
RARE_SHARE = 0.01
CLOSED_WORDS = 20
"""In a group of over so many lines, plain words of fewer than so many lines, together no larger a share of the
group, stay apart from a column of at most so many common words: a state or a verb that is hardly ever seen is
an event of its own. Names have no such gap between the common and the rare, or there are more of them."""

MOST_WORK = 100_000_000
"""Comparisons of words within lines that begin alike; after that, what is left of them is not joined. Only
a log of tens of thousands of shapes that begin alike, and are else unlike, ever gets there."""

WILD, RAW, ALIKE = range(3)
"""How a word of a pattern is compared: not at all; as it stands; without values of keys."""


def _rank(constant: Bools, begin: Ints, lines: Ints) -> Ints:
    """Count the constant words before each word within its line."""
    rank: Ints = np.cumsum(constant) - constant
    first: Ints = np.concatenate([rank, [constant.sum()]])[begin[:-1]]
    return np.asarray(rank - first[lines], dtype=np.int64)


def _mix(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread numbers over 64 bits (the last step of splitmix64: Steele, Lea, Flood, OOPSLA 2014)."""
    mixed = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), dtype=np.uint64)


class Clusters:
    """Groups distinct lines, which come in an order that must not depend on the order of the log.

    ``counts`` tells how many lines of the log each stands for; without it each is taken for one.
    """

    def __init__(self, lines: pl.Series, similarity: float, counts: pl.Series | None = None) -> None:
        self.similarity = similarity
        self.counts = np.ones(lines.len()) if counts is None else counts.to_numpy().astype(np.float64)
        self.words = Words(lines)
        self.alike = self.words.alike[self.words.flat]
        # Lists, because thousands of patterns are written word by word, and a Series gives one word slowly.
        self._listed_text: list[str] = self.words.listed.to_list()
        self._texts = (None, self._listed_text, self.words.alike_text.to_list())
        self.groups: list[Ints] = []
        for members in self._keys():
            # Of prose most lines are alone, and there are thousands of them.
            if len(members) > 1:
                self._group(members)
            else:
                self.groups.append(members)

    def _keys(self) -> list[Ints]:
        """Lines by their length and first two constant words."""
        words = self.words
        total = len(words.begin) - 1
        if not total:
            return []
        lengths = np.diff(words.begin)
        lines = np.repeat(np.arange(total), lengths)
        constant = ~words.variable[words.flat]
        listed = self._listed(lines, constant)
        constant &= ~listed
        self.alike[listed] = LISTED
        place = _rank(constant, words.begin, lines)
        key = np.full((total, 3), -1, dtype=np.int64)
        key[:, 0] = lengths
        for column in (0, 1):
            chosen = constant & (place == column)
            key[lines[chosen], column + 1] = words.flat[chosen]
        _, inverse = np.unique(key, axis=0, return_inverse=True)
        inverse = inverse.reshape(-1)
        order = np.argsort(inverse, kind="stable")
        # numpy.split asks ten times as long for each piece.
        ends = [*(np.flatnonzero(np.diff(inverse[order])) + 1).tolist(), total]
        return [order[start:end] for start, end in pairwise([0, *ends])]

    def _listed(self, lines: Ints, constant: Bools) -> Bools:
        """Find words at the head of a line that go through a list: "account anna locked", "account bert locked".

        That is so if many lines are the same but for this one word, and have enough else in common. A name of
        several parts ("disk.part.resize") is a list sooner than a plain word is.
        """
        words = self.words
        mixed = _mix(words.flat.astype(np.uint64))
        within = (np.arange(len(lines)) - words.begin[lines]).astype(np.uint64)
        turned = mixed * (_mix(within) | np.uint64(1))
        sums = np.concatenate([np.zeros(1, dtype=np.uint64), turned.cumsum(dtype=np.uint64)])
        whole = (sums[words.begin[1:]] - sums[words.begin[:-1]])[lines]
        constants = np.bincount(lines[constant], minlength=len(words.begin) - 1)[lines]
        named = words.kind[words.flat] == OTHER
        head = constant & (_rank(constant, words.begin, lines) < 2) & (constants > np.where(named, 1, MANY_ELSE))
        rest = (
            whole
            - turned
            + _mix(within + np.uint64(1) + np.diff(words.begin)[lines].astype(np.uint64) * np.uint64(MOST_WORDS + 1))
        )
        _, key, counts = np.unique(rest[head], return_inverse=True, return_counts=True)
        found = np.zeros(len(lines), dtype=np.bool_)
        few = np.where(constants[head] > MANY_ELSE, FEW_WORDS, FEW_NAMES)
        found[head] = counts[key.reshape(-1)] >= few
        return found

    def _group(self, members: Ints) -> None:
        """Take the first line as a leader with all that are like it, then the first of the rest."""
        work = 0
        length = int(self.words.begin[members[0] + 1] - self.words.begin[members[0]])
        words = self.alike[self.words.begin[members][:, None] + np.arange(length)]
        while len(members):
            work += words.size
            if words.shape[1] == 0 or work > MOST_WORK:
                self.groups.extend(members.reshape(-1, 1))
                return
            near = (words == words[0]).mean(axis=1) >= self.similarity
            near[0] = True
            self._split(members[near])
            members, words = members[~near], words[~near]

    def _split(self, members: Ints) -> None:
        """Take apart a group again where a column holds only few plain words, or rare ones beside common ones."""
        if len(members) > 1:
            words = self.words.matrix(members)
            for column in np.flatnonzero((words != words[0]).any(axis=0)):
                values = np.unique(words[:, column])
                few = np.unique(self.words.bone[values])
                if 1 < len(few) < FEW_WORDS and self.words.telling(values):
                    bones = self.words.bone[words[:, column]]
                    for bone in few:
                        self._split(members[bones == bone])
                    return
                rare = self._rare(members, words[:, column])
                if rare.any():
                    self._split(members[~rare])
                    self._split(members[rare])
                    return
        self.groups.append(members)

    def _rare(self, members: Ints, column: Ints) -> Bools:
        """Find the lines of plain words that are hardly ever seen in a column of few that are common."""
        counts = self.counts[members]
        place = np.unique(self.words.bone[column], return_inverse=True)[1].reshape(-1)
        common = np.bincount(place, weights=counts) >= RARE_LINES
        rare: Bools = np.asarray(~common[place] & self.words.bare[column])
        if counts.sum() <= MANY_LINES or not 0 < np.count_nonzero(common) <= CLOSED_WORDS:
            return np.zeros(len(members), dtype=np.bool_)
        few = counts[rare].sum() <= RARE_SHARE * counts.sum()
        return rare if few else np.zeros(len(members), dtype=np.bool_)

    def pattern(self, members: Ints) -> tuple[list[str], list[int]]:
        """What all lines of a group have in common: its words, and how each is compared."""
        if len(members) == 1:
            only = self.words.flat[self.words.begin[members[0]] : self.words.begin[members[0] + 1]]
            return [self._listed_text[code] for code in only.tolist()], [RAW] * len(only)
        words = self.words.matrix(members)
        alike = self.words.alike[words]
        same, close = (words == words[0]).all(axis=0), (alike == alike[0]).all(axis=0)
        modes = np.where(same, RAW, np.where(close, ALIKE, WILD)).tolist()
        return [
            "" if (texts := self._texts[mode]) is None else texts[code]
            for code, mode in zip(words[0].tolist(), modes, strict=True)
        ], modes
