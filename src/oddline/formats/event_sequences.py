"""Sessions that are put together already: one a line, ids of events with spaces between them."""

from __future__ import annotations

import polars as pl

from oddline.core.schema import EVENTS, SESSION
from oddline.formats._events import finish
from oddline.formats.base import LineFormat

__all__ = ["EventSequences"]

_HEAD = r"^([^,\t]*)[,\t]"
_ONLY_IDS = r"^(?:[^,\t ]+[,\t])?\d{1,6}(?: \d{1,6})+ *$"


class EventSequences(LineFormat):
    """A line is one session: ``5 5 22 11``, or its name first, ``blk_1,5 5 22`` or ``trace7<TAB>5 5 22``.

    It recognises lines of whole numbers, not all of one length (that would be a matrix). Other ids have to be
    announced (``--format event-sequences``). What came with a line is kept as it stood; the message says only what
    the line is, because the events themselves have no text here.
    """

    name = "event_sequences"
    summary = "one session a line, as ids of events"
    specificity = 2

    def recognise(self, sample: pl.Series) -> float:
        """Tell the share of lines that are lists of whole numbers; 0 where all have as many."""
        lists = sample.filter(sample.str.contains(_ONLY_IDS))
        if lists.is_empty() or (sample.len() > 1 and lists.str.count_matches(" ").n_unique() == 1):
            return 0.0
        return lists.len() / sample.len()

    def cuts(self, lines: pl.DataFrame) -> pl.Series:
        """Tell that every line opens a session."""
        return pl.Series([True] * lines.height, dtype=pl.Boolean)

    def parse(self, lines: pl.DataFrame, modified: float | None = None) -> pl.DataFrame:
        r"""Turn each line into one record with the columns of its events and its name (the number of the line).

        Examples
        --------
        >>> from oddline.core.schema import LINES
        >>> frame = pl.DataFrame({"source": ["a"] * 2, "line": [1, 2], "offset": [0] * 2, "raw": ["5 7", "b,9"]})
        >>> EventSequences().parse(frame.cast(LINES)).select("x_session", "x_events").rows()
        [('1', '5 7'), ('b', '9')]
        """
        frame = lines.select("source", "line", "offset", "raw").with_columns(
            ts=pl.lit(None, pl.Datetime("us", "UTC")),
            level=pl.lit(None, pl.String),
            lines=pl.lit(1, pl.UInt32),
            message=pl.lit("session of events"),
        )
        named = pl.coalesce(pl.col("raw").str.extract(_HEAD, 1), pl.col("line").cast(pl.String))
        events = finish(frame)
        return events.with_columns(
            named.alias(SESSION), pl.col("raw").str.replace(_HEAD, "").str.strip_chars().alias(EVENTS)
        )
