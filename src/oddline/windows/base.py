"""A window is the events that are judged together."""

from __future__ import annotations

from abc import ABC, abstractmethod

import polars as pl

from oddline.core.nouns import Windows


class Window(ABC):
    """Assigns every event to one window; it takes time from the data, never from the clock."""

    @abstractmethod
    def assign(self, records: pl.DataFrame) -> Windows:
        """Give the windows of Records, and the window of each event."""
