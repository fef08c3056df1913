"""English for "it did not work", in any trade: levels and stems; nothing that names a part of one system.

One list for a line that stands alone, for one held against a good run, and for what is counted.
"""

from __future__ import annotations

LEVELS = {
    "fatal": 3, "panic": 3, "crit": 3, "critical": 3, "emerg": 3, "emergency": 3, "severe": 3, "alert": 3,
    "error": 2, "err": 2, "failure": 2, "failed": 2, "fail": 2, "warn": 1, "warning": 1,
}  # fmt: skip
"""Words that say how bad it is, from 1 to 3."""

LEVEL_PATTERNS = tuple(
    (float(degree), r"(?i)\b(?:" + "|".join(word for word, own in LEVELS.items() if own == degree) + r")\b")
    for degree in (3, 2, 1)
)
"""The same for a whole line, the worst first."""

STEMS = (
    "fail", "error", "exception", "refus", "denied", "deny", "timeout", "abort", "cannot", "unable", "invalid",
    "illegal", "corrupt", "unreach", "lost", "kill", "crash", "panic", "missing", "unexpected", "reject", "overflow",
    "violat", "dead", "segfault", "traceback", "fatal", "unavailable", "broken", "wrong", "exceed", "mismatch",
    "conflict", "undefined", "unresolved", "undeclared",
)  # fmt: skip
"""Parts of one word."""

PHRASES = (
    "timed out", "can't", "could not", "couldn't", "not found", "no such", "not responding", "no space",
    "out of memory",
)  # fmt: skip
"""What needs more than letters, and is looked for in whole lines only."""
