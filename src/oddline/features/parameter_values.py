"""Values of a message that training did not have where they stand, and numbers far from those it had there."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Reason, Windows
from oddline.features._pooled import Ints, Pool, picked
from oddline.features._reference_values import KEY, LEVEL, cells, folded, layouts, number, short, unfold
from oddline.features._told import plain, shortened
from oddline.features.base import Feature

__all__ = ["ParameterValues"]

NAMES = ("number far from usual", "value never seen")
FEWEST = 20
"""A slot of fewer lines has no usual value."""
MOST_VALUES = 50
"""A slot of more different values names things, and a new name is nothing odd."""
FEWEST_NUMBERS = 10
"""Different numbers without which a slot measures nothing."""
NUMERIC = 0.95
TREND = 0.8
"""Correlation with the place in the log from which on numbers count something or tell a time."""
NARROWEST = 0.05
"""Powers of ten: the least deviation of a slot, so that a number a tenth larger is never far."""
NORMAL_RANGE = 1.3489795003921634
PLACE = ("template", "layout", "width")


class ParameterValues(Feature):
    """The oddest values of a window, held against what the same slots of the same templates had in training.

    A slot is a place in the lines of one template that have their values at the same places.

    =====================  =============================================================================
    number far from usual  distance from the median, in deviations: the distance of the quartiles, as that of
                           a normal distribution of deviation 1; both in powers of ten. Slots of at least ten
                           different numbers that neither rise nor fall with the log
    value never seen       -log10 of the chance of a new value in the slot, that is of (values that came once
                           + 1) / (lines + 1). Slots of at most 50 short values
    =====================  =============================================================================

    A window has the largest of its events; 0 where nothing is odd.

    Parameters
    ----------
    most
        Templates whose slots are learnt, the commonest ones.

    Notes
    -----
    The chance of a new value is Good and Turing's (I. Good, Biometrika 1953).

    Examples
    --------
    >>> from oddline.testing._records import templated
    >>> from oddline.windows.line import Line
    >>> events = templated(300, odd=False)
    >>> feature = ParameterValues().fit(events, Line().assign(events))
    >>> told = pl.Series("params", [["7", "1", "500000"]], dtype=pl.List(pl.String))
    >>> slow = events.filter(pl.col("message").str.starts_with("request")).head(1).with_columns(told)
    >>> print(round(float(feature.transform(slow, Line().assign(slow)).X[0, 0])), feature.describe(slow, 0, 0))
    13 value 3 of "request <*> from <*> took <*> ms": 500000, expected about 57, mostly 30 to 79
    """

    def __init__(self, most: int = 200) -> None:
        self.most = most

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn the slots of the commonest templates, and what they hold."""
        layout, every = self._cells(records, None)
        self.texts_ = layout.group_by("template", maintain_order=True).agg(pl.col("text").first())
        self.slots_ = _learn(every).join(layout.select("line", *PLACE).unique("line"), on="line").sort(*KEY)
        self.slots_ = self.slots_.drop("line").with_row_index("slot")
        wanted = every.join(layout.select("line", *PLACE).unique("line"), on="line")
        wanted = wanted.join(self.slots_.filter("sorts").select("slot", "position", *PLACE), on=[*PLACE, "position"])
        self.values_ = (
            wanted.group_by("slot", "value").len("n").sort(["slot", "n", "value"], descending=[False, True, False])
        )
        return self

    def _cells(self, records: pl.DataFrame, wanted: pl.DataFrame | None) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Give the layouts of lines, each numbered (``line``), and the values of the lines laid out so."""
        layout = layouts(records)
        if wanted is None:
            common = records["template_id"].alias("template").value_counts(name="n")
            common = common.sort(["n", "template"], descending=[True, False]).head(self.most)
            common = common.with_columns(pl.col("template").cast(pl.Int64))
            layout = layout.join(common, on="template", how="semi", maintain_order="left")
            wanted = layout
        numbered = wanted.select(PLACE).unique(maintain_order=True).with_row_index("line")
        numbered = numbered.with_columns(pl.col("line").cast(pl.Int32))
        layout = layout.join(numbered, on=PLACE, how="inner", maintain_order="left")
        every = cells(records, layout.select("masked", "line"))
        return layout, every.filter(pl.col("position") != LEVEL)

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Hold the values of each window against those of training. Learns nothing."""
        self.require_fitted()
        layout, every = self._cells(records, self.slots_)
        slots = self.slots_.join(layout.select("line", *PLACE).unique("line"), on=PLACE)
        met = every.join(slots.drop(PLACE), on=list(KEY), how="inner").join(
            self.values_.select("slot", "value", known=True), on=["slot", "value"], how="left"
        )
        met = met.with_columns(
            far=((folded(number(pl.col("value"))) - pl.col("middle")).abs() / pl.col("deviation")).fill_null(0.0),
            new=pl.when(pl.col("sorts") & pl.col("known").is_null() & pl.col("value").is_not_null())
            .then("surprise")
            .otherwise(0.0),
        )
        self._found = [
            met.filter(pl.col(name) > 0).sort(name, "slot", "row", descending=[False, True, True])
            for name in ("far", "new")
        ]
        pool = Pool.of(windows)
        self._entry = []
        X = np.zeros((pool.count, len(NAMES)))
        for column, (name, found) in enumerate(zip(("far", "new"), self._found, strict=True)):
            entry: Ints = np.full(pool.count, -1, dtype=np.int64)
            entry[pool.members[found["row"].to_numpy()]] = np.arange(found.height)  # the oddest is written last
            self._entry.append(entry)
            X[:, column] = picked(found[name].to_numpy().astype(np.float64), entry)
        self._last = FeatureMatrix(X, NAMES)
        return self._last

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say which value stands where, and what training had there."""
        entry = int(self._entry[column][row])
        if entry < 0:
            return Reason(NAMES[column], "none", "none", 0.0, "value")
        odd = self._found[column].row(entry, named=True)
        slot = self.slots_.row(int(odd["slot"]), named=True)
        text = self.texts_.filter(pl.col("template") == slot["template"])["text"]
        what = f'value {slot["position"] + 1} of "{shortened(text[0] if len(text) else "")}"'
        told = _range(slot) if column == 0 else self._usual(slot)
        return Reason(what, shortened(odd["value"]), told, 0.0, "value")

    def _usual(self, slot: dict[str, Any]) -> str:
        values = self.values_.filter(pl.col("slot") == slot["slot"])["value"].head(4).to_list()
        return ("one of " if len(values) > 1 else "always ") + ", ".join(shortened(value, 40) for value in values)


def _learn(every: pl.DataFrame) -> pl.DataFrame:
    """Learn the slots: of which values they sort, and where their numbers lie (powers of ten)."""
    read = number(pl.col("value"))
    power = folded(read)
    place = pl.col("row").cast(pl.Float64)
    trend = pl.max_horizontal(*(pl.corr(one, place).abs().fill_nan(0.0).fill_null(0.0) for one in (read, power)))
    counted = pl.col("value").n_unique()
    once = pl.col("value").filter(pl.col("value").is_unique()).len()
    found = every.drop_nulls("value").group_by(KEY).agg(
        n=pl.len(),
        sorts=(counted <= MOST_VALUES) & (counted <= 0.5 * pl.len()) & short(pl.col("value")).all(),
        measures=(read.is_not_null().mean() >= NUMERIC) & (read.n_unique() >= FEWEST_NUMBERS) & (trend < TREND),
        surprise=-((once + 1.0) / (pl.len() + 1.0)).log(10.0),
        middle=power.median(),
        low=power.quantile(0.25),
        high=power.quantile(0.75),
        spread=power.std().round(9),  # the last digits depend on how many threads there are
    )  # fmt: skip
    quartiles = (pl.col("high") - pl.col("low")) / NORMAL_RANGE
    width = pl.when(quartiles > 0).then(quartiles).otherwise("spread").clip(lower_bound=NARROWEST)
    told = found.filter((pl.col("n") >= FEWEST) & (pl.col("sorts") | pl.col("measures")))
    return told.with_columns(deviation=pl.when("measures").then(width)).drop("measures", "spread")


def _range(slot: dict[str, Any]) -> str:
    low, middle, high = (plain(float(f"{unfold(slot[name]):.6g}")) for name in ("low", "middle", "high"))
    return f"about {middle}" + (f", mostly {low} to {high}" if low != high else "")
