"""An output takes a result to where it is wanted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import BinaryIO, ClassVar

from oddline.core.nouns import Result


class Output(ABC):
    """Writes one result. ``suffixes`` are the endings of ``-o`` file names that ask for this output."""

    suffixes: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def write(self, result: Result, stream: BinaryIO) -> None:
        """Write the whole result."""
