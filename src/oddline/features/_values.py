"""An odd value where a template has a variable: one that is hardly ever there, or far from all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats
from oddline.features._bins import Ints
from oddline.features._scale import ranks, surprise

FEWEST = 20
"""A template of fewer lines has no usual value."""
WIDEST = 40
"""A line of more values is a list, and its places mean nothing."""
SAMPLE = 400
"""So many lines of a template tell whether a column names things (nearly every value is new) or sorts them."""
NAMES = 0.5
NUMERIC = 0.95
FARTHEST = 12.0
"""Distances beyond so many powers of ten are all the same."""
COLUMN = ("template", "width", "position")
"""A column is a place in the lines of one template; lines of another number of values are a column apart."""


def weighted_median(group: Ints, value: Floats, weight: Floats, groups: int) -> Floats:
    """Give the median of each group of weighted values.

    Examples
    --------
    >>> weighted_median(np.array([0, 0, 0, 1]), np.array([3.0, 1.0, 2.0, 9.0]), np.ones(4), 2).tolist()
    [2.0, 9.0]
    """
    order = np.lexsort((value, group))
    running = np.cumsum(weight[order])
    total = np.bincount(group, weights=weight, minlength=groups)
    if not len(order):
        return np.zeros(groups)
    half = np.cumsum(total) - total / 2
    spot = np.minimum(np.searchsorted(running, half - 1e-9), len(order) - 1)
    out: Floats = value[order][spot]
    return out


@dataclass(frozen=True)
class Body:
    """The middle of each numeric column, and how far half of its values lie from it."""

    middle: Floats
    half: Floats


def body(group: Ints, value: Floats, weight: Floats, groups: int) -> Body:
    """Learn the median and the median absolute deviation of each group."""
    middle = weighted_median(group, value, weight, groups)
    return Body(middle, weighted_median(group, np.abs(value - middle[group]), weight, groups))


def folded(value: Floats) -> Floats:
    """Give values on a logarithmic scale that keeps the sign and 0."""
    folded: Floats = np.sign(value) * np.log1p(np.abs(value))
    return folded


def far(group: Ints, value: Floats, weight: Floats) -> Floats:
    """Give -log10 of the chance of values so far out; ``weight`` is how often each distinct value is there.

    Half of the values lie within the median absolute deviation of the median by its definition; if the tail
    halves with every further one, ``d / deviation`` halvings lead to distance d. What is far out must also
    stand alone: the distance to the next value inwards counts, if it is less (two crowds are no outliers). The
    scale, plain or logarithmic, is the one that says less. And k of n values so far out were never a chance
    of less than (k / n) squared.
    """
    order = np.lexsort((value, group))
    group, value, weight = group[order], value[order], weight[order]
    groups = int(group.max(initial=-1)) + 1
    total = np.bincount(group, weights=weight, minlength=groups)
    upto = np.cumsum(weight) - (np.cumsum(total) - total)[group]
    above = value > body(group, value, weight, groups).middle[group]
    inwards = np.clip(np.arange(len(value)) + np.where(above, -1, 1), 0, len(value) - 1)
    beyond = np.where(above, total[group] - upto + weight, upto)
    out = np.minimum(FARTHEST, 2.0 * np.log10(total[group] / beyond))
    for scaled in (value, folded(value)):
        found = body(group, scaled, weight, groups)
        away = np.minimum(np.abs(scaled - found.middle[group]), np.abs(scaled - scaled[inwards]))
        with np.errstate(divide="ignore", invalid="ignore"):
            halvings = np.where(found.half[group] > 0, away / found.half[group], 0.0)
        out = np.minimum(out, halvings * np.log10(2.0))
    back = np.empty(len(out))
    back[order] = out
    return back


def numbers(values: pl.Series) -> pl.Series:
    """Read values as finite numbers, null where they are none."""
    number = values.cast(pl.Float64, strict=False)
    return pl.DataFrame({"x": number}).select(
        pl.when(pl.col("x").is_finite() & (pl.col("x").abs() < 1e300)).then("x")
    )["x"]


def usable(records: pl.DataFrame, template: Ints) -> pl.DataFrame:
    """Give the lines of templates that are common enough: ``row``, ``template``, ``width``, ``params``, ``masked``."""
    often = np.bincount(template)[template] >= FEWEST
    return records.select(
        row=pl.int_range(pl.len(), dtype=pl.Int32),
        template=pl.Series(template, dtype=pl.Int32),
        width=pl.col("params").list.len().cast(pl.Int32),
        params="params",
        masked="masked",
    ).filter(pl.Series(often) & (pl.col("width") <= WIDEST))


def sorting(lines: pl.DataFrame, template: Ints) -> pl.DataFrame:
    """Choose the columns that sort lines (few values) or measure (numbers), not those that name things.

    A look at the first lines of each template is enough, so that names are never taken out of all lines.
    """
    early = lines.filter(pl.Series(firsts(lines["template"].to_numpy(), SAMPLE)))
    sample = (
        early.filter(pl.col("width") > 0)
        .select(*COLUMN[:2], pl.int_ranges(0, "width", dtype=pl.Int32).alias("position"), value="params")
        .explode("position", "value")
    )
    known = sample.group_by(COLUMN).agg(
        names=pl.col("value").n_unique() > NAMES * pl.len(),
        numeric=pl.col("value").cast(pl.Float64, strict=False).is_not_null().mean() >= NUMERIC,
    )
    return known.filter(~pl.col("names") | pl.col("numeric")).drop("names").sort(COLUMN).with_row_index("group")


def firsts(group: Ints, most: int) -> npt.NDArray[np.bool_]:
    """Mark the first so many entries of each group.

    Examples
    --------
    >>> firsts(np.array([5, 5, 7, 5]), 2).tolist()
    [True, True, True, False]
    """
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    start = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(group) else order
    length = np.diff(np.concatenate([start, [len(group)]]))
    out = np.empty(len(group), dtype=bool)
    out[order] = np.arange(len(group)) - np.repeat(start, length) < most
    return out


def columns(lines: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """Take the values of the chosen columns out of the lines: ``row``, ``group``, ``value``, a row a value.

    The words of a line are a column too (position -1): a template that was merged from several wordings has
    a usual one.
    """
    parts = []
    for position in chosen["position"].unique().sort().to_list():
        here = chosen.filter(pl.col("position") == position).select("template", "width", "group")
        part = lines.join(here, on=["template", "width"], how="inner", maintain_order="left")
        if position < 0:
            part = part.select("row", "group", value=pl.col("masked").cast(pl.String))
        else:
            part = part.select("row", "group", value=pl.col("params").list.get(position))
        parts.append(part)
    return pl.concat(parts)


def wordings(lines: pl.DataFrame) -> pl.DataFrame:
    """Give a column -1 to every template of several wordings, for each width that it has."""
    several = lines.group_by("template").agg(
        several=pl.col("masked").n_unique() > 1, width=pl.col("width").unique()
    )
    return several.filter("several").select(
        "template", pl.col("width"), position=pl.lit(-1, pl.Int32), numeric=pl.lit(value=False)
    )


@dataclass(frozen=True)
class Values:
    """The odd values: ``of_line`` is the row in ``table`` of the oddest one of each line, or -1."""

    of_line: Ints
    table: pl.DataFrame
    surprise: Floats
    columns: pl.DataFrame

    def usual(self, odd: dict[str, Any]) -> str:
        """Say what the column of an odd value holds else."""
        column = self.columns.row(int(odd["group"]), named=True)
        if odd["far"] > odd["rare"]:
            return f"about {column['middle']:g}, mostly within {column['half']:g} of it"
        others = [value for value in column["common"] if value != odd["value"]]
        return "one of " + ", ".join(value if len(value) <= 40 else value[:39] + "…" for value in others[:3])


def count(records: pl.DataFrame, template: Ints) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the values of each line, and one row a distinct value of a column with how often it is there."""
    lines = usable(records, template)
    chosen = sorting(lines, template).drop("group")
    merged = wordings(lines).sort("template").with_row_index("merged")
    groups = pl.concat([chosen.with_row_index("group"), merged.explode("width").select(
        group=pl.col("merged") + chosen.height, template="template", width="width", position="position", numeric="numeric")])
    if not groups.height:
        empty = pl.DataFrame(schema={"row": pl.Int32, "group": pl.UInt32, "value": pl.String})
        return empty, empty
    cells = columns(lines, groups)
    table = cells.group_by("group", "value", maintain_order=True).agg(count=pl.len())
    about = groups.group_by("group", maintain_order=True).agg(pl.all().first())
    table = table.join(about, on="group", how="left", maintain_order="left")
    return cells, table.with_columns(n=pl.col("count").sum().over("group"))


def strengths(table: pl.DataFrame) -> pl.DataFrame:
    """Add how odd each distinct value is: the share of its column that is as rare, or how far out it is."""
    mass = table.group_by("group", "count").agg(mass=pl.col("count").sum()).sort("group", "count")
    mass = mass.with_columns(pl.col("mass").cum_sum().over("group"))
    table = table.join(mass, on=["group", "count"], how="left", maintain_order="left")
    number = numbers(table["value"])
    fine = (number.is_not_null() & table["numeric"]).to_numpy()
    away = np.zeros(table.height)
    group, weight = table["group"].to_numpy()[fine].astype(np.int64), table["count"].to_numpy()[fine]
    away[fine] = far(group, number.filter(pl.Series(fine)).to_numpy(), weight.astype(np.float64))
    n, times, mass = (table[name].to_numpy().astype(np.float64) for name in ("n", "count", "mass"))
    distinct = np.bincount(table["group"].to_numpy(), minlength=1)[table["group"].to_numpy()]
    theta = np.maximum(0.5, distinct - 1.5) / np.log(n + 1.0)
    rare = np.maximum(0.0, -np.log10((mass - times + times * theta) / n))
    return table.with_columns(
        rare=pl.Series(rare), far=pl.Series(away), strength=pl.Series(np.maximum(rare, away))
    )


def profile(table: pl.DataFrame) -> pl.DataFrame:
    """Give each column's commonest values and, for numbers, the middle; one row a group, in its order."""
    common = (
        table.sort("count", "value", descending=[True, False])
        .group_by("group", maintain_order=True)
        .agg(common=pl.col("value").head(4))
        .sort("group")
    )
    number = numbers(table["value"])
    fine = number.is_not_null().to_numpy()
    group = table["group"].to_numpy()[fine].astype(np.int64)
    found = body(group, number.filter(pl.Series(fine)).to_numpy(), table["count"].to_numpy()[fine] * 1.0, common.height)
    return common.with_columns(middle=pl.Series(found.middle), half=pl.Series(found.half))


def values(records: pl.DataFrame, template: Ints, attention: float) -> Values:
    """Find the oddest value of each line."""
    of_line = np.full(records.height, -1, dtype=np.int64)
    cells, table = count(records, template)
    if not table.height:
        return Values(of_line, table, np.zeros(0), table)
    about = profile(table)
    table = strengths(table).filter(pl.col("strength") > 0.5).with_row_index("entry")
    odd = cells.join(table.select("group", "value", "entry", "strength"), on=["group", "value"], how="inner")
    odd = odd.sort("strength", "group", "row")
    of_line[odd["row"].to_numpy()] = odd["entry"].to_numpy()  # the strongest is written last
    strength = table["strength"].to_numpy()
    return Values(of_line, table, np.minimum(strength + np.log10(records.height / table["n"].to_numpy()), surprise(ranks(strength), records.height, attention)), about)
