"""Records without what is private: e-mail and network addresses, numbers of people, secrets, names of users.

A typed slot such as ``<EMAIL>`` stands for each. It is done as soon as a text has become Records, before
anything is learnt, shown or kept. Ids, line numbers, times and levels stay as they are, and so do the names
of sources and of columns.
"""

from __future__ import annotations

import polars as pl

from oddline.core.schema import RECORDS
from oddline.formats import _private_words as words
from oddline.formats._private_text import masked

TEXTS = ("service", "message", "raw")

NAMED: tuple[tuple[str, str], ...] = (
    ("SECRET", rf"(?i)(?:{words.SECRETIVE}|^pwd|[_.\-]pwd|authorization|cookie)$"),
    ("USER", r"(?i)(?:user(?:[_.\- ]?name)?|logname|login|acct|account[_.\- ]?name)$"),
    ("PHONE", rf"(?i)(?:{words.PHONELIKE})$"),
)
"""What a column holds, as the end of its name tells."""

_BEGINS = r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY"
_GOES_ON = r"^[ \t]*(?:[0-9A-Za-z+/=]*|(?:Proc-Type|DEK-Info|Version|Comment): .*)[ \t]*$"
_SPLIT = r"[\s\"',;&]"
_QUOTED = r"'[^']*'|\"[^\"]*\""


def mask_records(records: pl.DataFrame, *, inside: bool = False) -> pl.DataFrame:
    """Mask Records: ``service``, ``message``, ``raw`` and the columns ``x_…`` of the format.

    ``inside`` says that the Records before these ended within a private key, as :func:`ends_in_block` tells.

    Examples
    --------
    >>> from oddline.testing._records import records
    >>> events = records(1).with_columns(message=pl.lit("mail to ann@example.com"))
    >>> mask_records(events)["message"].to_list()
    ['mail to <EMAIL>']
    """
    captured = {name: name[2:] for name in records.columns if name.startswith("x_")}
    cells = records.select(pl.col(name).alias(f"c{place}") for place, name in enumerate(captured))
    slots = [slot_of(name) for name in captured.values()]
    records = _without_values(_without_blocks(records, inside), cells, slots)
    same = records["message"].equals(records["raw"])
    new = {name: masked(records[name]) for name in TEXTS if not (name == "raw" and same)}
    new.setdefault("raw", new["message"])
    columns = [mask_column(column, slot).alias(name) for column, slot, name in zip(cells, slots, captured, strict=True)]
    return records.with_columns(*(text.alias(name) for name, text in new.items()), *columns).cast(
        {name: RECORDS[name] for name in TEXTS}
    )


def mask_cells(cells: pl.DataFrame) -> pl.DataFrame:
    """Mask the columns of a table, each by its name and by its texts.

    Examples
    --------
    >>> mask_cells(pl.DataFrame({"db_password": ["hunter2"], "to": ["ann@example.com"], "size": [3]})).row(0)
    ('<SECRET>', '<EMAIL>', 3)
    """
    return pl.DataFrame([mask_column(column, slot_of(column.name)) for column in cells])


def slot_of(name: str) -> str:
    """Tell the slot for all values of a column of this name, or nothing if its name tells nothing.

    Examples
    --------
    >>> [slot_of(name) for name in ("apiKey", "login_user", "mobile", "tokens", "user_id")]
    ['SECRET', 'USER', 'PHONE', '', '']
    """
    return next((slot for slot, pattern in NAMED if pl.select(pl.lit(name).str.contains(pattern)).item()), "")


def mask_column(column: pl.Series, slot: str = "") -> pl.Series:
    """Mask a column: all of it for a slot, else what its texts show.

    Numbers, truth values and times stay, but in a column of secrets. What is nested becomes text.
    """
    dtype = column.dtype
    plain = dtype.is_numeric() or dtype.is_temporal() or dtype in (pl.Boolean, pl.Null)
    if plain and not (slot == "SECRET" and dtype.is_numeric()):
        return column
    text = column
    if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
        written = [None if value is None else str(value) for value in column.to_list()]
        text = pl.Series(column.name, written, pl.String)
    elif dtype != pl.String:
        text = column.cast(pl.String)
    if not slot:
        return masked(text)
    # Nothing, and a dash for nothing, are no value.
    value = ~pl.col(text.name).is_in(["", "-"])
    return (
        text.to_frame()
        .select(pl.when(value).then(pl.lit(f"<{slot}>")).otherwise(text.name).alias(text.name))
        .to_series()
    )


def mask_warnings(warnings: list[str]) -> list[str]:
    """Mask what a warning quotes of the input.

    Examples
    --------
    >>> mask_warnings(["column ms: 1 cells are no numbers ('ann@example.com') and count as missing"])
    ['column ms: 1 cells are no numbers (…) and count as missing']
    """
    return pl.Series(warnings, dtype=pl.String).str.replace_all(_QUOTED, "…").to_list()


def ends_in_block(records: pl.DataFrame, *, inside: bool = False) -> bool:
    """Tell whether a private key may go on after the last of these Records, which are not masked yet.

    Examples
    --------
    >>> lines = pl.DataFrame({"message": ["start", "-----BEGIN PRIVATE KEY-----", "MIIEvQ"]})
    >>> ends_in_block(lines), ends_in_block(lines.head(1)), ends_in_block(lines.tail(1), inside=True)
    (True, False, True)
    """
    other = records["message"].filter(~records["message"].str.contains(_GOES_ON).fill_null(False))
    return inside if other.is_empty() else bool(other.tail(1).str.contains(_BEGINS).fill_null(False).item())


def _without_blocks(records: pl.DataFrame, before: bool) -> pl.DataFrame:
    """Mask the lines of a private key that are events of their own: Base64 and its headers, from its first line on."""
    message = pl.col("message")
    begins = message.str.contains(_BEGINS).fill_null(False)
    if not before and not records.select(begins.any()).item():
        return records
    goes_on = message.str.contains(_GOES_ON).fill_null(False)
    inside = goes_on & pl.when(~goes_on).then(begins).forward_fill().over("source").fill_null(before)
    head = pl.col("raw").str.strip_suffix(message)
    return records.with_columns(
        message=pl.when(inside).then(pl.lit("<KEY>")).otherwise("message"),
        raw=pl.when(inside).then(pl.concat_str(head, pl.lit("<KEY>"))).otherwise("raw"),
    )


def _without_values(records: pl.DataFrame, cells: pl.DataFrame, slots: list[str]) -> pl.DataFrame:
    """Mask secrets of more than a word where a text repeats them without quotes: ``password=two words``."""
    for cell, slot in zip(cells, slots, strict=True):
        if slot and cell.dtype == pl.String and cell.str.contains(_SPLIT).any():
            value = pl.when(cell.str.contains(_SPLIT)).then(cell)
            records = records.with_columns(
                pl.when(value.is_not_null())
                .then(pl.col(name).str.split(value).list.join(f"<{slot}>"))
                .otherwise(name)
                .alias(name)
                for name in ("message", "raw")
            )
    return records
