"""The kinds of columns: what is learnt of each, and how its cells become numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.features._column_scales import SCALES, learn_number, scaled

COMMON_SHARE = 0.001
COMMON_ROWS = 20
"""A value of fewer rows gets no 0/1 column of its own: its rarity says enough, and one column a rare value is noise."""

LONGEST_VALUE = 200
"""Characters by which values of a category are told apart."""

MOST_VALUES = 100_000
"""Values of one category that are remembered, the commonest ones; a bundle must stay small."""

Learnt = tuple[dict[str, Any] | None, pl.DataFrame | None]
Encoder = Callable[[dict[str, Any], pl.Series, pl.DataFrame | None, pl.DataFrame, int], list[Floats]]


CODINGS = ("both", "rarity", "onehot", "frequency")
"""What a value of a category becomes, see :class:`~oddline.features.columns.Columns`."""


@dataclass(frozen=True)
class Choice:
    """How columns become numbers: the parameters of :class:`~oddline.features.columns.Columns`."""

    common: int
    scale: str
    log: bool
    category: str
    fewest: int | None

    def __post_init__(self) -> None:
        for name, told, known in (("scale", self.scale, SCALES), ("category", self.category, CODINGS)):
            if told not in known:
                raise UsageError(f"{name}={told!r}", expected="one of " + ", ".join(known))

    def rows_needed(self, height: int) -> float:
        """Give the rows that a value needs for a column of its own."""
        return max(COMMON_SHARE * height, COMMON_ROWS) if self.fewest is None else self.fewest


def learn(cells: pl.Series, records: pl.DataFrame, choice: Choice) -> Learnt:
    """Learn one column: a description of JSON values and, for categories, how often each value came.

    None stands for a column that is left out: a counter, or nothing but missing cells.
    """
    kind = _kind(cells, records)
    if kind == "":
        return None, None
    name = cells.name[2:]
    column: dict[str, Any] = {"name": cells.name, "kind": kind}
    column["missing"] = bool(absent(column, cells).any())
    values = None
    if kind == "number":
        column |= {"labels": [name], **learn_number(_numbers(cells), choice.scale, log=choice.log)}
    elif kind == "time":
        column |= _learn_time(cells, name)
    else:
        # The miner has masked the message already.
        column["masked"] = kind == "text" and "masked" in records.columns and _is_message(cells, records)
        counted = _count(keys_of(column, cells, records))
        column |= _learn_rarity(counted)
        values = counted.head(MOST_VALUES)
        column["least"] = 1.0 / (records.height + 1)
        if kind == "category":
            column |= _learn_category(values, name, records.height, choice)
        else:
            learnt = learn_number(_lengths(cells), choice.scale, log=choice.log)
            column |= {"labels": [name, f"{name} (length)"], "common": [], **learnt}
    if column["missing"]:
        column["labels"] = [*column["labels"], f"{name} (missing)"]
    return column, values


def _learn_category(values: pl.DataFrame, name: str, height: int, choice: Choice) -> dict[str, Any]:
    """Choose the values that get a column of their own; all others share one if there is nothing else to tell them."""
    own = values.filter((pl.col("n") >= choice.rows_needed(height)) & (pl.col("n") < height))
    common = own["value"].head(choice.common).to_list() if values.height > 1 else []
    flags = [f"{name} = {value}" for value in common]
    if choice.category == "both":
        return {"common": common, "labels": [name, *flags]}
    if choice.category == "onehot":
        # A value that all rows have needs no column: that it is missing is told by the one for others.
        always = values["value"].to_list() if values.height == 1 else []
        return {"coding": "onehot", "common": common, "always": always, "labels": [*flags, f"{name} (another value)"]}
    return {"coding": choice.category, "common": [], "labels": [name], "rows": height}


def _kind(cells: pl.Series, records: pl.DataFrame) -> str:
    """Tell a column's kind; empty for one that is left out."""
    dtype = cells.dtype
    if cells.null_count() == cells.len():
        return ""
    if dtype.is_numeric() or dtype == pl.Boolean:
        return "" if _is_counter(cells) else "number"
    if isinstance(dtype, pl.Datetime) or dtype == pl.Date:
        return "time"
    if dtype != pl.String:
        return ""
    words = float(cells.head(1000).drop_nulls().str.count_matches(r"\S+").mean() or 0.0)  # type: ignore[arg-type]
    return "text" if _is_message(cells, records) or words >= 3 else "category"


def _is_message(cells: pl.Series, records: pl.DataFrame) -> bool:
    """Tell whether a column is the one that the format took for the message."""
    if "message" not in records.columns:
        return False
    return bool((cells.head(100).fill_null("") == records["message"].head(100)).all())


def _is_counter(cells: pl.Series) -> bool:
    """Tell a column that numbers the rows: it says where a row stands, not what it is."""
    if not cells.dtype.is_integer() or cells.null_count() or cells.len() < 3:
        return False
    return bool((cells.cast(pl.Int64, strict=False).diff().drop_nulls() == 1).all())


def _numbers(cells: pl.Series) -> Floats:
    """Give cells as finite numbers; missing ones are NaN, infinite ones the largest there is."""
    numbers = cells.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    return np.asarray(np.clip(numbers, -1e300, 1e300))


def absent(column: dict[str, Any], cells: pl.Series) -> npt.NDArray[np.bool_]:
    """Tell which cells are missing; in a column of numbers also those that are no number."""
    missing = np.isnan(_numbers(cells)) if column["kind"] == "number" else cells.is_null().to_numpy()
    return np.asarray(missing, dtype=np.bool_)


def _lengths(cells: pl.Series) -> Floats:
    return cells.str.len_chars().cast(pl.Float64).fill_null(np.nan).to_numpy()


def _number(column: dict[str, Any], cells: pl.Series, *_: Any) -> list[Floats]:
    return [scaled(column, _numbers(cells))]


def keys_of(column: dict[str, Any], cells: pl.Series, records: pl.DataFrame) -> pl.Series:
    """Give what the cells of a category or a text are counted by."""
    if column["kind"] == "category":
        return cells.cast(pl.String).str.slice(0, LONGEST_VALUE).rename("value")
    if column["masked"] and "masked" in records.columns:
        return records["masked"].cast(pl.String).str.slice(0, LONGEST_VALUE).rename("value")
    masked = cells.str.slice(0, 1000).str.replace_all(r"\S*\d\S*", "<*>")
    return masked.str.slice(0, LONGEST_VALUE).rename("value")


def _count(keys: pl.Series) -> pl.DataFrame:
    """Count values, commonest first; of equals the alphabet decides, so that every run agrees."""
    counted = keys.drop_nulls().to_frame().group_by("value").agg(n=pl.len().cast(pl.UInt32))
    return counted.sort(["n", "value"], descending=[True, False])


def seen(values: pl.DataFrame, keys: pl.Series) -> Floats:
    """Look up how often training had each value; 0 where it had none."""
    found = keys.to_frame("value").join(values, on="value", how="left", maintain_order="left")
    return found["n"].fill_null(0).cast(pl.Float64).to_numpy()


def _learn_rarity(values: pl.DataFrame) -> dict[str, Any]:
    """Learn how many rows have a value as rare as each rarity that occurs: counts, rising, and shares of rows."""
    by_count = values.group_by("n").agg(rows=pl.col("n").cast(pl.UInt64).sum()).sort("n")
    rows = by_count["rows"].cum_sum().to_numpy().astype(np.float64)
    return {"counts": by_count["n"].to_list(), "shares": ((rows + 1) / (rows[-1] + 1)).tolist()}


def _rarity(column: dict[str, Any], keys: pl.Series, values: pl.DataFrame, left_out: int) -> Floats:
    """Give -ln of the share of rows whose value is as rare or rarer; a missing cell is no rarity.

    Thus an identifier, rare on every row, is rare on none. A row of training has seen its own value; for a new
    row that has met it c times before, the like of it in training are rows whose value came c + 1 times. A value
    never met is as rare as one that came once (I. Good, "The population frequencies of species", 1953).
    """
    counts = seen(values, keys) + (1 - left_out)
    levels = np.asarray(column["counts"], dtype=np.float64)
    place = np.searchsorted(levels, counts, side="right") - 1
    # Rarer than anything in training: fewer rows than one had it.
    shares = np.concatenate([np.asarray(column["shares"]), [column["least"]]])
    # Where most rows have a value of their own, to share one is no merit either: the column then says nothing.
    own = column["counts"][0] == 1 and column["shares"][0] > 0.5
    rare = np.zeros(len(place)) if own else -np.log(shares[place])
    return np.asarray(np.where(keys.is_null().to_numpy(), 0.0, rare))


def _category(
    column: dict[str, Any], cells: pl.Series, values: pl.DataFrame | None, records: pl.DataFrame, left_out: int
) -> list[Floats]:
    assert values is not None
    keys = keys_of(column, cells, records)
    flags = [(keys == value).fill_null(value=False).to_numpy().astype(np.float64) for value in column["common"]]
    coding = column.get("coding", "both")
    if coding == "onehot":
        told = ~(keys.is_null() | keys.is_in(column["common"] + column["always"])).to_numpy()
        return [*flags, told.astype(np.float64)]
    if coding == "frequency":
        # A row that is described against the others does not count itself.
        return [np.maximum(seen(values, keys) - left_out, 0.0) / max(column["rows"] - left_out, 1)]
    return [_rarity(column, keys, values, left_out), *flags]


def _text(
    column: dict[str, Any], cells: pl.Series, values: pl.DataFrame | None, records: pl.DataFrame, left_out: int
) -> list[Floats]:
    assert values is not None
    keys = keys_of(column, cells, records)
    return [_rarity(column, keys, values, left_out), scaled(column, _lengths(cells))]


def _learn_time(cells: pl.Series, name: str) -> dict[str, Any]:
    """Learn which circles of time training went round often enough to know them."""
    known = cells.drop_nulls().cast(pl.Datetime("us"))
    first, last = known.min(), known.max()
    days = (last - first).total_seconds() / 86_400  # type: ignore[operator, union-attr]
    # A date has no hour; of a circle gone round less than twice every place is new.
    circles = [24] if days >= 2 and cells.dtype != pl.Date else []
    circles += [168] if days >= 14 else []
    words = {24: "hour of day", 168: "day of week"}
    labels = [f"{name} ({words[hours]}, {part})" for hours in circles for part in ("sine", "cosine")]
    return {"circles": circles, "labels": labels, "first": str(first), "last": str(last)}


def _time(column: dict[str, Any], cells: pl.Series, *_: Any) -> list[Floats]:
    hours = cells.cast(pl.Datetime("us")).dt.epoch("us").cast(pl.Float64).fill_null(np.nan).to_numpy() / 3.6e9
    angles = [2 * np.pi * (hours % circle) / circle for circle in column["circles"]]
    return [np.nan_to_num(part(angle), nan=0.0) for angle in angles for part in (np.sin, np.cos)]


ENCODERS: dict[str, Encoder] = {"number": _number, "category": _category, "text": _text, "time": _time}
