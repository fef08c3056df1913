"""Settings: what administrators change while the service runs, and what was set when it started."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from oddline.service.schemas._sent import Sent

__all__ = ["Fixed", "Options", "OptionsChange", "SettingsShown"]

Mode = Literal["open", "invitation", "off"]


class Options(BaseModel):
    """What can be changed while the service runs."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    registration: Mode = Field(description="Who may register.")
    upload_days: int = Field(ge=0, le=36_500, description="Days after which an upload is removed; 0 keeps it.")
    scan_days: int = Field(ge=0, le=36_500, description="Days after which a scan is removed; 0 keeps it.")


class OptionsChange(Sent):
    """What is left out stays."""

    registration: Mode | None = None
    upload_days: int | None = Field(None, ge=0, le=36_500)
    scan_days: int | None = Field(None, ge=0, le=36_500)


class Fixed(BaseModel):
    """A setting that only whoever starts the service can change."""

    name: str = Field(examples=["ODDLINE_LIMIT_ROWS"])
    value: int | bool | str | None
    words: str


class SettingsShown(Options):
    """All settings."""

    read_only: list[Fixed]
