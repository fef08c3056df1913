"""Numbers, decisions and reasons in words, the same in the terminal and in the report."""

# ruff: noqa: RUF001, RUF002 - an en dash in a span and a multiplication sign are what people read

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
import polars as pl

from oddline.core.nouns import Incident, Inputs, Reason, Result
from oddline.outputs._hostile import terminal

SHAPES = {"low": "○", "medium": "◆", "high": "▲", "critical": "●"}
"""Severity is told by shape and word; a colour comes on top where there is one."""

TABLES = {"csv", "tsv", "parquet"}
"""The formats that have rows and not lines."""

TITLE = 2000
"""So many characters are looked at to tell whether two titles are the same."""

_VARIES = re.compile(r"<[A-Z*]|\d")
_SLOT = re.compile(r"<[A-Z][A-Z0-9_]{0,30}>|<\*>")
_QUOTED = re.compile("“([^“”]{1,2000})”")


def counted(n: int, noun: str) -> str:
    """Give a number with its noun.

    Examples
    --------
    >>> counted(1, "odd line"), counted(48211, "line"), counted(2, "entry")
    ('1 odd line', '48,211 lines', '2 entries')
    """
    if n == 1:
        return f"1 {noun}"
    return f"{n:,} {noun[:-1]}ies" if noun.endswith("ry") else f"{n:,} {noun}s"


def cut_score(result: Result) -> float | None:
    """Give the cut on the scale of 0 to 100 that people see, or None if no row tells how the scales go.

    Score rises with surprise, so the rows themselves are the table between the two.

    A cut beyond all rows is told by going on as the rows do.
    """
    known = result.scored.select("surprise", "score").fill_nan(None).drop_nulls().unique().sort("surprise")
    known = known.filter(pl.col("surprise") > 0)
    cut = result.threshold.cut
    if not known.height or not np.isfinite(cut):
        return None
    # Score nears 100 as surprise grows; on this scale the way between two rows, and beyond the last, is straight.
    surprise = known["surprise"].to_numpy()
    straight = -np.log1p(-np.minimum(known["score"].to_numpy() / 100, 1 - 1e-9))
    if cut > surprise[-1]:
        at = straight[-1] * cut / surprise[-1]
    else:
        at = np.interp(cut, np.append(0.0, surprise), np.append(0.0, straight))
    return float(-100 * np.expm1(-at))


def noun(result: Result) -> str:
    """Name what was judged: a line of text, a row of a table, or a window of several events."""
    if result.windows != result.events:
        return "window"
    formats = {item.format for item in result.inputs}
    return "row" if formats and formats <= TABLES else "line"


def decision(result: Result) -> str:
    """Say from where on a row is odd, and who chose that.

    Examples
    --------
    ``cut 62, budget 5``; ``cut 62, automatic``.
    """
    score = cut_score(result)
    threshold = result.threshold
    at = f"cut {score:.0f}" if score is not None else f"cut at surprise {threshold.cut:.1f}"
    return at + (f", budget {threshold.budget:,}" if threshold.budget is not None else f", {threshold.method}")


def highest(result: Result) -> float | None:
    """Give the highest score of all rows, or None where there is no row."""
    top = result.scored["score"].fill_nan(None).max()
    return float(top) if isinstance(top, int | float) else None


def reason_in_words(reason: Reason) -> str:
    """Say one reason; an empty part leaves no stray punctuation."""
    seen = ": ".join(part for part in (reason.what, reason.seen) if part)
    return seen + (f", expected {reason.expected}" if reason.expected else "")


def told(incident: Incident, most: int = 3) -> tuple[Reason, ...]:
    """Give the strongest reasons of an incident as they read beside its title."""
    return beside(incident.title, incident.reasons[:most])


def beside(title: str, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Give reasons as they read beside a title or a line: what names it again goes without the name.

    Examples
    --------
    >>> reasons = (Reason('"disk <*> full"', "twice", "", 1.0), Reason('value 1 of "disk <*> full"', "9", "1", 0.0))
    >>> [str(r) for r in beside("disk <NUM> full", reasons)]
    [': twice', 'value 1: 9, expected 1']
    """
    shorter = []
    for reason in reasons:
        before, quote, named = reason.what.partition('"')
        again = quote and named.endswith('"') and _same(named[:-1], title)
        shorter.append(replace(reason, what=before.removesuffix(" of ")) if again else reason)
    return tuple(dict.fromkeys(shorter))


def _same(named: str, title: str) -> bool:
    """Tell whether two spellings name one template: a word with a digit or a slot may be any, the end cut off."""
    cut = named.endswith("…")
    ours, theirs = named[:TITLE].split(), title[:TITLE].split()
    ours = ours[:-1] if cut else ours
    if len(ours) > len(theirs) or (len(ours) < len(theirs) and not cut):
        return False
    pairs = zip(ours, theirs, strict=False)
    return bool(ours) and all(one == other or _VARIES.search(one + other) for one, other in pairs)


def reasons_in_words(reasons: tuple[Reason, ...]) -> str:
    """Say why, the strongest reason first."""
    return "; ".join(part for part in map(reason_in_words, reasons) if part)


def inputs_in_words(inputs: tuple[Inputs, ...]) -> list[str]:
    """Name what was read: the file and its format, or how many files and which formats.

    Examples
    --------
    >>> inputs_in_words((Inputs("logs/app.log", "syslog", 0.98, 10, 10),))
    ['app.log', 'syslog (0.98)']
    >>> a, b = Inputs("a", "plain", 1.0, 1, 1), Inputs("b", "syslog", 0.9, 1, 1)
    >>> inputs_in_words((a, b, b))
    ['3 files', 'syslog (0.90) ×2, plain (1.00)']
    """
    if not inputs:
        return ["nothing read"]
    name = inputs[0].path.rstrip("/").rsplit("/", maxsplit=1)[-1] if len(inputs) == 1 else f"{len(inputs):,} files"
    by_format: dict[str, list[float]] = {}
    for item in inputs:
        by_format.setdefault(item.format, []).append(item.confidence)
    most = sorted(by_format.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    words = [
        f"{kind} ({min(sure):.2f})" + (f" ×{len(sure)}" if len(inputs) > 1 and len(sure) > 1 else "")
        for kind, sure in most
    ]
    return [name, ", ".join(words[:4]) + (f" and {len(words) - 4} more" if len(words) > 4 else "")]


def headline(incident: Incident, most: int = TITLE) -> tuple[list[tuple[str, str]], tuple[Reason, ...]]:
    """Give the title in pieces, and the reasons that stand beside it.

    Where the title says next to nothing (the template of a wide table is all slots), the strongest reason
    takes its place.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> reasons = (Reason("bytes", "99,999", "200 to 206", 1.0),)
    >>> headline(SimpleNamespace(title="a=<NUM> b=<*> c=<NUM> d=SF", reasons=reasons))
    ([('text', 'bytes: 99,999, expected 200 to 206')], ())
    """
    title, reasons = terminal(incident.title, most), told(incident)
    words = title.split()
    plain = [word for word in words if not _SLOT.search(word)]
    if reasons and len(plain) * 3 < len(words):
        return [("text", terminal(reason_in_words(reasons[0]), most))], reasons[1:]
    return pieces(title), reasons


def pieces(title: str) -> list[tuple[str, str]]:
    """Cut a title into what we say and what is from the log: (kind, text), kind ``text``, ``code`` or ``slot``.

    A title is from the log, as a template is; where it says more, the part from the log stands in “ ”.

    Examples
    --------
    >>> pieces("connection to <IP> refused")
    [('code', 'connection to '), ('slot', '<IP>'), ('code', ' refused')]
    >>> pieces("“heartbeat” is missing")
    [('code', 'heartbeat'), ('text', ' is missing')]
    """
    found: list[tuple[str, str]] = []
    end = 0
    for quote in _QUOTED.finditer(title):
        found += [("text", title[end : quote.start()]), *slots(quote.group(1))]
        end = quote.end()
    found += [("text", title[end:])] if found else slots(title)
    return [(kind, text) for kind, text in found if text]


def spoken(parts: list[tuple[str, str]]) -> str:
    """Write a title for a terminal: what is from the log stands in quotation marks.

    Examples
    --------
    >>> spoken(pieces("“heartbeat from <NUM>” is missing"))
    '"heartbeat from <NUM>" is missing'
    """
    runs = groupby(parts, key=lambda piece: piece[0] == "text")
    said = [(own, "".join(text for _, text in run)) for own, run in runs]
    return "".join(text if own else f'"{text}"' for own, text in said)


def slots(text: str) -> list[tuple[str, str]]:
    """Cut a template into its words and its slots: (kind, text), kind ``code`` or ``slot``.

    Examples
    --------
    >>> slots("job <NUM>")
    [('code', 'job '), ('slot', '<NUM>'), ('code', '')]
    """
    found: list[tuple[str, str]] = []
    end = 0
    for slot in _SLOT.finditer(text):
        found += [("code", text[end : slot.start()]), ("slot", slot.group())]
        end = slot.end()
    return [*found, ("code", text[end:])]


def short_names(paths: Sequence[str], longest: int = 24) -> dict[str, str]:
    """Name each of several inputs as shortly as tells them apart; a single one needs no name.

    Examples
    --------
    >>> short_names(["logs/a/app.log", "logs/b/app.log", "logs/db.log"])
    {'logs/a/app.log': 'a/app.log', 'logs/b/app.log': 'b/app.log', 'logs/db.log': 'db.log'}
    >>> short_names(["app.log"])
    {'app.log': ''}
    """
    if len(set(paths)) < 2:
        return dict.fromkeys(paths, "")
    names = {}
    for path in paths:
        parts = path.rstrip("/").split("/")
        for kept in range(1, len(parts) + 1):
            name = "/".join(parts[-kept:])
            if sum(other in (path, name) or other.endswith("/" + name) for other in set(paths)) == 1:
                break
        names[path] = terminal(name if len(name) <= longest else "…" + name[1 - longest :])
    return names
