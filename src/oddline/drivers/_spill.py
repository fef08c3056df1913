"""What must be known of each event until the templates are found, kept on disk rather than in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import IOFailure

Codes = npt.NDArray[np.uint32]


class Spill:
    """A folder of frames, one a chunk, in the order in which they were put there.

    Each event costs some twenty bytes, and no text; a masked line that was forgotten is kept with its text.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._chunks: list[Path] = []
        self._forgotten: list[Path] = []

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Spill]:
        """Give a folder that goes away with the block."""
        with TemporaryDirectory(prefix="oddline-", ignore_cleanup_errors=True) as folder:
            yield cls(Path(folder))

    def put(self, part: int, codes: Codes, events: pl.DataFrame) -> None:
        """Keep a chunk of events (``line``, ``lines``, ``ts``) with the codes of their masked lines."""
        frame = events.select(pl.lit(part, pl.UInt32).alias("part"), "line", "lines", "ts", code=pl.Series(codes))
        self._chunks.append(self._write(frame, f"chunk-{len(self._chunks)}"))

    def put_forgotten(self, forgotten: pl.DataFrame) -> None:
        """Keep masked lines (``masked``, ``code``) that the miner could not remember."""
        if forgotten.height:
            self._forgotten.append(self._write(forgotten.select("masked", "code"), f"forgotten-{len(self._forgotten)}"))

    def chunks(self) -> Iterator[pl.DataFrame]:
        """Give the events again."""
        return map(self._read, self._chunks)

    def forgotten(self) -> Iterator[pl.DataFrame]:
        """Give the forgotten masked lines again."""
        return map(self._read, self._forgotten)

    def _write(self, frame: pl.DataFrame, name: str) -> Path:
        path = self._folder / f"{name}.arrow"
        try:
            frame.write_ipc(path, compression="uncompressed")
        except (OSError, pl.exceptions.ComputeError) as error:
            raise IOFailure(
                f"writing to the folder for temporary files broke off: {error}",
                expected="room for some twenty bytes an event",
                hint="TMPDIR=DIR, a folder with more room",
            ) from error
        return path

    def _read(self, path: Path) -> pl.DataFrame:
        return pl.read_ipc(path)
