"""Small logs and tables for the floors: made, seeded, with one thing in them that is plainly odd."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from oddline.drivers.batch import read_records
from oddline.testing._records import records

ODD = "disk failure on volume 7"


def log(path: Path, lines: int = 300, *, odd: int | None = 200, shift: int = 0) -> Path:
    """Write a log, two seconds a line, whose line ``odd`` (from 0) is of another kind."""
    text = []
    for n in range(lines):
        seconds = 2 * n + shift
        clock = f"2026-01-01 {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        told = f"CRITICAL {ODD}" if n == odd else f"INFO job {n} done in {n % 7} ms"
        text.append(f"{clock} {told}\n")
    path.write_text("".join(text), encoding="utf-8")
    return path


def table(path: Path, rows: int = 300, *, odd: int | None = 200, labels: list[str] | None = None) -> Path:
    """Write a table with a number and a word a row, whose row ``odd`` (from 0) has an extreme number."""
    random = np.random.default_rng(0)
    frame = pl.DataFrame(
        {
            "bytes": random.integers(100, 120, rows),
            "ms": random.normal(30, 2, rows).round(3),
            "host": [f"web{n % 3}" for n in range(rows)],
        }
    )
    if odd is not None:
        frame[odd, "bytes"], frame[odd, "ms"] = 90_000, 900.0
    if labels is not None:
        frame = frame.with_columns(label=pl.Series(labels))
    frame.write_csv(path)
    return path


def records_of(path: Path) -> pl.DataFrame:
    """Read Records as the drivers do."""
    return read_records([str(path)]).records


def of_kind(kind: str, folder: Path) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Make what suits a preset: Records of a good run, others with one odd window, and which window that is."""
    if kind == "rows":
        return records_of(table(folder / "good.csv", odd=None)), records_of(table(folder / "new.csv")), 200
    good, new, at = records(odd=False), records(seed=1), 400 * 2 // 3
    if kind == "lines":
        return good, new, at
    if kind.startswith("sessions"):
        name = pl.format("s{}", pl.int_range(pl.len()) // 4).alias("x_session")
        return good.with_columns(name), new.with_columns(name), at // 4
    events = [f"5 5 {'22 ' * (row % 3 + 1)}11 9" for row in range(good.height)]
    odd = [*events[:at], "5 99 99 99 9", *events[at + 1 :]]
    return good.with_columns(x_events=pl.Series(events)), new.with_columns(x_events=pl.Series(odd)), at
