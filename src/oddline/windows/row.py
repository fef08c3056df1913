"""One row of a table, one window."""

from __future__ import annotations

from typing import ClassVar

from oddline.windows.line import Line

__all__ = ["Row"]


class Row(Line):
    """A row of a table stands for itself, as a line of text does."""

    named: ClassVar[bool] = True
