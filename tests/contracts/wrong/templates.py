"""Miners that are wrong on purpose."""

import polars as pl

from oddline.templates.exact import Exact


class DropsRare(Exact):
    """Loses what it saw once."""

    def fit_transform(self, records, y=None):
        mined = super().fit_transform(records)
        return mined.filter(pl.len().over("template_id") > 1)


class CountsTwice(Exact):
    """Counts every line twice."""

    def fit_transform(self, records, y=None):
        mined = super().fit_transform(records)
        self.templates_ = self.templates_.with_columns(n=pl.col("n") * 2)
        return mined


class OneForAll(Exact):
    """One template swallows everything."""

    def fit_transform(self, records, y=None):
        return super().fit_transform(records).with_columns(template_id=pl.lit(1, pl.UInt32))


class TwoOpinions(Exact):
    """Its fit_transform numbers otherwise than its transform."""

    def fit_transform(self, records, y=None):
        return super().fit_transform(records).with_columns(template_id=pl.col("template_id") + 1)


class GoesByPlace(Exact):
    """The first half of a log has other templates than the second."""

    def fit_transform(self, records, y=None):
        mined = super().fit_transform(records)
        first = pl.int_range(pl.len(), dtype=pl.UInt32) < records.height // 3
        return mined.with_columns(template_id=pl.col("template_id") * 2 + first.cast(pl.UInt32))


class NeverSurprised(Exact):
    """An unseen line gets the first template."""

    def transform(self, records):
        return super().transform(records).with_columns(pl.col("template_id").replace(0, 1))


class Choosy(Exact):
    """Does not stand an empty line."""

    def fit_transform(self, records, y=None):
        if (records["message"] == "").any():
            raise ValueError("an empty line")
        return super().fit_transform(records)


class Miscounts(Exact):
    """Parameters that do not belong to the mask."""

    def fit_transform(self, records, y=None):
        number = pl.int_range(pl.len()) % 3 + 1
        mined = super().fit_transform(records)
        return mined.with_columns(params=pl.lit("x").repeat_by(number))


class Forgets(Exact):
    """Keeps what it learnt where no bundle finds it."""

    def fit(self, records, y=None):
        super().fit(records)
        self._seen = True
        return self

    def transform(self, records):
        mined = super().transform(records)
        return mined if getattr(self, "_seen", False) else mined.with_columns(template_id=pl.lit(0, pl.UInt32))


WRONG = {
    "every_event_gets_a_template": DropsRare,
    "counts_add_up": CountsTwice,
    "finds_the_words_behind_numbers": OneForAll,
    "transform_agrees_with_fit_transform": TwoOpinions,
    "does_not_depend_on_the_order_of_lines": GoesByPlace,
    "tells_what_it_has_not_seen": NeverSurprised,
    "stands_any_text": Choosy,
    "parameters_fit_the_mask": Miscounts,
    "survives_a_bundle": Forgets,
}
RIGHT = Exact
