"""The contract of an explainer."""

from __future__ import annotations

import numpy as np

from oddline.core import folder
from oddline.core.nouns import Floats
from oddline.explain.base import Explainer

Subject = type[Explainer]


def _case(detector: str) -> tuple[object, Floats, Floats]:
    usual = np.abs(np.random.default_rng(0).normal(size=(200, 4)))
    rows = np.vstack([usual[:5], usual[:3] + np.array([0, 0, 9, 0])])
    return folder.load("detectors", detector)().fit(usual), rows, np.median(usual, axis=0)


def check_shares_add_up(explainer: Subject) -> None:
    """Shares are between 0 and 1 and add up to 1, with a closed form and without one."""
    for detector in ("mahalanobis", "isolation_forest"):
        shares = explainer().shares(*_case(detector))
        assert shares.shape == (8, 4), f"shape {shares.shape}"
        assert (shares >= 0).all(), "negative shares"
        np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-6)


def check_names_the_column_that_did_it(explainer: Subject) -> None:
    """Where one column was pushed far away, it has the largest share."""
    for detector in ("mahalanobis", "isolation_forest"):
        pushed = explainer().shares(*_case(detector))[5:]
        assert (pushed.argmax(axis=1) == 2).all(), f"{detector}: {pushed.round(2).tolist()}"


def check_leaves_the_rows_alone(explainer: Subject) -> None:
    """The rows are the same afterwards."""
    detector, rows, background = _case("mahalanobis")
    given = rows.copy()
    explainer().shares(detector, rows, background)
    np.testing.assert_array_equal(rows, given)
