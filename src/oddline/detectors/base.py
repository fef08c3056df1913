"""The one protocol: a detector learns what normal windows look like, and scores how far others are from it.

Half of the field reads the sign of a score the other way round, so the sign has one home, here:
``anomaly_score`` is higher for the more anomalous, and scikit-learn's own verbs are derived from it.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from oddline.core.estimator import Estimator
from oddline.core.nouns import Floats, Kind


class Detector(OutlierMixin, Estimator, BaseEstimator):  # type: ignore[misc]
    """Learns from a matrix, scores a matrix. Write ``_fit`` and ``_score``; the rest is derived.

    No detector has a threshold of its own in product code: ``offset_`` serves only scikit-learn's
    ``predict``, and is the 99th percentile of the training scores. Decisions are made in ``thresholds/``.
    """

    consumes: ClassVar[Kind] = "table"
    online: ClassVar[bool] = False
    supervised: ClassVar[bool] = False
    calibrated: ClassVar[bool] = False
    """True if scores are surprises already: -log10 of the chance that a normal window scores so high."""

    offset_: float

    @abstractmethod
    def _fit(self, X: Floats) -> None:
        """Learn from float64 ``X`` of shape (windows, features), finite and not empty."""

    @abstractmethod
    def _score(self, X: Floats) -> Floats:
        """Score ``X`` of shape (windows, features); higher = more anomalous. Changes nothing."""

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn what normal windows look like."""
        checked = validate_data(self, X, dtype=np.float64)
        self._fit(checked)
        self.offset_ = -float(np.quantile(self._score(checked), 0.99))
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """Score windows in the detector's own units; higher = more anomalous."""
        check_is_fitted(self)
        return np.asarray(self._score(validate_data(self, X, dtype=np.float64, reset=False)), dtype=np.float64)

    def score_samples(self, X: Any) -> Floats:
        """Score as scikit-learn does: lower = more anomalous."""
        return -self.anomaly_score(X)

    def decision_function(self, X: Any) -> Floats:
        """Score as scikit-learn does: negative = outlier."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> npt.NDArray[np.int64]:
        """Tell inliers (+1) from outliers (-1) as scikit-learn does."""
        return np.where(self.decision_function(X) < 0, -1, 1)

    def contributions(self, X: Any) -> Floats | None:
        """Give each feature's part of each score, shape as ``X``, where a closed form exists; else None."""
        return None
