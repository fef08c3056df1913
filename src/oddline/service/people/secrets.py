"""Secrets that are shown once and kept as hashes: of sessions, tokens, invitations, forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets

__all__ = ["TOKEN", "digest", "form_key", "new_secret", "same"]

TOKEN = "odl_"  # noqa: S105 - the beginning of every token, so that a scanner for leaked secrets can find them


def new_secret(prefix: str = "") -> str:
    """Make a secret of 256 bits."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Give what is kept of a secret; it has 256 bits of chance, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def form_key(session_secret: str) -> str:
    """Give the CSRF token of a session: who cannot read its pages cannot make it."""
    return hmac.new(session_secret.encode(), b"oddline form", hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two secrets in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
