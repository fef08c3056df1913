"""How good verdicts are, held against labels: one function for the command line, benchmarks and services."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from oddline.core.errors import BadData, UsageError
from oddline.core.nouns import Floats
from oddline.ops import _incidents, _metrics
from oddline.ops._bootstrap import Interval, intervals
from oddline.ops._metrics import Places, Truth, known

__all__ = ["Evaluation", "evaluate"]


@dataclass(frozen=True)
class Evaluation:
    """What verdicts are worth; fractions from 0 to 1, None where there is nothing to divide or nothing to know.

    ``budget`` is the number of highest scores that the figures ``..._at_budget`` look at. ``oracle_f1`` is the best F1
    of any cut, chosen with the answers at hand: it tells how good the order is at best, and is never a result.
    """

    windows: int
    odd: int
    flagged: int | None
    hits: int | None
    false_alarms: int | None
    precision: float | None
    recall: float | None
    f1: float | None
    accuracy: float | None
    false_alarm_rate: float | None
    specificity: float | None
    mcc: float | None
    roc_auc: float | None
    pr_auc: float | None
    budget: int
    precision_at_budget: float | None
    recall_at_budget: float | None
    incidents: int
    incidents_found: int | None
    incident_recall: float | None
    incident_recall_at_budget: float | None
    delay_events_median: float | None
    delay_events_mean: float | None
    delay_seconds_median: float | None
    delay_seconds_mean: float | None
    distinct: int | None
    distinct_precision: float | None
    distinct_recall: float | None
    distinct_f1: float | None
    oracle_f1: float | None
    by_class: tuple[dict[str, Any], ...] = ()
    intervals: dict[str, Interval] = field(default_factory=dict)

    def row(self, detector: str | None = None, supervised: bool | None = None, **told: Any) -> dict[str, Any]:
        """Give the row of a table, ready for JSON: who it is, the figures, then what else is ``told`` (seconds).

        Examples
        --------
        >>> row = evaluate([True, False], [0.9, 0.1], [True, False]).row("mine", seconds=0.5)
        >>> list(row)[:4], row["f1"], row["seconds"]
        (['detector', 'precision', 'recall', 'f1'], 1.0, 0.5)
        """
        who = {"detector": detector, "supervised": supervised}
        first = ("precision", "recall", "f1", "accuracy", "false_alarm_rate", "roc_auc", "pr_auc")
        figures = {name: value for name, value in vars(self).items() if name not in {"by_class", "intervals"}}
        figures["detection_rate"] = self.recall
        more: dict[str, Any] = {}
        if self.by_class:
            more["by_class"] = [dict(row) for row in self.by_class]
        if self.intervals:
            more["intervals"] = {name: list(interval) for name, interval in self.intervals.items()}
        named = {name: value for name, value in who.items() if value is not None}
        return named | {name: figures[name] for name in first} | figures | more | told


def evaluate(
    truth: npt.ArrayLike,
    scores: npt.ArrayLike,
    flagged: npt.ArrayLike | None = None,
    *,
    classes: npt.ArrayLike | None = None,
    times: npt.ArrayLike | None = None,
    keys: npt.ArrayLike | None = None,
    incidents: npt.ArrayLike | None = None,
    groups: npt.ArrayLike | None = None,
    budget: int = 20,
    bootstrap: int = 0,
    block: int = 0,
    seed: int = 0,
) -> Evaluation:
    """Hold scores and verdicts, one each a window in the order of the log, against what is true; nothing is tuned.

    Parameters
    ----------
    truth
        Which windows are odd: true and false, or 1 and 0.
    scores
        Scores or surprises, higher = more anomalous.
    flagged
        Which windows were called anomalies; without it no figures of a decision (F1, delays), only those of the order.
    classes
        The class of each window (the kind of attack or alert), for figures by class.
    times
        When each window begins: ``datetime64``, or seconds; for delays in seconds.
    keys
        What makes windows alike: those of one key count once in the figures ``distinct_...``.
    incidents
        The name of each window's incident, empty for none; by default stretches of odd windows are incidents.
    groups
        Which file or host a window is of: a stretch ends where it changes.
    budget
        How many of the highest scores somebody would look at.
    bootstrap, block, seed
        Resamplings for 95 % intervals, 0 for none; so many neighbours in time stay together; same seed, same intervals.

    Raises
    ------
    UsageError
        If the lengths differ, or truth is neither true nor false.
    BadData
        If a score is no number.

    Examples
    --------
    >>> told = evaluate([1, 1, 0, 0, 0], [9.0, 2.0, 3.0, 1.0, 0.5], [True, False, True, False, False])
    >>> told.precision, told.recall, round(told.roc_auc, 3), told.incidents, told.delay_events_median
    (0.5, 0.5, 0.833, 1, 0.0)
    """
    odd = _booleans("truth", truth, None)
    hit = None if flagged is None else _booleans("flagged", flagged, len(odd))
    aside = {"classes": classes, "times": times, "keys": keys, "incidents": incidents, "groups": groups}
    told = {name: None if given is None else _column(name, given, len(odd)) for name, given in aside.items()}
    places = _ranks(scores, len(odd))
    drawn = intervals(odd, places, hit, samples=bootstrap, block=block, seed=seed)
    return Evaluation(**_figures(odd, places, hit, told, budget), intervals=drawn)


def _figures(
    odd: Truth, places: Places, hit: Truth | None, told: dict[str, npt.NDArray[Any] | None], budget: int
) -> dict[str, Any]:
    at_budget = _metrics.at_budget(odd, places, budget)
    kinds = told["classes"]
    return {
        "windows": len(odd),
        "odd": int(odd.sum()),
        "budget": int(budget),
        "precision_at_budget": known(at_budget[0]),
        "recall_at_budget": known(at_budget[1]),
        "oracle_f1": known(_metrics.oracle_f1(odd, places)),
        **{name: known(area) for name, area in _metrics.areas(odd, places).items()},
        **_decided(odd, hit),
        **_of_incidents(odd, places, hit, told, budget),
        **_distinct(odd, hit, told["keys"]),
        "by_class": () if kinds is None else tuple(_metrics.by_class(odd, hit, kinds)),
    }


def _decided(odd: Truth, hit: Truth | None) -> dict[str, Any]:
    if hit is None:
        return dict.fromkeys(("flagged", "hits", "false_alarms", *_metrics.DECIDED))
    table = _metrics.counts(odd, hit)
    told = {"flagged": int(table[0] + table[1]), "hits": int(table[0]), "false_alarms": int(table[1])}
    return told | {name: known(float(rate)) for name, rate in _metrics.rates(table).items()}


def _of_incidents(
    odd: Truth, places: Places, hit: Truth | None, aside: dict[str, npt.NDArray[Any] | None], budget: int
) -> dict[str, Any]:
    parts = aside["groups"]
    number = _incidents.numbered(odd, aside["incidents"], parts)
    total = int(number.max(initial=-1)) + 1
    told: dict[str, Any] = dict.fromkeys(("incidents_found", "incident_recall"))
    delays = _incidents.Delays(np.empty(0), np.empty(0))
    if hit is not None:
        told["incidents_found"] = _incidents.found(number, hit)
        told["incident_recall"] = known(told["incidents_found"] / total) if total else None
        delays = _incidents.delays(number, hit, parts, _seconds(aside["times"]))
    for unit, values in (("events", delays.events), ("seconds", delays.seconds)):
        middle, mean = _incidents.middle_and_mean(values)
        told |= {f"delay_{unit}_median": known(middle), f"delay_{unit}_mean": known(mean)}
    at_budget = known(_incidents.recall_at_budget(number, places, budget))
    return {"incidents": total, "incident_recall_at_budget": at_budget, **told}


def _distinct(odd: Truth, hit: Truth | None, alike: npt.NDArray[Any] | None) -> dict[str, Any]:
    names = ("precision", "recall", "f1")
    if alike is None or hit is None:
        return {"distinct": None, **{f"distinct_{name}": None for name in names}}
    once, flagged = _metrics.once_each(odd, hit, alike)
    rates = _metrics.rates(_metrics.counts(once, flagged))
    return {"distinct": len(once), **{f"distinct_{name}": known(float(rates[name])) for name in names}}


def _booleans(name: str, given: npt.ArrayLike, size: int | None) -> Truth:
    column = _column(name, given, size)
    if column.dtype == bool:
        return column
    if not np.isin(column, (0, 1)).all():
        wrong = next(value for value in column.tolist() if value not in {0, 1})
        raise UsageError(f"{name} holds {wrong!r}", expected="true for odd and false for normal, or 1 and 0")
    return column.astype(bool)


def _column(name: str, given: npt.ArrayLike, size: int | None) -> npt.NDArray[Any]:
    column = np.asarray(given)
    if column.ndim != 1:
        raise UsageError(f"{name} has the shape {column.shape}", expected="one value a window")
    if size is not None and len(column) != size:
        raise UsageError(f"{len(column):,} values of {name} beside {size:,} of truth", expected="one each a window")
    return column


def _ranks(scores: npt.ArrayLike, size: int) -> Places:
    """Turn scores into ranks, equal ones into equal ranks: infinite and huge scores rank like any other."""
    column = _column("scores", scores, size).astype(np.float64)
    wrong = int(np.isnan(column).sum())
    if wrong:
        raise BadData(f"{wrong:,} of {size:,} scores are no numbers", expected="a score for each window")
    return np.asarray(np.unique(column, return_inverse=True)[1], dtype=np.int64)


def _seconds(times: npt.NDArray[Any] | None) -> Floats | None:
    if times is None or times.dtype.kind != "M":
        return None if times is None else times.astype(np.float64)
    told: Floats = times.astype("datetime64[us]").astype(np.int64) / 1e6
    return np.where(np.isnat(times), np.nan, told)
