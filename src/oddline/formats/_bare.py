"""What can be told of a line whose format nobody knows: a time near its start, a level word."""

from __future__ import annotations

import polars as pl

from oddline.formats._levels import in_text
from oddline.formats._looks import Looks, looks
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


def bare(raw: pl.Series, seen: Looks | None = None) -> pl.DataFrame:
    """Take lines apart as far as they let themselves be: ``head``, ``ts`` (both text), ``level``, ``message``.

    ``seen`` is what a look at these lines has told, if there was one.

    Examples
    --------
    >>> bare(pl.Series(["[2024-01-02 03:04:05] WARN: slow", "free text"])).select("ts", "level", "message").rows()
    [('2024-01-02 03:04:05', 'warning', 'slow'), (None, None, 'free text')]
    """
    seen = seen or looks(raw)
    timed = _timed(raw, seen.timed)
    parts = {name: spread(timed[name], timed["row"], raw.len()) for name in ("head", "ts")}
    message = spread(timed["message"], timed["row"], raw.len(), raw)
    return pl.DataFrame({**parts, "level": in_text(raw, rows=seen.worded), "message": message})


def _timed(raw: pl.Series, rows: pl.Series) -> pl.DataFrame:
    """Take apart the lines that may have a time near their start: ``row``, ``head``, ``ts``, ``message``."""
    near = pl.col("raw").str.head(_ANYWHERE_WITHIN)
    return (
        pl.DataFrame({"row": rows, "raw": raw.gather(rows)})
        .lazy()
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
