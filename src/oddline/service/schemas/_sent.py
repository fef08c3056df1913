"""What is sent to us: every member is known and of its type; nothing is merged into anything."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

__all__ = ["Email", "Key", "Line", "RoleName", "Secret", "Sent", "Slug", "Text"]


class Sent(BaseModel):
    """A body; unknown members are refused, and "1" is no number."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _text(text: str) -> str:
    r"""Refuse what no database keeps: half characters, and NUL."""
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("holds characters that are no text")
    return text


def _line(text: str) -> str:
    """Refuse what is not seen, or makes others read otherwise: this is shown to people as a name."""
    text = _text(text).strip()
    if not text or not text.isprintable():
        raise ValueError("must be printable characters, on one line")
    return text


def _email(text: str) -> str:
    text = _line(text).lower()
    name, at, host = text.rpartition("@")
    if not name or not at or not host or any(char.isspace() or char in "<>,;" for char in text):
        raise ValueError("is no e-mail address, which reads like mina@example.org")
    return text


RoleName = Literal["ingest", "viewer", "analyst", "admin"]
Text = Annotated[str, AfterValidator(_text)]
Line = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_line)]
Email = Annotated[str, Field(max_length=320, examples=["mina@example.org"]), AfterValidator(_email)]
Secret = Annotated[str, Field(max_length=1024), AfterValidator(_text)]
Key = Annotated[str, Field(max_length=200, pattern=r"^[\x21-\x7e]+$", description="The `key` of the link.")]
Slug = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9](-?[a-z0-9])*$", examples=["payments"])]
