"""Many texts in one mapped file: any of them at once, and all of them searched in a tenth of a second a million."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.service.results._arrow import text_series

Ints = npt.NDArray[Any]
Truth = npt.NDArray[np.bool_]

STRETCH = 1 << 18
"""So many texts are looked at together: what Polars makes anew for them is 4 MB."""

WRITTEN = 1 << 16
"""So many texts are put together before they are written."""


class Texts:
    """Texts by their place, from ``NAME.txt`` (one after the other) and ``NAME.ends.npy`` (where each ends)."""

    def __init__(self, folder: Path, name: str) -> None:
        self._ends: npt.NDArray[np.int64] = np.load(folder / f"{name}.ends.npy", mmap_mode="r")
        path = folder / f"{name}.txt"
        if path.stat().st_size:
            with path.open("rb") as file:
                self._map: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        else:
            self._map = b""  # an empty file cannot be mapped

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> str:
        start, end = int(self._ends[place]), int(self._ends[place + 1])
        return str(self._map[start:end], "utf-8")

    def beginning(self, place: int, most: int, start_at: int = 0) -> str:
        """Give at most so many characters of a text, from a byte of it on, without reading the rest."""
        start, end = int(self._ends[place]) + start_at, int(self._ends[place + 1])
        if end - start <= most:
            return str(self._map[start:end], "utf-8")
        # A character has four bytes at most; the last one may be cut in two, and is left out.
        return str(self._map[start : min(end, start + 4 * most)], "utf-8", "ignore")[:most]

    def size(self, place: int) -> int:
        """Tell how many bytes a text has."""
        return int(self._ends[place + 1] - self._ends[place])

    def some(self, places: Ints) -> list[str]:
        """Give the texts of these places."""
        return [self[place] for place in places.tolist()]

    def series(self, start: int = 0, stop: int | None = None) -> pl.Series:
        """Give texts as a series that shares memory with the file."""
        ends = self._ends[start : len(self) + 1 if stop is None else stop + 1]
        return text_series(ends, np.frombuffer(self._map, dtype=np.uint8))

    def containing(self, words: Sequence[str], among: Truth | None = None) -> Truth:
        """Tell which texts contain every word, whatever the case of its letters.

        Words are taken as they are: nothing in them is a pattern.

        Parameters
        ----------
        words
            What to look for; no words are in every text.
        among
            The texts that matter; a stretch without any is passed over.
        """
        found = np.zeros(len(self), dtype=bool)
        for start in range(0, len(self), STRETCH):
            stop = min(start + STRETCH, len(self))
            if among is None or among[start:stop].any():
                found[start:stop] = _containing(self.series(start, stop), words)
        return found if among is None else found & among


def pattern(word: str) -> str:
    r"""Write a word as a pattern that finds it whatever the case of its letters.

    Examples
    --------
    >>> pattern("a.b")
    '(?i)a\\.b'
    """
    return "(?i)" + pl.escape_regex(word)


def _containing(texts: pl.Series, words: Sequence[str]) -> Truth:
    mask = np.ones(len(texts), dtype=bool)
    # The longest first: it is likely the rarest, and the others are looked for in what it leaves.
    for number, word in enumerate(sorted(words, key=len, reverse=True)):
        left = int(mask.sum())
        if not left:
            break
        if number and left < len(texts) // 2:
            mask[mask] = texts.filter(pl.Series(mask)).str.contains(pattern(word)).to_numpy()
        else:
            mask &= texts.str.contains(pattern(word)).to_numpy()
    return mask


def write_series(texts: pl.Series, folder: Path, name: str) -> None:
    """Write a column of text; what is missing becomes empty."""
    whole = texts.fill_null("")
    _write_ends(whole.str.len_bytes().to_numpy(), folder, name)
    with (folder / f"{name}.txt").open("wb") as file:
        for start in range(0, len(whole), WRITTEN):
            file.write("".join(whole.slice(start, WRITTEN).to_list()).encode())


def write_texts(texts: Iterable[str], folder: Path, name: str) -> None:
    """Write texts one by one."""
    lengths = []
    with (folder / f"{name}.txt").open("wb") as file:
        for text in texts:
            data = text.encode("utf-8", "backslashreplace")
            lengths.append(len(data))
            file.write(data)
    _write_ends(np.array(lengths, dtype=np.int64), folder, name)


def _write_ends(lengths: Ints, folder: Path, name: str) -> None:
    ends = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=ends[1:])
    np.save(folder / f"{name}.ends.npy", ends)


def lines_of(texts: Texts) -> Iterator[str]:
    """Give every text, one after the other."""
    for place in range(len(texts)):
        yield texts[place]
