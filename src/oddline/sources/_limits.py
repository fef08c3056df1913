"""What a source may cost: hostile compression is stopped here, by a limit that the message names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from oddline.sources._refusals import TooMuch


@dataclass(frozen=True)
class Limits:
    """How far a compressed file or an archive may unfold.

    ``unpacked`` is in bytes after decompression, per file on disk. ``ratio`` is unpacked to packed bytes; it
    counts only after ``free`` unpacked bytes, because a short log of one repeated line packs better
    than any bomb. ``members`` and ``depth`` (archives inside an archive) bound the listing.

    ``rows`` are lines of a log or rows of a table, over all parts that are read together; ``line`` is in bytes of the
    stream. Of these and ``columns``, 0 sets no limit: whoever reads their own files on their own machine needs none.
    """

    unpacked: int = 16 << 30
    ratio: int = 1000
    free: int = 64 << 20
    members: int = 10_000
    depth: int = 1
    rows: int = 0
    columns: int = 0
    line: int = 0

    def check_rows(self, name: str, count: int) -> None:
        """Refuse more rows than the limit allows.

        Raises
        ------
        TooMuch
            If there are more.
        """
        if self.rows and count > self.rows:
            raise TooMuch(
                f"more than {self.rows:,} rows, passed in {name}",
                expected="at most that",
                hint="scan parts of it one by one",
                limit="rows",
            )

    def check_columns(self, name: str, count: int) -> None:
        """Refuse a table with more columns than the limit allows.

        Raises
        ------
        TooMuch
            If it has more.
        """
        if self.columns and count > self.columns:
            raise TooMuch(
                f"{name} has {count:,} columns",
                expected=f"at most {self.columns:,}",
                hint="leave columns out before",
                limit="columns",
            )

    def check_line(self, name: str, size: int) -> None:
        """Refuse a line that is longer than the limit allows.

        Raises
        ------
        TooMuch
            If it is.
        """
        if self.line and size > self.line:
            raise TooMuch(
                f"{name} has a line of {size_in_words(size)}",
                expected=f"at most {size_in_words(self.line)}",
                hint="break it into lines",
                limit="line",
            )


def size_in_words(count: int) -> str:
    """Say a number of bytes for people.

    Examples
    --------
    >>> size_in_words(999), size_in_words(198_951_424)
    ('999 bytes', '199.0 MB')
    """
    if count < 1000:
        return f"{count} bytes"
    value, unit = count / 1000, "kB"
    for larger in ("MB", "GB", "TB"):
        if value < 999.95:
            break
        value, unit = value / 1000, larger
    return f"{value:.1f} {unit}"


class Meter:
    """Counts what one file on disk unfolds to, over all its members; reading a member again starts anew."""

    def __init__(self, name: str, limits: Limits, packed: Callable[[], int]) -> None:
        self.name, self.limits, self._packed = name, limits, packed
        self._produced: dict[str, int] = {}

    def restart(self, member: str) -> None:
        """Forget what a member unfolded to, because it is read from its beginning again."""
        self._produced[member] = 0

    def add(self, member: str, produced: int) -> None:
        """Count unpacked bytes.

        Raises
        ------
        TooMuch
            If a limit is passed; the message names it.
        """
        self._produced[member] = self._produced.get(member, 0) + produced
        total, limits = sum(self._produced.values()), self.limits
        if total > limits.unpacked:
            raise TooMuch(
                f"{self.name} unpacks to more than {size_in_words(limits.unpacked)}",
                expected=f"at most that (the limit on unpacked size is {limits.unpacked} bytes)",
                hint="unpack it yourself if you trust it, and scan the result",
                limit="unpacked",
            )
        if total > limits.free and total > limits.ratio * max(1, self._packed()):
            raise TooMuch(
                f"{self.name} unpacks to more than {limits.ratio} times its size, as a zip bomb does",
                expected=f"a ratio of at most {limits.ratio} beyond {size_in_words(limits.free)}",
                hint="unpack it yourself if you trust it, and scan the result",
            )
