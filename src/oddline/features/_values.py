"""An odd value where a template has a variable: one that is hardly ever there, or far from the others."""

from __future__ import annotations

import numpy as np
import polars as pl

from oddline.core.nouns import Floats
from oddline.features._bins import Ints

FEWEST = 20
"""A template of fewer lines has no usual value."""
MOST_COLUMNS = 40
FARTHEST = 12.0
"""Distances beyond this many powers of ten are all the same."""


def weighted_median(group: Ints, value: Floats, weight: Floats, groups: int) -> Floats:
    """Give the median of each group of weighted values."""
    order = np.lexsort((value, group))
    sorted_group = group[order]
    running = np.cumsum(weight[order])
    total = np.bincount(group, weights=weight, minlength=groups)
    before = np.concatenate([[0.0], np.cumsum(total)[:-1]])
    reached = running - before[sorted_group] >= total[sorted_group] / 2
    out = np.zeros(groups)
    spot = np.flatnonzero(reached)[::-1]
    out[sorted_group[spot]] = value[order][spot]  # the first that reaches half is written last
    return out


def distance(group: Ints, value: Floats, weight: Floats, groups: int) -> Floats:
    """Give -log10 of the chance of a value so far out, if the tail keeps halving as the body does.

    Half of the values lie within the median absolute deviation of the median by definition; a tail that
    halves again with every further deviation gives ``d / mad`` halvings at distance d.
    """
    middle = weighted_median(group, value, weight, groups)
    away = np.abs(value - middle[group])
    half = weighted_median(group, away, weight, groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        halvings = np.where(half[group] > 0, away / half[group], 0.0)
    return np.minimum(FARTHEST, halvings * np.log10(2.0))


def table_of(records: pl.DataFrame, template: Ints) -> pl.DataFrame:
    """List the distinct values of every column of every template that is common enough.

    One row a distinct (column, value): ``group`` (a dense code of template and position), ``template``,
    ``position``, ``value``, ``count``; the second frame has one row a line and position with its entry.
    """
    often = np.bincount(template)
    frame = pl.DataFrame({"template": template, "params": records["params"], "masked": records["masked"]})
    frame = frame.with_row_index("row").with_columns(width=pl.col("params").list.len())
    return frame.filter(pl.Series(often[template] >= FEWEST) & (pl.col("width") <= MOST_COLUMNS))


def values(records: pl.DataFrame, template: Ints) -> tuple[Floats, pl.DataFrame]:
    """Give the surprise of the oddest value of each line, and the table of odd values.

    The chance of a value is the share of its column held by values as rare as it or rarer; for numbers
    also the chance of lying so far out. The best of several columns is corrected for their number.
    """
    out = np.zeros(records.height)
    usable = table_of(records, template)
    cells = usable.filter(pl.col("width") > 0).select(
        "row", "template", "width", position=pl.int_ranges(0, pl.col("width")), value="params"
    ).explode("position", "value")
    words = usable.select(
        "row", "template", width=pl.lit(0, pl.UInt32), position=pl.lit(-1, pl.Int64), value=pl.col("masked").cast(pl.String)
    )
    cells = pl.concat([cells, words])
    keys = ["template", "width", "position"]
    counts = cells.group_by([*keys, "value"], maintain_order=True).agg(count=pl.len(), row=pl.col("row"))
    counts = counts.with_columns(n=pl.col("count").sum().over(keys)).filter(pl.col("n") >= FEWEST)
    counts = counts.with_columns(group=pl.struct(keys).rank("dense").cast(pl.Int64) - 1)
    if not counts.height:
        return out, counts
    rarer = counts.group_by("group", "count").agg(mass=pl.col("count").sum()).sort("group", "count").with_columns(
        mass=pl.col("mass").cum_sum().over("group")
    )
    counts = counts.join(rarer, on=["group", "count"], how="left", maintain_order="left")
    categorical = np.log10(counts["n"].to_numpy() / counts["mass"].to_numpy())
    number = counts["value"].cast(pl.Float64, strict=False)
    number = number.set((~number.is_finite() | (number.abs() > 1e300)).fill_null(True), None)
    group = counts["group"].to_numpy()
    weight = counts["count"].to_numpy().astype(np.float64)
    groups = int(group.max()) + 1
    fine = number.is_not_null().to_numpy()
    numeric_share = np.bincount(group, weights=weight * fine, minlength=groups) / np.bincount(group, weights=weight, minlength=groups)
    fine &= numeric_share[group] >= 0.95
    numeric = np.zeros(counts.height)
    if fine.any():
        x = number.to_numpy()[fine]
        g, w = group[fine], weight[fine]
        numeric[fine] = np.minimum(distance(g, x, w, groups), distance(g, np.sign(x) * np.log1p(np.abs(x)), w, groups))
    columns = counts["width"].to_numpy() + 1.0
    strength = np.maximum(0.0, np.maximum(categorical, numeric) - np.log10(columns))
    counts = counts.with_columns(strength=pl.Series(strength), categorical=pl.Series(categorical), numeric=pl.Series(numeric))
    odd = counts.filter(pl.col("strength") > 0.5)
    lines = odd.select("strength", "row").explode("row")
    np.maximum.at(out, lines["row"].to_numpy(), lines["strength"].to_numpy())
    return out, counts.drop("row")
