"""Seven ways for a line to be odd, on one scale, with no configuration."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import polars as pl

from oddline.core.nouns import FeatureMatrix, Floats, Reason, Windows
from oddline.features import _against, _against_words
from oddline.features._bins import Ints, bins_for, cells, line_bins, time_bins, unbroken
from oddline.features._burst import bursts, spread, strength
from oddline.features._order import order
from oddline.features._scale import per_line, ranks, surprise
from oddline.features._silence import Gaps, both, gaps
from oddline.features._telling import Evidence, tell
from oddline.features._text import text, units
from oddline.features._values import values
from oddline.features.base import Feature

__all__ = ["LineSignals"]

KINDS = _against.KINDS
ATTENTION = {"text": 2.0, "burst": 0.2, "silence": 0.4, "value": 0.6, "order": 0.02}
"""What each kind may claim of a reader's time. Their sum says how many findings a threshold's one is worth."""


class LineSignals(Feature):
    """Hold every line of a log against the rest of it, or against a good run.

    ``fit_transform`` holds one log against itself, each line, bin or value left out of what it is held
    against; ``fit`` and ``transform`` hold a log against a good run. The columns are surprises: -log10 of the
    chance that a normal line is as odd in this way.

    =======  ====================================================================================
    rare     its template is in few parts of the log; a burst of it counts once
    foreign  its words are not those of other lines; against a good run: of any line of that run
    level    its level, and words of failure
    burst    its template comes far more often here than anywhere else
    silence  its template is there all the time, and then is not; told by the last line before the gap
    value    a value that its template hardly ever has, or far from the others
    order    two common lines that hardly ever follow each other
    =======  ====================================================================================

    rare, foreign and level are parts of one surprise, that of the text, and add up.

    Parameters
    ----------
    attention
        What each kind may claim of a reader's time, by name (text, burst, silence, value, order); names that
        are left out keep their default. Chosen by leaving one system out, in ``benchmarks/injection.py``.
    wording
        Weight of words of failure against rarity, in nats a step of level.

    Examples
    --------
    >>> from oddline.windows.line import Line
    >>> logs = pl.DataFrame({"message": ["job 1 done", "job 2 done", "disk full"] * 1})
    >>> LineSignals().get_params()["wording"]
    2.0
    """

    _unlearnt: pl.DataFrame | None = None
    _found: _against.Found | None = None

    def __init__(self, attention: dict[str, float] | None = None, wording: float = 2.0) -> None:
        self.attention = attention
        self.wording = wording

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Learn from a good run what its lines say, how often, in what rhythm and with which values."""
        del windows
        self._unlearnt = None
        self.against_ = _against.Against().fit(records)
        return self

    def fit_transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Hold a log against itself; what ``fit`` would learn from it is learnt when it is first asked for."""
        self._unlearnt = records  # learning costs as much as scoring, and who scans one log never asks
        self._found = None
        if not records.height:
            return FeatureMatrix(np.zeros((len(windows), len(KINDS))), KINDS)
        attention, height = self._attention(), records.height
        template, count = codes(records["template_id"]), bins_for(height)
        table = cells(template, line_bins(height, count), count)
        told = text(records, template, table, attention["text"], self.wording)
        unit = units(told, template)
        finer = cells(unit, line_bins(height, count), count)
        strong = strength(finer, unbroken(unit))
        crowds = bursts(finer, strong, lambda found, alone: surprise(ranks(found, alone), height, attention["burst"]))
        quiet = gaps(table)
        clock = time_bins(records["ts"], count)
        if clock is not None:
            quiet = both(quiet, gaps(cells(template, clock, count)))
        silent = np.minimum(
            quiet.strength + per_line(height, count),
            surprise(ranks(quiet.strength, quiet.alone), height, attention["silence"]),
        )
        odd = values(records, template, attention["value"])
        X = np.zeros((height, len(KINDS)))
        X[:, :3] = np.stack([told.rare, told.foreign, told.level], axis=1)[told.of_line]
        gap_of = fill(X, spread(crowds), quiet, silent, odd.of_line, odd.surprise)
        X[:, 6] = order(template, attention["order"])
        self._evidence = Evidence(records, table, crowds, quiet, gap_of, odd, told)
        return self._told(X, windows)

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Hold a log against the good run, see :class:`~oddline.features._against.Against`. Learns nothing."""
        self._learn()
        X, self._found = self.against_.transform(records)
        self._records = records
        return self._told(X, windows)

    def state(self) -> dict[str, Any]:
        """Give the fitted attributes by name, as a bundle carries them."""
        self._learn()
        return super().state()

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "against_") or self._unlearnt is not None

    def _learn(self) -> None:
        self.require_fitted()
        if self._unlearnt is not None:
            self.fit(self._unlearnt, Windows(self._unlearnt, np.zeros(0, dtype=np.uint32)))

    def spans(self, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
        """Give the first and the last row that each number tells of: a burst's lines, a silence's gap."""
        if self._event is None:
            return self._spans(rows, columns)
        events = self._event[rows, columns]
        first, last = self._spans(events, columns)
        return self._windows.members[first].astype(np.int64), self._windows.members[last].astype(np.int64)

    def _spans(self, events: Ints, columns: Ints) -> tuple[Ints, Ints]:
        if self._found is not None:
            return self.against_.spans(self._found, events, columns)
        return self._evidence.spans(events, np.array(KINDS)[columns])

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Put one number of the matrix last made into words."""
        del records
        event = row if self._event is None else int(self._event[row, column])
        if self._found is not None:
            return _against_words.tell(self.against_, self._found, self._records, event, KINDS[column])
        return tell(self._evidence, event, KINDS[column])

    def _attention(self) -> dict[str, float]:
        return ATTENTION | (self.attention or {})

    def _told(self, X: Floats, windows: Windows) -> FeatureMatrix:
        """Give each window what its oddest event has, column by column, and remember which event that was."""
        self._windows, self._event = windows, None
        members = windows.members.astype(np.int64)
        if len(windows) == len(X) and np.array_equal(members, np.arange(len(X))):
            return FeatureMatrix(X, KINDS)
        most = np.zeros((len(windows), len(KINDS)))
        event = np.zeros((len(windows), len(KINDS)), dtype=np.int64)
        for column in range(len(KINDS)):
            order = np.argsort(X[:, column], kind="stable")
            event[members[order], column] = order  # the oddest is written last
            np.maximum.at(most[:, column], members, X[:, column])
        self._event = event
        return FeatureMatrix(most, KINDS)


def fill(X: Floats, burst: Floats, quiet: Gaps, silent: Floats, of_line: Ints, odd: Floats) -> dict[int, int]:
    """Write the columns of bursts, silences and values, and give the gap that each line tells of."""
    X[:, 3] = burst
    told = np.argsort(silent, kind="stable")
    X[quiet.at[told], 4] = silent[told]  # the strongest is written last
    has = of_line >= 0
    X[has, 5] = odd[of_line[has]]
    return dict(zip(quiet.at[told].tolist(), told.tolist(), strict=True))


def codes(ids: pl.Series) -> Ints:
    """Number the ids that are there from 0, without gaps, the commonest first: so that ties do not hang on an id."""
    counts = ids.alias("id").value_counts(name="n")
    order = counts.sort("n", "id", descending=[True, False])["id"].to_numpy()
    by_id = np.argsort(order, kind="stable")
    made: Ints = by_id[np.searchsorted(order[by_id], ids.to_numpy())].astype(np.int64)
    return made
