"""Evaluations and searches: questions with a table for an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from oddline.service.schemas.asking import Id, Name, Reading, Uploads
from oddline.service.schemas.jobs import JobShown, JobState

__all__ = ["EvaluationRequest", "EvaluationShown", "LabelsAsked", "TuningRequest"]

Searched = Name | list[Name | float | int | bool | None]


class LabelsAsked(BaseModel):
    """Where labels are: in a file of their own, in a column of the scanned tables, or before each scanned line."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"upload": "upl_0m9x2k4qv7h3d8w1tzn5"}]})

    upload: Id | None = Field(None, description="A file of labels by line or key, or a list.")
    column: Name | None = Field(None, description="The column with the label, of that file or of the tables.")
    prefix: bool = Field(False, description="The first word of each line is its label.")

    @model_validator(mode="after")
    def _one(self) -> LabelsAsked:
        if self.prefix and (self.upload or self.column):
            raise ValueError("prefix stands alone")
        if not (self.prefix or self.upload or self.column):
            raise ValueError("labels are one of upload, column, prefix")
        return self


class EvaluationRequest(BaseModel):
    """A scan, and what is true of it."""

    model_config = ConfigDict(extra="forbid")

    scan: Id = Field(examples=["scn_0m9x2k4qv7h3d8w1tzn5"])
    labels: LabelsAsked
    normal: Name | None = Field(None, description="Which label is normal; null finds out.")
    budget: int = Field(20, ge=1, le=1_000_000, description="Also look at so many highest scores.")


class TuningRequest(Reading):
    """What to search, on what, for how long."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "uploads": ["upl_0m9x2k4qv7h3d8w1tzn5"],
                    "detectors": ["isolation_forest", "mahalanobis"],
                    "search": {"n_estimators": "50..400"},
                    "tables": {"label_column": "label"},
                }
            ]
        },
    )

    uploads: Uploads
    detectors: list[Name] = Field(["isolation_forest"], min_length=1, max_length=50)
    search: dict[Name, Searched] = Field({}, max_length=100, description="LOW..HIGH, or a list of values.")
    grid: bool = Field(False, description="Try a grid rather than by Bayesian optimisation.")
    trials: int = Field(40, ge=1, le=10_000)
    minutes: float | None = Field(None, gt=0, le=10_000)
    validation: Literal["time", "types", "unlabelled"] | None = Field(None, description="Null: by what there is.")
    by: Name | None = None
    seed: int = Field(0, ge=0, le=2**32 - 1)


class EvaluationShown(BaseModel):
    """An evaluation or a search, and how it stands."""

    id: str = Field(examples=["evl_06f1x4zq9k3v7c2m5n8p"])
    kind: Literal["evaluate", "tune"]
    scan: str | None
    state: JobState
    job: JobShown | None
    request: dict[str, Any]
    report: dict[str, Any] | None = Field(description="Figures, or the table of trials; null until it is done.")
    problem: dict[str, Any] | None
    user: str | None
    user_name: str | None
    created: datetime
    finished: datetime | None
