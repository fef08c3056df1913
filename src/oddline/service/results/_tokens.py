"""Two lines word by word: what is the same, what was there, what is there now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from oddline.outputs._hostile import visible

_WORD = re.compile(r"\S+\s*|^\s+")

MOST = 300
"""Words that are compared; what follows stands as it is."""


@dataclass(frozen=True)
class Token:
    """A run of words: ``mark`` is empty where both lines agree, ``was`` in the normal line, ``now`` in this one."""

    text: str
    mark: str = ""


def differing(normal: str, this: str) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """Mark the words in which two lines differ.

    Source: Ratcliff and Metzener, "Pattern Matching: The Gestalt Approach", 1988, as in Python's ``difflib``.

    Examples
    --------
    >>> was, now = differing("opened in 4 ms by me", "refused by me")
    >>> [(token.text, token.mark) for token in now]
    [('refused', 'now'), (' by me', '')]
    """
    before, after = _WORD.findall(normal), _WORD.findall(this)
    told: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    matcher = SequenceMatcher(None, _bare(before), _bare(after), autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        for side, words, mark in ((0, before[a:b], "was"), (1, after[c:d], "now")):
            told[side].append(("".join(words), "" if kind == "equal" else mark))
    told[0].append(("".join(before[MOST:]), ""))
    told[1].append(("".join(after[MOST:]), ""))
    return _runs(told[0]), _runs(told[1])


def likeness(one: list[str], other: list[str]) -> float:
    """Tell how alike two lists of words are, 0 to 1."""
    return SequenceMatcher(None, one[:MOST], other[:MOST], autojunk=False).ratio()


def _bare(words: list[str]) -> list[str]:
    return [word.rstrip() for word in words[:MOST]]


def _runs(parts: list[tuple[str, str]]) -> tuple[Token, ...]:
    """Put neighbours of one mark together; the space after a marked word is not marked."""
    runs: list[list[str]] = []
    for text, mark in parts:
        body = text.rstrip() if mark else text
        for piece, own in ((body, mark), (text[len(body) :], "")):
            if piece and runs and runs[-1][1] == own:
                runs[-1][0] += piece
            elif piece:
                runs.append([piece, own])
    return tuple(Token(visible(text), mark) for text, mark in runs)
