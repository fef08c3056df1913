"""Names for the slots of a template, as one would name the columns of a table: after the words around them."""

from __future__ import annotations

import re
import unicodedata

from oddline.templates._slot_pattern import MOST_SLOTS, pieces

BESIDE = ("id", "source", "line", "ts")
"""Columns that stand beside the values: no slot is named so."""

LONGEST_NAME = 40
NEAR = 80
"""Characters before and after a slot that may name it."""

_SKIPPED = frozenset(["a", "an", "the", "is", "was", "are", "were", "be", "been", "has", "have", "had", "of"])
_JOINING = frozenset(
    ["and", "or", "to", "from", "in", "into", "by", "for", "at", "on", "with", "as", "than", "that", "this"]
)
_TYPES = {"*": "value", "NUM": "number", "BOOL": "flag"}
_UNITS = re.compile(
    r"\s*(ns|us|µs|ms|sec|secs|seconds|s|min|minutes|hours|days|bytes|[kKMGT]i?B|%|[kMG]?Hz)(?![\w/])",
)
_APART = re.compile(r"[,;.)\]][\s(]*$")
"""A sign between the word before and a slot: what follows a number tells more of it then."""
_COUNTED = re.compile(r"(?:\s+[A-Za-z][\w\-]*(?![\w\-=:/])){0,2}")
_WORD = re.compile(r"\w[\w.\-]*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def names(text: str) -> list[str]:
    """Name the slots of a text, up to :data:`MOST_SLOTS`: lower-case ASCII letters, digits and ``_``, no two alike.

    A slot is named after the key or the word before it, with the unit that follows; a number that begins a
    clause after what it counts; any other slot after its type. A second one right behind, such as the further
    items of a list, gets the same name and a number.

    Examples
    --------
    >>> names("user=<USER> from <IP>:<NUM> took <NUM> ms")
    ['user', 'from', 'from_port', 'took_ms']
    >>> names("<TIME> userId: <*>, size <NUM>/<NUM> line <NUM>")
    ['time', 'user_id', 'size', 'size_2', 'line_value']
    >>> names("closed, <NUM> bytes sent, <NUM> bytes received, <*>% full")
    ['bytes_sent', 'bytes_received', 'received_percent']
    """
    around, slots = pieces(text)
    found: list[str] = []
    taken: set[str] = set()
    base, last = "", ""
    for kind, before, after in zip(slots[:MOST_SLOTS], around, around[1:], strict=False):
        base = _name(kind, (before[-NEAR:], after[:NEAR]), (last, base))
        found.append(_free(base, taken))
        taken.add(found[-1])
        last = kind
    return found


def _name(kind: str, around: tuple[str, str], last: tuple[str, str]) -> str:
    """Name a slot by what is around it, and by the type and the name of the one before."""
    before, after = around
    counted = _counted(after) if kind == "NUM" else ""
    if counted and _APART.search(before):
        return counted
    if word := _word_before(before):
        return _with_unit(word, kind, after)
    if kind == "NUM" and before == ":" and last[0] in ("IP", "HOST"):
        return f"{last[1]}_port"
    if kind == last[0]:
        return _with_unit(last[1], kind, after)
    return counted or _with_unit("", kind, after) or _TYPES.get(kind, kind.lower())


def _counted(after: str) -> str:
    """Give the one or two words after a number that tell what it counts, or nothing."""
    words = [_plain(word) for word in _COUNTED.match(after)[0].split()]  # type: ignore[index]
    told = next((i for i, word in enumerate(words) if word in _SKIPPED or word in _JOINING), len(words))
    return "_".join(word for word in words[:told] if word)


def _word_before(before: str) -> str:
    """Give the last telling word before a slot, or nothing."""
    words = (_plain(word) for word in reversed(_WORD.findall(before)))
    return next((word for word in words if word and word not in _SKIPPED), "")


def _with_unit(word: str, kind: str, after: str) -> str:
    """Add the unit that follows a slot; without a word the unit is the name."""
    unit = _UNITS.match(after) if kind in ("NUM", "*") else None
    if not unit:
        return word
    name = "percent" if unit[1] == "%" else _plain(unit[1].replace("µ", "u"), humps=False)
    if word == name or word.endswith(f"_{name}"):
        return word
    return f"{word}_{name}".lstrip("_")


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
