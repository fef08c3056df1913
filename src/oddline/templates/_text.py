"""The text of a template: the words that its lines share, and a slot wherever they differ."""

from __future__ import annotations

import re

from oddline.templates._masks import ANY_SLOT, SLOT, UNIT
from oddline.templates._words import MOST_WORDS

_BORDER = re.compile(r"[=:,;()\[\]{}\"'|/@#.\-]")
_UNITS = re.compile(r"(?:[kKMGTP]i?)?B\W*")
_ONE_SLOT = re.compile(ANY_SLOT)
_BLANKS = re.compile(r"[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
"""What Rust takes for blank, which cut the lines that were grouped; Python's ``split`` takes a little more."""


MOST_TEXTS = 500
"""Texts of one template that are joined word by word; of more than that only their shapes are."""


def text_of(texts: list[str], shapes: list[str]) -> str:
    """Give the text of a template from its lines, or where these differ in length, from their shapes."""
    words = [_split(text)[:MOST_WORDS] for text in texts[: MOST_TEXTS + 1]]
    if len(words) == 1:
        return " ".join(words[0])
    if len(texts) > MOST_TEXTS or len({len(each) for each in words}) > 1:
        words = [_split(text)[:MOST_WORDS] for text in shapes]
    return joined(words)


def joined(lines: list[list[str]]) -> str:
    """Join lines of equally many words into one text.

    Examples
    --------
    >>> joined([["user=root", "left"], ["user=guest", "left"]])
    'user=<*> left'
    """
    columns = [sorted(set(column)) for column in zip(*lines, strict=True)]
    if any(len(column) > 1 and all(_UNITS.fullmatch(value) for value in column) for column in columns):
        plain = [_split(re.sub(UNIT.replace("${1}", ""), r"\1", " ".join(words))) for words in lines]
        if len({len(words) for words in plain}) == 1:
            columns = [sorted(set(column)) for column in zip(*plain, strict=True)]
    return " ".join(_word(column) for column in columns)


def _split(text: str) -> list[str]:
    return [word for word in _BLANKS.split(text) if word]


def _word(values: list[str]) -> str:
    if len(values) == 1:
        return values[0]
    head, tail = _head(values), ""
    rest = [value[len(head) :] for value in values]
    tail = _head([value[::-1] for value in rest])[::-1]
    if _broken(head) or _broken(tail):
        return SLOT
    middle = {value[: len(value) - len(tail)] for value in rest}
    kinds = {match.group() for match in (_ONE_SLOT.fullmatch(value) for value in middle) if match}
    slot = kinds.pop() if len(kinds) == 1 and len(middle) == 1 else SLOT
    return head + slot + tail


def _head(values: list[str]) -> str:
    """What all begin with, back to the last sign that can stand between two words."""
    first, last = min(values), max(values)
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    common = first[: min(same, len(last))]
    borders = [match.end() for match in _BORDER.finditer(common)]
    return common[: borders[-1]] if borders else ""


def _broken(part: str) -> bool:
    """Tell whether a slot was cut in two."""
    rest = _ONE_SLOT.sub("", part)
    return "<" in rest or ">" in rest
