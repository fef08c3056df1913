"""The columns of each frame, checked at each door between rooms."""

from __future__ import annotations

import polars as pl

from oddline.core.errors import BadData

LEVELS = ("trace", "debug", "info", "notice", "warning", "error", "critical")
WRONG = LEVELS[-2:]  # what says that something is wrong; a warning says that it may be
"""Log levels, mildest first; every format's own words are translated to these."""

SEVERITIES = ("low", "medium", "high", "critical")
"""How bad an anomaly or an incident is, mildest first."""

LEVEL = pl.Enum(LEVELS)
SEVERITY = pl.Enum(SEVERITIES)
TIME = pl.Datetime("us", "UTC")

EVENTS = "x_events"
"""The column of records that are sessions: ids of events with spaces between them, in their order."""

SESSION = "x_session"
"""The column of records that names what a session is of."""

LINES: dict[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.Categorical(),  # one file, member of an archive, or stream
    "line": pl.UInt32,  # counted from 1 within the source
    "offset": pl.UInt64,  # bytes of the decompressed stream before this line
    "raw": pl.String,  # the text as it stood, without its line end; bytes that are no UTF-8 read \xNN
}
"""What a source gives: one row a physical line."""

RECORDS: dict[str, pl.DataType | type[pl.DataType]] = {
    "id": pl.UInt64,  # hash of source and offset: the same on every run
    "source": pl.Categorical(),
    "line": pl.UInt32,  # first physical line of the event
    "lines": pl.UInt32,  # how many physical lines it has
    "offset": pl.UInt64,
    "ts": TIME,  # null where the line tells no time
    "level": LEVEL,
    "service": pl.String,
    "message": pl.String,  # without time, level and the rest of the head; further lines after "\n"
    "raw": pl.String,
}
"""What a format gives: one row an event. Columns that a format captured besides are named ``x_...``."""

TEMPLATED: dict[str, pl.DataType | type[pl.DataType]] = {
    "template_id": pl.UInt32,  # 0 = not seen in training
    "masked": pl.Categorical(),  # the first line of the message, every token with a digit made <*>
    "params": pl.List(pl.String),  # those tokens, in order; lines of one mask have as many
}
"""What the templates room adds to Records."""

TEMPLATES: dict[str, pl.DataType | type[pl.DataType]] = {
    "template_id": pl.UInt32,
    "text": pl.String,
    "n": pl.UInt64,
}
"""One row a template."""

LISTED: dict[str, pl.DataType | type[pl.DataType]] = {
    "template_id": pl.UInt32,
    "text": pl.String,
    "n": pl.UInt64,  # events; they add up to all events
    "lines": pl.UInt64,  # physical lines; they add up to all lines
    "share": pl.Float64,  # of all events
    "source": pl.String,  # where it stands first
    "line": pl.UInt32,
    "first_seen": TIME,  # null where no event tells a time
    "last_seen": TIME,
    "example": pl.String,  # the beginning of the first message
}
"""What ``oddline templates`` lists: one row a template that has events, the commonest first."""

COMPARED: dict[str, pl.DataType | type[pl.DataType]] = {
    "template_id": pl.UInt32,
    "text": pl.String,
    "change": pl.Enum(["new", "gone", "up", "down", "same"]),
    "before": pl.UInt64,  # events
    "after": pl.UInt64,
    "factor": pl.Float64,  # share afterwards over share before; null where there was none before
    "surprise": pl.Float64,  # -log10 of the chance of such a difference if nothing had changed
}
"""What ``oddline templates --diff`` lists: one row a template of either side, what changed most first."""

WINDOWS: dict[str, pl.DataType | type[pl.DataType]] = {
    "window_id": pl.UInt64,
    "key": pl.String,
    "start": TIME,
    "end": TIME,
    "n": pl.UInt32,
}
"""One row a window; which events belong to it is told by ``Windows.members``."""

SCORED: dict[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.Categorical(),
    "line": pl.UInt32,
    "key": pl.String,
    "ts": TIME,
    "score": pl.Float64,  # 0-100, for people
    "surprise": pl.Float64,  # -log10 of the chance that a normal window scores so high
    "anomaly": pl.Boolean,
    "severity": SEVERITY,  # null where it is no anomaly
    "confidence": pl.Float64,
    "template_id": pl.UInt32,
    "text": pl.String,
    "reasons": pl.String,
}
"""What ``-o`` writes: one row a scored window, in input order."""


def check(frame: pl.DataFrame, schema: dict[str, pl.DataType | type[pl.DataType]], name: str) -> pl.DataFrame:
    """Pass a frame through a door: the columns of the schema must be there, with their types.

    Raises
    ------
    BadData
        Names every column that is missing or of another type, not only the first.

    Examples
    --------
    >>> check(pl.DataFrame({"template_id": [1]}), {"template_id": pl.UInt32}, "templates")
    Traceback (most recent call last):
    oddline.core.errors.BadData: templates: template_id is Int64, not UInt32; expected the columns template_id
    """
    faults = [
        f"{column} is missing" if column not in frame.schema else f"{column} is {frame.schema[column]}, not {dtype}"
        for column, dtype in schema.items()
        if column not in frame.schema or frame.schema[column] != dtype
    ]
    if faults:
        raise BadData(f"{name}: {', '.join(faults)}", expected="the columns " + ", ".join(schema))
    return frame
