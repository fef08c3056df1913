"""The beginning of an upload into what a person checks before a scan: its format, its columns, its first events."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, cast

import polars as pl

from oddline.core.folder import find
from oddline.core.schema import EVENTS, RECORDS
from oddline.drivers._chunks import read_whole
from oddline.drivers._read import choose_format
from oddline.formats._guess import line_formats, load_format
from oddline.formats.base import Format, LineFormat, TableFormat
from oddline.outputs._hostile import visible
from oddline.service.preview.columns import cell, columns_of, label_candidates
from oddline.service.preview.head import HEAD, Head, head_of, table_bytes
from oddline.service.preview.parquet import columns_alone, first_rows
from oddline.service.schemas.preview import Candidate, Line, Preview, TableRow
from oddline.service.storage.uploads import Content
from oddline.sources._limits import Limits
from oddline.sources._lines import content as clean
from oddline.sources._lines import lines
from oddline.sources.base import Part

__all__ = ["show"]

SHOWN = 20
"""Events that are shown."""

MOST_LINES = 50_000
"""Lines that are read; there are more only where they are very short."""

JUDGED = 50
"""Lines that every format is asked about, for the list of those it may have."""

LONGEST, LONGEST_FIELD = 500, 200
SURE = 0.9


@dataclass(frozen=True)
class _Read:
    records: pl.DataFrame
    events: int | None
    exact: bool
    told: list[str]


def show(
    content: Content, upload_id: str, limits: Limits, *, forced: str | None, header: bool | None, member: str
) -> Preview:
    """Show the beginning of an upload.

    Parameters
    ----------
    forced
        The format to read it in, instead of the one that is recognised.
    header
        Whether the first row of a table names its columns; None finds out.
    member
        Which file of an archive.

    Raises
    ------
    BadData
        If it is no log.
    UnknownPlugin
        If there is no such format.
    """
    if forced is not None:
        find("formats", forced)
    head = head_of(content, limits, member)
    part = Part(head.part.name, lambda: io.BytesIO(head.data))
    told = list(head.warnings)
    text = _lines_of(part, told) if not head.is_parquet else pl.DataFrame({"raw": ["PAR1"]})
    if not head.whole and text.height > 1:
        text = text.head(-1)  # its end is missing
    parser, confidence = choose_format(part, text["raw"], forced)
    read = _read(head, content, parser, text, header)
    records, tabular = read.records, isinstance(parser, TableFormat)
    told += read.told
    if confidence < SURE and not tabular and parser.name != "plain" and records.height:
        told.append(f"only {confidence:.0%} of the lines look like {parser.name}; the others are kept as they are")
    return Preview(
        upload=upload_id,
        name=content.name,
        format=parser.name,
        confidence=confidence,
        summary=find("formats", parser.name).summary,
        candidates=_candidates(text["raw"], parser, confidence),
        tabular=tabular,
        sequences=EVENTS in records.columns,
        packed=head.packed,
        member=head.member,
        members=list(head.members),
        events=read.events,
        exact=read.exact,
        head_bytes=len(head.data),
        whole=head.whole,
        columns=columns_of(records),
        label_candidates=label_candidates(records) if tabular else [],
        rows=_rows(records) if tabular else [],
        lines=[_line(row) for row in records.head(SHOWN).iter_rows(named=True)],
        warnings=[visible(warning.removeprefix(f"{part.name}: ")[:LONGEST]) for warning in told],
    )


def _lines_of(part: Part, told: list[str]) -> pl.DataFrame:
    frames = list(lines(part, chunk_bytes=HEAD, warnings=told))
    return pl.concat(frames) if frames else pl.DataFrame(schema={"raw": pl.String})


def _read(head: Head, content: Content, parser: Format, text: pl.DataFrame, header: bool | None) -> _Read:
    """Take the beginning apart in a format."""
    if head.is_parquet and isinstance(parser, TableFormat):
        return _parquet(head, content, parser)
    told: list[str] = []
    read, lines_read = len(head.data), text.head(MOST_LINES)
    if isinstance(parser, TableFormat):
        data = head.data if head.whole else head.data[: head.data.rfind(b"\n") + 1] or head.data
        records = parser.parse_table(
            clean(Part(head.part.name, lambda: io.BytesIO(data))), head.part.name, header=header
        )
        told.extend(getattr(parser, "warnings", ()))
    elif text.height:
        read = text["offset"][MOST_LINES] if text.height > MOST_LINES else read
        records = read_whole(lines_read, cast("LineFormat", parser), lines_read, head.part.modified)
    else:
        records = pl.DataFrame(schema=RECORDS)
    if head.whole and read == len(head.data):
        return _Read(records, records.height, True, told)
    if head.size is None or not read:
        return _Read(records, None, False, told)
    return _Read(records, round(records.height * head.size / read), False, told)


def _parquet(head: Head, content: Content, parser: TableFormat) -> _Read:
    data, told = table_bytes(head, content), list[str]()
    if data is None:
        told.append("too large for a preview of its rows; the scan reads all of it")
        if head.packed:
            return _Read(pl.DataFrame(schema=RECORDS), None, False, told)
    table, rows = columns_alone(content) if data is None else first_rows(data)
    return _Read(parser.parse_table(table, head.part.name), rows, True, told)


def _candidates(raw: pl.Series, chosen: Format, confidence: float) -> list[Candidate]:
    """List the formats that some of the lines have; plain, which all lines have, comes last."""
    asked = raw.head(JUDGED)
    shares: dict[str, float] = {name: form.recognise(asked) for name, form in line_formats().items()}
    for name in ("csv", "tsv", "parquet"):
        shares[name] = load_format(name).recognise(asked)
    shares[chosen.name] = confidence
    ranked = sorted(shares, key=lambda name: (name == chosen.name, shares[name]), reverse=True)
    likely = [name for name in ranked if (shares[name] > 0.05 and name != "plain") or name == chosen.name][:4]
    names = likely if "plain" in likely else [*likely, "plain"]
    return [
        Candidate(name=name, confidence=round(shares[name], 4), summary=find("formats", name).summary) for name in names
    ]


def _rows(records: pl.DataFrame) -> list[TableRow]:
    names = [name for name in records.columns if name.startswith("x_")]
    first = records.head(SHOWN)
    return [
        TableRow(line=line, cells=[cell(value) for value in values])
        for line, values in zip(first["line"].to_list(), first.select(names).rows() if names else [], strict=False)
    ]


def _line(row: dict[str, Any]) -> Line:
    fields = {visible(name[2:]): cell(value) for name, value in row.items() if name.startswith("x_")}
    return Line(
        number=row["line"],
        text=_cut(row["raw"] or row["message"] or ""),
        ts=row["ts"],
        level=row["level"],
        service=_cut(row["service"]) if row["service"] else None,
        message=_cut(row["message"] or ""),
        fields=dict(list(fields.items())[:50]),
    )


def _cut(text: str) -> str:
    return visible(text[:LONGEST]) + (f"… ({len(text) - LONGEST:,} more characters)" if len(text) > LONGEST else "")
