"""The whole result as one JSON object, versioned and documented."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any, BinaryIO, ClassVar

from oddline.core.nouns import Anomaly, Incident, Inputs, Reason, Result
from oddline.outputs._hostile import utf8
from oddline.outputs.base import Output

__all__ = ["JsonObject"]

VERSION = 1
"""Rises when a key goes or changes its meaning; a key more is no new version."""

CHUNK = 1000
"""Anomalies encoded at once: a hundred thousand never stand in memory as text together."""


class JsonObject(Output):
    """Writes one JSON object; ``docs/json.md`` describes every key.

    Anomalies and incidents stand one a line, so that ``grep`` and ``diff`` can work on them. It is valid
    UTF-8 and valid JSON whatever was in the log: numbers that JSON cannot say are ``null``.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".json",)

    def write(self, result: Result, stream: BinaryIO) -> None:
        """Write the object, its lists piece by piece."""
        head = _text(_head(result))[:-1]  # without its closing brace
        stream.write(f'{head},\n"anomalies": ['.encode())
        _write_list(stream, (_anomaly(anomaly) for anomaly in result.anomalies))
        stream.write(b'],\n"incidents": [')
        _write_list(stream, (_incident(incident) for incident in result.incidents))
        stream.write(b"]}\n")


def _write_list(stream: BinaryIO, items: Iterable[dict[str, Any]]) -> None:
    chunk: list[str] = []
    separator = "\n"
    for item in items:
        chunk.append(separator + _text(item))
        separator = ",\n"
        if len(chunk) == CHUNK:
            stream.write("".join(chunk).encode())
            chunk.clear()
    if separator != "\n":
        chunk.append("\n")
    stream.write("".join(chunk).encode())


def _text(value: object) -> str:
    return utf8(json.dumps(value, ensure_ascii=False, allow_nan=False), backslash="\\\\")


def _head(result: Result) -> dict[str, Any]:
    formats = {item.format for item in result.inputs}
    return {
        "version": VERSION,
        "inputs": [_input(item) for item in result.inputs],
        "format": formats.pop() if len(formats) == 1 else "mixed" if formats else None,
        "detector": result.detector,
        "events": result.events,
        "templates": result.templates,
        "windows": result.windows,
        "seconds": _number(result.seconds),
        "stages": {name: _number(seconds) for name, seconds in result.stages.items()},
        "threshold": {
            "cut": _number(result.threshold.cut),
            "method": result.threshold.method,
            "budget": result.threshold.budget,
        },
    }


def _input(item: Inputs) -> dict[str, Any]:
    return {
        "path": item.path,
        "format": item.format,
        "confidence": _number(item.confidence),
        "events": item.events,
        "lines": item.lines,
        "warnings": list(item.warnings),
    }


def _anomaly(anomaly: Anomaly) -> dict[str, Any]:
    return {
        "id": anomaly.id,
        "source": anomaly.source,
        "line": anomaly.line,
        "lines": anomaly.lines,
        "key": anomaly.key,
        "ts": _time(anomaly.ts),
        "text": anomaly.text,
        "template": anomaly.template,
        "score": _number(anomaly.score),
        "surprise": _number(anomaly.surprise),
        "severity": anomaly.severity,
        "confidence": _number(anomaly.confidence),
        "reasons": [_reason(reason) for reason in anomaly.reasons],
    }


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "fingerprint": incident.fingerprint,
        "title": incident.title,
        "severity": incident.severity,
        "score": _number(incident.score),
        "surprise": _number(incident.surprise),
        "source": incident.source,
        "line": incident.line,
        "last_line": incident.last_line,
        "count": incident.count,
        "opened": _time(incident.opened),
        "last_seen": _time(incident.last_seen),
        "state": incident.state,
        "reasons": [_reason(reason) for reason in incident.reasons],
        "anomaly_ids": list(incident.anomaly_ids),
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "kind": reason.kind,
        "what": reason.what,
        "seen": reason.seen,
        "expected": reason.expected,
        "share": _number(reason.share),
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
