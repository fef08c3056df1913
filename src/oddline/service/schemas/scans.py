"""Scans: what is asked, and how it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from oddline.service.schemas._sent import Line
from oddline.service.schemas.asking import FileShown, Id, Judging, Uploads
from oddline.service.schemas.jobs import JobShown, JobState

__all__ = ["Against", "AgainstShown", "ScanAgain", "ScanChange", "ScanRequest", "ScanShown"]


class Against(BaseModel):
    """What is normal: exactly one of uploads, an earlier scan (its uploads), a model."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"scan": "scn_0m9x2k4qv7h3d8w1tzn5"}]})

    uploads: Uploads | None = None
    upload: Id | None = Field(None, description="A single upload.")
    scan: Id | None = None
    model: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> Against:
        told = [name for name in ("uploads", "upload", "scan", "model") if getattr(self, name) is not None]
        if len(told) != 1:
            raise ValueError("a baseline is exactly one of uploads, upload, scan, model")
        return self


class ScanRequest(Judging):
    """A question put to some uploads."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"uploads": ["upl_0m9x2k4qv7h3d8w1tzn5"]},
                {
                    "uploads": ["upl_0m9x2k4qv7h3d8w1tzn5"],
                    "baseline": {"scan": "scn_0m9x2k4qv7h3d8w1tzn5"},
                    "detector": "isolation_forest",
                    "settings": {"n_estimators": 200},
                },
            ]
        },
    )

    uploads: Uploads
    title: Line | None = Field(None, description="Null: the names of the files.")
    baseline: Against | None = Field(None, description="Null: each file against itself.")
    budget: int | None = Field(None, ge=1, le=1_000_000, description="How many incidents somebody would look at.")


class ScanAgain(BaseModel):
    """What is to be otherwise than in the scan that is done again: any field of a scan's request."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [{"detector": "one_class_svm"}]})


class ScanChange(BaseModel):
    """What to change of a scan."""

    model_config = ConfigDict(extra="forbid")

    title: Line


class AgainstShown(BaseModel):
    """What a scan was held against."""

    uploads: list[FileShown]
    scan: str | None
    model: str | None
    name: str


class OpenIncidents(BaseModel):
    """How many incidents there are, and how many nobody has dealt with."""

    open: int
    total: int


class ScanShown(BaseModel):
    """A scan, and how it stands."""

    id: str = Field(examples=["scn_06f1x4zq9k3v7c2m5n8p"])
    title: str = Field(examples=["app.log"])
    state: JobState
    uploads: list[FileShown]
    baseline: AgainstShown | None
    request: dict[str, Any] = Field(description="As it was asked, with what was left out filled in.")
    job: JobShown | None
    summary: dict[str, Any] | None = Field(description="What was found; null until it is done.")
    problem: dict[str, Any] | None
    incidents: OpenIncidents | None
    user: str | None
    user_name: str | None
    created: datetime
    finished: datetime | None
