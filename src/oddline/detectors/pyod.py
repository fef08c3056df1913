"""Any estimator of the PyOD library by its name, if it keeps the contract of detectors.

Y. Zhao, Z. Nasrullah, Z. Li, "PyOD: a Python toolbox for scalable outlier detection", JMLR 2019.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, ClassVar

import numpy as np
from sklearn.utils import check_random_state

from oddline.core.errors import BundleRefused, UsageError
from oddline.core.nouns import Floats
from oddline.core.optional import need
from oddline.detectors._distinct import score_distinct
from oddline.detectors._pyod_model import asked, fitted
from oddline.detectors._pyod_probe import fault
from oddline.detectors._scales import learn_scale
from oddline.detectors.base import Detector

__all__ = ["Pyod"]

WITNESSES = 32
"""Rows whose scores must come out again, bit for bit, when an estimator is fitted anew."""


class Pyod(Detector):
    """An estimator of PyOD, held to the contract of our own: who breaks it is refused, with the reason.

    Before it learns, it is tried on made-up rows of as many columns: a row must score alone as in company, scoring
    must change nothing, further away must not be less odd, far rows must be odd, the same seed must give the same
    scores.

    PyOD's estimators are carried by no bundle without a pickle, which nobody should have to trust. What is kept are the
    training rows that it learnt from (``max_samples`` of them at most) and the seed; when a bundle is first asked, it
    learns again, and a few scores of training must come out bit for bit, or it is refused: other versions of
    the libraries may draw or add up otherwise.

    Parameters
    ----------
    name
        The name of PyOD's class.
    settings
        What the class is built with, by name; JSON values only. Its seed is ``random_state``, if it takes one.
    max_samples
        Training rows, at most; of more, a seeded sample.
    scale
        What columns are divided by: ``standard`` deviation, ``range``, or ``none`` if they are comparable already.
    random_state
        The seed of all that is drawn.

    Raises
    ------
    MissingExtra
        By ``fit``, if PyOD is not installed.
    UnknownPlugin
        By ``fit``, if PyOD has no such estimator.
    UsageError
        By ``fit``, if the estimator breaks the contract, or cannot learn from the rows.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(300, 3))
    >>> detector = Pyod("KNN", {"n_neighbors": 3}).fit(X)
    >>> bool(detector.anomaly_score([[9, 9, 9]])[0] > detector.anomaly_score(X).max())
    True
    """

    needs: ClassVar[str] = "pyod"

    _model: Any = None

    def __init__(
        self,
        name: str = "IForest",
        settings: dict[str, Any] | None = None,
        max_samples: int = 10_000,
        scale: str = "standard",
        random_state: Any = 0,
    ) -> None:
        self.name = name
        self.settings = settings
        self.max_samples = max_samples
        self.scale = scale
        self.random_state = random_state

    def _fit(self, X: Floats) -> None:
        need("pyod", extra="pyod")
        settings = self.settings or {}
        if "contamination" in settings or self.max_samples < 1:
            raise UsageError(
                "contamination decides how many rows are anomalies" if self.max_samples > 0 else "no training rows",
                expected="max_samples of 1 or more, and settings without contamination",
                hint="a threshold (oddline plugins thresholds)",
            )
        reason = fault(self.name, settings, X.shape[1])
        if reason:
            raise UsageError(
                f"PyOD's {self.name} breaks the contract of detectors: {reason}",
                expected="an estimator that keeps it",
                hint="other settings, or another detector (oddline plugins detectors)",
            )
        random = check_random_state(self.random_state)
        self.seed_ = int(random.randint(2**31 - 1))
        self.location_, self.scale_ = learn_scale(X, self.scale)
        rows = (X - self.location_) / self.scale_
        if len(rows) > self.max_samples:
            rows = rows[np.sort(random.choice(len(rows), self.max_samples, replace=False))]
        self.rows_ = np.ascontiguousarray(rows)
        self.versions_ = {package: version(package) for package in ("pyod", "scikit-learn", "numpy")}
        self._model = fitted(self.name, settings, self.rows_, self.seed_)
        self.witnesses_ = asked(self._model, self.rows_[:WITNESSES], self.seed_)

    def _score(self, X: Floats) -> Floats:
        return score_distinct(self._ask, (X - self.location_) / self.scale_)

    def _ask(self, rows: Floats) -> Floats:
        if self._model is None:
            self._model = self._learnt_again()
        return asked(self._model, rows, self.seed_)

    def _learnt_again(self) -> Any:
        """Fit the estimator of a bundle.

        Raises
        ------
        BundleRefused
            If it is not the same any more.
        """
        model = fitted(self.name, self.settings or {}, self.rows_, self.seed_)
        if not np.array_equal(asked(model, self.rows_[:WITNESSES], self.seed_), self.witnesses_):
            had = ", ".join(f"{package} {number}" for package, number in self.versions_.items())
            raise BundleRefused(
                f"PyOD's {self.name} gives other scores here than where it was fitted",
                expected=had,
                hint="install these versions, or fit it again",
            )
        return model
