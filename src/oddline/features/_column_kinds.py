"""The kinds of columns: what is learnt of each, and how its cells become numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats

COMMON_SHARE = 0.001
COMMON_ROWS = 20
"""A value of fewer rows gets no 0/1 column of its own: its rarity says enough, and one column a rare value is noise."""

LONGEST_VALUE = 200
"""Characters by which values of a category are told apart."""

MOST_VALUES = 100_000
"""Values of one category that are remembered, the commonest ones; a bundle must stay small."""

Learnt = tuple[dict[str, Any] | None, pl.DataFrame | None]
Encoder = Callable[[dict[str, Any], pl.Series, pl.DataFrame | None, pl.DataFrame, int], list[Floats]]


def learn(cells: pl.Series, records: pl.DataFrame, common: int) -> Learnt:
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
        column |= {"labels": [name], **_learn_number(_numbers(cells))}
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
            least = max(COMMON_SHARE * records.height, COMMON_ROWS)
            shares = values.filter((pl.col("n") >= least) & (pl.col("n") < records.height))
            column["common"] = shares["value"].head(common).to_list() if values.height > 1 else []
            column["labels"] = [name, *(f"{name} = {value}" for value in column["common"])]
        else:
            column |= {"labels": [name, f"{name} (length)"], "common": [], **_learn_number(_lengths(cells))}
    if column["missing"]:
        column["labels"] = [*column["labels"], f"{name} (missing)"]
    return column, values


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


def sign_log(numbers: Floats, unit: float) -> Floats:
    """Put numbers of any sign and size on a scale where ten times as much is one step further."""
    with np.errstate(over="ignore"):
        sizes = np.minimum(np.abs(numbers) / unit, 1e308)
    return np.asarray(np.sign(numbers) * np.log1p(sizes))


def _learn_number(numbers: Floats) -> dict[str, Any]:
    """Learn unit, centre and scale of a column of numbers, and the quantiles that are told to people."""
    known = numbers[~np.isnan(numbers)]
    sizes = np.abs(known[known != 0])
    # Numbers that are all below 1 (rates, seconds) would lie on the straight part of the logarithm.
    unit = min(1.0, float(np.median(sizes))) if len(sizes) else 1.0
    unit = max(unit, 1e-300)
    logs = sign_log(known, unit)
    spread = float(logs.std())
    return {
        "unit": unit,
        "centre": float(logs.mean()),
        # A column that never varied stays harmless: a step of its own unit counts as one deviation.
        "scale": spread if spread > 1e-9 * max(1.0, float(np.abs(logs).max())) else 1.0,
        "quantiles": [float(value) for value in np.quantile(known, [0.0, 0.01, 0.5, 0.99, 1.0])],
        "whole": bool(np.all(known == np.round(known))),
    }


def _scaled(column: dict[str, Any], numbers: Floats) -> Floats:
    """Centre and scale; a missing cell is in the middle, its absence is told by another column."""
    scaled = (sign_log(numbers, column["unit"]) - column["centre"]) / column["scale"]
    return np.asarray(np.nan_to_num(scaled, nan=0.0))


def _number(column: dict[str, Any], cells: pl.Series, *_: Any) -> list[Floats]:
    return [_scaled(column, _numbers(cells))]


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
    return [_rarity(column, keys, values, left_out), *flags]


def _text(
    column: dict[str, Any], cells: pl.Series, values: pl.DataFrame | None, records: pl.DataFrame, left_out: int
) -> list[Floats]:
    assert values is not None
    keys = keys_of(column, cells, records)
    return [_rarity(column, keys, values, left_out), _scaled(column, _lengths(cells))]


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
