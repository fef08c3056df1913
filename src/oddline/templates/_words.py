"""Words of lines as numbers, and what is known of each distinct word."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.templates._masks import SLOT

Ints = npt.NDArray[np.int64]

MOST_TOKENS = 256
"""Words of a line that are looked at."""

_AROUND = ".,:;!?()[]{}<>\"'*+-"
_KEY = re.compile(r"(\w=)[^\s=,;()\[\]{}\"'|<>]+")
_DOTS = re.compile(r"\.{2,}")
_NAME = re.compile(r"[\w.\-]*:?<\*>[.,:;]?")
_BONE = re.compile(r"[A-Za-z_\-=(]+")

PLAIN, PURE, BONY, OTHER = range(4)
"""A word; nothing but slots; a word around slots; anything else, such as a path or a dotted name."""


class Words:
    """Lines as runs of word codes.

    ``flat[begin[i]:begin[i + 1]]`` are the words of line i. For each word: ``variable`` (holds a slot or the
    value of a key), ``alike`` (code of the word without values of keys), ``bone`` (code of the word without
    slots and punctuation), ``kind``.
    """

    def __init__(self, lines: pl.Series) -> None:
        words = lines.str.extract_all(r"\S+").list.head(MOST_TOKENS)
        counts = words.list.len().to_numpy().astype(np.int64)
        flat = words.filter(pl.Series(counts > 0, dtype=pl.Boolean)).explode()
        listed = flat.unique().sort().to_list()
        self.flat: Ints = flat.rank("dense").to_numpy().astype(np.int64) - 1
        self.begin: Ints = np.concatenate([[0], counts.cumsum()])
        bones = [_DOTS.sub("", word.replace(SLOT, "")).strip(_AROUND) for word in listed]
        self.variable = np.array([SLOT in word or bool(_KEY.search(word)) for word in listed], dtype=np.bool_)
        self.alike = _codes([_alike(word) for word in listed])
        self.bone = _codes(bones)
        self.kind = np.array([_kind(word, bone) for word, bone in zip(listed, bones, strict=True)], dtype=np.int8)

    def matrix(self, members: Ints) -> Ints:
        """Word codes of lines that are equally long: one row a line."""
        length = int(self.begin[members[0] + 1] - self.begin[members[0]])
        return self.flat[self.begin[members][:, None] + np.arange(length)]

    def telling(self, values: Ints) -> bool:
        """Tell whether a column of these words tells statements apart, rather than being a variable."""
        kinds = set(self.kind[values].tolist())
        return kinds <= {PLAIN, PURE} or kinds <= {PLAIN, BONY}


def _codes(values: list[str]) -> Ints:
    _, codes = np.unique(np.array(values, dtype=object), return_inverse=True)
    return codes.reshape(-1).astype(np.int64)


def _alike(word: str) -> str:
    if "=" in word:
        return _KEY.sub(r"\1<*>", word)
    return SLOT if _NAME.fullmatch(word) else word


def _kind(word: str, bone: str) -> int:
    if not bone:
        return PURE if SLOT in word else PLAIN
    if not _BONE.fullmatch(bone) and not bone.isalpha():
        return OTHER
    return BONY if SLOT in word else PLAIN
