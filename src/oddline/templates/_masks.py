"""What varies by its looks alone: found in one pass over every line, and more carefully on distinct lines only."""

from __future__ import annotations

import polars as pl

SLOT = "<*>"
"""What stands for a variable in masked text."""

ANY_SLOT = r"<(?:\*|[A-Z]+)>"
"""A slot of any type, as a pattern."""

_APART = r"\s=:,;()\[\]{}\"'|<>"
VARIABLE = rf"<\*>|[^{_APART}]*[0-9][^{_APART}]*"
"""A sub-token that holds a digit. A literal ``<*>`` counts as one too: else a message that holds one would
have fewer parameters than its masked text has slots."""

LONGEST = 4096
"""Characters of a first line that are read; what follows tells no more about which statement wrote it."""


def first_line(message: pl.Series) -> pl.Series:
    """Give the first line of each message, cut at :data:`LONGEST` characters; null reads as empty.

    Most logs hold neither long nor multi-line messages, and then nothing is copied.
    """
    if message.null_count():
        message = message.fill_null("")
    if (message.str.len_bytes() > LONGEST).any():
        message = message.str.head(LONGEST)
    if message.str.contains("\n", literal=True).any():
        message = message.str.extract(r"^([^\n]*)", 1)
    return message


def collapse(message: pl.Expr, variable: str = VARIABLE) -> pl.Expr:
    r"""Replace every sub-token that holds a digit; doing it twice changes nothing.

    Examples
    --------
    >>> lines = pl.DataFrame({"line": ["src: /10.0.0.1:50010 took 3ms", "disk sda1 (ro)"]})
    >>> lines.select(collapse(pl.col("line")))["line"].to_list()
    ['src: <*>:<*> took <*>', 'disk <*> (ro)']
    """
    return message.str.replace_all(variable, SLOT)


def parameters(message: pl.Expr, variable: str = VARIABLE) -> pl.Expr:
    """List what :func:`collapse` replaced, in order: lines of equal masked text give lists of equal length.

    Examples
    --------
    >>> pl.select(parameters(pl.lit("src: /10.0.0.1:50010 took 3ms"))).item().to_list()
    ['/10.0.0.1', '50010', '3ms']
    """
    return message.str.extract_all(variable)


_S = ANY_SLOT
_EDGE = r"(^|[\s=:,;()\[\]{}\"'|@])"
_METHOD = "GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS|CONNECT|TRACE|PROPFIND"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_OCTETS = r"(?:<(?:\*|[A-Z]+)>|[0-9A-Fa-f]{1,4}\b)"
_DOMAIN = r"(?:(?:com|net|org|edu|gov|mil|int)(?:\.[a-z]{2})?|(?:ac|co|or|ne)\.[a-z]{2})"

_RICH: tuple[tuple[str, str], ...] = (
    # A request line of HTTP: what is asked for, and the version of the protocol.
    (rf"\b({_METHOD}) (?:[^\s\"<>]|{_S})+ (?:{_S}|HTTP/)", "${1} <PATH>"),
    (rf"\b[A-Za-z][A-Za-z+.\-]*://(?:[^\s\"'<>()\[\],;]|{_S})*", "<URL>"),
    (rf"{_EDGE}(?:/(?:[\w.+@%~$*\-]|{_S})+)+/?", "${1}<PATH>"),
    (rf"{_EDGE}(?:[A-Za-z]:\\|\\\\)(?:[^\s\"'<>|,;()]|{_S})*", "${1}<PATH>"),
    # Addresses of devices and of version 6 of IP: groups of hexadecimal digits.
    (rf"{_EDGE}{_OCTETS}(?:::?{_OCTETS}){{4,}}", "${1}<HEX>"),
    (rf"\b[A-Za-z][\w+.\-]*:<URL>(?:[:/\-]{_S})*", "<URL>"),
    (r"<IP>:<NUM>", "<IP>"),
    (r"<TIME>(?::<NUM>)+", "<TIME>"),
    (r"<NUM>:<NUM>:<NUM>", "<TIME>"),
    (rf"{_S}(?:[:/\-]{_S})+", SLOT),
    (
        rf"\b(?:{_DAY},? +)?(?:{_S} +)?{_MONTH} +{_S}(?:,? +{_S})*(?: +[A-Z]{{3,4}} +{_S})?",
        "<TIME>",
    ),
    (r"\b(?:true|false|True|False|TRUE|FALSE)\b", "<BOOL>"),
    (r"([=:(\[] ?)(?:null|NULL|nil|None|none)\b", "${1}<*>"),
    (rf"\b(?:[A-Za-z0-9\-]+\.)+{_DOMAIN}(?::{_S})?([^\w.\-]|$)", "<HOST>${1}"),
    (rf"\b(?:[a-z0-9\-]+\.){{2,}}[a-z]{{2,6}}:{_S}", "<HOST>"),
    (r"\b(?:[a-f]{8,}|[A-F]{8,})\b", "<HEX>"),
    (r"\b(for|by|of|as|from) ((?:[a-z]+ )?user) [\w.@$\\\-]+", "${1} ${2} <USER>"),
    (r"\b(password|publickey|login) for [\w.@$\\\-]+ from\b", "${1} for <USER> from"),
    (rf"({_S} bytes) \({_S} [KMGTP]i?B\)", "${1}"),
    (r"([\w\])]\s?=\s?)[A-Za-z_\-]+(?:[./][\w./$\-]+)+", "${1}<*>"),
    (rf"<({_S}) (?:sec|seconds|ms)\b", "${1}"),
    (r"(\s)\(\)(\s|$)", "${1}(<*>)${2}"),
)


UNIT = rf"({_S}) (?:[kKMGTP]i?)?B\b"
"""An amount of memory: "512 B" and "1.5 KB" are two values of one variable."""


def enrich(masked: pl.Expr) -> pl.Expr:
    """Mask what needs a closer look: meant for distinct masked lines only.

    Examples
    --------
    >>> pl.select(enrich(pl.lit("open /etc/passwd by user root: false"))).item()
    'open <PATH> by user <USER>: <BOOL>'
    """
    for pattern, slot in _RICH:
        masked = masked.str.replace_all(pattern, slot)
    return masked


def erase(text: pl.Expr) -> pl.Expr:
    """Forget the types of slots."""
    return text.str.replace_all(ANY_SLOT, SLOT)


def shape(rich: pl.Expr) -> pl.Expr:
    """Forget what does not tell statements apart: types of slots, units, lengths of lists, odd values of keys."""
    text = erase(rich)
    text = text.str.replace_all(UNIT, "${1}")
    text = text.str.replace_all(r"=\"[^\"]*\"", '="<*>"')
    text = text.str.replace_all(r"<\*>(?:[.,:@\-+*_#]+<\*>)+", SLOT)
    return text.str.replace_all(r"<\*>(?:,? <\*>){2,}", SLOT)
