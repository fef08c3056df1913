"""The base of detectors that learn from labels: shown normal and odd windows, and told which are which."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.detectors.base import Detector

Truth = npt.NDArray[np.bool_]


class SupervisedDetector(ClassifierMixin, Detector):  # type: ignore[misc]
    """Learns from labelled windows. Write ``_fit_labelled`` and ``_score``; the rest is derived.

    ``y`` has two labels, and the greater one stands for odd: True, 1, or of two words the later one in the alphabet, as
    scikit-learn orders the classes of a classifier. To scikit-learn it is a classifier: ``predict`` gives these labels,
    and ``decision_function`` is above 0 where it gives the greater one. ``offset_`` is the score that tells the
    training windows apart best, and serves ``predict`` alone: decisions are made in ``thresholds/``, which are
    calibrated on normal windows and need no odd ones.

    What was never shown as odd may pass for normal: see :class:`~oddline.detectors.hybrid.Hybrid` for both.
    """

    supervised: ClassVar[bool] = True

    @abstractmethod
    def _fit_labelled(self, X: Floats, odd: Truth) -> None:
        """Learn from float64 ``X`` of shape (windows, features), and which windows are odd: some are, some are not."""

    def _fit(self, X: Any) -> None:
        raise UsageError(f"{type(self).__name__} learns from labels", expected="fit(X, y)")

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn what tells odd windows from normal ones.

        Parameters
        ----------
        X
            Windows as numbers, shape (windows, features).
        y
            Two labels, the greater one for odd windows.

        Raises
        ------
        UsageError
            If the labels are not of two kinds.
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) != 2:
            # "Only binary classification" is how scikit-learn wants to be told.
            shown = ", ".join(map(str, self.classes_[:5]))
            raise UsageError(
                f"Only binary classification is supported, and the labels have {len(self.classes_)} class(es): {shown}",
                expected="two: normal and odd",
            )
        odd = codes == 1
        self._fit_labelled(X, odd)
        self.offset_ = _between(np.asarray(self._score(X), dtype=np.float64), odd)
        return self

    def decision_function(self, X: Any) -> Floats:
        """Score as scikit-learn's classifiers do: above 0 where the greater label is the likelier one."""
        return self.anomaly_score(X) - self.offset_

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Give one of the two labels of training for each window."""
        told = self.decision_function(X) > 0
        given: npt.NDArray[Any] = self.classes_[told.astype(np.int64)]
        return given

    def fit_predict(self, X: Any, y: Any = None, **_: Any) -> npt.NDArray[Any]:
        """Learn, and give one of the two labels for each window."""
        return self.fit(X, y).predict(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def _between(scores: Floats, odd: Truth) -> float:
    """Find the score that tells odd from normal best, each kind counting alike: midway between two that occur."""
    order = np.argsort(scores, kind="stable")
    rising, truth = scores[order], odd[order]
    below = np.cumsum(~truth) / max(int((~odd).sum()), 1)
    missed = np.cumsum(truth) / max(int(odd.sum()), 1)
    last_of_its_kind = np.append(np.diff(rising) > 0, True)
    gain = np.where(last_of_its_kind, below - missed, -np.inf)
    # Where several are as good, the middle one: odd and normal scores that lie apart leave a wide choice.
    best = int(np.argmax(gain))
    following = rising[best + 1] if best + 1 < len(rising) else rising[best]
    return float(rising[best] + (following - rising[best]) / 2.0)
