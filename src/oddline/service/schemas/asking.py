"""What scans, fits and searches are told alike: how to read, and how to judge."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from oddline.service.schemas._sent import Text

__all__ = ["FileShown", "Id", "Judging", "Name", "Reading", "TablesAsked", "Uploads"]

Id = Annotated[Text, Field(max_length=64)]
Name = Annotated[Text, Field(max_length=200)]
Uploads = Annotated[
    list[Id],
    Field(min_length=1, max_length=100, description="Ids of uploads.", examples=[["upl_0m9x2k4qv7h3d8w1tzn5"]]),
]


class TablesAsked(BaseModel):
    """What is told about tables."""

    model_config = ConfigDict(extra="forbid")

    header: bool | None = Field(None, description="Whether the first row names the columns; null finds out.")
    columns: list[Name] | None = Field(None, max_length=10_000, description="Names instead of the header's.")
    drop: list[Name] = Field([], max_length=10_000, description="Columns to leave out.")
    label_column: Name | None = Field(None, description="Never a feature; what is odd is measured by it.")
    normal: Name | None = Field(None, description="What the label of a normal row is; null finds out.")


class Reading(BaseModel):
    """How to read files."""

    model_config = ConfigDict(extra="forbid")

    format: Name | None = Field(None, description="Null guesses it.", examples=["syslog"])
    tables: TablesAsked = TablesAsked()
    mask_pii: bool = Field(False, description="Take private things out before anything is learnt or kept.")


class Judging(Reading):
    """How to judge what was read; what is null is as the presets have it."""

    detector: Name | None = Field(None, description="Null needs no configuration.", examples=["isolation_forest"])
    settings: dict[str, JsonValue] = Field(
        {},
        max_length=200,
        description="Parameters of the detector; `feature.…` and `threshold.…` are of these.",
        examples=[{"n_estimators": 200}],
    )
    by: Name | None = Field(None, description="line, row, session, session:KEY, time:5m, count:20.")
    feature: Name | None = None
    threshold: Name | None = None
    quantile: float | None = Field(None, ge=0, le=1, description="Cut at this quantile of normal.")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="Same seed, same scores.")

    @field_validator("settings")
    @classmethod
    def _text(cls, settings: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if r"\u0000" in json.dumps(settings):
            raise ValueError("holds characters that are no text")
        return settings

    def words(self) -> dict[str, Any]:
        """Give JSON values of everything."""
        return self.model_dump(mode="json")


class FileShown(BaseModel):
    """A file that was read."""

    id: str
    name: str
    size: int
