"""Anomalies and incidents as JSON lines, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Anomaly, Incident, Reason, Result

Ints = npt.NDArray[Any]


def anomaly_texts(result: Result) -> Iterator[str]:
    """Write each anomaly; its text, source, line and time only where they are not those of its row."""
    places = result.scored.select(pl.col("source").cast(pl.String), "line").rows()
    for one in result.anomalies:
        elsewhere = (one.source, one.line) != places[one.row]
        yield _line(
            {
                **(_place(one) if elsewhere else {}),
                "id": one.id,
                "row": one.row,
                "lines": one.lines,
                "key": one.key,
                "template": one.template,
                "score": one.score,
                "surprise": one.surprise,
                "severity": one.severity,
                "confidence": one.confidence,
                "reasons": _reasons(one.reasons),
            }
        )


def _place(one: Anomaly) -> dict[str, Any]:
    """Say which line of its window an anomaly is shown by."""
    return {"source": one.source, "line": one.line, "ts": _time(one.ts), "text": one.text}


def anomaly(told: dict[str, Any], *, source: str, line: int, ts: datetime | None, text: str) -> Anomaly:
    """Read an anomaly; what is given of its place is that of its row, and holds where nothing else was written."""
    place = {"source": source, "line": line, "ts": ts, "text": text}
    if "text" in told:
        own = {name: told[name] for name in ("source", "line", "text")}
        place = own | {"ts": None if told["ts"] is None else datetime.fromisoformat(told["ts"])}
    return Anomaly(**told | place | {"reasons": reasons(told["reasons"])})


def incident_texts(result: Result, templates: Ints) -> Iterator[str]:
    """Write each incident; the ids of its anomalies stand in a file of their own.

    ``templates`` has the number of the template of each row.
    """
    rows = {one.id: one.row for one in result.anomalies}
    surprise = {one.row: one.surprise for one in result.anomalies}
    for one in result.incidents:
        members = sorted(rows[name] for name in one.anomaly_ids if name in rows)
        own = [templates[row] for row in members]
        numbers, first = np.unique(np.array(own, dtype=np.int64), return_index=True)
        yield _line(
            {
                "fingerprint": one.fingerprint,
                "title": one.title,
                "severity": one.severity,
                "score": one.score,
                "surprise": one.surprise,
                "source": one.source,
                "line": one.line,
                "last_line": one.last_line,
                "count": one.count,
                "opened": _time(one.opened),
                "last_seen": _time(one.last_seen),
                "state": one.state,
                "reasons": _reasons(one.reasons),
                "first_row": members[0] if members else None,
                "worst_row": max(members, key=lambda row: (surprise[row], -row)) if members else None,
                "templates": [number for number in numbers[np.argsort(first)].tolist() if number][:20],
            }
        )


def incident(told: dict[str, Any], anomaly_ids: Sequence[str] = ()) -> Incident:
    """Read an incident."""
    own = {name: value for name, value in told.items() if name not in {"first_row", "worst_row", "templates"}}
    times = {
        name: None if told[name] is None else datetime.fromisoformat(told[name]) for name in ("opened", "last_seen")
    }
    return Incident(**own | times | {"reasons": reasons(told["reasons"]), "anomaly_ids": tuple(anomaly_ids)})


def reasons(told: list[list[Any]]) -> tuple[Reason, ...]:
    """Read reasons."""
    return tuple(Reason(*one) for one in told)


def _reasons(told: tuple[Reason, ...]) -> list[list[Any]]:
    return [[one.what, one.seen, one.expected, one.share, one.kind] for one in told]


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="microseconds")


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n"
