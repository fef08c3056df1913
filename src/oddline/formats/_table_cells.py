"""Logical rows into typed columns; no row is lost, however many cells it has."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
from polars.exceptions import ComputeError, NoDataError, PolarsError

from oddline.formats._table_rows import Rows, repair, shape_of, split_row

LONGEST_CELL = 10_000
"""Characters kept of one cell; the row's own text is kept apart and is longer."""

ENOUGH = 10_000
"""Rows that types are inferred from at first; where a later row disagrees all rows are asked."""

NUMERIC_SHARE = 0.9
"""A column where so many filled cells are numbers is one of numbers; the others become null (and are told)."""


@dataclass
class Cells:
    """Typed columns, one row a logical row; ``surplus`` holds what did not fit, by row."""

    frame: pl.DataFrame
    warnings: list[str] = field(default_factory=list)
    surplus: dict[int, str] = field(default_factory=dict)


def read_cells(rows: Rows, delimiter: str, names: list[str]) -> Cells:
    """Read rows into as many columns as there are names.

    Rows of another width are kept: missing cells are null, and surplus ones join a column of text, or are
    given in ``surplus`` where there is none.
    """
    width, text = len(names), rows.text
    cells, well = shape_of(text, delimiter)
    if not well.all():
        ill = np.flatnonzero(~well)
        mended = repair(text.gather(ill), delimiter)
        counts, good = shape_of(mended, delimiter)
        better = good & (counts == width)
        text = text.clone().scatter(ill[better].tolist(), mended.filter(pl.Series(better)))
        cells[ill[better]], well[ill[better]] = width, True
    regular = well & (cells == width)
    frame = _typed(text if regular.all() else text.filter(pl.Series(regular)), delimiter, names)
    result = Cells(frame)
    if not regular.all():
        result = _with_ragged(result, text, regular, well, delimiter)
    result.frame = _settle(result.frame, result.warnings)
    return result


def _typed(text: pl.Series, delimiter: str, names: list[str]) -> pl.DataFrame:
    """Read rows that are all of the right width, with types inferred by Polars."""
    if text.is_empty():
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    # The line feed put first keeps Polars from unpacking cells that begin like a zlib stream.
    data = b"\n" + text.str.join("\n").item().encode()
    comma = delimiter != "," and _decimal_comma(text, delimiter)
    for length in (ENOUGH, None):
        try:
            frame = pl.read_csv(
                io.BytesIO(data),
                has_header=False,
                skip_lines=1,
                new_columns=names,
                separator=delimiter,
                infer_schema_length=length,
                decimal_comma=comma,
            )
        except (ComputeError, NoDataError):  # a byte-order mark by itself is no data
            continue
        if frame.shape == (text.len(), len(names)):
            return frame
    # What Polars' reader does not take as we do: cut by hand, and all of it is text at first.
    cut = [split_row(row, delimiter, well=True) for row in text.to_list()]
    rows = [[part or None for part in (*parts, *[""] * len(names))[: len(names)]] for parts in cut]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _decimal_comma(text: pl.Series, delimiter: str) -> bool:
    """Tell whether numbers have a decimal comma: many cells read ``3,14`` and none ``3.14``."""
    head = text.head(200)
    edge = rf"(?:^|[{delimiter}])-?\d+%s\d+(?:$|[{delimiter}])"
    return bool(head.str.contains(edge % ",").mean() > 0.5 and not head.str.contains(edge % r"\.").any())  # type: ignore[operator]


def _with_ragged(
    read: Cells, text: pl.Series, regular: npt.NDArray[np.bool_], well: npt.NDArray[np.bool_], delimiter: str
) -> Cells:
    """Put rows of another width where they belong among the regular ones."""
    names, width = read.frame.columns, read.frame.width
    where = np.flatnonzero(~regular)
    # A column of text takes the surplus: an unquoted delimiter in a message is its commonest cause.
    textual = [place for place, dtype in enumerate(read.frame.dtypes) if dtype == pl.String]
    target = max(textual, key=lambda place: _mean_length(read.frame.to_series(place)), default=None)
    long, short = 0, 0
    fitted: list[list[str | None]] = []
    for row, line, is_well in zip(where.tolist(), text.gather(where).to_list(), well[where], strict=True):
        parts = split_row(line, delimiter, bool(is_well))
        if len(parts) > width:
            long += 1
            if target is None:
                read.surplus[row] = delimiter.join(parts[width:])
                parts = parts[:width]
            else:
                tail = len(parts) - width + target + 1
                parts = [*parts[:target], delimiter.join(parts[target:tail]), *parts[tail:]]
        short += len(parts) < width
        fitted.append([part or None for part in parts] + [None] * (width - len(parts)))
    extra = pl.DataFrame(fitted, schema=dict.fromkeys(names, pl.String), orient="row")
    both = pl.concat([read.frame, _cast_like(extra, read.frame)])
    order = np.argsort(np.concatenate([np.flatnonzero(regular), where]), kind="stable")
    read.frame = both[order]
    if long or short:
        read.warnings.append(
            f"{long + short:,} of {text.len():,} rows do not have {width} cells ({long:,} have more, {short:,} fewer); "
            "all are kept: missing cells are empty"
            + (
                ", surplus ones are joined to " + (names[target] if target is not None else "the message")
                if long
                else ""
            )
        )
    return read


def _mean_length(column: pl.Series) -> float:
    return float(column.str.len_chars().mean() or 0.0)  # type: ignore[arg-type]


def _cast_like(extra: pl.DataFrame, model: pl.DataFrame) -> pl.DataFrame:
    columns = []
    for name, dtype in model.schema.items():
        column = extra[name]
        if dtype == pl.Boolean:
            column = column.str.to_lowercase().replace_strict(
                {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
            )
        elif dtype != pl.String:
            column = column.str.strip_chars().cast(pl.Float64, strict=False).cast(dtype, strict=False)
        columns.append(column.alias(name))
    return pl.DataFrame(columns)


def _settle(frame: pl.DataFrame, warnings: list[str]) -> pl.DataFrame:
    """Make columns of numbers out of text that is numbers but for a few cells; cap cells; round odd types."""
    columns = []
    for column in frame.iter_columns():
        settled = column
        if column.dtype == pl.String:
            settled = _numbers(column, warnings)
            if settled.dtype == pl.String:
                settled = settled.str.slice(0, LONGEST_CELL)
        elif column.dtype in (pl.Int128, pl.UInt128):
            settled = column.cast(pl.Float64)
        columns.append(settled)
    return pl.DataFrame(columns)


def _numbers(column: pl.Series, warnings: list[str]) -> pl.Series:
    """Turn a column of text into numbers where nearly all of its filled cells are."""
    filled = column.len() - column.null_count()
    if filled == 0 or column.head(1000).drop_nulls().str.contains(r"\d").mean() in (None, 0.0):
        return column
    try:
        numbers = column.str.strip_chars().cast(pl.Float64, strict=False)
    except PolarsError:
        return column
    known = numbers.len() - numbers.null_count()
    share = known / filled
    if share < NUMERIC_SHARE:
        return column
    if share < 1:
        odd = column.filter(numbers.is_null() & column.is_not_null()).unique().sort()
        shown = ", ".join(repr(value[:40]) for value in odd.head(3).to_list())
        warnings.append(f"column {column.name}: {filled - known:,} cells are no numbers ({shown}) and count as missing")
    whole = numbers.cast(pl.Int64, strict=False)
    same = (whole.cast(pl.Float64) == numbers) | numbers.is_null()
    return whole if same.all() else numbers
