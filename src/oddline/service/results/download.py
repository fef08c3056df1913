"""A scan as a file: what the command line writes of it, whole or of the rows that meet a filter."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import UsageError
from oddline.core.nouns import Result
from oddline.outputs.base import Output
from oddline.outputs.csv import Csv
from oddline.outputs.json_object import JsonObject
from oddline.outputs.ndjson import Ndjson
from oddline.outputs.parquet import Parquet
from oddline.outputs.report import Report
from oddline.service.results._query import meeting
from oddline.service.results._scan import Scan
from oddline.service.results.filters import Filter
from oddline.service.results.restore import restored, scored

Truth = npt.NDArray[np.bool_]

PIECE = 1 << 20
"""Bytes that are handed on at once."""

STRETCH = 1 << 16
"""Rows that are written at once: a download of a million rows stands in no one's memory."""


@dataclass(frozen=True)
class Media:
    """A format: the ending of its file, and what the web calls it."""

    suffix: str
    media_type: str


FORMATS = {
    "csv": Media(".csv", "text/csv; charset=utf-8"),
    "ndjson": Media(".ndjson", "application/x-ndjson"),
    "parquet": Media(".parquet", "application/vnd.apache.parquet"),
    "json": Media(".json", "application/json"),
    "html": Media(".html", "text/html; charset=utf-8"),
}
"""What a scan can be downloaded as."""


def write(scan: Scan, format: str, stream: BinaryIO, filter: Filter | None) -> None:  # noqa: A002
    """Write a scan, or its rows that meet a filter.

    Without a filter it is byte for byte what ``oddline scan -o`` writes; of JSON and HTML the seconds may differ.

    Raises
    ------
    UsageError
        If there is no such format.
    """
    if format not in FORMATS:
        raise UsageError(f"format {format!r}", expected=", ".join(FORMATS))
    mask = None if filter is None or filter.everything else meeting(scan, filter)
    if format == "parquet" and mask is None:
        _copy(scan, stream)
    elif format == "parquet":
        Parquet().write(_of(scored(scan).filter(pl.Series(mask))), stream)
    elif format in {"csv", "ndjson"}:
        _write_rows(scan, Csv() if format == "csv" else Ndjson(), stream, mask)
    else:
        _writer(scan, format).write(_restored(scan, mask), stream)


def chunks(scan: Scan, format: str, filter: Filter | None) -> Iterator[bytes]:  # noqa: A002
    """Give the same in pieces; what is not handed on yet stands in a temporary file and not in memory."""
    with tempfile.TemporaryFile() as file:
        write(scan, format, file, filter)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _copy(scan: Scan, stream: BinaryIO) -> None:
    with (scan.folder / "scored.parquet").open("rb") as file:
        while piece := file.read(PIECE):
            stream.write(piece)


def _write_rows(scan: Scan, output: Output, stream: BinaryIO, mask: Truth | None) -> None:
    """Write rows stretch by stretch; of CSV the head is written once."""
    lazy = pl.scan_parquet(scan.folder / "scored.parquet")
    head = isinstance(output, Csv)
    for start in range(0, max(scan.rows, 1), STRETCH):
        inside = None if mask is None else mask[start : start + STRETCH]
        if start and inside is not None and not inside.any():
            continue
        frame = lazy.slice(start, STRETCH).collect()
        frame = frame.with_columns(pl.col("source").cast(pl.Categorical))
        frame = frame if inside is None else frame.filter(pl.Series(inside))
        output.write(_of(frame), _Beheaded(stream) if head and start else stream)  # type: ignore[arg-type]


class _Beheaded:
    """Passes on what is written but for its first line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._begun = False

    def write(self, data: bytes) -> int:
        given = len(data)
        if not self._begun:
            _, end, data = bytes(data).partition(b"\n")
            self._begun = bool(end)
        if data and self._begun:
            self._stream.write(data)
        return given

    def flush(self) -> None:
        self._stream.flush()


def _of(frame: pl.DataFrame) -> Result:
    """Make a result that has scored rows and nothing else."""
    from oddline.core.nouns import Cut

    none = pl.DataFrame()
    return Result((), 0, 0, frame.height, Cut(0.0, ""), (), (), frame, none, none)


def _writer(scan: Scan, format: str) -> Output:  # noqa: A002
    if format == "json":
        return JsonObject()
    summary = scan.summary
    notes = {"Against": summary.against} if summary.against else {}
    return Report(command=summary.command, notes=notes, made=summary.made)


def _restored(scan: Scan, mask: Truth | None) -> Result:
    """Make the result again; of incidents those that keep an odd row stay."""
    result = restored(scan)
    if mask is None:
        return result
    kept = tuple(anomaly for anomaly in result.anomalies if mask[anomaly.row])
    ids = {anomaly.id for anomaly in kept}
    incidents = (
        replace(one, anomaly_ids=own, count=len(own))
        for one in result.incidents
        if (own := tuple(name for name in one.anomaly_ids if name in ids))
    )
    return replace(result, anomalies=kept, incidents=tuple(incidents))
