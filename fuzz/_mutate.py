"""Changes to an input that keep it a log: whole lines, words and pieces, besides the fuzzer's own of bytes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from fuzz._samples import BEGINNINGS, PIECES, samples

_WORD = re.compile(rb"[^\s=:,;\"'\[\](){}|]+")
_NUMBER = re.compile(rb"\d+")
_EXTREMES = (b"0", b"00", b"1", b"12", b"60", b"99", b"9999", b"2147483648", b"9" * 20, b"9" * 400, b"-1", b"1e309")


def _place(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _piece_anywhere(data: bytes, chance: random.Random) -> bytes:
    at = _place(data, chance)
    return data[:at] + chance.choice(PIECES) + data[at:]


def _piece_first(data: bytes, chance: random.Random) -> bytes:
    """Begin the input or a line in another way: that is where readers look to know what they have."""
    if chance.random() < 0.5:
        return chance.choice(BEGINNINGS) + data
    starts = [0, *(match.end() for match in re.finditer(b"\n", data))]
    at = chance.choice(starts)
    return data[:at] + chance.choice(PIECES) + data[at:]


def _instead_of(pattern: re.Pattern[bytes], pieces: tuple[bytes, ...] | list[bytes]) -> Callable[..., bytes]:
    """Put a piece in the place of what a pattern finds."""

    def change(data: bytes, chance: random.Random) -> bytes:
        found = list(pattern.finditer(data))
        if not found:
            return chance.choice(pieces) + data
        start, stop = chance.choice(found).span()
        return data[:start] + chance.choice(pieces) + data[stop:]

    return change


def _repeat(data: bytes, chance: random.Random) -> bytes:
    """Write something very often: long lines, deep nesting, many cells."""
    at = _place(data, chance)
    return data[:at] + chance.choice(PIECES) * chance.choice((2, 5, 20, 300, 5000)) + data[at:]


def _cut(data: bytes, chance: random.Random) -> bytes:
    start, stop = sorted((_place(data, chance), _place(data, chance)))
    return data[:start] + data[stop:] if chance.random() < 0.7 else data[start:stop]


def _lines(data: bytes, chance: random.Random) -> bytes:
    """Double, drop, move or swap lines."""
    lines = data.split(b"\n")
    row, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    line = lines[row]
    match chance.randrange(4):
        case 0:
            lines[other:other] = [line] * chance.choice((1, 2, 6, 12))
        case 1:
            del lines[row]
        case 2:
            lines[row], lines[other] = lines[other], line
        case _:
            lines[row] = line[: _place(line, chance)] + lines[other][_place(lines[other], chance) :]
    return b"\n".join(lines)


def _foreign(data: bytes, chance: random.Random) -> bytes:
    """Mix in lines of another format."""
    lines = data.split(b"\n")
    row = chance.randrange(len(lines) + 1)
    lines[row:row] = chance.choice(list(samples().values())).encode().split(b"\n")
    return b"\n".join(lines)


def _other_bytes(data: bytes, chance: random.Random) -> bytes:
    """End the lines in another way, or write them in another encoding."""
    match chance.randrange(5):
        case 0:
            return data.replace(b"\n", b"\r\n")
        case 1:
            return data.replace(b"\n", b"\r")
        case 2:
            return data.decode("utf-8", "replace").encode("utf-16")
        case 3:
            return data.decode("utf-8", "replace").encode("latin-1", "replace")
        case _:
            return data.decode("utf-8", "replace").encode("utf-16-be")


_CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _piece_anywhere,
    _piece_first,
    _instead_of(_WORD, PIECES),
    _instead_of(_NUMBER, _EXTREMES),
    _lines,
    _cut,
    _foreign,
    _repeat,
    _other_bytes,
)
_OFTEN = (6, 4, 6, 4, 6, 3, 3, 1, 1)


def mutate(data: bytes, most: int, seed: int, raw: Callable[[bytes, int], bytes]) -> bytes:
    """Change an input into one of at most so many bytes; ``raw`` is the fuzzer's own way.

    The same seed gives the same change.
    """
    chance = random.Random(seed)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        if chance.random() < 0.3:
            data = raw(data[:most], most)
        else:
            (change,) = chance.choices(_CHANGES, _OFTEN)
            data = change(data, chance)[:most]
    return data
