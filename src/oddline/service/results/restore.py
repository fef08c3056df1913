"""A result again, out of the files that a scan left."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl

from oddline.core.nouns import Anomaly, Cut, Incident, Inputs, Result
from oddline.core.schema import LEVEL, LEVELS, SCORED, TIME
from oddline.service.results import _findings_json
from oddline.service.results._scan import Scan, moment

__all__ = ["restore"]


def restore(folder: Path) -> Result:
    """Make the result of a scan again, as far as any output of it needs.

    Anomalies, incidents, scored rows and templates are as they were. Of the records there is what an output shows:
    where they stand, when, how bad they call themselves, and their text; in the order of the input.

    Raises
    ------
    NoInput
        If the folder holds no finished scan.
    """
    return restored(Scan(folder))


def restored(scan: Scan) -> Result:
    """Make a result again out of an open scan."""
    told, threshold = scan.layout, scan.summary.threshold
    return Result(
        inputs=tuple(_input(*item) for item in told["inputs"]),
        events=told["events"],
        templates=told["templates"],
        windows=told["windows"],
        threshold=Cut(threshold.cut, threshold.method, threshold.budget),
        anomalies=tuple(anomalies(scan)),
        incidents=tuple(incidents(scan)),
        scored=scored(scan),
        records=_records(scan),
        template_table=pl.read_parquet(scan.folder / "mined.parquet"),
        detector=scan.summary.detector,
        seconds=scan.summary.seconds,
        stages=scan.summary.stages,
        members=np.asarray(scan.column("event.row")) if scan.windowed else None,
    )


def _input(path: str, format: str, confidence: float, events: int, lines: int, warnings: list[str]) -> Inputs:  # noqa: A002
    return Inputs(path, format, confidence, events, lines, tuple(warnings))


def scored(scan: Scan) -> pl.DataFrame:
    """Give the scored rows as they were written."""
    return pl.read_parquet(scan.folder / "scored.parquet").cast({"source": SCORED["source"]})


def anomalies(scan: Scan) -> list[Anomaly]:
    """Give every anomaly, in the order of the result."""
    source, line, ts, texts = scan.column("source"), scan.column("line"), scan.column("ts"), scan.texts("text")
    made = []
    told_by = scan.texts("anomalies")
    for place in range(len(told_by)):
        told = json.loads(told_by[place])
        row = told["row"]
        made.append(
            _findings_json.anomaly(
                told,
                source=scan.sources[int(source[row])],
                line=int(line[row]),
                ts=moment(ts[row]),
                text=texts[scan.head(row)],
            )
        )
    return made


def incidents(scan: Scan) -> list[Incident]:
    """Give every incident, the worst first."""
    ids = scan.texts("told")
    return [_findings_json.incident(scan.incident(number), ids[number].split()) for number in range(len(ids))]


def _records(scan: Scan) -> pl.DataFrame:
    names = pl.Series(scan.sources, dtype=pl.String)
    ts = pl.Series(np.asarray(scan.column("ts")), dtype=pl.Int64) if not scan.windowed else None
    level = np.asarray(scan.column("level")) if not scan.windowed else None
    frame = pl.DataFrame(
        {
            "source": names.gather(pl.Series(np.asarray(scan.of_event("source")))).cast(pl.Categorical),
            "line": pl.Series(np.asarray(scan.of_event("line")), dtype=pl.UInt32),
            "lines": pl.Series(np.asarray(scan.column("event.lines")), dtype=pl.UInt32),
            "raw": scan.texts("text").series(),
        }
    )
    if ts is None or level is None:
        return frame
    words = pl.Series([*LEVELS, None], dtype=LEVEL).gather(pl.Series(np.where(level < 0, len(LEVELS), level)))
    return frame.with_columns(ts=ts.set(ts == np.iinfo(np.int64).min, None).cast(TIME), level=words)
