"""The systemd journal as ``journalctl -o json`` prints it."""

from __future__ import annotations

import json

import polars as pl

from oddline.formats._events import finish
from oddline.formats._json import decode
from oddline.formats._levels import SEVERITY_NUMBERS, in_text, translate
from oddline.formats._time import parse as parse_times
from oddline.formats.base import LineFormat

__all__ = ["Journald"]

_STAMP = ("__REALTIME_TIMESTAMP",)
_FIELDS = ("MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT", "_COMM", "_HOSTNAME", "_PID", "_TRANSPORT")


class Journald(LineFormat):
    """One journal entry a line. A message that is no UTF-8 comes as an array of bytes."""

    name = "journald"
    summary = "The systemd journal as journalctl -o json prints it."
    specificity = 9

    def recognise(self, sample: pl.Series) -> float:
        """Tell the share of lines that are objects with the journal's own time."""
        if sample.is_empty():
            return 0.0
        fields, _ = decode(sample.cast(pl.String), [_STAMP])
        return float(fields.to_series().is_not_null().sum()) / sample.len()

    def cuts(self, lines: pl.DataFrame) -> pl.Series:
        """Tell that every line is an event."""
        return pl.repeat(True, lines.height, dtype=pl.Boolean, eager=True)

    def parse(self, lines: pl.DataFrame, modified: float | None = None) -> pl.DataFrame:
        """Turn lines into Records; the service is the syslog identifier, else the unit.

        Examples
        --------
        >>> from oddline.core.schema import LINES
        >>> raw = ['{"__REALTIME_TIMESTAMP":"1700000000000001","PRIORITY":"3","MESSAGE":[104,195,182]}']
        >>> frame = pl.DataFrame({"source": ["a"], "line": [1], "offset": [0], "raw": raw})
        >>> Journald().parse(frame.cast(LINES)).select("level", "message").rows()
        [('error', 'hö')]
        """
        fields, _ = decode(lines["raw"], [_STAMP, *((name,) for name in _FIELDS)])
        frame = pl.concat([lines, fields], how="horizontal").with_columns(
            parse_times(fields[_STAMP[0]], ["epoch"]), _bytes_to_text(fields["MESSAGE"])
        )
        message = pl.coalesce("MESSAGE", pl.when(pl.col(_STAMP[0]).is_null()).then("raw"), pl.lit(""))
        frame = frame.with_columns(text=message)
        return finish(
            frame.with_columns(
                lines=pl.lit(1, pl.UInt32),
                level=pl.coalesce(translate(pl.col("PRIORITY"), SEVERITY_NUMBERS), in_text(frame["text"])),
                service=pl.coalesce("SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT", "_COMM"),
                message="text",
                x_unit="_SYSTEMD_UNIT",
                x_host="_HOSTNAME",
                x_pid="_PID",
                x_transport="_TRANSPORT",
            )
        )


def _bytes_to_text(message: pl.Series) -> pl.Series:
    r"""Turn ``[104, 105]`` into ``hi``, distinct messages only; a byte that is no UTF-8 reads ``\xNN``."""
    arrays = message.filter(message.str.contains(r"^\[[0-9, ]+\]$").fill_null(False)).unique(maintain_order=True)
    if arrays.is_empty():
        return message
    return message.replace(arrays, pl.Series([_text(array) for array in arrays], dtype=pl.String))


def _text(array: str) -> str:
    try:
        return bytes(json.loads(array)).decode("utf-8", "backslashreplace")
    except ValueError:
        return array
