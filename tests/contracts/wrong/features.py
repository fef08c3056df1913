"""Features that are wrong on purpose."""

import itertools

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Reason
from oddline.features.base import Feature


class Length(Feature):
    """A right feature, to be spoilt below: how long a message is, against the mean."""

    def fit(self, records, windows):
        self.mean_ = float(records["message"].str.len_chars().mean())
        return self

    def transform(self, records, windows):
        length = records["message"].str.len_chars().to_numpy().astype(np.float64)
        return FeatureMatrix(np.column_stack([length, length - self.mean_]), ("length", "beyond"))

    def describe(self, records, row, column):
        return Reason("length of the message", str(len(records["message"][row])), f"about {self.mean_:.0f}", 0.0)


class LosesARow(Length):
    """One row too few."""

    def transform(self, records, windows):
        matrix = super().transform(records, windows)
        return FeatureMatrix(matrix.X[1:], matrix.names)


class AColumnAWord(Length):
    """The columns depend on what is described."""

    def transform(self, records, windows):
        words = tuple(sorted(set(records["message"].str.split(" ").explode())))
        return FeatureMatrix(np.zeros((records.height, len(words))), words)


class Scribbles(Length):
    """Writes into its input."""

    def transform(self, records, windows):
        matrix = super().transform(records, windows)
        records.insert_column(0, pl.Series("scribble", np.zeros(records.height)))
        return matrix


class LearnsOn(Length):
    """Moves its mean with what it describes."""

    def transform(self, records, windows):
        matrix = super().transform(records, windows)
        self.mean_ = (self.mean_ + float(records["message"].str.len_chars().mean())) / 2 + 1
        return matrix


class RollsDice(Length):
    """Other numbers in every run."""

    throws = itertools.count()

    def fit(self, records, windows):
        super().fit(records, windows)
        self.mean_ += next(self.throws)
        return self


class Mute(Length):
    """Has no words."""

    def describe(self, records, row, column):
        return Reason("", "", "", 0.0)


class KeepsItsStateElsewhere(Length):
    """Fitted state that a bundle does not carry."""

    def fit(self, records, windows):
        super().fit(records, windows)
        self._extra = 1.0
        return self

    def transform(self, records, windows):
        matrix = super().transform(records, windows)
        return FeatureMatrix(matrix.X + getattr(self, "_extra", 0.0), matrix.names)


WRONG = {
    "gives_one_row_a_window": LosesARow,
    "keeps_its_columns": AColumnAWord,
    "leaves_its_input_alone": Scribbles,
    "transform_learns_nothing": LearnsOn,
    "same_data_gives_the_same_numbers": RollsDice,
    "puts_numbers_into_words": Mute,
    "survives_a_bundle": KeepsItsStateElsewhere,
}
RIGHT = Length
