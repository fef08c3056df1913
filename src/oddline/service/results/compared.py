"""What a comparison of two scans tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from oddline.service.results.metrics import Metrics


@dataclass(frozen=True)
class Side:
    """One of the two scans."""

    name: str
    detector: str
    against: str
    anomalies: int
    cut: float | None
    seconds: float


@dataclass(frozen=True)
class Pairs:
    """Score against score, one entry a row in each list; ``severity`` is the worse of the two."""

    a: tuple[float, ...]
    b: tuple[float, ...]
    severity: tuple[str | None, ...]
    part: tuple[str, ...]
    row_a: tuple[int, ...]


@dataclass(frozen=True)
class ComparisonSummary:
    """How far two scans agree. ``unmatched_a`` and ``unmatched_b`` count rows without a counterpart.

    ``correlation`` is that of the ranks (Spearman), None where one of them ranks nothing.
    """

    rows: int
    unmatched_a: int
    unmatched_b: int
    noun: str
    a: Side
    b: Side
    both: int
    only_a: int
    only_b: int
    neither: int
    say: str
    why: str
    correlation: float | None
    points: Pairs
    metrics_a: Metrics | None
    metrics_b: Metrics | None


@dataclass(frozen=True)
class ComparedRow:
    """One row and what both say of it."""

    row_a: int
    row_b: int
    source: str
    line: int
    ts: datetime | None
    text: str
    score_a: float | None
    score_b: float | None
    odd_a: bool
    odd_b: bool
    severity_a: str | None
    severity_b: str | None
    why_a: str
    why_b: str
    label: str | None


@dataclass(frozen=True)
class ComparedPage:
    """A page of compared rows."""

    items: tuple[ComparedRow, ...]
    total: int
    next_offset: int | None
