"""What is odd about a log when a good run is at hand: new text, new values, and rates that never were.

Everything is held against the good run alone, never against the rest of the log that is judged: a line has
the same text and the same values in any company, and scores the same for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from oddline.core.estimator import Estimator
from oddline.core.nouns import Floats
from oddline.features import _reference_rates as rates
from oddline.features import _reference_values as values
from oddline.features._bins import Ints
from oddline.features._novelty import Novelty

KINDS = ("rare", "foreign", "level", "burst", "silence", "value", "order")
"""The columns of the line signals, whether a log is held against itself or against a good run."""

NEWS = 0.05
"""Up to here a good run is like those that ``Novelty.surprise`` was fitted to: of 20 lines one or more are new."""
ORDINARY_SIZE = 6_000
"""So many lines had the longest of those."""
IDENTITY = r"\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b|\b(?:[0-9A-Fa-f]{2}[:-]){5,19}[0-9A-Fa-f]{2}\b"
"""UUIDs, and addresses of devices and fingerprints."""
MOST = {"burst": 3.4, "silence": 3.3, "value": 3.3}
"""The most that a known line can be surprising; a new line with a few new words is more so."""
RATE = {"burst": 0.8, "silence": 0.4, "value": 0.8}
"""How fast each kind approaches its most."""


@dataclass(frozen=True)
class Found:
    """What was found in the log last looked at; ``silence_of`` gives the silences that a line tells of."""

    novelty: Floats
    values: values.OddValues
    bursts: rates.Crowds
    silences: rates.Silences
    silence_of: dict[int, list[int]]


class Against(Estimator):
    """Hold the lines of a log against a good run.

    Parameters
    ----------
    most
        The largest surprise of the kinds "burst", "silence" and "value"; those not named keep the default.
    rate
        What their strengths are multiplied by before that.

    Attributes
    ----------
    novelty_ : Novelty
        The lines of the good run.
    offsets_ : list of float
        What is added to the surprise of new lines, and to that of all other kinds.
    columns_, known_ : polars.DataFrame
        The columns of values, see ``_reference_values.learn``.
    rates_ : polars.DataFrame
        The worst that each template does, see ``_reference_rates.learn``.
    window_ : int
        The window of the rates, in lines; 0 if the good run is too short for one.
    """

    def __init__(self, most: dict[str, float] | None = None, rate: dict[str, float] | None = None) -> None:
        self.most = most
        self.rate = rate

    def fit(self, records: pl.DataFrame, y: None = None) -> Self:
        """Learn templated Records of a good run."""
        self.novelty_ = Novelty().fit(wording(records["message"]))
        self.offsets_ = _offsets(records)
        self.columns_, self.known_ = values.learn(records)
        self.window_ = rates.window_for(records.height)
        self.rates_ = rates.learn(records, self.window_)
        return self

    def transform(self, records: pl.DataFrame) -> tuple[Floats, Found]:
        """Give the surprises of each line, shape (lines, :data:`KINDS`), and what they rest on.

        "rare", "level" and "order" are 0: the words of failure are a part of what makes a new line foreign.
        """
        self.require_fitted()
        found = self._find(records)
        X = np.zeros((records.height, len(KINDS)))
        new = found.novelty > 0
        X[new, KINDS.index("foreign")] = self.novelty_.surprise(found.novelty[new]) + self.offsets_[0]
        crowded = found.bursts.of_line >= 0
        strength = self._scaled("burst", found.bursts.strength[found.bursts.of_line[crowded]])
        # A burst is one thing seen many times: its first line is all of it, the i-th log10(i) less.
        X[crowded, KINDS.index("burst")] = np.maximum(0.0, strength - np.log10(found.bursts.places[crowded]))
        np.maximum.at(X[:, KINDS.index("silence")], found.silences.at, self._scaled("silence", found.silences.strength))
        odd = found.values.of_line >= 0
        strength = found.values.strength[found.values.of_line[odd]]
        X[odd, KINDS.index("value")] = self._scaled("value", strength)
        return X, found

    def _find(self, records: pl.DataFrame) -> Found:
        silences = rates.silences(records, self.rates_, self.window_)
        silence_of: dict[int, list[int]] = {}
        for entry, row in enumerate(silences.at.tolist()):
            silence_of.setdefault(row, []).append(entry)
        return Found(
            self.novelty_.score(wording(records["message"])),
            values.judge(records, self.columns_, self.known_),
            rates.bursts(records, self.rates_, self.window_),
            silences,
            silence_of,
        )

    def _scaled(self, kind: str, strength: Floats) -> Floats:
        """Bring strengths onto the scale of new lines."""
        most, rate = (MOST | (self.most or {}))[kind], (RATE | (self.rate or {}))[kind]
        scaled: Floats = np.minimum(most + self.offsets_[0], rate * strength + self.offsets_[1])
        return scaled

    def spans(self, found: Found, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
        """Give the first and the last row that each number tells of: a burst's lines, a silence's gap."""
        first, last = rows.copy(), rows.copy()
        burst = found.bursts.of_line[rows]
        here = (columns == KINDS.index("burst")) & (burst >= 0)
        first[here], last[here] = found.bursts.first[burst[here]], found.bursts.last[burst[here]]
        for spot in np.flatnonzero(columns == KINDS.index("silence")).tolist():
            for entry in found.silence_of.get(int(rows[spot]), [])[:1]:
                first[spot], last[spot] = found.silences.first[entry], found.silences.last[entry]
        return first, last


def wording(messages: pl.Series) -> pl.Series:
    """Put a number for identities of hexadecimal groups, which may by chance have groups without a digit.

    Examples
    --------
    >>> wording(pl.Series(["vm 96abccce-8d1f-4e07-bdcc-4b2ab87e23b4 up", "from fa:ce:fe:ed:be:ef"])).to_list()
    ['vm 0x1 up', 'from 0x1']
    """
    if not messages.str.contains(IDENTITY).any():
        return messages
    return messages.str.replace_all(IDENTITY, "0x1")


def _offsets(records: pl.DataFrame) -> list[float]:
    """Tell how much more surprising a new line is here than in the logs that ``Novelty.surprise`` was fitted to.

    The chance of a normal line so new is the chance that it is new at all, times the chance that a new one is
    so far from all others. The first is estimated by Good and Turing (I. Good, Biometrika 1953): as the share
    of lines that the good run has once only. A longer log has more of everything: the second offset keeps the
    number of findings, not their share, and holds for all kinds.
    """
    once = int((records["masked"].value_counts(name="n")["n"] == 1).sum()) if records.height else 0
    rarer = np.log10(NEWS * (records.height + 1) / (once + 1))
    longer = max(0.0, np.log10(max(records.height, 1) / ORDINARY_SIZE))
    return [float(max(rarer, longer)), float(longer)]
