"""Explainers that are wrong on purpose."""

import numpy as np

from oddline.explain.contribution import Contribution


class DoesNotAddUp(Contribution):
    """Shares of two."""

    def shares(self, detector, X, background):
        return super().shares(detector, X, background) * 2


class BlamesTheFirst(Contribution):
    """Always the first column."""

    def shares(self, detector, X, background):
        shares = np.zeros(X.shape)
        shares[:, 0] = 1.0
        return shares


class Scribbles(Contribution):
    """Writes into the rows."""

    def shares(self, detector, X, background):
        shares = super().shares(detector, X, background)
        X[:] = background
        return shares


WRONG = {
    "shares_add_up": DoesNotAddUp,
    "names_the_column_that_did_it": BlamesTheFirst,
    "leaves_the_rows_alone": Scribbles,
}
RIGHT = Contribution
