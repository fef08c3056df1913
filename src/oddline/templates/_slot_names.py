"""Names for the slots of a template, as one would name the columns of a table: after the words around them."""

from __future__ import annotations

import re
import unicodedata

from oddline.templates._slot_pattern import pieces

BESIDE = ("id", "source", "line", "ts")
"""Columns that stand beside the values: no slot is named so."""

LONGEST_NAME = 40
NEAR = 80
"""Characters before and after a slot that may name it."""

_SKIPPED = frozenset(["a", "an", "the", "is", "was", "are", "were", "be", "been", "has", "have", "had", "of"])
_TYPES = {"*": "value", "NUM": "number", "BOOL": "flag"}
_UNITS = re.compile(
    r"\s*(ns|us|µs|ms|sec|secs|seconds|s|min|minutes|hours|days|bytes|[kKMGT]i?B|%|[kMG]?Hz)(?![\w/])",
)
_WORD = re.compile(r"\w[\w.\-]*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def names(text: str) -> list[str]:
    """Name the slots of a text: lower-case ASCII letters, digits and ``_``, no two alike.

    A slot is named after the key or the word before it, with the unit that follows; else after its type.
    A second one right behind, such as the further items of a list, gets the same name and a number.

    Examples
    --------
    >>> names("user=<USER> from <IP>:<NUM> took <NUM> ms")
    ['user', 'from', 'from_port', 'took_ms']
    >>> names("<TIME> userId: <*>, size <NUM>/<NUM> line <NUM>")
    ['time', 'user_id', 'size', 'size_2', 'line_value']
    >>> names("<NUM> blocks left, <*>% full")
    ['blocks', 'left_percent']
    """
    around, slots = pieces(text)
    found: list[str] = []
    taken: set[str] = set()
    base = ""
    for number, kind in enumerate(slots):
        before, after = around[number][-NEAR:], around[number + 1][:NEAR]
        word = _word_before(before)
        if not word and number and kind == "NUM" and before == ":" and slots[number - 1] in ("IP", "HOST"):
            word = f"{base}_port"
        elif not word and number and kind == slots[number - 1]:
            word = base
        base = _with_unit(word, kind, after)
        found.append(_free(base, taken))
        taken.add(found[-1])
    return found


def _word_before(before: str) -> str:
    """Give the last telling word before a slot, or nothing."""
    words = (_plain(word) for word in reversed(_WORD.findall(before)))
    return next((word for word in words if word and word not in _SKIPPED), "")


def _with_unit(word: str, kind: str, after: str) -> str:
    """Add the unit that follows a slot; without a word the unit, or what is counted, is the name."""
    unit = _UNITS.match(after) if kind in ("NUM", "*") else None
    if unit:
        name = "percent" if unit[1] == "%" else _plain(unit[1].replace("µ", "u"), humps=False)
        return f"{word}_{name}" if word and not word.endswith(f"_{name}") else word or name
    if word:
        return word
    counted = re.match(r" ([^\W\d_]+)\b", after) if kind == "NUM" else None
    return (_plain(counted[1]) if counted else "") or _TYPES.get(kind, kind.lower())


def _plain(word: str, *, humps: bool = True) -> str:
    """Write a word in snake case; nothing if no ASCII letter is left of it.

    Examples
    --------
    >>> _plain("X-Request.userId"), _plain("größe"), _plain("日本語")
    ('x_request_user_id', 'grosse', '')
    """
    apart = _HUMP.sub("_", word) if humps else word
    ascii_only = unicodedata.normalize("NFKD", apart.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", ascii_only).lstrip("_0123456789")
    return name[:LONGEST_NAME].rstrip("_")


def _free(base: str, taken: set[str]) -> str:
    """Give a name that is not taken."""
    if base in BESIDE:
        base = f"{base}_value"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name
