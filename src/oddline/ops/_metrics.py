"""Figures of one verdict: counts into rates, an order into areas; None where there is nothing to divide.

What is counted is written out, rather than left to scikit-learn, because the same formulas run over a thousand
resampled counts at once (:mod:`oddline.ops._bootstrap`). What ranks comes from scikit-learn; the tests hold one against
the other.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.nouns import Floats

Truth = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]

DECIDED = ("precision", "recall", "f1", "accuracy", "false_alarm_rate", "specificity", "mcc")
"""Rates of a decision, in the order of a row."""

RANKED = ("roc_auc", "pr_auc")
"""Areas of an order, which no decision moves."""


def counts(truth: Truth, flagged: Truth) -> npt.NDArray[np.int64]:
    """Count hits, false alarms, misses and what was rightly passed over.

    Examples
    --------
    >>> counts(np.array([True, True, False, False]), np.array([True, False, True, False])).tolist()
    [1, 1, 1, 1]
    """
    # The four cells of the table as one number each: 3 is flagged and odd, 2 flagged only, 1 odd only, 0 neither.
    cells = np.bincount(2 * flagged.astype(np.int8) + truth.astype(np.int8), minlength=4)
    return np.asarray(cells[[3, 2, 1, 0]], dtype=np.int64)


def rates(table: npt.NDArray[Any]) -> dict[str, Floats]:
    """Turn counts, shape (..., 4) in the order of :func:`counts`, into rates; NaN where there is nothing to divide.

    ``recall`` is the detection rate, ``specificity`` is 1 - ``false_alarm_rate``, ``mcc`` is Matthews' correlation
    (B. Matthews, BBA 405, 1975), which a lopsided share of odd windows does not flatter.

    Examples
    --------
    >>> {name: float(rate.round(3)) for name, rate in rates(np.array([8, 2, 2, 88])).items()}["f1"]
    0.8
    """
    hits, alarms, misses, passed = np.moveaxis(np.asarray(table, dtype=np.float64), -1, 0)
    odd, normal, flagged, quiet = hits + misses, alarms + passed, hits + alarms, misses + passed
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "precision": hits / flagged,
            "recall": hits / odd,
            "f1": 2 * hits / (flagged + odd),
            "accuracy": (hits + passed) / (odd + normal),
            "false_alarm_rate": alarms / normal,
            "specificity": passed / normal,
            "mcc": (hits * passed - alarms * misses) / (np.sqrt(odd * normal) * np.sqrt(flagged * quiet)),
        }


def areas(truth: Truth, places: Places) -> dict[str, float | None]:
    """Give the areas under the ROC and the precision-recall curve (average precision); ties count half, as they should.

    ``places`` are scores or their ranks; None where all windows are of one kind.
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    if not truth.any() or truth.all():
        return dict.fromkeys(RANKED)
    return {
        "roc_auc": float(roc_auc_score(truth, places)),
        "pr_auc": float(average_precision_score(truth, places)),
    }


def at_budget(truth: Truth, places: Places, budget: int) -> tuple[float | None, float | None]:
    """Give precision and recall among the ``budget`` highest scores.

    Of windows that tie for the last places any may come first: what is told is the mean over their orders.

    Examples
    --------
    >>> at_budget(np.array([True, False, True, False]), np.array([3, 2, 2, 1]), 2)
    (0.75, 0.75)
    """
    taken = min(budget, len(truth))
    if taken <= 0:
        return None, None
    last = np.partition(places, len(places) - taken)[len(places) - taken]
    above, tied = places > last, places == last
    hits = truth[above].sum() + (taken - above.sum()) * truth[tied].mean()
    odd = int(truth.sum())
    return float(hits / taken), float(hits / odd) if odd else None


def oracle_f1(truth: Truth, places: Places) -> float | None:
    """Give the best F1 of any cut, which only who knows the answers could choose; never a result."""
    from sklearn.metrics import precision_recall_curve

    if not truth.any():
        return None
    precision, recall, _ = precision_recall_curve(truth, places)
    with np.errstate(invalid="ignore"):
        return float(np.nanmax(2 * precision * recall / (precision + recall)))


def once_each(truth: Truth, flagged: Truth, keys: npt.NDArray[Any]) -> tuple[Truth, Truth]:
    """Keep one window of those that are alike: of one key and, where labels disagree on it, of each label.

    It is flagged if any of them was.

    Examples
    --------
    >>> truth, flagged = np.array([True, True, False]), np.array([False, True, True])
    >>> [kept.tolist() for kept in once_each(truth, flagged, np.array(["a", "a", "b"]))]
    [[True, False], [True, True]]
    """
    _, code = np.unique(keys, return_inverse=True)
    _, place = np.unique(2 * code + truth, return_inverse=True)
    size = int(place.max()) + 1 if len(place) else 0
    kept, hit = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    kept[place] = truth
    np.logical_or.at(hit, place, flagged)
    return kept, hit


def by_class(truth: Truth, flagged: Truth | None, classes: npt.NDArray[Any]) -> list[dict[str, Any]]:
    """Tell of each class how many windows there are and how many were flagged; odd classes first, the commonest first.

    Examples
    --------
    >>> told = by_class(np.array([True, True, False]), np.array([True, False, False]), np.array(["dos", "dos", "ok"]))
    >>> [(row["class"], row["windows"], row["recall"], row["false_alarm_rate"]) for row in told]
    [('dos', 2, 0.5, None), ('ok', 1, None, 0.0)]
    """
    names, code = np.unique(np.asarray(classes, dtype=str), return_inverse=True)
    pairs, place = np.unique(2 * code + truth, return_inverse=True)
    windows = np.bincount(place, minlength=len(pairs))
    hits = np.bincount(place, weights=flagged, minlength=len(pairs)).astype(np.int64) if flagged is not None else None
    told = []
    for row in np.lexsort((-windows, -(pairs % 2))).tolist():
        odd, share = bool(pairs[row] % 2), None if hits is None else round(int(hits[row]) / int(windows[row]), 6)
        told.append(
            {
                "class": str(names[pairs[row] // 2]),
                "odd": odd,
                "windows": int(windows[row]),
                "flagged": None if hits is None else int(hits[row]),
                "recall": share if odd else None,
                "false_alarm_rate": None if odd else share,
            }
        )
    return told


def known(value: float | None, digits: int = 6) -> float | None:
    """Give a figure as JSON may hold it: rounded, and None rather than NaN.

    Examples
    --------
    >>> known(float("nan")), known(1 / 3)
    (None, 0.333333)
    """
    return None if value is None or not math.isfinite(value) else round(float(value), digits)
