"""What ``scan -o`` wrote, read again: one row a scored window, and what is known of the scan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from oddline.core import folder
from oddline.core.errors import BadData, NoInput, OddlineError, UsageError

COLUMNS: dict[str, Any] = {
    "source": pl.String,
    "line": pl.Int64,
    "key": pl.String,
    "ts": pl.Datetime("us", "UTC"),
    "surprise": pl.Float64,
    "anomaly": pl.Boolean,
}
"""The columns of ``schema.SCORED`` that labels are held against, with their types here."""

MADE = "what oddline scan -o FILE wrote (.csv, .ndjson, .jsonl, .parquet)"


@dataclass(frozen=True)
class Scored:
    """The scored windows of one file, in the order of the log, and what is known of how they came about."""

    name: str
    frame: pl.DataFrame
    detector: str | None = None
    supervised: bool | None = None
    seconds: float | None = None
    events: int | None = None
    memory_mb: float | None = None

    def told(self) -> dict[str, Any]:
        """Give what a row of a table says besides figures of quality; None where nobody knows."""
        rate = round(self.events / self.seconds, 1) if self.events and self.seconds else None
        return {"seconds": self.seconds, "events_per_second": rate, "memory_mb": self.memory_mb}


def read_scored(path: Path, more: str | None = None) -> Scored:
    """Read one file of scored windows; ``more`` names a column that is wanted besides.

    The name of the detector and the speed come from the JSON object of the same scan, if it stands beside it
    (``-o day.parquet -o day.json``).

    Raises
    ------
    NoInput
        If there is no such file.
    BadData
        If it does not hold scored windows.
    """
    wanted = COLUMNS if more is None or more in COLUMNS else COLUMNS | {more: pl.String}
    frame = _read(path)
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        found = ", ".join(frame.columns[:12]) + (", …" if len(frame.columns) > 12 else "")
        raise BadData(f"{path} has no column {', '.join(missing)}; it has {found}", expected=MADE)
    try:
        frame = frame.select(list(wanted)).with_columns(*(_typed(name, kind, frame) for name, kind in wanted.items()))
    except pl.exceptions.PolarsError as error:
        raise BadData(f"{path}: {str(error).splitlines()[0]}", expected=MADE) from error
    for name in ("line", "surprise", "anomaly"):
        if count := frame[name].null_count():
            raise BadData(f"{path}: {count:,} of {frame.height:,} rows have no {name}", expected=MADE)
    frame = frame.with_columns(pl.col("source").fill_null(""), pl.col("key").replace("", None))
    return Scored(path.stem, frame, **_of_scan(path.with_suffix(".json"), frame.height))


def _read(path: Path) -> pl.DataFrame:
    readers: dict[str, Any] = {
        ".csv": lambda file: pl.read_csv(file, infer_schema=False),
        ".ndjson": lambda file: pl.read_ndjson(file, infer_schema_length=None),
        ".jsonl": lambda file: pl.read_ndjson(file, infer_schema_length=None),
        ".parquet": pl.read_parquet,
    }
    if path.suffix not in readers:
        raise UsageError(f"{path}: scored windows have no ending {path.suffix!r}", expected=MADE)
    if not path.is_file():
        raise NoInput(f"{path} does not exist", expected=MADE, hint="oddline scan app.log -o scored.parquet")
    try:
        frame: pl.DataFrame = readers[path.suffix](path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadData(f"{path} cannot be read ({str(error).splitlines()[0]})", expected=MADE) from error
    if path.suffix == ".csv":
        # In CSV a cell that a spreadsheet would run as a formula stands behind an apostrophe.
        text = pl.col(pl.String)
        frame = frame.with_columns(text.str.replace(r"^'([=+\-@\t\r\n\x00＝＋－＠])", "$1"))  # noqa: RUF001
    return frame


def _typed(name: str, kind: Any, frame: pl.DataFrame) -> pl.Expr:
    """Give a column its type: files of text hold text."""
    text = frame.schema[name] == pl.String
    if name == "ts" and text:
        return pl.col(name).str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
    if name == "anomaly" and text:
        return pl.col(name).replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean)
    return pl.col(name).cast(kind)


def _of_scan(path: Path, windows: int) -> dict[str, Any]:
    """Read what the JSON object of a scan tells of it; one that is not of these windows tells nothing."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["windows"] != windows:
            return {}
        known = {name: told.get(name) for name in ("detector", "seconds", "events", "memory_mb")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    try:
        known["supervised"] = bool(folder.load("detectors", str(known["detector"])).supervised)
    except OddlineError:
        known["supervised"] = None
    return known
