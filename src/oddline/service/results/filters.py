"""Which rows somebody wants to see: conditions, and what is typed into a search box."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from oddline.core.errors import UsageError

LETTERS, PARTS = 1000, 16
"""A search has so many characters and words at most."""

TERMS = ("level", "source", "template", "incident", "key", "severity")
"""What may stand before a colon in every scan; a scan's own columns come on top."""

_PART = re.compile(r'(?:(?P<name>[\w.\-]+):)?"(?P<phrase>[^"]*)"?|(?P<word>\S+)')


@dataclass(frozen=True)
class Filter:
    """Conditions on rows; a row must meet all of them.

    Parameters
    ----------
    anomalies
        Only odd rows.
    severities
        Only these; none named is all.
    q
        Words that the text contains, each anywhere in it and in any case, taken literally; a phrase stands in
        double quotes. ``level:error``, ``source:app.log``, ``template:12``, ``incident:0``, ``key:42``,
        ``severity:high`` and ``NAME:VALUE`` of a column of the scan are conditions; any other colon is text.
    since, until
        From a time on (it included) and before another; rows without a time are left out.
    first_line, last_line
        Lines, counted through all inputs; both included.
    source
        The name of an input.
    incident, template
        Their numbers.
    least_confidence, most_confidence
        0 to 1, both included.
    only
        Row numbers, for example those with a verdict.
    """

    anomalies: bool = False
    severities: tuple[str, ...] = ()
    q: str = ""
    since: datetime | None = None
    until: datetime | None = None
    first_line: int | None = None
    last_line: int | None = None
    source: str | None = None
    incident: int | None = None
    template: int | None = None
    least_confidence: float | None = None
    most_confidence: float | None = None
    only: frozenset[int] | None = None

    @property
    def everything(self) -> bool:
        """True if every row meets it."""
        return self == Filter()


@dataclass(frozen=True)
class Search:
    """What was typed: words that the text must contain, and conditions by name."""

    words: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


def parse(q: str, fields: Collection[str] = ()) -> Search:
    """Read what was typed into a search box.

    Raises
    ------
    UsageError
        If it is too long.

    Examples
    --------
    >>> parse('refused level:error "40 of 40" 12:04:11 host:edge-2', {"host"})
    Search(words=('refused', '40 of 40', '12:04:11'), terms=(('level', 'error'), ('host', 'edge-2')))
    """
    if len(q) > LETTERS:
        raise UsageError(f"a search of {len(q):,} characters", expected=f"at most {LETTERS:,}")
    words, terms = list[str](), list[tuple[str, str]]()
    for part in _PART.finditer(q):
        name, value = part["name"], part["phrase"]
        if part["word"] is not None:
            name, colon, value = part["word"].partition(":")
            if not colon:
                name, value = None, part["word"]
        known = name is not None and (name in fields or name.lower() in TERMS)
        if known and value:
            terms.append((str(name) if name in fields else str(name).lower(), value))
        elif (text := value if part["word"] is None and name is None else part.group()) and text.strip():
            words.append(text)
    if len(words) + len(terms) > PARTS:
        raise UsageError(f"a search of {len(words) + len(terms)} words", expected=f"at most {PARTS}")
    return Search(tuple(words), tuple(terms))
