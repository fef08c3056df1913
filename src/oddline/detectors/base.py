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
from oddline.detectors._sequences import checked_sequences


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
    feature: ClassVar[str] = ""
    """The feature that it wants, if it wants another than what is usual for its kind."""

    offset_: float

    @property
    def scores_in(self) -> str:
        """Give what this fit scores in, if another may score in something else: only like scores stand side by side."""
        return ""

    @abstractmethod
    def _fit(self, X: Any) -> None:
        """Learn from float64 ``X`` of shape (windows, features), finite and not empty.

        A detector that consumes sequences gets int32 of shape (windows, events of the longest): codes of events,
        0 after the end, 1 for an event that training did not have.
        """

    @abstractmethod
    def _score(self, X: Any) -> Floats:
        """Score ``X`` of shape (windows, features); higher = more anomalous. Changes nothing.

        Sequences may be longer or shorter than those of training.
        """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn what normal windows look like."""
        checked = self._checked(X, reset=True)
        self._fit(checked)
        self.offset_ = -float(np.quantile(self._score(checked), 0.99))
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """Score windows in the detector's own units; higher = more anomalous."""
        check_is_fitted(self)
        return np.asarray(self._score(self._checked(X, reset=False)), dtype=np.float64)

    def _checked(self, X: Any, *, reset: bool) -> npt.NDArray[Any]:
        """Refuse what is no matrix of numbers, or has other columns than in training."""
        if self.consumes == "sequence":
            return checked_sequences(X)
        checked: npt.NDArray[Any] = validate_data(self, X, dtype=np.float64, reset=reset)
        return checked

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
