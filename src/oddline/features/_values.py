"""An odd value where a template has a variable: one that is hardly ever there, or far from all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats
from oddline.features._bins import Ints
from oddline.features._numbers import body, folded, numbers, outlying
from oddline.features._scale import ranks, surprise

FEWEST = 20
"""A template of fewer lines has no usual value."""
WIDEST = 40
"""A line of more values is a list, and its places mean nothing."""
SAMPLE = 400
"""So many lines of a template tell whether a column names things (nearly every value is new) or sorts them."""
NAMES = 0.5
NUMERIC = 0.95
COLUMN = ("template", "width", "position")
"""A column is a place in the lines of one template; lines of another number of values are a column apart."""


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


def sorting(lines: pl.DataFrame) -> pl.DataFrame:
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
    several = lines.group_by("template").agg(several=pl.col("masked").n_unique() > 1, width=pl.col("width").unique())
    return several.filter("several").select(
        "template", pl.col("width"), position=pl.lit(-1, pl.Int32), numeric=pl.lit(value=False)
    )


def difference(text: str, other: str) -> str:
    """Give the words of a text that stand between those that it begins and ends with as another does.

    Examples
    --------
    >>> difference("task (spawning) is pending", "task (powering-off) is pending")
    '(spawning)'
    """
    words, theirs = text.split(" "), other.split(" ")
    head = next((i for i, pair in enumerate(zip(words, theirs, strict=False)) if pair[0] != pair[1]), len(theirs))
    pairs = zip(reversed(words[head:]), reversed(theirs[head:]), strict=False)
    tail = next((i for i, pair in enumerate(pairs) if pair[0] != pair[1]), min(len(words), len(theirs)) - head)
    return " ".join(words[head : len(words) - max(0, tail)]) or text


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
        if odd["position"] < 0:
            others = [difference(value, odd["value"]) for value in others]
        return "one of " + ", ".join(value if len(value) <= 40 else value[:39] + "…" for value in others[:3])


def count(records: pl.DataFrame, template: Ints) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the values of each line, and one row a distinct value of a column with how often it is there."""
    lines = usable(records, template)
    chosen = sorting(lines).drop("group")
    merged = wordings(lines).sort("template").with_row_index("merged")
    groups = pl.concat(
        [
            chosen.with_row_index("group"),
            merged.explode("width").select(
                group=pl.col("merged") + chosen.height,
                template="template",
                width="width",
                position="position",
                numeric="numeric",
            ),
        ]
    )
    if not groups.height:
        empty = pl.DataFrame(schema={"row": pl.Int32, "group": pl.UInt32, "value": pl.String})
        return empty, empty
    cells = columns(lines, groups)
    table = cells.group_by("group", "value", maintain_order=True).agg(count=pl.len())
    about = groups.group_by("group", maintain_order=True).agg(pl.all().first())
    table = table.join(about, on="group", how="left", maintain_order="left")
    return cells, table.with_columns(n=pl.col("count").sum().over("group"))


def strengths(table: pl.DataFrame) -> pl.DataFrame:
    """Add how odd each distinct value is: how rare in its column, or how far out.

    Rare: the share of the column that values as rare hold, where the first line of the value itself counts
    as Ewens' sampling formula has it (W. Ewens, 1972): in a column of d values in n lines a new one comes with the
    chance theta / n, theta = d / ln n. A column that never changes is broken with more surprise than one
    that always brings something new.
    """
    mass = table.group_by("group", "count").agg(mass=pl.col("count").sum()).sort("group", "count")
    mass = mass.with_columns(pl.col("mass").cum_sum().over("group"))
    table = table.join(mass, on=["group", "count"], how="left", maintain_order="left")
    number = numbers(table["value"])
    fine = (number.is_not_null() & table["numeric"]).to_numpy()
    group, weight = table["group"].to_numpy()[fine].astype(np.int64), table["count"].to_numpy()[fine]
    away = np.zeros(table.height)
    away[fine] = outlying(group, number.filter(pl.Series(fine)).to_numpy(), weight.astype(np.float64))
    n, rarer = (table[name].to_numpy().astype(np.float64) for name in ("n", "mass"))
    distinct = np.bincount(table["group"].to_numpy(), minlength=1)[table["group"].to_numpy()]
    theta = np.maximum(0.5, distinct - 1.5) / np.log(n + 1.0)
    rare = np.maximum(0.0, -np.log10((rarer - 1.0 + theta) / n))
    return table.with_columns(rare=pl.Series(rare), far=pl.Series(away), strength=pl.Series(np.maximum(rare, away)))


def profile(table: pl.DataFrame) -> pl.DataFrame:
    """Give each column's commonest values and, for numbers, its body on both scales; a row a group, in order."""
    common = (
        table.sort("count", "value", descending=[True, False])
        .group_by("group", maintain_order=True)
        .agg(common=pl.col("value").head(4))
        .sort("group")
    )
    number = numbers(table["value"])
    fine = number.is_not_null().to_numpy()
    group, value = table["group"].to_numpy()[fine].astype(np.int64), number.drop_nulls().to_numpy()
    weight = table["count"].to_numpy()[fine].astype(np.float64)
    plain, log = (body(group, scale, weight, common.height) for scale in (value, folded(value)))
    return common.with_columns(
        middle=pl.Series(plain.middle),
        half=pl.Series(plain.half),
        log_middle=pl.Series(log.middle),
        log_half=pl.Series(log.half),
    )


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
    leads = np.zeros(len(strength))  # odd values of one template stand together in the list: one place for all
    falling = np.argsort(-strength, kind="stable")
    leads[falling[np.unique(table["template"].to_numpy()[falling], return_index=True)[1]]] = 1.0
    return Values(
        of_line,
        table,
        np.minimum(
            strength + np.log10(records.height / table["n"].to_numpy()),
            surprise(ranks(strength, leads), records.height, attention),
        ),
        about,
    )
