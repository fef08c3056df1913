"""Styled lines as bytes, for a terminal, a pipe or a file."""

# ruff: noqa: RUF001 - what falls back to ASCII looks like ASCII

from __future__ import annotations

from typing import BinaryIO

from rich.console import Console as Terminal
from rich.text import Text


class Paper:
    """Prints styled lines as bytes; knows no markup, so that log text cannot style anything."""

    def __init__(self, stream: BinaryIO, encoding: str, coloured: bool, width: int | None) -> None:
        self._stream = stream
        self._encoding = encoding
        self.width = width
        self._rich = Terminal(
            force_terminal=coloured,
            no_color=not coloured,
            color_system="standard" if coloured else None,
            width=width or 10_000,
            legacy_windows=False,
            markup=False,
            highlight=False,
            emoji=False,
        )

    def wrap(self, text: Text, width: int) -> list[Text]:
        return list(text.wrap(self._rich, width))

    def print(self, text: Text, *, cut: bool = False) -> None:
        if cut and self.width:
            text.truncate(self.width, overflow="ellipsis")
        with self._rich.capture() as captured:
            self._rich.print(text, soft_wrap=True, end="")
        line = "\n".join(part.rstrip() for part in captured.get().split("\n"))
        self._stream.write(self._encoded(line) + b"\n")

    def _encoded(self, line: str) -> bytes:
        try:
            return line.encode(self._encoding)
        except UnicodeEncodeError:
            return line.translate(_ASCII).encode(self._encoding, "backslashreplace")


_ASCII = str.maketrans(
    {
        "○": "o",
        "◆": "*",
        "▲": "^",
        "●": "!",
        "·": "-",
        "–": "-",
        "×": "x",
        "…": "...",
        "⋮": ":",
        "▌": "|",
        "↵": "/",
    }
    | {"≤": "<=", "≥": ">=", "“": '"', "”": '"'}
)
