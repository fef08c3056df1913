"""Ids that say what they are of, and sort by when they were made."""

from __future__ import annotations

import secrets
import time
from threading import Lock

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o, u, which are misread."""

TIME, CHANCE = 9, 11
STEP = 40
"""Bits of chance between two ids of one millisecond."""

_last, _one = 0, Lock()


def new_id(prefix: str) -> str:
    """Make an id: the prefix, 9 characters of time in milliseconds, 11 of chance.

    Ids of one process sort in the order in which they were made, within a millisecond and when the clock goes back too.

    Examples
    --------
    >>> name = new_id("scn")
    >>> name[:4], len(name), name < new_id("scn")
    ('scn_', 24, True)
    """
    global _last  # noqa: PLW0603 - the order of one process
    made = time.time_ns() // 1_000_000 << 5 * CHANCE | secrets.randbits(5 * CHANCE)
    with _one:
        if made <= _last:
            made = _last + 1 + secrets.randbits(STEP)
        _last = made
    return f"{prefix}_{_digits(made, TIME + CHANCE)}"


def _digits(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))
