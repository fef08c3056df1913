"""What can be chosen."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

__all__ = ["Detector", "Detectors", "PluginShown", "Plugins"]


class Detector(BaseModel):
    """A detector, as somebody who has to choose one wants to know it."""

    name: str = Field(examples=["isolation_forest"])
    title: str = Field(examples=["Isolation Forest"])
    summary: str = Field(description="One sentence.")
    words: str = Field("", description="More of it.")
    featured: bool = Field(False, description="One of those that are shown first.")
    zero_config: bool = Field(False, description="Chosen by Oddline where nothing is chosen.")
    consumes: Literal["table", "sequence", "any"] = Field(description="A row of numbers a window, or events in order.")
    suits: list[Literal["lines", "rows", "sessions"]] = Field(
        description="What it can judge; rows are those of tables."
    )
    supervised: bool = Field(False, description="Learns from labels.")
    online: bool = Field(False, description="Can learn on while it scores.")
    needs: str = Field("", description="The extra that has to be installed.", examples=["deep"])
    installed: bool = Field(True, description="Whether it can be used here.")
    parameters: dict[str, Any] = Field(description="JSON Schema of its settings.")


class Detectors(BaseModel):
    """All detectors, the zero-configuration choice first."""

    items: list[Detector]


class PluginShown(BaseModel):
    """Something that can be chosen by name."""

    name: str = Field(examples=["syslog"])
    summary: str
    parameters: dict[str, Any] | None = Field(None, description="JSON Schema of its settings, where it has any.")


class Plugins(BaseModel):
    """What is in a room."""

    room: str = Field(examples=["formats"])
    items: list[PluginShown]
