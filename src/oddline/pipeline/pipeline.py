"""A pipeline puts the rooms in order: Records in, anomalies with reasons out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.base import clone
from sklearn.utils._param_validation import InvalidParameterError

from oddline.core import folder
from oddline.core.errors import BadData, UnknownPlugin, UsageError
from oddline.core.estimator import Estimator
from oddline.core.nouns import Cut, FeatureMatrix, Floats, Result, Windows
from oddline.core.schema import RECORDS, check
from oddline.core.telemetry import Telemetry
from oddline.pipeline import judge
from oddline.pipeline.in_turn import Told, score_in_turn
from oddline.windows.base import window_of

Truth = npt.NDArray[np.bool_]

FEWEST_TO_HOLD_BACK = 50
"""Below this many windows none are held back: a tail of ten scores would say nothing."""

NOTHING = FeatureMatrix(np.zeros((0, 0)), ())
"""The features of a log without events, which is a result and not an error."""


class Pipeline(Estimator):
    """Learns what is normal from Records, and tells what is odd in others.

    Each part is the name of a plug-in or an estimator of one's own. ``held_back`` is the last share of the
    training windows, which the detector does not learn from: surprise is calibrated on them. Where that are fewer than
    the threshold needs, parts of that share are held back in turn, and all of training is learnt in the end.
    ``window`` may carry an argument: ``session:user``, ``time:5m``.

    Examples
    --------
    >>> Pipeline(detector="mahalanobis").get_params()["detector"]
    'mahalanobis'
    """

    def __init__(
        self,
        miner: str | Estimator = "drain",
        window: str = "line",
        feature: str | Estimator = "line_signals",
        detector: str | Estimator = "odd_lines",
        threshold: str | Estimator = "automatic",
        explainer: str | Estimator = "contribution",
        budget: int | None = None,
        held_back: float = 0.2,
        seed: int = 0,
    ) -> None:
        self.miner = miner
        self.window = window
        self.feature = feature
        self.detector = detector
        self.threshold = threshold
        self.explainer = explainer
        self.budget = budget
        self.held_back = held_back
        self.seed = seed

    def fit(self, records: pl.DataFrame, y: Truth | None = None, *, telemetry: Telemetry | None = None) -> Self:
        """Learn what is normal from Records of a good run.

        ``y``, if given, marks the odd ones among the events. A supervised detector learns from both kinds; any
        other only from windows without an odd event. Surprise is calibrated on normal windows alone; a threshold that
        learns from labels is shown the held-back windows of both kinds.
        """
        telemetry = telemetry or Telemetry()
        records, y = self._taught(records, y)
        self._build(records)
        with telemetry.stage("templates"):
            templated = self.miner_.fit_transform(records)
        templated, windows, odd = self._labelled(templated, y)
        learnt, kept = self._hold_back(templated, windows)
        in_turn = None
        if odd is None and kept is not learnt and self._too_few(len(kept[1])):
            with telemetry.stage("features"):
                in_turn = self._in_turn((templated, windows))
            learnt = learnt if in_turn is None else (templated, windows)
        taught = odd if self.detector_.supervised else None
        if odd is not None and taught is None:
            learnt = self._normal(*learnt, odd)
        with telemetry.stage("features"):
            matrix = self.feature_.fit_transform(*learnt)
            held = self.feature_.transform(*kept) if in_turn is None and kept is not learnt else matrix
        with telemetry.stage("detect"):
            self._learn(matrix.whole(), None if taught is None else taught[: len(matrix)])
            self.background_ = _background(matrix)
            if in_turn is None:
                self._calibrate(held, odd)
            else:
                self.threshold_.fit(in_turn)
        if self.detector_.calibrated and kept is not learnt:
            # Scores that are surprises already need no held-back windows: then nothing normal is left unlearnt.
            self.feature_.fit(*((templated, windows) if odd is None else self._normal(templated, windows, odd)))
        return self

    def detect(self, records: pl.DataFrame, *, telemetry: Telemetry | None = None) -> Result:
        """Tell what is odd in Records, held against what was learnt. Learns nothing."""
        self.require_fitted()
        telemetry = telemetry or Telemetry()
        check(records, RECORDS, "records")
        with telemetry.stage("templates"):
            templated = self.miner_.transform(records)
        templated, windows = self._windows(templated)
        with telemetry.stage("features"):
            matrix = self.feature_.transform(templated, windows) if len(windows) else NOTHING
        with telemetry.stage("detect"):
            scores = self._scores(matrix)
        return self._judge(templated, windows, matrix, scores, telemetry)

    def transform(self, records: pl.DataFrame) -> tuple[Windows, FeatureMatrix]:
        """Give the windows of Records and their features, as they were learnt. Learns nothing."""
        self.require_fitted()
        check(records, RECORDS, "records")
        templated, windows = self._windows(self.miner_.transform(records))
        return windows, self.feature_.transform(templated, windows) if len(windows) else NOTHING

    def surprise(self, records: pl.DataFrame) -> tuple[Windows, Floats, Cut]:
        """Give the windows of Records, how surprising each is, and from what on one is odd; nothing is explained.

        The same as :meth:`detect` says, without anomalies and incidents: for measuring, and for who wants figures only.
        """
        windows, matrix = self.transform(records)
        surprise = self.threshold_.surprise(self._scores(matrix))
        return windows, surprise, self.threshold_.cut(surprise)

    def fit_detect(self, records: pl.DataFrame, *, telemetry: Telemetry | None = None) -> Result:
        """Tell what is odd in Records held against themselves: one file, no training data."""
        telemetry = telemetry or Telemetry()
        self._build(records)
        with telemetry.stage("templates"):
            templated = self.miner_.fit_transform(records)
        self._settle(templated)
        templated, windows = self._windows(templated)
        with telemetry.stage("features"):
            matrix = self.feature_.fit_transform(templated, windows) if len(windows) else NOTHING
        with telemetry.stage("detect"):
            if len(matrix):
                self._learn(matrix.whole())
            self.background_ = _background(matrix)
            scores = self._scores(matrix)
            self.threshold_.fit(scores, calibrated=self.detector_.calibrated)
        return self._judge(templated, windows, matrix, scores, telemetry)

    def describe(self, records: pl.DataFrame) -> tuple[pl.DataFrame, Windows, FeatureMatrix]:
        """Give the events that belong to windows, the windows, and their features; no detector is fitted."""
        self._build(records)
        templated = self.miner_.fit_transform(records)
        self._settle(templated)
        templated, windows = self._windows(templated)
        return templated, windows, self.feature_.fit_transform(templated, windows)

    def _build(self, records: pl.DataFrame) -> None:
        check(records, RECORDS, "records")
        self.span_ = _span(records)
        self.miner_ = self._part("templates", self.miner)
        self.feature_ = self._part("features", self.feature)
        self.detector_ = self._part("detectors", self.detector)
        self.threshold_ = self._part("thresholds", self.threshold)
        self.explainer_ = self._part("explain", self.explainer)

    def _part(self, room: str, part: str | Estimator) -> Any:
        """Build a part; one that is named takes the pipeline's seed, one that is given keeps its own."""
        built = folder.load(room, part)() if isinstance(part, str) else clone(part)
        if "random_state" in built.get_params() and (
            isinstance(part, str) or built.get_params()["random_state"] is None
        ):
            built.set_params(random_state=self.seed)
        return built

    def _learn(self, X: Floats, odd: Truth | None = None) -> None:
        if self.detector_.supervised and odd is None:
            raise UsageError(
                f"{_name(self.detector_)} learns from labels, and there are none",
                expected="a label for each row: --label-column NAME",
                hint="a detector that needs no labels, see oddline plugins detectors",
            )
        try:
            self.detector_.fit(X, odd) if self.detector_.supervised else self.detector_.fit(X)
        except InvalidParameterError as error:
            raise UsageError(f"the detector refuses a parameter: {error}") from error

    def _settle(self, templated: pl.DataFrame) -> None:
        """Fix how events are cut into windows, so that others are cut the same way."""
        name = self.window.partition(":")[0]
        argument = window_of(self.window).settled(templated)
        self.window_ = f"{name}:{argument}" if argument else name

    def _windows(self, templated: pl.DataFrame) -> tuple[pl.DataFrame, Windows]:
        """Give the events that belong to windows, and the windows."""
        window = window_of(self.window_)
        belonging = window.belonging(templated)
        return belonging, window.assign(belonging)

    def _taught(self, records: pl.DataFrame, y: Truth | None) -> tuple[pl.DataFrame, Truth | None]:
        """Leave the odd events out at once where each is a window of its own, and nothing learns from labels."""
        parts = (self._part("detectors", self.detector), self._part("thresholds", self.threshold))
        if y is None or any(part.supervised for part in parts) or self.window not in {"line", "row"}:
            return records, y
        return records.filter(~pl.Series(np.asarray(y, dtype=bool))), None

    def _labelled(
        self, templated: pl.DataFrame, y: Truth | None
    ) -> tuple[pl.DataFrame, Windows, npt.NDArray[np.bool_] | None]:
        """Give what is learnt from, and which of its windows are odd; None where nobody says so."""
        self._settle(templated)
        if y is None:
            return *self._windows(templated), None
        marked = templated.with_columns(_odd=pl.Series(np.asarray(y, dtype=bool)))
        marked, windows = self._windows(marked)
        odd = np.bincount(windows.members, weights=marked["_odd"].to_numpy(), minlength=len(windows)) > 0
        if self.detector_.supervised or self.threshold_.supervised:
            return marked.drop("_odd"), windows, odd
        return *self._normal(marked.drop("_odd"), windows, odd), None

    def _normal(self, templated: pl.DataFrame, windows: Windows, odd: Truth) -> tuple[pl.DataFrame, Windows]:
        """Leave the events of odd windows out; ``odd`` may go on beyond these windows."""
        normal = templated.filter(pl.Series(~odd[windows.members]))
        if templated.height and not normal.height:
            raise BadData(f"all {len(windows):,} windows to learn from are odd", expected="normal ones among them")
        return self._windows(normal)

    def _hold_back(
        self, templated: pl.DataFrame, windows: Windows
    ) -> tuple[tuple[pl.DataFrame, Windows], tuple[pl.DataFrame, Windows]]:
        """Split chronologically: the last windows calibrate, the ones before them teach."""
        if not len(windows):
            raise BadData("nothing to learn from: no events", expected="at least one event of a good run")
        first_kept = int(len(windows) * (1 - self.held_back))
        if len(windows) < FEWEST_TO_HOLD_BACK or first_kept >= len(windows):
            return ((templated, windows),) * 2
        early = windows.members < first_kept
        learnt, kept = templated.filter(pl.Series(early)), templated.filter(pl.Series(~early))
        return self._windows(learnt), self._windows(kept)

    def _too_few(self, held: int) -> bool:
        """Tell whether so few held-back windows do not do, and training can be done a few times over."""
        # A detector whose scores are surprises needs none. A network trains for minutes, or resumes from a file.
        return held < self.threshold_.enough and not self.detector_.calibrated and self.detector_.needs != "deep"

    def _in_turn(self, told: Told) -> Floats | None:
        """Score all windows of training, each by what others teach; None where scores cannot stand side by side."""
        self._learn(self.feature_.fit_transform(*told).whole())
        units = {self.detector_.scores_in}

        def judged(learnt: Told, kept: Told) -> Floats:
            self._learn(self.feature_.fit_transform(*learnt).whole())
            units.add(self.detector_.scores_in)
            return self._scores(self.feature_.transform(*kept))

        scores = score_in_turn(told, max(round(1 / self.held_back), 2), judged)
        return scores if len(units) == 1 else None

    def _calibrate(self, held: FeatureMatrix, odd: Truth | None) -> None:
        scores = self._scores(held)
        y = None if odd is None else odd[-len(scores) :]
        self.threshold_.fit(scores, y, calibrated=self.detector_.calibrated)

    def _scores(self, matrix: FeatureMatrix) -> Floats:
        if not len(matrix):
            return np.zeros(0)
        return matrix.spread(self._finite(self.detector_.anomaly_score(matrix.X)))

    def _finite(self, scores: Floats) -> Floats:
        """Refuse scores that are no numbers: held against any cut, they would pass for usual."""
        wrong = int(np.count_nonzero(~np.isfinite(scores)))
        if wrong:
            raise UsageError(
                f"{type(self.detector_).__name__} gives {wrong:,} of {len(scores):,} windows no finite score",
                expected="a number for each",
                hint="other parameters of the detector",
            )
        return scores

    def _judge(
        self,
        templated: pl.DataFrame,
        windows: Windows,
        matrix: FeatureMatrix,
        scores: Floats,
        telemetry: Telemetry,
    ) -> Result:
        parts = judge.Parts(self.feature_, self.detector_, self.threshold_, self.explainer_, self.budget)
        named = window_of(self.window_).named
        case = judge.Case(templated, windows, matrix, scores, self.miner_.templates_, self.background_, named)
        with telemetry.stage("explain"):
            result = judge.judge(case, parts)
        return replace(result, detector=self.detector if isinstance(self.detector, str) else _name(self.detector))


def _background(matrix: FeatureMatrix) -> Floats:
    """Give what a normal window has in each column; sequences have no such row, and theirs is empty."""
    if not len(matrix) or matrix.kind == "sequence":
        return np.zeros(len(matrix.names))
    return np.asarray(np.median(matrix.whole(), axis=0), dtype=np.float64)


def _name(detector: Estimator) -> str:
    """Name a detector as the command line does, or by its class if it is nobody's plug-in."""
    try:
        return folder.home(type(detector))[1]
    except UnknownPlugin:
        return type(detector).__name__


def _span(records: pl.DataFrame) -> dict[str, Any]:
    """Say what data a model was made from: how many events, from where, from when to when."""
    first, last = records.select(first=pl.col("ts").min(), last=pl.col("ts").max()).row(0)
    return {
        "events": records.height,
        "sources": sorted(records["source"].cast(pl.String).unique().to_list())[:100],
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
    }
