"""The figures of two scans beside each other, and beside a rule that is trivial."""

from __future__ import annotations

from dataclasses import dataclass

from oddline.service.results.compared import ComparisonSummary
from oddline.service.results.metrics import Metrics

__all__ = ["Figure", "figures"]

MEASURED = (
    ("precision", "Precision"),
    ("recall", "Recall"),
    ("f1", "F1"),
    ("roc_auc", "ROC-AUC"),
    ("pr_auc", "PR-AUC"),
)
NOTHING = "–"  # noqa: RUF001 - an en dash stands for no value


@dataclass(frozen=True)
class Figure:
    """One figure of both; ``best`` is "a", "b" or nothing."""

    name: str
    a: str
    b: str
    trivial: str
    best: str


def figures(told: ComparisonSummary) -> tuple[list[Figure], str]:
    """Lay figures side by side, and name the trivial rule, where labels are known."""
    found: list[Figure] = []
    rule = ""
    if told.metrics_a is not None and told.metrics_b is not None:
        found, rule = _measured(told.metrics_a, told.metrics_b)
    found.append(Figure(f"Odd {told.noun}s", f"{told.a.anomalies:,}", f"{told.b.anomalies:,}", "", ""))
    pace = [round(told.rows / side.seconds) if side.seconds > 0 else None for side in (told.a, told.b)]
    found.append(
        Figure(f"{told.noun.capitalize()}s a second", _count(pace[0]), _count(pace[1]), "", _best(pace[0], pace[1]))
    )
    return found, rule


def _measured(a: Metrics, b: Metrics) -> tuple[list[Figure], str]:
    trivial = max(a.baselines, key=lambda one: one.f1 or 0.0, default=None)
    found = []
    for name, title in MEASURED:
        left, right = a.figures.get(name), b.figures.get(name)
        other = getattr(trivial, name) if trivial else None
        found.append(Figure(title, _ratio(left), _ratio(right), _ratio(other), _best(left, right)))
    delays = [_delay(one) for one in (a, b)]
    if any(value is not None for value, _ in delays):
        (left, unit), (right, _) = delays
        best = _best(right, left)  # less is better
        found.append(Figure("Detection delay, median", _with(left, unit), _with(right, unit), "", best))
    return found, trivial.name if trivial else ""


def _delay(metrics: Metrics) -> tuple[float | None, str]:
    seconds = metrics.figures.get("delay_seconds_median")
    return (seconds, "s") if seconds is not None else (metrics.figures.get("delay_events_median"), "rows")


def _best(a: float | None, b: float | None) -> str:
    """Name the greater one.

    Examples
    --------
    >>> _best(0.9, 0.8), _best(0.8, 0.9), _best(1, 1), _best(None, 1)
    ('a', 'b', '', '')
    """
    if a is None or b is None or a == b:
        return ""
    return "a" if a > b else "b"


def _ratio(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"


def _count(value: int | None) -> str:
    return NOTHING if value is None else f"{value:,}"


def _with(value: float | None, unit: str) -> str:
    if value is None:
        return NOTHING
    return f"{value:,.4g} {unit.removesuffix('s') if value == 1 and unit != 's' else unit}"
