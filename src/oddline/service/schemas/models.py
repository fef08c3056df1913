"""Models: fitted pipelines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from oddline.service.schemas._sent import Line
from oddline.service.schemas.asking import FileShown, Judging, Uploads
from oddline.service.schemas.jobs import JobShown, JobState

__all__ = ["FitRequest", "ModelChange", "ModelShown"]


class FitRequest(Judging):
    """What to learn from, and how."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"uploads": ["upl_0m9x2k4qv7h3d8w1tzn5"], "name": "payments", "detector": "isolation_forest"}]
        },
    )

    uploads: Uploads
    name: Line | None = Field(None, description="Null: the names of the files.")


class ModelChange(BaseModel):
    """What to change of a model."""

    model_config = ConfigDict(extra="forbid")

    name: Line


class ModelShown(BaseModel):
    """A model, and how it stands."""

    id: str = Field(examples=["mdl_06f1x4zq9k3v7c2m5n8p"])
    name: str = Field(examples=["payments"])
    state: JobState
    job: JobShown | None = Field(description="Null if the bundle was sent.")
    request: dict[str, Any]
    uploads: list[FileShown]
    card: dict[str, Any] | None = Field(description="What the bundle says of itself.")
    size: int | None = Field(description="Bytes of the bundle.")
    problem: dict[str, Any] | None
    user: str | None
    user_name: str | None
    created: datetime
    finished: datetime | None
