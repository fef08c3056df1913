"""From the parts of sources to one frame of Records."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, cast

import polars as pl

from oddline.core.folder import plugins
from oddline.core.nouns import Inputs
from oddline.core.schema import RECORDS, check
from oddline.core.telemetry import Telemetry
from oddline.drivers._chunks import read_whole
from oddline.formats._guess import guess, load_format
from oddline.formats._private import mask_cells, mask_records, mask_warnings
from oddline.formats.base import Format, LineFormat, TableFormat
from oddline.sources._limits import Limits
from oddline.sources._lines import content, lines, sample
from oddline.sources.base import Part

SAMPLE = 1000
"""Lines that the format is guessed from: half of them the first, half spread over what is at hand."""


PARQUET = b"PAR1"

SURE_TABLE = 0.9
"""Below this share of rows that fit, it is text with commas in it."""


@dataclass(frozen=True)
class Tables:
    """What the user tells about tables."""

    header: bool | None = None
    columns: tuple[str, ...] | None = None
    drop: tuple[str, ...] = ()
    label_column: str | None = None
    normal: str = "normal"


@dataclass(frozen=True)
class Reading:
    """Records, and what they were read from."""

    records: pl.DataFrame
    inputs: tuple[Inputs, ...]
    tabular: bool


def read_parts(
    parts: Sequence[Part],
    forced: str | Format | None,
    tables: Tables,
    telemetry: Telemetry,
    passed_over: Sequence[str] = (),
    *,
    mask_pii: bool = False,
    limits: Limits | None = None,
) -> Reading:
    """Read every part in its own format and put the events in order of time, if all of them tell it.

    ``passed_over`` are the sources' own warnings; they are told with the first input. With ``mask_pii`` what
    is private leaves each part as soon as it has become Records.

    Raises
    ------
    TooMuch
        If a limit is passed.
    """
    frames, inputs = [], []
    count, limits = 0, limits or Limits()
    for number, part in enumerate(parts):
        heard = Heard(telemetry, number, len(parts), limits, count)
        with telemetry.stage("read"):
            telemetry.progress("read", number / len(parts))
            frame, told = _read_part(part, forced, tables, heard, mask_pii=mask_pii)
        count += max(told.events, told.lines)
        frames.append(frame)
        inputs.append(told)
    if inputs and passed_over:
        inputs[0] = replace(inputs[0], warnings=(*passed_over, *inputs[0].warnings))
    records = pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame(schema=RECORDS)
    kinds = {isinstance(load_format(item.format), TableFormat) for item in inputs if item.events}
    return Reading(_in_order(check(records, RECORDS, "records")), tuple(inputs), tabular=kinds == {True})


@dataclass(frozen=True)
class Heard:
    """Which part of how many is read, and what it is held to: ``before`` rows were in the parts before it."""

    telemetry: Telemetry
    number: int
    count: int
    limits: Limits
    before: int

    def check(self, part: Part, rows: int) -> None:
        """Tell how far the part is, and refuse it if it has too many rows."""
        self.limits.check_rows(part.name, self.before + rows)
        read = min(1.0, part.consumed() / part.size) if part.size else 0.0
        self.telemetry.progress("read", (self.number + read) / self.count)


def _read_part(
    part: Part, forced: str | Format | None, tables: Tables, heard: Heard, *, mask_pii: bool
) -> tuple[pl.DataFrame, Inputs]:
    """Read one part: choose its format by a sample, then read all of it in that format."""
    warnings: list[str] = []
    first = sample(part)
    parser, confidence = choose_format(part, first["raw"], forced)
    if isinstance(parser, TableFormat):
        heard.limits.check_columns(part.name, _columns(parser, first["raw"]))
        frame = read_table(part, parser, tables, warnings, mask_pii=mask_pii)
        heard.limits.check_columns(part.name, sum(name.startswith("x_") for name in frame.columns))
        count = int(frame["lines"].sum())
        heard.check(part, count)
    else:
        chunks, count = [], 0
        for chunk in lines(part, limits=heard.limits, warnings=warnings):
            chunks.append(chunk)
            count += chunk.height
            heard.check(part, count)
        text = pl.concat(chunks) if chunks else first.clear()
        count = text.height
        frame = read_whole(text, cast("LineFormat", parser), first, part.modified)
    if mask_pii:
        frame, warnings = mask_records(frame), mask_warnings(warnings)
    if not frame.height:
        warnings.append("empty: no events in it")
    told = tuple(warning.removeprefix(f"{part.name}: ") for warning in warnings)
    return frame, Inputs(part.name, parser.name, confidence, frame.height, count, told)


def _columns(parser: TableFormat, raw: pl.Series) -> int:
    """Guess the columns of a table by its first line, before much is made of each of them."""
    if not raw.len():
        return 0
    return 1 + max((str(raw[0]).count(sign) for sign in getattr(parser, "delimiters", "")), default=0)


def read_table(
    part: Part, parser: TableFormat, tables: Tables, warnings: list[str], *, mask_pii: bool = False
) -> pl.DataFrame:
    """Read a table as a whole; ``warnings`` receives what a reader should know."""
    data = content(part, warnings=warnings)
    asked: dict[str, Any] = {"mask": mask_cells} if mask_pii else {}
    frame = parser.parse_table(data, part.name, header=tables.header, columns=tables.columns, drop=tables.drop, **asked)
    warnings.extend(getattr(parser, "warnings", ()))
    return frame


def common_format(parts: Sequence[Part]) -> Format:
    """Choose one format for several parts, by a sample of each."""
    if any(_is_parquet(part) for part in parts):
        return load_format("parquet")
    return _recognise(pl.concat([_spread(sample(part)["raw"]) for part in parts]))[0]


def choose_format(part: Part, raw: pl.Series, forced: str | Format | None) -> tuple[Format, float]:
    """Take the format that the caller names, or the one that the part looks like; 1.0 means certain."""
    if _is_parquet(part):
        return load_format("parquet"), 1.0
    if forced is None:
        return _recognise(_spread(raw))
    parser = load_format(forced) if isinstance(forced, str) else forced
    return parser, parser.recognise(_spread(raw))


def _is_parquet(part: Part) -> bool:
    with closing(part.open()) as stream:
        return stream.read(len(PARQUET)) == PARQUET


def _spread(raw: pl.Series) -> pl.Series:
    """Take the first lines, and as many spread over the rest."""
    step = max(1, (raw.len() - SAMPLE // 2) // (SAMPLE // 2))
    return pl.concat([raw.head(SAMPLE // 2), raw.slice(SAMPLE // 2).gather_every(step)])


def _recognise(seen: pl.Series) -> tuple[Format, float]:
    """Ask the tables first: the first column of many is a time, which is all that some line formats demand."""
    forms = [load_format(name) for name in plugins("formats")]
    tables = [(form.recognise(seen), form) for form in forms if form.reads == "bytes"]
    share, table = max(tables, key=lambda pair: pair[0])
    if share >= SURE_TABLE:
        return table, share
    found = guess(seen, forms)
    return found.format, found.confidence


def _in_order(records: pl.DataFrame) -> pl.DataFrame:
    """Merge the sources by time where every one of them tells it; else leave them one after the other.

    A line without a time goes with the line before it in its own source.
    """
    if records["source"].n_unique() < 2 or records.group_by("source").agg(pl.col("ts").count())["ts"].min() == 0:
        return records
    time = pl.col("ts").forward_fill().backward_fill().over("source")
    return records.with_columns(_time=time).sort("_time", maintain_order=True).drop("_time")
