"""Labels as people keep them: a file of their own, a column of a table, the first word of each line, a list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from oddline.core.errors import BadData, NoInput
from oddline.drivers.batch import Tables, read_records
from oddline.sources._lines import lines
from oddline.sources._open import open_sources

NAMES = ("label", "class", "anomaly", "is_anomaly", "attack", "y")
"""What a column of labels is usually called; others are told by --label-column."""

PLACES = {"source", "line", "key", "incident"}
"""Columns of a file of labels that say what is meant, rather than what it is."""

ODD, NORMAL = "odd", "normal"
"""The labels of a list: what stands in it, and what does not."""

EXPECTED = "a header such as line,label or source,line,label or key,label, or a plain list of what is odd"


@dataclass(frozen=True)
class Labels:
    """Labels, and what they are of.

    ``frame`` has ``label`` (text), ``key`` or ``line``, and perhaps ``source`` and ``incident``. ``by`` is ``entry``
    for a list of which nobody said whether it holds lines or keys. What a list does not hold is normal.
    """

    name: str
    frame: pl.DataFrame
    by: Literal["key", "line", "entry"]
    column: str = ""

    @property
    def listed(self) -> bool:
        """Whether it is a list of what is odd."""
        return self.column == ""


def labels_of_file(path: Path, column: str | None) -> Labels:
    """Read a file of labels, or a list; ``column`` names the column of labels if it has no usual name.

    Raises
    ------
    NoInput
        If there is no such file.
    BadData
        If its columns do not say what is labelled, or as what.
    """
    if not path.is_file():
        raise NoInput(f"{path} does not exist", expected="a file of labels")
    try:
        frame = pl.read_parquet(path).cast(pl.String) if path.suffix == ".parquet" else _text(path)
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        raise BadData(f"{path} cannot be read ({str(error).splitlines()[0]})", expected=EXPECTED) from error
    frame = frame.rename(str.strip).select(pl.all().str.strip_chars())
    if frame.width == 1:
        return _list(path, frame)
    known = {name.lower(): name for name in frame.columns}
    told = column if column in frame.columns else next((known[name] for name in NAMES if name in known), None)
    if told is None or (column is not None and told != column):
        asked = f"no column {column!r}" if column else "no column of labels"
        raise BadData(
            f"{path} has {asked}; it has {', '.join(frame.columns)}", expected=EXPECTED, hint="--label-column NAME"
        )
    rest = [name for name in frame.columns if name != told]
    by = "line" if "line" in known else "key"
    of = known.get(by) or _only(path, [name for name in rest if name.lower() not in PLACES])
    kept = [known[name] for name in ("source", "incident") if name in known and known[name] != told]
    frame = frame.select(pl.col(of).alias(by), label=told, **{name.lower(): name for name in kept})
    if by == "line":
        frame = _numbers(path, frame)
    return Labels(str(path), _labelled(frame), "line" if by == "line" else "key", told)


def labels_of_tables(paths: list[str], column: str, tables: Tables, format: str | None = None) -> Labels:  # noqa: A002
    """Read the column of the tables that were scanned; a label belongs to the row in which it stands.

    Raises
    ------
    BadData
        If there is no such column.
    """
    records = read_records(paths, format=format, tables=tables).records
    name = f"x_{column}"
    if name not in records.columns:
        known = [one[2:] for one in records.columns if one.startswith("x_")]
        expected = "one of " + ", ".join(known[:50]) if known else "a table: these are lines of text"
        raise BadData(f"{', '.join(paths)}: no column {column!r}", expected=expected)
    frame = records.select(
        pl.col("source").cast(pl.String), pl.col("line").cast(pl.Int64), label=pl.col(name).cast(pl.String)
    )
    return Labels(", ".join(paths), _labelled(frame), "line", column)


def labels_of_prefix(paths: list[str]) -> Labels:
    """Read the first word of each line of the logs that were scanned: ``-`` is normal, as for BlueGene/L."""
    frames = [
        chunk.select(
            pl.col("source").cast(pl.String), pl.col("line").cast(pl.Int64), label=pl.col("raw").str.extract(r"^(\S+)")
        )
        for part in open_sources(paths)
        for chunk in lines(part)
    ]
    return Labels(", ".join(paths), _labelled(pl.concat(frames)), "line", "first word")


def _labelled(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out what has no label: nothing, or an empty one."""
    return frame.filter(pl.col("label").is_not_null() & (pl.col("label") != ""))


def _text(path: Path) -> pl.DataFrame:
    """Read lines of text with commas, or tabs, between their cells; a single column has no header."""
    with path.open(encoding="utf-8-sig") as file:
        first = file.readline().strip()
    if not first:
        raise BadData(f"{path} begins with an empty line, or is empty", expected=EXPECTED)
    tabs, commas = "\t" in first, "," in first
    if tabs or commas:
        return pl.read_csv(path, infer_schema=False, separator="\t" if tabs else ",")
    entries = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    return pl.DataFrame({"entry": entries})


def _list(path: Path, frame: pl.DataFrame) -> Labels:
    entries = frame.to_series().drop_nulls()
    heading = entries[0].lower() if len(entries) else ""
    by: Literal["key", "line", "entry"] = "entry"
    if heading in {"line", "lines"}:
        by, entries = "line", entries[1:]
    elif heading in {"key", "keys", "id", "session", "sessions"} or heading.endswith("_id"):
        by, entries = "key", entries[1:]
    listed = pl.DataFrame({by: entries, "label": [ODD] * len(entries)})
    return Labels(str(path), _numbers(path, listed) if by == "line" else listed, by)


def _only(path: Path, names: list[str]) -> str:
    if len(names) != 1:
        told = " and ".join(names) if names else "nothing"
        raise BadData(f"{path}: beside the label stands {told}", expected=EXPECTED, hint="rename the column to key")
    return names[0]


def _numbers(path: Path, frame: pl.DataFrame) -> pl.DataFrame:
    made = frame.with_columns(pl.col("line").cast(pl.Int64, strict=False))
    if wrong := made["line"].null_count():
        first = frame.filter(made["line"].is_null())["line"][0]
        raise BadData(f"{path}: {wrong:,} lines are no numbers, the first is {first!r}", expected="lines, from 1 on")
    return made
