"""The lines around an incident, with the odd ones marked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Anomaly, Incident, Result
from oddline.core.schema import SEVERITIES
from oddline.outputs._words import counted

EVENT_LINES = 12
"""A stack trace of 200 lines shows its first twelve."""


@dataclass(frozen=True)
class Shown:
    """One physical line to show, or a gap: then ``number`` is 0 and ``text`` says what is left out."""

    number: int
    text: str
    severity: str = ""

    @property
    def odd(self) -> bool:
        """True for a line that an anomaly covers; ``severity`` is that anomaly's."""
        return bool(self.severity)

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

    @cached_property
    def _by_source(self) -> dict[str, list[Anomaly]]:
        found: dict[str, list[Anomaly]] = {}
        for anomaly in self._result.anomalies:
            found.setdefault(anomaly.source, []).append(anomaly)
        return found

    def around(self, incident: Incident, before_and_after: int, most_events: int) -> list[Shown]:
        """Give the worst and the first odd events of an incident, with so many events around each.

        At most ``most_events`` events are shown, in the order of lines; gaps say what is left out.
        """
        source = self._source(incident.source)
        if not source.height:
            return []
        members = [self._anomalies[i] for i in incident.anomaly_ids if i in self._anomalies]
        members = [anomaly for anomaly in members if anomaly.source == incident.source]
        lines = sorted({anomaly.line for anomaly in members}) or [incident.line]
        if members:
            lines.insert(0, max(members, key=lambda anomaly: (anomaly.surprise, -anomaly.line)).line)
        rows = source.rows(np.array(lines, dtype=np.int64)).tolist()
        shown: set[int] = set()
        for row in rows:
            near = set(range(max(0, row - before_and_after), min(source.height, row + before_and_after + 1)))
            if len(shown | near) > most_events:
                break
            shown |= near
        return source.show(sorted(shown or {rows[0]})) + _unshown(rows, shown, max(lines))

    def _source(self, name: str) -> _Source:
        if name not in self._sources:
            self._sources[name] = _Source(self._result.records, name, self._by_source.get(name, []))
        return self._sources[name]


def _unshown(rows: list[int], shown: set[int], last: int) -> list[Shown]:
    """Say how many events of the incident are not among the shown ones."""
    left_out = len(set(rows) - shown)
    if not left_out:
        return []
    where = f"at line {last:,}" if left_out == 1 else f"the last at line {last:,}"
    return [Shown(0, f"{counted(left_out, 'more odd event')}, {where}")]


class _Source:
    """The events of one source in the order of their lines."""

    def __init__(self, records: pl.DataFrame, name: str, anomalies: list[Anomaly]) -> None:
        # Only numbers are put in order: the text of a million lines stays where it is.
        self._raw = records["raw"] if "raw" in records.columns else pl.Series("raw", [], pl.String)
        mine = (records["source"] == name).arg_true().to_numpy() if len(self._raw) else np.zeros(0, np.int64)
        lines = records["line"].to_numpy()[mine].astype(np.int64)
        order = np.argsort(lines, kind="stable")
        self._first: npt.NDArray[np.int64] = lines[order]
        self._row = mine[order]
        self.height = len(self._row)
        self._worst = self._severities(anomalies)

    def _severities(self, anomalies: list[Anomaly]) -> npt.NDArray[np.int64]:
        """Tell which events an anomaly covers (of a session, which has a key, its first) and how bad: 0 for none."""
        worst = np.zeros(self.height, dtype=np.int64)
        for rank, severity in enumerate(SEVERITIES, 1):
            spans = [(a.line, 1 if a.key else max(a.lines, 1)) for a in anomalies if a.severity == severity]
            if not spans:
                continue
            line, length = np.array(spans, dtype=np.int64).T
            change = np.zeros(self.height + 1, dtype=np.int64)
            np.add.at(change, np.searchsorted(self._first, line), 1)
            np.add.at(change, np.searchsorted(self._first, line + length), -1)
            worst[np.cumsum(change)[:-1] > 0] = rank
        return worst

    def rows(self, lines: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Find the events that hold these lines."""
        return np.clip(np.searchsorted(self._first, lines, side="right") - 1, 0, self.height - 1)

    def show(self, rows: list[int]) -> list[Shown]:
        shown: list[Shown] = []
        expected = None
        for row in rows:
            number, severity = int(self._first[row]), ("", *SEVERITIES)[self._worst[row]]
            if expected is not None and row != expected:
                left_out = int(self._first[row] - self._first[expected])
                shown.append(Shown(0, counted(left_out, "more line")))
            text = str(self._raw[int(self._row[row])] or "")
            parts = text.split("\n")
            shown += [Shown(number + i, part, severity) for i, part in enumerate(parts[:EVENT_LINES])]
            if len(parts) > EVENT_LINES:
                shown.append(Shown(0, f"{counted(len(parts) - EVENT_LINES, 'more line')} of this event"))
            expected = row + 1
        return shown
