"""Every format's own words for how bad a line is, translated to ``schema.LEVELS``."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from oddline.core.schema import LEVEL
from oddline.formats._regex import ascii_classes
from oddline.formats._rows import spread

WORDS: dict[str, str] = {
    word: level
    for level, words in {
        "critical": "FATAL CRITICAL CRIT EMERG EMERGENCY SEVERE ALERT PANIC DPANIC DISASTER",
        "error": "ERROR ERR FAILURE FAILED FAIL EROR ERRO",
        "warning": "WARN WARNING WRN",
        "notice": "NOTICE NOTE",
        "info": "INFO INFORMATION INFORMATIONAL INF LOG CONFIG AUDIT STATEMENT",
        "debug": "DEBUG DBG FINE DEBU DEBUG1 DEBUG2 DEBUG3 DEBUG4 DEBUG5",
        "trace": "TRACE VERBOSE FINER FINEST TRC TRAC ALL SPAM",
    }.items()
    for word in words.split()
}
"""Level words of syslog, log4j, java.util.logging, Python, Go, Rust, PostgreSQL and others, in upper case."""

LETTERS: dict[str, str] = {
    "V": "trace",
    "T": "trace",
    "D": "debug",
    "I": "info",
    "N": "notice",
    "W": "warning",
    "E": "error",
    "F": "critical",
    "A": "critical",
    "C": "critical",
    "S": "critical",
}
"""Single letters, as of logcat, klog and glog."""

# RFC 5424, table 2: 0 emergency, 1 alert, 2 critical, 3 error, 4 warning, 5 notice, 6 informational, 7 debug.
SEVERITY_NUMBERS: dict[str, str] = {
    "0": "critical",
    "1": "critical",
    "2": "critical",
    "3": "error",
    "4": "warning",
    "5": "notice",
    "6": "info",
    "7": "debug",
}

# pino and bunyan count in tens: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
TENS: dict[str, str] = {
    "10": "trace",
    "20": "debug",
    "30": "info",
    "40": "warning",
    "50": "error",
    "60": "critical",
}

MAPS: dict[str, dict[str, str]] = {
    "words": WORDS,
    "letters": LETTERS,
    "severity": SEVERITY_NUMBERS,
    # <PRI> is facility * 8 + severity, with facilities 0 to 23 (RFC 5424, 6.2.1).
    "priority": {str(number): SEVERITY_NUMBERS[str(number % 8)] for number in range(192)},
    "json": WORDS | TENS | SEVERITY_NUMBERS,
}
"""What ``levels = "NAME"`` of a ``.toml`` format may name."""

_UPPER = "FATAL|CRITICAL|CRIT|EMERG|SEVERE|ALERT|PANIC|ERROR|ERR|FAILURE|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE"
_LOWER = "fatal|critical|crit|emerg|severe|alert|panic|error|err|warning|warn|notice|info|debug|trace"

_LEVEL_CASES = "|".join((_LOWER, _LOWER.upper(), "|".join(word.title() for word in _LOWER.split("|"))))
_WORDS = sorted({*_UPPER.split("|"), *_LEVEL_CASES.split("|")})
# Literals only, which is several times quicker than the pattern, and few lines hold one at all. A word that begins
# with another one of them is found by that.
MAYBE = "|".join(word for word in _WORDS if not any(word.startswith(other) for other in _WORDS if other != word))
"""What every level word begins with, or is."""
_COLOUR = r"\x1b\[[0-9;]*m"
IN_TEXT = ascii_classes(
    rf"(?:^|[\s\[(<|:=\]\"']|{_COLOUR})(?P<upper>{_UPPER})(?:[\s\]):>|,;\"']|\x1b|$)"
    rf"|(?:^|[\s\[(<|]|{_COLOUR})(?P<lower>{_LEVEL_CASES})(?:[\]):>]|\x1b)"
    rf"|(?:level|severity|lvl)\"?[=:] ?\"?(?P<pair>{_LEVEL_CASES})(?:[\s,\"}}]|$)"
)


def translate(text: pl.Expr, words: Mapping[str, str] = WORDS) -> pl.Expr:
    """Translate level words of any case to the enum; an unknown word becomes null.

    Examples
    --------
    >>> pl.select(translate(pl.lit(pl.Series(["Warn", "SEVERE", "odd", None])))).to_series().to_list()
    ['warning', 'critical', None, None]
    """
    return text.str.to_uppercase().replace_strict(list(words), list(words.values()), default=None, return_dtype=LEVEL)


def in_text(text: pl.Series, within: int = 120, *, rows: pl.Series | None = None) -> pl.Series:
    """Find a level word near the start of texts that have no level field.

    A word in capitals counts where it stands alone; one in small letters or with one capital only where a bracket or
    a colon sets it off, because prose is full of errors. ``rows`` are those that may hold one, if that is known.

    Examples
    --------
    >>> lines = pl.Series(["12:01 ERROR disk", "sshd: error: PAM", "no error found", "[warn] slow", 'a level=info b'])
    >>> in_text(lines).to_list()
    ['error', 'error', None, 'warning', 'info']
    """
    near = pl.col("text").str.head(within)
    table = pl.DataFrame({"text": text})
    if rows is None:
        # One step after the other: in a single query every line would be held against the pattern.
        rows = table.lazy().select(near.str.contains(MAYBE)).collect(engine="streaming").to_series().arg_true()
    few = table.select(pl.col("text").gather(rows).str.head(within)).with_columns(row=rows)
    groups = pl.col("text").str.extract_groups(IN_TEXT)
    word = pl.coalesce(groups.struct.field(name) for name in ("upper", "lower", "pair"))
    found = few.filter(pl.col("text").str.contains(IN_TEXT)).select("row", level=translate(word))
    return spread(found["level"], found["row"], text.len()).alias("level")
