r"""The regular expression that the text of a template stands for, in the syntax of Rust (and so of Polars).

Two of them: a lenient one that says what a template may match, and a quick one for its plain lines. In the
quick one every slot is one word of ASCII that cannot hold the sign that follows it, so that each character
leaves one way to go on only: the regex engine then tells the slots apart in one pass over the line. Where the
quick one matches, the lenient one gives the same values.
"""

from __future__ import annotations

import re
from itertools import pairwise

import polars as pl

from oddline.templates._masks import ANY_SLOT, VARIABLE
from oddline.templates._words import MOST_WORDS

MOST_SLOTS = 50
"""A text of more slots is a list: what follows the last of these is not looked at. A line may hold thousands, and
matching takes time in proportion to the square of the slots."""

OPEN = MOST_WORDS // 2
"""A text of so many words may go on: only the first :data:`~oddline.templates._words.MOST_WORDS` words of a line make
its text, and up to half of these are units of amounts, which a text leaves out."""

# What Python's ``str.split`` takes for blank, which made the text, and what Rust does, which reads the line.
_BLANK = r"[\s\x1c-\x1f]"
_BLANKS = re.compile(r"[\s\x1c-\x1f]+")
_ONE_SLOT = re.compile(f"({ANY_SLOT})")
_BYTES = re.compile(r"^\s+bytes\b")
_AMOUNT = rf"(?:{_BLANK}+\([^()]* [KMGTP]i?B\))?"
"""The same amount in another unit, which the masks take out: "2048 bytes (2 KB)"."""


def pieces(text: str) -> tuple[list[str], list[str]]:
    """Take a text apart: what stands around its slots (one more than slots), and the slots' types.

    Examples
    --------
    >>> pieces("job <NUM> done by <*>")
    (['job ', ' done by ', ''], ['NUM', '*'])
    """
    parts = _ONE_SLOT.split(text)
    return parts[::2], [slot[1:-1] for slot in parts[1::2]]


def pattern(text: str) -> str:
    r"""Give the regular expression that matches every line of a template, one group a slot.

    The parts between slots must be there as they stand, blanks as any number of blanks. A slot may hold
    anything, also nothing or several words, and takes as little as will do. Two slots without anything between
    them are told apart as the masks do: the first one is what would be masked.

    More is matched where the text says less than its lines: a text that ends in an untyped slot of its own may
    end before it; one of :data:`OPEN` words or of more than :data:`MOST_SLOTS` slots may go on with anything;
    "<NUM> bytes" may be followed by the amount in another unit.

    Examples
    --------
    >>> lines = pl.Series(["took 3ms", " took  3 ms or so ", "it took 3ms"])
    >>> lines.str.extract(pattern("took <NUM>"), 1).to_list()
    ['3ms', '3 ms or so', None]
    """
    around, slots = pieces(text)
    around[0], around[-1] = around[0].lstrip(), around[-1].rstrip()
    parts = [rf"(?s)^{_BLANK}*", _escaped(around[0], _BLANK)]
    for number, after in enumerate(around[1 : MOST_SLOTS + 1], start=1):
        adjacent = not after and number < len(slots)
        parts += [f"({VARIABLE}|.*?)" if adjacent else "(.*?)", _after_slot(after)]
    if len(slots) <= MOST_SLOTS and text.endswith(" <*>") and around[-2].strip():
        parts[-3] = parts[-3].removesuffix(f"{_BLANK}+") + f"(?:{_BLANK}+|$)"
    return "".join([*parts, _end(text, slots, _BLANK)])


def quick(text: str) -> str | None:
    r"""Give the pattern of the plain lines of a text, or None if it has none that tells slots apart in one pass.

    Examples
    --------
    >>> quick("took <NUM>")
    '^[ \\t]*took[ \\t]+([!-~]+)[ \\t]*$'
    >>> quick("<*><*>") is None
    True
    """
    around, slots = pieces(text)
    if not slots or not all(around[1 : min(len(slots), MOST_SLOTS + 1)]):
        return None
    around[0], around[-1] = around[0].lstrip(), around[-1].rstrip()
    parts = ["^[ \\t]*", _escaped(around[0], "[ \\t]")]
    for before, after in pairwise(around[: MOST_SLOTS + 1]):
        sign = after[:1].strip()
        some = pl.escape_regex(sign) if sign else ""
        alone = not (before and before[-1:].strip()) and not sign
        parts += [f"([!-~&&[^{some}]]" if sign else "([!-~]", "+)" if alone else "*)", _escaped(after, "[ \\t]")]
    return "".join([*parts, _end(text, slots, r"[ \t]")])


def _end(text: str, slots: list[str], blank: str) -> str:
    """Match what may follow the last slot that counts and the constant behind it."""
    if len(slots) > MOST_SLOTS:
        return "(?s:.*)$"
    return f"(?s:{blank}.*)?$" if len(text.split()) >= OPEN else f"{blank}*$"


def _after_slot(constant: str) -> str:
    """Match what follows a slot, and an amount in another unit where the masks take one out."""
    match = _BYTES.match(constant)
    if not match:
        return _escaped(constant, _BLANK)
    return _escaped(match[0], _BLANK) + _AMOUNT + _escaped(constant[match.end() :], _BLANK)


def _escaped(constant: str, blank: str) -> str:
    """Match a text as it stands, but for its blanks."""
    return f"{blank}+".join(pl.escape_regex(part) if part else "" for part in _BLANKS.split(constant))
