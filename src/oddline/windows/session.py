"""The events that name one identity, one window: a block, a request, a user."""

from __future__ import annotations

from typing import ClassVar, Self

import polars as pl

from oddline.core.errors import BadData, UsageError
from oddline.core.nouns import Windows
from oddline.windows._grouped import grouped
from oddline.windows._session_key import choose
from oddline.windows.base import Window

__all__ = ["Session"]

FIELDS = ("source", "service", "level")
"""Columns of every record that may be a key besides those of the format."""


class Session(Window):
    r"""Puts the events together that name the same identity; events that name none belong to no session.

    Parameters
    ----------
    key
        What tells sessions apart: a column (``user``), or a pattern that is looked for in the message and whose first
        group is the identity (``blk_(-?\d+)``; without a group the whole match). By default the kind of
        identifier is chosen that puts most events together with others of another template.

    Examples
    --------
    >>> from oddline.testing._records import records
    >>> events = records(200)
    >>> window = Session(r"user u(\d+)")
    >>> kept = window.belonging(events)
    >>> kept.height < events.height, window.assign(kept).frame["key"].head(2).to_list()
    (True, ['54', '1'])
    """

    named: ClassVar[bool] = True

    def __init__(self, key: str = "") -> None:
        self.key = key

    @classmethod
    def of(cls, argument: str) -> Self:
        """Build it from ``session:KEY``."""
        return cls(argument)

    def settled(self, records: pl.DataFrame) -> str:
        """Give the key: the one that was asked for, or the one that suits these Records best.

        Raises
        ------
        BadData
            If no identifier is named by several events.
        """
        return self.key or (choose(records) if records.height else "")

    def belonging(self, records: pl.DataFrame) -> pl.DataFrame:
        """Give the events that name an identity."""
        return records.filter(self._keys(records).is_not_null())

    def assign(self, records: pl.DataFrame) -> Windows:
        """Give the windows of Records, in the order of their first events, and the window of each event.

        Events that name no identity, if they are here at all, are put together under an empty key.
        """
        keys = self._keys(records).fill_null("")
        return grouped(records, [keys], keys)

    def _keys(self, records: pl.DataFrame) -> pl.Series:
        """Give what each event names, null where it names nothing."""
        key = self.settled(records)
        column = key if key in FIELDS else f"x_{key}"
        if column in records.columns:
            found = records[column].cast(pl.String)
        elif not key:
            found = pl.Series([None] * records.height, dtype=pl.String)
        else:
            found = _searched(records, key)
        return found.set(found == "", None) if found.len() else found


def _searched(records: pl.DataFrame, pattern: str) -> pl.Series:
    try:
        groups = pl.select(pl.lit("").str.extract_groups(pattern)).to_series().struct.fields
        found = records.select(pl.col("message").str.extract(pattern, 1 if groups else 0)).to_series()
    except pl.exceptions.ComputeError as error:
        raise UsageError(
            f"session:{pattern}",
            expected="a column of the records, or a pattern that Rust's regex crate takes",
            hint=str(error).split("\n")[0],
        ) from error
    if records.height and not found.count():
        columns = [name[2:] for name in records.columns if name.startswith("x_")]
        raise BadData(
            f"no event names {pattern!r}",
            expected="a column (" + ", ".join([*FIELDS, *columns[:20]]) + ") or a pattern that messages match",
        )
    return found
