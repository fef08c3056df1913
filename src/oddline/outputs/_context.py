"""The lines around an incident, with the odd ones marked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Anomaly, Incident, Result

EVENT_LINES = 12
"""A stack trace of 200 lines shows its first twelve."""


@dataclass(frozen=True)
class Shown:
    """One physical line to show, or a gap: then ``number`` is 0 and ``text`` says what is left out."""

    number: int
    text: str
    odd: bool

    @property
    def gap(self) -> bool:
        """True where lines are left out."""
        return self.number == 0


class Context:
    """Finds the lines around incidents of one result.

    Each source is sorted by line once, when it is first asked for.
    """

    def __init__(self, result: Result) -> None:
        self._result = result
        self._sources: dict[str, _Source] = {}

    @cached_property
    def _anomalies(self) -> dict[str, Anomaly]:
        return {anomaly.id: anomaly for anomaly in self._result.anomalies}

    def around(self, incident: Incident, before_and_after: int, most_events: int) -> list[Shown]:
        """Give the first odd events of an incident in its source, with so many events before and after each.

        At most ``most_events`` events are shown; gaps say how many lines are left out between.
        """
        source = self._source(incident.source)
        if not source.height:
            return []
        members = [self._anomalies[i] for i in incident.anomaly_ids if i in self._anomalies]
        lines = sorted({anomaly.line for anomaly in members if anomaly.source == incident.source})
        rows = source.rows(np.array(lines or [incident.line], dtype=np.int64))
        shown: set[int] = set()
        for row in rows.tolist():
            near = range(max(0, row - before_and_after), min(source.height, row + before_and_after + 1))
            if len(shown | set(near)) > most_events:
                shown |= set(sorted(set(near) - shown)[: most_events - len(shown)]) if not shown else set()
                break
            shown |= set(near)
        return source.show(sorted(shown)) + _unshown(rows, shown, lines)

    def _source(self, name: str) -> _Source:
        if name not in self._sources:
            self._sources[name] = _Source(self._result, name)
        return self._sources[name]


def _unshown(rows: npt.NDArray[np.int64], shown: set[int], lines: list[int]) -> list[Shown]:
    """Say how many events of the incident are not among the shown ones."""
    left_out = len([row for row in rows.tolist() if row not in shown])
    if not left_out:
        return []
    noun = "odd event" if left_out == 1 else "odd events"
    return [Shown(0, f"{left_out:,} more {noun}, the last at line {lines[-1]:,}", odd=True)]


class _Source:
    """The events of one source in the order of their lines."""

    def __init__(self, result: Result, name: str) -> None:
        of_source = pl.col("source").cast(pl.String) == name
        records = result.records
        self._frame = records.filter(of_source).sort("line") if "raw" in records.columns else records.clear()
        self.height = self._frame.height
        if self.height:
            self._first: npt.NDArray[np.int64] = self._frame["line"].cast(pl.Int64).to_numpy()
            self._odd = self._marks(result, name)

    def _marks(self, result: Result, name: str) -> npt.NDArray[np.bool_]:
        """Tell which events are odd: all that an anomaly covers; of a session (it has a key) its first."""
        change = np.zeros(self.height + 1, dtype=np.int64)
        spans = [(a.line, 1 if a.key else a.lines) for a in result.anomalies if a.source == name]
        if spans:
            line, length = np.array(spans, dtype=np.int64).T
            np.add.at(change, np.searchsorted(self._first, line), 1)
            np.add.at(change, np.searchsorted(self._first, line + np.maximum(length, 1)), -1)
        return np.cumsum(change)[:-1] > 0

    def rows(self, lines: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Find the events that hold these lines."""
        return np.clip(np.searchsorted(self._first, lines, side="right") - 1, 0, self.height - 1)

    def show(self, rows: list[int]) -> list[Shown]:
        shown: list[Shown] = []
        expected = None
        for row in rows:
            number, odd = int(self._first[row]), bool(self._odd[row])
            if expected is not None and row != expected:
                left_out = int(self._first[row] - self._first[expected])
                shown.append(Shown(0, f"{left_out:,} more line{'s' if left_out > 1 else ''}", odd=False))
            text = str(self._frame["raw"][row] or "")
            parts = text.split("\n")
            shown += [Shown(number + i, part, odd) for i, part in enumerate(parts[:EVENT_LINES])]
            if len(parts) > EVENT_LINES:
                shown.append(Shown(0, f"{len(parts) - EVENT_LINES:,} more lines of this event", odd))
            expected = row + 1
        return shown
