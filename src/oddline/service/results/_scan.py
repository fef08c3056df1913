"""The files of one scan, mapped into memory as they are first asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import BadData, NoInput, UsageError
from oddline.core.schema import SEVERITIES
from oddline.outputs._hostile import terminal
from oddline.service.results._columns import NO_TIME
from oddline.service.results._masks import Masks
from oddline.service.results._texts import Texts
from oddline.service.results.summary import VERSION, Summary, from_json

Ints = npt.NDArray[Any]
Thing = TypeVar("Thing")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MADE = "a folder that oddline.service.results.leave wrote"


class Scan:
    """One finished scan on disk. Nothing of it is copied; what a question makes is gone with the answer.

    Raises
    ------
    NoInput
        If the folder is not there, or not whole.
    BadData
        If another version of Oddline wrote it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            told = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
            self.layout: dict[str, Any] = json.loads((folder / "layout.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise NoInput(f"{folder} holds no finished scan", expected=MADE) from error
        if told.get("version") != VERSION:
            raise BadData(f"{folder} is of version {told.get('version')!r}", expected=f"version {VERSION}")
        self.summary: Summary = from_json(told)
        self.rows: int = self.layout["rows"]
        self.events: int = self.layout["events"]
        self.sources: list[str] = self.layout["sources"]
        self.masks = Masks()
        self._open: dict[str, Any] = {}
        self._lock = Lock()

    def column(self, name: str) -> Ints:
        """Give what is known of each row (``score``) or event (``event.line``)."""
        return self._kept(name, lambda: np.load(self.folder / f"{name}.npy", mmap_mode="r"))

    def texts(self, name: str) -> Texts:
        """Give the texts of that name."""
        return self._kept(f"{name}.txt", lambda: Texts(self.folder, name))

    def has(self, name: str) -> bool:
        """Tell whether there is a file."""
        return (self.folder / name).exists()

    def _kept(self, name: str, make: Callable[[], Thing]) -> Thing:
        found: Thing | None = self._open.get(name)
        if found is None:
            with self._lock:
                found = self._open.get(name)
                if found is None:
                    found = self._open[name] = make()
        return found

    @property
    def template_table(self) -> pl.DataFrame:
        """The templates, one row each."""
        return self._kept("templates", lambda: pl.read_parquet(self.folder / "templates.parquet"))

    @cached_property
    def windowed(self) -> bool:
        """True if a row may be of several events."""
        return self.has("head.npy")

    @cached_property
    def keyed(self) -> bool:
        """True if rows have keys: sessions, spans."""
        return self.has("key.txt")

    def of_event(self, name: str) -> Ints:
        """Give what is known of each event, wherever it is kept: ``line``, ``source``, ``template``."""
        return self.column(f"event.{name}" if self.windowed else name)

    def head(self, row: int) -> int:
        """Give the first event of a row."""
        return int(self.column("head")[row]) if self.windowed else row

    def heads(self, rows: Ints) -> Ints:
        """Give the first event of each row."""
        return np.asarray(self.column("head")[rows]) if self.windowed else rows

    def events_of(self, row: int) -> Ints:
        """Give the events of a row, in the order of the input."""
        if not self.windowed:
            return np.array([row])
        ends = self.column("members.ends")
        return np.asarray(self.column("members")[int(ends[row]) : int(ends[row + 1])])

    def row_of(self, event: int) -> int:
        """Give the row that an event belongs to."""
        return int(self.column("event.row")[event]) if self.windowed else event

    def check_row(self, row: int) -> int:
        """Refuse a row that is not there."""
        if not 0 <= row < self.rows:
            raise UsageError(f"row {row}", expected=f"0 to {self.rows - 1}" if self.rows else "none: there are no rows")
        return row

    @property
    def timed(self) -> bool:
        """True if the axis is time, and not the numbers of lines."""
        return bool(self.layout["axis"]["timed"])

    def places(self) -> Ints:
        """Give the line of each row counted through all inputs."""
        if len(self.sources) < 2:
            return self.column("line")
        offsets = np.array(self.layout["axis"]["offsets"], dtype=np.int64)
        return np.asarray(offsets[self.column("source")] + self.column("line"))

    def fields(self, events: Ints, names: tuple[str, ...]) -> list[dict[str, str]]:
        """Give further columns of some events as text; what is missing is left out.

        Raises
        ------
        UsageError
            If there is no such column.
        """
        for name in names:
            if name not in self.summary.fields:
                known = ", ".join(self.summary.fields) or "none"
                raise UsageError(f"no column {name!r}", expected=f"one of {known}")
        if not names or not len(events):
            return [{} for _ in range(len(events))]
        lazy = pl.scan_parquet(self.folder / "fields.parquet").select(names)
        first, last = int(events.min()), int(events.max())
        found = lazy.slice(first, last - first + 1).collect()[events.astype(np.int64) - first]
        told = found.select(pl.all().cast(pl.String)).iter_rows(named=True)
        return [{name: value for name, value in row.items() if value is not None} for row in told]

    def labels(self, rows: Ints) -> list[str | None]:
        """Give the label of each row, None for what has none."""
        if not self.summary.labelled:
            return [None] * len(rows)
        names = self._kept("labels", lambda: json.loads((self.folder / "labels.json").read_text(encoding="utf-8")))
        codes = self.column("label")[rows].tolist()
        return [terminal(names[code], 200) if code >= 0 else None for code in codes]

    def anomaly(self, row: int) -> dict[str, Any] | None:
        """Give what is known of an odd row."""
        rows = self.column("anomaly.row")
        at = int(np.searchsorted(rows, row))
        if at == len(rows) or rows[at] != row:
            return None
        told: dict[str, Any] = json.loads(self.texts("anomalies")[int(self.column("anomaly.place")[at])])
        return told

    def incident(self, number: int) -> dict[str, Any]:
        """Give what is known of an incident."""
        incidents = self.texts("incidents")
        if not 0 <= number < len(incidents):
            raise UsageError(f"incident {number}", expected=f"0 to {len(incidents) - 1}" if len(incidents) else "none")
        told: dict[str, Any] = json.loads(incidents[number])
        return told

    def close(self) -> None:
        """Let go of every file; what a question in another thread still reads stays until it is answered."""
        with self._lock:
            self._open.clear()
        self.masks.clear()


def moment(microseconds: int) -> datetime | None:
    """Give a time out of a column, None where there is none."""
    return None if microseconds == NO_TIME else EPOCH + timedelta(microseconds=int(microseconds))


def severity_named(code: int) -> str | None:
    """Give a severity out of a column, None where nothing is odd.

    Examples
    --------
    >>> severity_named(3), severity_named(-1)
    ('critical', None)
    """
    return SEVERITIES[code] if code >= 0 else None
