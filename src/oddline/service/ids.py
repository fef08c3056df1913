"""Ids that say what they are of, and sort by when they were made."""

from __future__ import annotations

import secrets
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o, u, which are misread."""

TIME, CHANCE = 9, 11


def new_id(prefix: str) -> str:
    """Make an id: the prefix, 9 characters of time in milliseconds, 11 of chance.

    Examples
    --------
    >>> name = new_id("scn")
    >>> name[:4], len(name)
    ('scn_', 24)
    """
    return f"{prefix}_{_digits(time.time_ns() // 1_000_000, TIME)}{_digits(secrets.randbits(CHANCE * 5), CHANCE)}"


def _digits(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))
