"""Files that people and programs send."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Completion", "State", "UploadShown", "UploadsSent"]

State = Literal["receiving", "complete", "failed"]
SHA256 = "^[0-9a-fA-F]{64}$"
EXAMPLE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class UploadShown(BaseModel):
    """A file that was sent, or is being sent."""

    id: str = Field(examples=["upl_0m9x2k4qv7h3d8w1tzn5"])
    name: str = Field(description="What it is called; never a path.", examples=["app.log"])
    state: State
    received: int = Field(description="Bytes that have arrived: the offset to go on from.", examples=[8_388_608])
    size: int | None = Field(None, description="Bytes of the whole: announced, or found at its end.")
    sha256: str | None = Field(None, description="SHA-256 of the whole; null until it is complete.", examples=[EXAMPLE])
    created: datetime
    completed: datetime | None = None
    user: str | None = Field(None, description="Who sent it.", examples=["Mina Park"])
    part_bytes: int = Field(description="Bytes of a stored part: parts of a multiple of this are sent at least cost.")


class UploadsSent(BaseModel):
    """The files of one form."""

    items: list[UploadShown]


class Completion(BaseModel):
    """What the sender says of the whole."""

    model_config = ConfigDict(extra="forbid")

    size: int | None = Field(None, ge=0, description="Bytes; checked if given.")
    sha256: str | None = Field(None, pattern=SHA256, description="Checked if given.", examples=[EXAMPLE])
