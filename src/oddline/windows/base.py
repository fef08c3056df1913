"""A window is the events that are judged together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Self

import polars as pl

from oddline.core import folder
from oddline.core.errors import UsageError
from oddline.core.nouns import Windows


class Window(ABC):
    """Assigns every event to one window; it takes time from the data, never from the clock."""

    named: ClassVar[bool] = False
    """True where a window is about what its key names, a request or a user; false where it is cut by time or number."""

    @abstractmethod
    def assign(self, records: pl.DataFrame) -> Windows:
        """Give the windows of Records, in the order of their first events, and the window of each event."""

    @classmethod
    def of(cls, argument: str) -> Self:
        """Build the window that ``NAME:ARGUMENT`` stands for.

        Raises
        ------
        UsageError
            If it takes no argument, or not this one.
        """
        raise UsageError(f"{folder.home(cls)[1]}:{argument}", expected=f"{folder.home(cls)[1]}, without more")

    def belonging(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give the events that belong to some window; by default all of them do."""
        return records

    def settled(self, records: pl.DataFrame) -> str:
        """Give the argument with which other Records are cut like these: what was chosen by looking at them."""
        del records
        return ""


def window_of(name: str) -> Window:
    """Build a window by its name: ``line``, ``session:user``, ``time:5m``, ``count:100``.

    Raises
    ------
    UnknownPlugin
        If there is no such window.
    UsageError
        If its argument makes no sense.

    Examples
    --------
    >>> type(window_of("count:100")).__name__
    'Count'
    """
    plain, colon, argument = name.partition(":")
    cls: type[Window] = folder.load("windows", plain)
    return cls.of(argument) if colon else cls()
