"""Rows of a scan, as questions and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from oddline.service.results.compared import ComparedRow
from oddline.service.results.filters import Filter
from oddline.service.results.opened import OpenedRow
from oddline.service.results.rows import Row
from oddline.service.results.templates import Template

__all__ = ["ComparedRows", "Opened", "RowQuery", "Rows", "Templates", "VerdictBody", "VerdictShown"]


class RowQuery(BaseModel):
    """Which rows; all conditions hold together."""

    model_config = ConfigDict(extra="forbid")

    anomalies: bool = Field(False, description="Anomalies only.")
    severity: list[str] = Field([], description="May be repeated.", max_length=4)
    q: str = Field(
        "", max_length=1000, description='Words, "a phrase", level:error, source:x, template:12, FIELD:value.'
    )
    since: datetime | None = Field(None, description="From this moment on.")
    until: datetime | None = Field(None, description="Before this moment.")
    first_line: int | None = Field(None, ge=0)
    last_line: int | None = Field(None, ge=0)
    source: str | None = Field(None, max_length=4096)
    incident: int | None = Field(None, ge=0, description="Number of the incident.")
    template: int | None = Field(None, ge=0)
    least_confidence: float | None = Field(None, ge=0, le=1)
    most_confidence: float | None = Field(None, ge=0, le=1)

    def filter(self) -> Filter:
        """Put it into the words of the results."""
        told = self.model_dump(include=set(RowQuery.model_fields) - {"severity"})
        return Filter(**told, severities=tuple(self.severity))


class RowPageQuery(RowQuery):
    """Which rows, in which order, and which page of them."""

    verdict: str | None = Field(None, description="any, real, expected or known.")
    sort: str = Field("-score", description="[-] score, time, line, severity or confidence.")
    fields: list[str] = Field([], max_length=50, description="Further columns to show.")
    cursor: str | None = Field(None, max_length=512)
    limit: int = Field(100, ge=1, le=1000)


Chosen = Annotated[RowPageQuery, Query()]


class Rows(BaseModel):
    """A page of rows; the counts say what there would be with severities and the switch left aside."""

    items: list[Row]
    next: str | None
    total: int
    by_severity: dict[str, int]
    anomalies: int
    rows: int
    verdicts: dict[int, str] = Field(description="What people said of these rows, by row.")


class VerdictShown(BaseModel):
    """What somebody said of a row."""

    row: int
    verdict: str
    note: str
    by: str | None
    created: datetime


class VerdictBody(BaseModel):
    """What a row is: real, expected, or known."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"verdict": "expected"}]})

    verdict: str
    note: str = Field("", max_length=2000)


class Opened(BaseModel):
    """A row with all that explains it."""

    found: OpenedRow
    verdict: VerdictShown | None


class Templates(BaseModel):
    """A page of templates."""

    items: list[Template]
    next: str | None
    total: int
    by_change: dict[str, int] | None


class ComparedRows(BaseModel):
    """A page of rows of two scans side by side."""

    items: list[ComparedRow]
    next: str | None
    total: int
