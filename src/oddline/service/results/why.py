"""Why a row is odd, and how sure that is, in words."""

from __future__ import annotations

from dataclasses import dataclass

from oddline.core.nouns import Reason
from oddline.outputs._hostile import terminal, visible
from oddline.outputs._words import reason_in_words


@dataclass(frozen=True)
class Why:
    """One reason: what was looked at, what was seen and expected, its share of the score, and all that in words."""

    kind: str
    what: str
    seen: str
    expected: str
    share: float
    words: str


def why_of(reason: Reason) -> Why:
    """Put a reason into what a page shows."""
    words = terminal(reason_in_words(reason)).removeprefix(": ")
    return Why(reason.kind, visible(reason.what), visible(reason.seen), visible(reason.expected), reason.share, words)


def in_words(surprise: float | None, noun: str) -> str:
    """Say how rare it is that a normal row scores so high.

    Parameters
    ----------
    surprise
        -log10 of the chance.
    noun
        What a row is.

    Examples
    --------
    >>> in_words(6.2, "line"), in_words(2.0, "row")
    ('one normal line in 1.6 million scores so high', 'one normal row in 100 scores so high')
    >>> in_words(0.1, "line"), in_words(40.0, "line")
    ('most normal lines score so high', 'fewer than one normal line in a trillion scores so high')
    """
    if surprise is None or surprise < 0.3:  # more than every other one
        return f"most normal {noun}s score so high"
    if surprise >= 12:
        return f"fewer than one normal {noun} in a trillion scores so high"
    many = float(f"{10**surprise:.1e}")
    for size, name in ((1e9, " billion"), (1e6, " million")):
        if many >= size:
            return f"one normal {noun} in {many / size:g}{name} scores so high"
    return f"one normal {noun} in {many:,.0f} scores so high"
