"""Physical lines into events: which line opens one, and what the others add to it.

Everything is decided from a line and its neighbours, never from the file as a whole, so that a stream cut
into pieces gives the same events as the whole file.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from oddline.core.schema import LEVEL, RECORDS, TIME
from oddline.formats._identity import event_ids
from oddline.formats._regex import ascii_classes
from oddline.formats._rows import spread

MAX_LINES = 1_000
MAX_BYTES = 256 * 1024
"""An event longer than this goes on as a new one: no trace needs more, and a runaway join would hide the rest."""

# A line that only ever stands inside a stack trace, in the tongues of
#   Java, JavaScript, C#   "\tat a.b.C(D.java:1)", "    at f (file.js:1:2)", "Caused by: ...", "... 12 more"
#   Python   '  File "a.py", line 1, in f', "During handling of ...", "The above exception was ..."
#   Go       "goroutine 1 [running]:", "\t/a/b.go:12 +0x1d", "created by main.main", "[signal SIGSEGV: ..."
#   Ruby     "\tfrom a.rb:1:in `f'"      PHP, gdb  "#0 /a.php(1): f()", "#1  0x... in f ()"
#   Rust     "stack backtrace:", "  12: core::f", "             at ./src/main.rs:1:2"
INSIDE = ascii_classes(
    r"^\s+at (?:[\w$.<>\[\]/`~@ +-]+\(|\S+:\d|async |new |<)"
    r"|^\s*Caused by: |^\s*Suppressed: |^\s*\.\.\. \d+ (?:more|common frames omitted)"
    r"|^\s*--- End of (?:stack trace|inner exception)|^ ---> "
    r"|^\s*File \".*\", line \d+"
    r"|^During handling of the above exception|^The above exception was the direct cause"
    r"|^goroutine \d+ \[|^\t/\S+:\d+(?: \+0x|$)|^created by \S+|^\[signal SIG"
    r"|^\s+from \S+:\d+:in |^#\d+ +(?:0x|\{main\}|\S+\(\d+\))"
    r"|^stack backtrace:$|^\s+\d+: +(?:0x[0-9a-f]+ - )?\S+::"
)
PYTHON = ascii_classes(r"Traceback \(most recent call last\):\s*$")
PYTHON_END = ascii_classes(r"^[A-Za-z_][\w.]*(?:: .*)?:?$")
EXCEPTION = ascii_classes(r"^(?:Exception in thread .*|(?:[\w$]+\.)+[\w$]*(?:Exception|Error|Throwable)\b.*)$")
GOES_ON = rf"(?:{PYTHON})|{EXCEPTION}"
GO_FRAME = ascii_classes(r"^\t/\S+:\d+(?: \+0x|$)")
GO_CALL = ascii_classes(r"^[\w./*()\-{}\[\]]+\(.*\)$")


# Any line of a trace begins like this, or has the words that open a Python trace in it.
MAYBE_INSIDE = (
    r"^(?:\s|$|Caused|Suppressed|\.\.\. |--- End|File|During|The above|goroutine|created|\[signal|#[0-9]|stack)"
)
MAYBE_PYTHON = "Traceback (most recent call last):"


def shapes(text: pl.Expr) -> dict[str, pl.Expr]:
    r"""Name what a line looks like: ``blank``, ``indented``, ``inside`` a trace, ``python`` head of one.

    Examples
    --------
    >>> lines = pl.DataFrame({"raw": ["", "  x", "\tat a.B.c(D.java:1)", "at home"]})
    >>> lines.select(**shapes(pl.col("raw"))).select("blank", "indented", "inside").rows()
    [(True, False, False), (False, True, False), (False, True, True), (False, False, False)]
    """
    near = text.str.head(300)
    return {
        "blank": near.str.strip_chars() == "",
        "indented": near.str.contains(r"^[ \t]+[^ \t]"),
        "inside": near.str.contains(INSIDE),
        "python": near.str.contains(PYTHON),
    }


def trace_joins(text: pl.Series, group: pl.Series | None = None, *, among: pl.Series | None = None) -> pl.Series:
    """Tell which lines belong to the trace or the line before them, and nothing that is merely indented.

    ``text`` are messages in order; lines of different ``group`` (a stream, a source) are never neighbours. ``among``
    are the rows that may be part of a trace, if that is known.
    """
    count = text.len()
    some = text if among is None else text.gather(among)
    maybe = (some.str.contains(MAYBE_INSIDE) | some.str.contains(MAYBE_PYTHON, literal=True)).fill_null(False)
    rows = _with_neighbours(text, maybe.arg_true() if among is None else among.filter(maybe), group)
    if rows.is_empty():
        return pl.repeat(False, count, dtype=pl.Boolean, eager=True)
    frame = pl.DataFrame({"row": rows, "text": text.gather(rows).str.head(300)}).with_columns(
        group=pl.lit(0, pl.UInt32) if group is None else group.gather(rows)
    )
    shaped = frame.select("row", "group", "text", **shapes(pl.col("text")))
    if not (shaped["inside"].any() or shaped["python"].any()):
        return spread(shaped["blank"], rows, count, pl.repeat(False, count, dtype=pl.Boolean, eager=True))
    full = shaped.filter(~pl.col("blank")).with_columns(pl.col("text").fill_null(""))
    anchor = pl.when(~pl.col("indented")).then("row").forward_fill().over("group")
    full = full.with_columns(anchor=anchor).with_columns(
        before_indented=pl.col("indented").shift(1).over("group"),
        before_python=pl.col("python").first().over("group", "anchor").shift(1).over("group"),
        before_chain=pl.col("text").shift(1).over("group").str.contains(r"^(?:During handling|The above exc)"),
        after_frame=pl.col("text").shift(-1).over("group").str.contains(GO_FRAME),
        in_python=pl.col("python").first().over("group", "anchor"),
    )
    joins = full.select(
        "row",
        joins=pl.col("inside")
        | (pl.col("indented") & pl.col("in_python"))
        | (
            ~pl.col("indented")
            & pl.col("before_indented")
            & pl.col("before_python")
            & pl.col("text").str.contains(PYTHON_END)
        )
        | (pl.col("python") & pl.col("before_chain"))
        | (pl.col("after_frame") & pl.col("text").str.contains(GO_CALL)),
    )
    joined = shaped.join(joins, on="row", how="left", maintain_order="left")
    joined = joined.select("row", pl.col("joins").fill_null(pl.col("blank")))
    return spread(joined["joins"], joined["row"], count, pl.repeat(False, count, dtype=pl.Boolean, eager=True))


def _with_neighbours(text: pl.Series, found: pl.Series, group: pl.Series | None) -> pl.Series:
    """Give the rows that may belong to a trace, and the lines before and after each that are not blank.

    No other row can join, nor be looked at by one that does. Within a group the order is kept; where there is more
    than one, they come one after the other.
    """
    rows = found.to_numpy()
    if not rows.size:
        return pl.Series([], dtype=pl.UInt32)
    blank = np.zeros(text.len(), dtype=bool)
    blank[rows] = (text.gather(rows).str.head(300).str.strip_chars() == "").to_numpy()
    order = None if group is None or group.n_unique() == 1 else np.argsort(group.to_numpy(), kind="stable")
    filled = np.flatnonzero(~blank) if order is None else order[~blank[order]]
    place = np.zeros(text.len(), dtype=np.int64)
    place[filled] = np.arange(filled.size)
    near = place[rows[~blank[rows]]]
    around = np.concatenate([near - 1, near, near + 1])
    chosen = np.unique(around[(around >= 0) & (around < filled.size)])
    # Blank rows need no place among the others: what they do is told by themselves.
    return pl.Series(np.concatenate([filled[chosen], rows[blank[rows]]]), dtype=pl.UInt32)


def stands_alone(text: pl.Series, group: pl.Series | None = None) -> pl.Series:
    """Tell which lines open an event whatever stands before the line before them, so that text may be cut there.

    This asks for more than ``trace_joins`` does: a line that might be part of a trace never stands alone.
    """
    table = pl.DataFrame({"text": text.str.head(300)}).with_columns(
        group=pl.lit(0, pl.UInt32) if group is None else group
    )
    shaped = table.select("text", "group", **shapes(pl.col("text")))
    indented = pl.when(~pl.col("blank")).then("indented").forward_fill().shift(1).over("group").fill_null(True)
    ends = pl.col("text").str.contains(PYTHON_END)
    part = pl.col("blank") | pl.col("indented") | pl.col("inside") | pl.col("python")
    part |= pl.col("text").str.contains(GO_CALL) | (indented & ends)
    return shaped.select((~part).fill_null(False)).to_series()


def fold(frame: pl.DataFrame, opens: pl.Series, group: pl.Series | None = None, glue: str = "\n") -> pl.DataFrame:
    """Fold the lines that open no event into the one before them (of the same ``group``).

    Parameters
    ----------
    frame : polars.DataFrame
        ``source``, ``line``, ``lines``, ``offset``, ``raw``, ``message`` and whatever else; one row a line.
    opens : polars.Series
        Boolean, a row each. The first line of a source or of a group opens in any case.
    glue : str
        What stands between the joined messages; ``raw`` is always joined by line ends.

    Returns
    -------
    polars.DataFrame
        One row an event, in the order of their first lines; other columns are those of the first line.
    """
    if opens.all():
        return frame
    keys = ["source"] if group is None else ["source", "__group"]
    table = frame.with_columns(__opens=opens, **({} if group is None else {"__group": group}))
    boundary = pl.struct(keys) != pl.struct(keys).shift() if group is None else pl.int_range(pl.len()).over(keys) == 0
    table = table.with_columns(__opens=pl.col("__opens") | boundary.fill_null(True))
    table = _number(table, keys)
    size = pl.col("raw").str.len_bytes().cum_sum().over("__event") // MAX_BYTES
    cut = (pl.int_range(pl.len()).over("__event") % MAX_LINES == 0) | (size != size.shift().over("__event")).fill_null(
        False
    )
    capped = table.select(pl.col("__opens") | cut).to_series()
    if capped.sum() > table["__opens"].sum():
        kept = [name for name in ("ts", "level", "service") if name in table.columns]
        table = table.with_columns(pl.col(name).first().over("__event") for name in kept)
        table = _number(table.with_columns(__opens=capped), keys)
    heads = table.filter("__opens").drop("__opens")
    rest = (
        table.filter(~pl.col("__opens"))
        .group_by("__event", maintain_order=True)
        .agg(
            pl.col("raw").str.join("\n").alias("__raw"),
            pl.col("message").str.join(glue).alias("__message"),
            pl.col("lines").sum().alias("__lines"),
        )
    )
    return (
        heads.join(rest, on="__event", how="left", maintain_order="left")
        .with_columns(
            raw=pl.concat_str("raw", "__raw", separator="\n", ignore_nulls=True),
            message=pl.when(pl.col("__raw").is_null())
            .then("message")
            .otherwise(pl.concat_str("message", "__message", separator=glue, ignore_nulls=True).str.strip_chars_end()),
            lines=pl.col("lines") + pl.col("__lines").fill_null(0),
        )
        .drop("__event", "__raw", "__message", "__lines", "__group", strict=False)
    )


def _number(table: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    table = table.with_columns(__event=pl.when("__opens").then(pl.col("__opens").cum_sum()))
    fill = pl.col("__event").forward_fill()
    return table.with_columns(fill.over(keys) if "__group" in keys else fill)


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Put a folded frame into ``schema.RECORDS``, with the captured columns after it."""
    missing = {
        "ts": pl.lit(None, TIME),
        "level": pl.lit(None, LEVEL),
        "service": pl.lit(None, pl.String),
    }
    frame = frame.with_columns(
        event_ids(frame["source"], frame["offset"]),
        **{name: value for name, value in missing.items() if name not in frame.columns},
    )
    captured = [name for name in frame.columns if name.startswith("x_")]
    return frame.select(
        *(pl.col(name).cast(dtype) for name, dtype in RECORDS.items()),
        *captured,
    )
