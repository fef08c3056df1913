"""The nouns that are single facts rather than frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

Kind = Literal["table", "sequence", "series"]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Windows:
    """The events judged together.

    ``frame`` has one row a window (``schema.WINDOWS``). ``members`` has one entry an event: the row of the
    window that it belongs to. It is an array and not a list column because the commonest window is one
    line, and a million one-element lists would cost more than the scoring.
    """

    frame: pl.DataFrame
    members: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return self.frame.height


@dataclass(frozen=True)
class FeatureMatrix:
    """One row a window, as numbers, with the names of its columns.

    Sessions repeat: half a million of them may hold a thousand distinct ones. ``place``, if it is there, has the
    row of ``X`` that each window has, so that what is alike is kept and scored once.

    Examples
    --------
    >>> matrix = FeatureMatrix(np.array([[1.0], [2.0]]), ("size",), place=np.array([0, 0, 1]))
    >>> len(matrix), matrix.take(np.array([1, 2])).tolist(), matrix.whole().ravel().tolist()
    (3, [[1.0], [2.0]], [1.0, 1.0, 2.0])
    """

    X: npt.NDArray[Any]
    names: tuple[str, ...]
    kind: Kind = "table"
    place: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return int(self.X.shape[0] if self.place is None else self.place.shape[0])

    def take(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        """Give the rows of these windows."""
        taken: npt.NDArray[Any] = self.X[rows if self.place is None else self.place[rows]]
        return taken

    def whole(self) -> npt.NDArray[Any]:
        """Give one row for every window, as often as it is there."""
        return self.X if self.place is None else self.take(np.arange(len(self)))

    def spread(self, scores: Floats) -> Floats:
        """Give each window the score of its row of ``X``."""
        return scores if self.place is None else np.asarray(scores[self.place])


@dataclass(frozen=True)
class Reason:
    """One part of the answer to "why": what was looked at, what was seen, what was expected.

    ``share`` is this reason's part of the score, between 0 and 1.
    """

    what: str
    seen: str
    expected: str
    share: float
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.seen}" + (f", expected {self.expected}" if self.expected else "")


@dataclass(frozen=True)
class Anomaly:
    """A window beyond the cut, with its reasons."""

    id: str
    source: str
    line: int
    ts: datetime | None
    text: str
    template: str
    score: float
    surprise: float
    severity: str
    confidence: float
    reasons: tuple[Reason, ...]
    lines: int = 1
    key: str = ""
    row: int = field(default=0, repr=False)


@dataclass(frozen=True)
class Incident:
    """Anomalies that tell one story to one person.

    ``score`` and ``severity`` are those of its worst anomaly; ``line`` and ``last_line`` count within
    ``source``, the source of the first one.
    """

    fingerprint: str
    title: str
    severity: str
    score: float
    surprise: float
    source: str
    line: int
    last_line: int
    count: int
    opened: datetime | None
    last_seen: datetime | None
    reasons: tuple[Reason, ...]
    anomaly_ids: tuple[str, ...]
    state: str = "open"


@dataclass(frozen=True)
class Cut:
    """The decision: from which surprise on a window is an anomaly, and how that was chosen."""

    cut: float
    method: str
    budget: int | None = None


@dataclass(frozen=True)
class Inputs:
    """What was read: the name, the format and how sure we are of it, and what it held."""

    path: str
    format: str
    confidence: float
    events: int
    lines: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """The templates of some logs: ``table`` has one row a template (``schema.LISTED``), the commonest first.

    ``covered`` counts the events that have a template of their own, rather than one for all that fits nothing.
    """

    inputs: tuple[Inputs, ...]
    lines: int
    events: int
    covered: int
    table: pl.DataFrame = field(repr=False)
    seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """What ``detect`` gives: anomalies, incidents, reasons, and one score for every window.

    ``members`` has one entry an event of ``records``: its row of ``scored``. It is None where each event is a row of
    its own. Only ``scored`` is put back into the order of the input; ``records`` stay in the order of time.
    """

    inputs: tuple[Inputs, ...]
    events: int
    templates: int
    windows: int
    threshold: Cut
    anomalies: tuple[Anomaly, ...]
    incidents: tuple[Incident, ...]
    scored: pl.DataFrame = field(repr=False)
    records: pl.DataFrame = field(repr=False)
    template_table: pl.DataFrame = field(repr=False)
    detector: str = ""
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    members: npt.NDArray[np.uint32] | None = field(default=None, repr=False)

    def __iter__(self) -> Any:
        return iter(self.anomalies)

    def __len__(self) -> int:
        return len(self.anomalies)
