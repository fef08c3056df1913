"""What can be told of a line whose format nobody knows: a time near its start, a level word."""

from __future__ import annotations

import polars as pl

from oddline.formats._levels import in_text
from oddline.formats._regex import ascii_classes
from oddline.formats._rows import spread

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
_ANYWHERE_WITHIN = 100
# Every time above has one of these in it. It costs a tenth of what they cost, and most lines have none.
_CLOCK = r"[0-9][T _:][0-9]{2}:[0-9]{2}"
_EPOCH = r"^.?1[0-9]{9}\.[0-9]"


def bare(raw: pl.Series) -> pl.DataFrame:
    """Take lines apart as far as they let themselves be: ``head``, ``ts`` (both text), ``level``, ``message``.

    Examples
    --------
    >>> bare(pl.Series(["[2024-01-02 03:04:05] WARN: slow", "free text"])).select("ts", "level", "message").rows()
    [('2024-01-02 03:04:05', 'warning', 'slow'), (None, None, 'free text')]
    """
    timed = _timed(raw)
    parts = {name: spread(timed[name], timed["row"], raw.len()) for name in ("head", "ts")}
    message = spread(timed["message"], timed["row"], raw.len(), raw)
    return pl.DataFrame({**parts, "level": in_text(raw), "message": message})


def _timed(raw: pl.Series) -> pl.DataFrame:
    """Take apart the lines that may have a time near their start: ``row``, ``head``, ``ts``, ``message``."""
    near = pl.col("raw").str.head(_ANYWHERE_WITHIN)
    return (
        pl.DataFrame({"raw": raw})
        .lazy()
        .with_row_index("row")
        .filter(near.str.contains(_CLOCK) | pl.col("raw").str.contains(_EPOCH))
        .with_columns(pl.col("raw").str.head(WITHIN).str.extract_groups(PATTERN).alias("parts"))
        .unnest("parts")
        .select(
            "row",
            "head",
            ts=pl.coalesce("ts", near.str.extract(ANYWHERE, 0)),
            message=pl.coalesce(pl.col("raw").str.strip_prefix(pl.col("head")), "raw"),
        )
        .collect(engine="streaming")
    )
