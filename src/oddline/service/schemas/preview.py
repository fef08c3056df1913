"""What an upload looks like before it is scanned."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

__all__ = ["Candidate", "Column", "LabelCandidate", "Line", "Preview", "TableRow"]

Kind = Literal["number", "text", "truth", "time"]


class Candidate(BaseModel):
    """A format that it may have."""

    name: str = Field(examples=["syslog"])
    confidence: float = Field(description="Share of the lines that fit, from 0 to 1.", examples=[0.98])
    summary: str = ""


class Column(BaseModel):
    """A column of a table, or a field of lines, as far as the beginning shows it."""

    name: str = Field(examples=["src_bytes"])
    kind: Kind
    distinct: int = Field(description="Different values.")
    missing: int = Field(description="Empty cells.")
    examples: list[str] = Field(description="A few values.")


class LabelCandidate(BaseModel):
    """A column that looks as if it said which rows are odd."""

    column: str = Field(examples=["label"])
    values: list[str] = Field(examples=[["normal", "attack"]])
    normal: str | None = Field(None, description="The value that seems to mean normal.", examples=["normal"])
    why: str = Field(examples=["is called label; 2 values"])


class TableRow(BaseModel):
    """A row of a table: its line in the file, and its cells in the order of the columns."""

    line: int
    cells: list[str | None]


class Line(BaseModel):
    """An event, as the format takes it apart."""

    number: int = Field(description="Its first line in the file.")
    text: str = Field(description="As it stands; unseen characters are made visible, long lines are cut.")
    ts: datetime | None = None
    level: str | None = None
    service: str | None = None
    message: str = ""
    fields: dict[str, str | None] = Field(default_factory=dict)


class Preview(BaseModel):
    """What the beginning of an upload shows."""

    upload: str
    name: str
    format: str = Field(examples=["syslog"])
    confidence: float = Field(description="How sure that is, from 0 to 1.")
    summary: str = ""
    candidates: list[Candidate] = Field(description="Formats that it may have, the likeliest first.")
    tabular: bool = False
    sequences: bool = Field(False, description="Each line is a session of event ids.")
    packed: str = Field("", examples=["gzip"])
    member: str = Field("", description="The file of an archive that is shown.")
    members: list[str] = Field(default_factory=list, description="Its first hundred files.")
    events: int | None = Field(None, description="Events of the whole, as far as can be told.")
    exact: bool = Field(False, description="True if they were counted, and not estimated.")
    head_bytes: int = Field(description="Bytes that were looked at, unpacked.")
    whole: bool = Field(description="True if that is all of it.")
    columns: list[Column] = Field(default_factory=list)
    label_candidates: list[LabelCandidate] = Field(default_factory=list)
    rows: list[TableRow] = Field(default_factory=list, description="Of a table.")
    lines: list[Line] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
