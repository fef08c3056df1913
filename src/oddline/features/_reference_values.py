"""What the values of a good run look like, column by column, and which values of another run do not fit in.

A column is a place in the lines of one template that have their values at the same places. Two kinds can be
held against another run:

- columns that *sort* lines by a few short values. The chance of a value that was never there is
  Good and Turing's (I. Good, Biometrika 1953): the share of lines whose value would itself have been new. Lines
  that follow each other are no independent draws, so a value counts as new if it is confined to one stretch;
- columns that *measure*: many different numbers. Beyond the largest the tail is Pareto's through the median
  and the largest, on a logarithmic scale.

Columns that *name* things (processes, hosts, builds: long values) say nothing: each run has its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from oddline.core.nouns import Floats
from oddline.features._bins import Ints

FEWEST = 20
"""A column of fewer lines has no usual value."""
WIDEST = 40
"""A line of more values is a list, and its places mean nothing."""
MOST_COLUMNS = 2_000
MOST_VALUES = 50
"""Distinct values of a column that sorts; with more of them it names."""
SAMPLE = 400
STRETCHES = 20
LONGEST = 12
"""Characters of a value that may sort lines."""
MOST_DIGITS = 3
"""Longer numbers are as a rule identities: process, port, year."""
NUMERIC = 0.95
FEWEST_NUMBERS = 10
"""Distinct numbers without which there is no range."""
TREND = 0.8
"""Correlation with the place in the log from which on numbers have a trend."""
NARROW = 0.1
"""Powers of ten: the least width of a measure, so that a constant has one."""
BEYOND = 0.5
"""Powers of ten beyond the range of the good run that are no accident."""
WORTH = 1.0
"""A value that one line in ten may have is not odd."""
LEVEL = -1
"""The position that stands for the level of a line."""
KEY = ("line", "position")


def folded(number: pl.Expr) -> pl.Expr:
    """Give numbers as powers of ten, their sign and 0 kept."""
    return number.sign() * (number.abs() + 1.0).log(10.0)


def number(value: pl.Expr) -> pl.Expr:
    """Read values as numbers that can be squared; null where they are none."""
    read = value.cast(pl.Float64, strict=False)
    return pl.when(read.is_finite() & (read.abs() < 1e100)).then(read)


def short(value: pl.Expr) -> pl.Expr:
    """Tell whether a value is a class rather than a name: short, with few digits."""
    return (value.str.len_chars() <= LONGEST) & (value.str.count_matches(r"\d") <= MOST_DIGITS)


def layouts(records: pl.DataFrame) -> pl.DataFrame:
    """Tell where the values of each masked line stand: ``masked`` (its number), ``template``, ``width``, ``layout``.

    The values of "<*> B (<*> KB) sent, <*> B left" and of "<*> B sent, <*> B (<*> KB) left" are no columns
    together, even where one template has both.
    """
    one = records.select(
        masked=pl.col("masked").to_physical(),
        text=pl.col("masked").cast(pl.String),
        template=pl.col("template_id").cast(pl.Int64),
        width=pl.col("params").list.len().fill_null(0).cast(pl.Int32),
    ).unique("masked", keep="first", maintain_order=True)
    slots = pl.col("text").str.split(" ").list.eval(pl.element().str.contains("<*>", literal=True).arg_true())
    one = one.filter((pl.col("template") > 0) & (pl.col("width") <= WIDEST))
    return one.with_columns(layout=slots.cast(pl.List(pl.String)).list.join(","))


def cells(records: pl.DataFrame, layout: pl.DataFrame) -> pl.DataFrame:
    """List the values of the lines laid out so: ``row``, ``line`` (which layout), ``position``, ``value``.

    ``layout`` has the columns ``masked`` and ``line``.
    """
    physical = records["masked"].to_physical()
    table = np.full(int(physical.max() or 0) + 1, -1, dtype=np.int32)  # type: ignore[arg-type]
    known = layout.filter(pl.col("masked") < len(table))
    table[known["masked"].to_numpy()] = known["line"].to_numpy()
    line = pl.Series(table[physical.to_numpy()], dtype=pl.Int32) if records.height else pl.Series([], dtype=pl.Int32)
    lines = records.select(
        row=pl.int_range(pl.len(), dtype=pl.Int32),
        line=line,
        params="params",
        level=pl.col("level").cast(pl.String).fill_null("none"),
    ).filter(pl.col("line") >= 0)
    width = pl.col("params").list.len().cast(pl.Int32)
    values = lines.filter(width > 0).select(
        "row", "line", pl.int_ranges(0, width, dtype=pl.Int32).alias("position"), value="params"
    )
    level = lines.select("row", "line", pl.lit(LEVEL, pl.Int32).alias("position"), value="level")
    return pl.concat([values.explode("position", "value"), level])


def learn(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Learn the columns of a good run.

    Returns
    -------
    tuple
        ``columns``: ``group``, ``template``, ``layout``, ``position``, ``n``, ``kind`` ("sorts" or "measures"),
        ``new`` (the chance of a new value), ``low``, ``middle``, ``high`` (powers of ten); and ``known``:
        ``group``, ``value``, ``count`` of the columns that sort, the commonest first.
    """
    layout = layouts(records)
    times = records.group_by(masked=pl.col("masked").to_physical()).len("n")
    wanted = (
        layout.join(times, on="masked")
        .group_by("template", "layout", "width")
        .agg(pl.col("n").sum())
        .filter(pl.col("n") >= FEWEST)
        .sort("n", "template", "layout", "width", descending=[True, False, False, False])
        .filter((pl.col("width") + 1).cum_sum() <= MOST_COLUMNS)
        .with_row_index("line")
    )
    every = cells(records, layout.join(wanted, on=["template", "layout", "width"]).select("masked", "line"))
    sample = every.filter(pl.int_range(pl.len()).over(KEY) < SAMPLE)
    looks = sample.group_by(KEY).agg(
        few=pl.col("value").n_unique() <= MOST_VALUES,
        short=short(pl.col("value")).all(),
        numeric=number(pl.col("value")).is_not_null().mean() >= NUMERIC,
    )
    sorting, numeric = looks.filter("few", "short").select(KEY), looks.filter("numeric").select(KEY)
    columns, known = _sorting(every.join(sorting, on=KEY, how="semi", maintain_order="left"))
    columns = pl.concat([columns, _measuring(every.join(numeric, on=KEY, how="semi", maintain_order="left"))])
    columns = columns.sort(*KEY, "kind").with_row_index("group")
    keys = columns.filter(kind="sorts").select("group", *KEY)
    known = known.join(keys, on=KEY, how="inner").select("group", "value", "count")
    named = wanted.with_columns(pl.col("line").cast(pl.Int32)).select("line", "template", "layout", "width")
    return (
        columns.join(named, on="line", how="left", maintain_order="left").drop("line"),
        known.sort("group", "count", "value", descending=[False, True, False]),
    )


def _sorting(every: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Learn the columns of few values."""
    place = (pl.int_range(pl.len()) * STRETCHES // pl.len()).over(KEY)
    known = (
        every.with_columns(stretch=place)
        .group_by(*KEY, "value")
        .agg(count=pl.len(), alone=pl.col("stretch").n_unique() == 1)
    )
    columns = known.group_by(KEY).agg(
        n=pl.col("count").sum(),
        values=pl.len(),
        once=pl.col("count").filter("alone").sum(),
        short=short(pl.col("value")).all(),
    )
    columns = columns.filter("short", pl.col("values") <= MOST_VALUES).select(
        *KEY,
        pl.col("n").cast(pl.Int64),
        kind=pl.lit("sorts"),
        new=(pl.col("once") + 1.0) / (pl.col("n") + 1.0),
        **{name: pl.lit(None, pl.Float64) for name in ("low", "middle", "high")},
    )
    return columns, known.with_columns(pl.col("count").cast(pl.Int64))


def _measuring(every: pl.DataFrame) -> pl.DataFrame:
    """Learn the range of the columns of numbers.

    Numbers that rise or fall with the place in the log count something or tell a time: they may go on so for
    as long again, twice.
    """
    read = every.with_columns(number=number(pl.col("value")), place=pl.col("row").cast(pl.Float64)).drop_nulls("number")
    power = folded(pl.col("number"))
    along = [pl.corr(one, "place").fill_nan(0.0).fill_null(0.0) for one in (pl.col("number"), power)]
    found = read.group_by(KEY).agg(
        n=pl.col("number").n_unique().cast(pl.Int64),
        least=pl.col("number").min(),
        most=pl.col("number").max(),
        middle=power.median(),
        rises=pl.max_horizontal(along) >= TREND,
        falls=pl.min_horizontal(along) <= -TREND,
    )
    further = 2.0 * (pl.col("most") - pl.col("least"))
    return found.filter(pl.col("n") >= FEWEST_NUMBERS).select(
        *KEY,
        "n",
        kind=pl.lit("measures"),
        new=1.0 / (pl.col("n") + 1.0),
        low=folded(pl.when("falls").then(pl.col("least") - further).otherwise("least")),
        middle="middle",
        high=folded(pl.when("rises").then(pl.col("most") + further).otherwise("most")),
    )


@dataclass(frozen=True)
class OddValues:
    """The values that do not fit in: ``of_line`` is the row in ``table`` of the oddest one of each line, or -1.

    ``strength`` is -log10 of the chance that a line of the good run has such a value.
    """

    of_line: Ints
    table: pl.DataFrame
    strength: Floats


def judge(records: pl.DataFrame, columns: pl.DataFrame, known: pl.DataFrame) -> OddValues:
    """Hold the values of another run against what was learnt; each value alone."""
    of_line = np.full(records.height, -1, dtype=np.int64)
    place = ["template", "layout", "width"]
    wanted = columns.select(place).unique(maintain_order=True).with_row_index("line")
    here = layouts(records).join(wanted, on=place, how="inner").select("masked", "line")
    known_place = columns.join(wanted, on=place).select(pl.col("line").cast(pl.Int32), "position", "group", "kind")
    every = cells(records, here).join(known_place, on=KEY, how="inner")
    distinct = every.group_by("group", "kind", "value").agg(pl.len().alias("times"))
    about = distinct.join(columns.drop("kind"), on="group", how="left")
    fresh = (
        about.filter(kind="sorts")
        .join(known, on=["group", "value"], how="anti")
        .with_columns(strength=-pl.col("new").log(10.0), beyond=pl.lit(0.0))
    )
    power = folded(number(pl.col("value")))
    far = (
        about.filter(kind="measures")
        .with_columns(power=power)
        .drop_nulls("power")
        .with_columns(beyond=pl.max_horizontal(pl.col("power") - pl.col("high"), pl.col("low") - pl.col("power")))
        .filter(pl.col("beyond") >= BEYOND)
    )
    side = pl.when(pl.col("power") > pl.col("high")).then(pl.col("high")).otherwise(pl.col("low"))
    steepness = (pl.col("n") / 2.0).log(10.0) / ((side - pl.col("middle")).abs() + NARROW)
    far = far.with_columns(strength=-pl.col("new").log(10.0) + steepness * pl.col("beyond")).drop("power")
    table = pl.concat([fresh, far.select(fresh.columns)]).filter(pl.col("strength") >= WORTH)
    table = table.sort("group", "value").with_row_index("entry")
    if not table.height:
        return OddValues(of_line, table, np.zeros(0))
    odd = every.join(table.select("group", "value", "entry", "strength"), on=["group", "value"], how="inner")
    odd = odd.sort("strength", "group", "row", descending=[False, True, False])
    of_line[odd["row"].to_numpy()] = odd["entry"].to_numpy()  # the strongest is written last
    return OddValues(of_line, table, table["strength"].to_numpy().astype(np.float64))


def usual(odd: dict[str, Any], known: pl.DataFrame) -> str:
    """Say what the column of an odd value holds in the good run."""
    if odd["kind"] == "sorts":
        values = known.filter(group=odd["group"])["value"].head(4).to_list()
        return ("one of " if len(values) > 1 else "always ") + ", ".join(values)
    low, middle, high = (unfold(odd[name]) for name in ("low", "middle", "high"))
    if f"{low:.3g}" == f"{high:.3g}":
        return f"always {low:.3g}"
    return f"about {middle:.3g}, from {low:.3g} to {high:.3g}"


def unfold(power: float) -> float:
    """Undo :func:`folded`.

    Examples
    --------
    >>> round(unfold(2.0), 6), round(unfold(-2.0), 6)
    (99.0, -99.0)
    """
    return float(np.sign(power) * (10.0 ** abs(power) - 1.0))
