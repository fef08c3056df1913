"""Passwords are hashed by argon2id; nobody can read them back."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from oddline.service.errors import Unprocessable

__all__ = ["check", "hashed", "refuse_weak", "renewed"]

SHORTEST, LONGEST = 12, 1024
HASHER = PasswordHasher()
"""RFC 9106's second recommendation: 64 MiB, three passes, four lanes."""

AT_ONCE = BoundedSemaphore(4)
"""Each hash takes 64 MiB while it is made: a crowd that signs in waits its turn, and does not fill the memory."""

NOBODY = HASHER.hash("nobody has this password")
"""Checked where there is no such user, so that a stranger cannot tell by the clock who exists."""


def hashed(password: str) -> str:
    """Hash a password.

    Raises
    ------
    Unprocessable
        If it is too weak.
    """
    refuse_weak(password)
    with AT_ONCE:
        return HASHER.hash(password)


def refuse_weak(password: str, field: str = "password") -> None:
    """Refuse what can be guessed: short ones, and those of a few characters; ``field`` is where it was written."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Unprocessable(
            f"the password has {len(password)} characters", expected=f"{SHORTEST} to {LONGEST}", field=field
        )
    if len(set(password)) < 5:
        raise Unprocessable("the password repeats a few characters", expected="5 different ones at least", field=field)


def check(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one that was kept; with None, take as long and say no."""
    try:
        with AT_ONCE:
            return HASHER.verify(kept or NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def renewed(kept: str, password: str) -> str | None:
    """Hash a password that has just been checked anew, if it was kept by weaker rules than today's; else None."""
    if not HASHER.check_needs_rehash(kept):
        return None
    with AT_ONCE:
        return HASHER.hash(password)
