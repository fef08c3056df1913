"""What can be told of a line whose format nobody knows: a time near its start, a level word."""

from __future__ import annotations

import polars as pl

from oddline.formats._levels import in_text
from oddline.formats._regex import ascii_classes

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIMES = (
    r"\d{4}[-/.]\d\d[-/.]\d\d[T _]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d| [+-]\d{4})?",
    rf"{_MONTH} {{1,2}}\d{{1,2}} (?:\d{{4}} )?\d\d:\d\d:\d\d(?:\.\d{{1,9}})?",
    rf"\d\d/{_MONTH}/\d{{4}}[: ]\d\d:\d\d:\d\d(?: [+-]\d{{4}})?",
    rf"\d\d[- ]{_MONTH}[- ]\d{{4}} \d\d:\d\d:\d\d(?:\.\d{{1,9}})?",
    rf"{_MONTH} \d{{1,2}}, \d{{4}} \d{{1,2}}:\d\d:\d\d [AP]M",
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) {_MONTH} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{{1,6}})? \d{{4}}",
)
TIMES = ("iso", "syslog", "clf", "dmy", "ctime", "epoch")

_LEVEL = (
    r"(?i:FATAL|CRITICAL|CRIT|SEVERE|ALERT|PANIC|ERROR|ERR|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE)"
    r"(?:[\])>:]+ ?| +(?:[-|] +)?)"
)
# Opening brackets, the time, a zone name, dividers, then a level that stands by itself: all head, no message.
PATTERN = ascii_classes(
    rf"^(?P<head>[\[(<\"']?(?P<ts>{'|'.join(_TIMES)}|1\d{{9}}\.\d{{1,6}})(?: (?:UTC|GMT|CES?T|[ECMP][SD]T))?"
    rf"[\])>\"']?"
    rf"[\s|,:;-]*(?:[\[(<]?{_LEVEL})?)"
)
ANYWHERE = ascii_classes(rf"\b(?:{'|'.join(_TIMES)})")
LEVEL_FIRST = r"^\[?(?:FATAL|CRITICAL|SEVERE|ERROR|WARNING|WARN|NOTICE|INFO|DEBUG|TRACE)(?:[\]:]| [\[(-]| [A-Za-z_]+\.)"
WITHIN = 160


def bare(raw: pl.Series) -> pl.DataFrame:
    """Take lines apart as far as they let themselves be: ``head``, ``ts`` (both text), ``level``, ``message``.

    Examples
    --------
    >>> bare(pl.Series(["[2024-01-02 03:04:05] WARN: slow", "free text"])).select("ts", "level", "message").rows()
    [('2024-01-02 03:04:05', 'warning', 'slow'), (None, None, 'free text')]
    """
    near = pl.col("raw").str.head(WITHIN)
    taken = (
        pl.DataFrame({"raw": raw})
        .lazy()
        .select("raw", near.str.extract_groups(PATTERN).alias("parts"), level=in_text(pl.col("raw")))
        .unnest("parts")
        .with_columns(
            ts=pl.coalesce("ts", pl.col("raw").str.head(100).str.extract(ANYWHERE, 0)),
            message=pl.coalesce(pl.col("raw").str.strip_prefix(pl.col("head")), "raw"),
        )
    )
    return taken.collect(engine="streaming").drop("raw")
