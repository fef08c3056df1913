"""From scores to a result: the cut, the anomalies with their reasons, the incidents that they tell."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Anomaly, Cut, FeatureMatrix, Floats, Incident, Reason, Result, Windows
from oddline.core.schema import LEVEL, LEVELS, SCORED, SEVERITIES, SEVERITY, WRONG, check
from oddline.incidents.group import Group, group
from oddline.incidents.severity import severity

Ints = npt.NDArray[np.int64]

MOST_REASONS = 3
LEAST_SHARE = 0.1
"""A column with less than a tenth of the score is no reason worth a person's time."""

MOST_DESCRIBED = 1_000
"""Beyond so many anomalies, lines of one story that look alike are told in the words of the first one of them."""

BUDGETED_CANDIDATES = 50_000
"""With a budget, so many of the most surprising windows are grouped; a story outside them is nobody's first twenty."""


@dataclass(frozen=True)
class Case:
    """What is judged: events with their templates, windows, features, scores, and what is normal in each column."""

    templated: pl.DataFrame
    windows: Windows
    matrix: FeatureMatrix
    scores: Floats
    templates: pl.DataFrame
    background: Floats
    named: bool = True
    """Whether windows are about what their keys name, as those of sessions are."""

    @cached_property
    def firsts(self) -> pl.DataFrame:
        """The first event of each window."""
        return self.templated if self._single else self.templated[self._first(np.arange(self.templated.height))]

    @cached_property
    def heads(self) -> pl.DataFrame:
        """The event of each window that a person is shown, with the worst level that one of its events has.

        The first one; of what was cut by time or number the first of the worst ones, where these are errors or worse.
        """
        if self._single:
            return self.templated
        level = self.templated["level"].to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
        worst = np.full(len(self.windows), -1, dtype=np.int64)
        np.maximum.at(worst, self.windows.members, level)
        # -1, the last one, is where no event has a level.
        levels = pl.Series([*LEVELS, None], dtype=LEVEL).gather(worst % (len(LEVELS) + 1))
        if self.named:
            return self.firsts.with_columns(level=levels)
        telling = (level == worst[self.windows.members]) | (worst < LEVELS.index(WRONG[0]))[self.windows.members]
        return self.templated[self._first(np.flatnonzero(telling))].with_columns(level=levels)

    @property
    def _single(self) -> bool:
        return len(self.windows) == self.templated.height

    def _first(self, places: Ints) -> Ints:
        """Give the first of these events in each window."""
        first = np.full(len(self.windows), self.templated.height, dtype=np.int64)
        np.minimum.at(first, self.windows.members[places], places)
        return first


@dataclass(frozen=True)
class Parts:
    """The fitted parts of a pipeline that have a say."""

    feature: Any
    detector: Any
    threshold: Any
    explainer: Any
    budget: int | None


def judge(case: Case, parts: Parts) -> Result:
    """Decide, explain, group."""
    surprise: Floats = parts.threshold.surprise(case.scores)
    cut = parts.threshold.cut(surprise)
    rows = _candidates(surprise, cut, parts.budget)
    shares = _shares(case, parts, rows)
    stories = group(_frame(case, parts, rows, surprise, shares), parts.budget)
    if parts.budget is not None:
        kept = np.sort(np.concatenate([story.members for story in stories])) if stories else np.zeros(0, np.int64)
        cut = Cut(float(surprise[rows[kept]].min()) if len(kept) else float("inf"), "budget", parts.budget)
    else:
        kept = np.arange(len(rows))
    anomalies = _anomalies(case, parts, rows, surprise, shares, stories, kept, cut)
    found = tuple(anomalies[position] for position in kept.tolist())
    return Result(
        inputs=(),
        events=case.templated.height,
        templates=case.templates.height,
        windows=len(case.windows),
        threshold=Cut(cut.cut if np.isfinite(cut.cut) else 99.0, cut.method, cut.budget),
        anomalies=found,
        incidents=_incidents(case, stories, anomalies),
        scored=_scored(case, surprise, found, cut),
        records=case.templated,
        template_table=case.templates,
        members=None if len(case.windows) == case.templated.height else case.windows.members,
    )


def points(surprise: Floats | float) -> Floats:
    """Turn surprise into the 0-100 that people see: 1 in 10 is 44, 1 in 100 is 68, 1 in 10,000 is 90.

    Examples
    --------
    >>> points(np.array([0.0, 2.0, 4.0])).round().tolist()
    [0.0, 68.0, 90.0]
    """
    return np.asarray(100.0 * (1.0 - 10.0 ** (-np.asarray(surprise) / 4.0)))


def _candidates(surprise: Floats, cut: Cut, budget: int | None) -> Ints:
    """Give the rows that may become anomalies, in the order of the log."""
    if budget is None:
        return np.flatnonzero(surprise >= cut.cut)
    some = np.flatnonzero(surprise > 0)
    if len(some) > BUDGETED_CANDIDATES:
        most = np.argsort(-surprise[some], kind="stable")[:BUDGETED_CANDIDATES]
        some = np.sort(some[most])
    return some


def _shares(case: Case, parts: Parts, rows: Ints) -> Floats:
    if not len(rows):
        return np.zeros((0, len(case.matrix.names)))
    shares: Floats = parts.explainer.shares(parts.detector, case.matrix.take(rows), case.background)
    return shares


def _frame(case: Case, parts: Parts, rows: Ints, surprise: Floats, shares: Floats) -> pl.DataFrame:
    """Lay the candidates out as ``incidents.group`` wants them."""
    top = shares.argmax(axis=1) if len(rows) else np.zeros(0, np.int64)
    first, last = parts.feature.spans(rows, top) if len(rows) else (rows, rows)
    names = np.array(case.matrix.names, dtype=object)
    # Lines of no known template are not alike for that: each wording is a template of its own.
    own = pl.col("masked").to_physical().cast(pl.Int64) + (1 << 32)
    return case.heads[rows].select(
        row=pl.Series(rows, dtype=pl.Int64),
        source=pl.col("source"),
        template_id=pl.when(pl.col("template_id") == 0).then(own).otherwise(pl.col("template_id").cast(pl.Int64)),
        kind=pl.Series(names[top].tolist(), dtype=pl.String),
        surprise=pl.Series(surprise[rows], dtype=pl.Float64),
        first=pl.Series(first, dtype=pl.Int64),
        last=pl.Series(last, dtype=pl.Int64),
    )


def _anomalies(
    case: Case,
    parts: Parts,
    rows: Ints,
    surprise: Floats,
    shares: Floats,
    stories: list[Group],
    kept: Ints,
    cut: Cut,
) -> dict[int, Anomaly]:
    """Make the anomaly of each kept candidate, by its position among the candidates."""
    texts = dict(case.templates.select("template_id", "text").iter_rows())
    facts = case.heads[rows[kept]].select(
        "id", "source", "line", "lines", "ts", "level", "raw", "template_id", "masked"
    )
    shown, keys = points(surprise[rows]), case.windows.frame["key"]
    words = _Words(case, parts, rows, stories, exact=len(kept) <= MOST_DESCRIBED or parts.feature.tells_rows)
    made = {}
    for position, fact in zip(kept.tolist(), facts.iter_rows(named=True), strict=True):
        row = int(rows[position])
        certain = float(surprise[row])
        made[position] = Anomaly(
            id=f"{fact['id']:016x}",
            source=fact["source"],
            line=fact["line"],
            lines=fact["lines"],
            ts=fact["ts"],
            text=fact["raw"],
            template=texts.get(fact["template_id"], fact["masked"] or ""),
            score=float(shown[position]),
            surprise=certain,
            severity=severity(certain, level=fact["level"]),
            # How far beyond the cut: even odds at the cut, 10 to 1 one power of ten beyond it.
            confidence=1.0 / (1.0 + 10.0 ** (min(cut.cut, certain) - certain)),
            reasons=words.reasons(position, shares[position]),
            key=keys[row],
            row=row,
        )
    return made


class _Words:
    """Puts shares into words, each thing once: ``describe`` is the one step that costs Python time a line."""

    def __init__(self, case: Case, parts: Parts, rows: Ints, stories: list[Group], *, exact: bool) -> None:
        self._case, self._parts, self._rows = case, parts, rows
        self._said: dict[tuple[int, int, int], Reason] = {}
        self._told: dict[tuple[int, int, bytes], tuple[Reason, ...]] = {}
        like = np.arange(len(rows)) if exact else case.heads["masked"].to_physical().to_numpy()[rows]
        story = np.zeros(len(rows), dtype=np.int64)
        for number, one in enumerate(stories):
            story[one.members] = number
        self._like: list[tuple[int, int]] = list(zip(story.tolist(), like.tolist(), strict=True))

    def reasons(self, position: int, shares: Floats) -> tuple[Reason, ...]:
        """Give the reasons of one candidate, the weightiest first."""
        key = (*self._like[position], shares.tobytes())
        if key not in self._told:
            columns = np.argsort(-shares, kind="stable")[:MOST_REASONS].tolist()
            weighty = [column for column in columns if column == columns[0] or shares[column] >= LEAST_SHARE]
            said = [self._say(position, column) for column in weighty]
            self._told[key] = tuple(
                replace(reason, share=float(shares[column])) for reason, column in zip(said, weighty, strict=True)
            )
        return self._told[key]

    def _say(self, position: int, column: int) -> Reason:
        key = (*self._like[position], column)
        if key not in self._said:
            row = int(self._rows[position])
            self._said[key] = self._parts.feature.describe(self._case.templated, row, column)
        return self._said[key]


def _incidents(case: Case, stories: list[Group], anomalies: dict[int, Anomaly]) -> tuple[Incident, ...]:
    """Tell the stories, the worst first.

    Two bursts of one template tell the same and are still two: from the second on, the fingerprint counts them.
    Stories come the most surprising first, so that a smaller budget leaves the fingerprints of what it keeps.
    """
    everyone = [[anomalies[position] for position in np.sort(story.members).tolist()] for story in stories]
    # Gathered from the frame at once: one by one, each of thousands of stories costs a millisecond.
    ends = case.firsts.select("line", "lines", "ts", "source")[
        np.array([(story.first, story.last) for story in stories], dtype=np.int64).ravel()
    ].rows(named=True)
    rows = np.array([member.row for members in everyone for member in members], dtype=np.int64)
    levels = iter(case.heads["level"].gather(rows).to_list())
    seen: Counter[str] = Counter()
    told = []
    for place, (story, members) in enumerate(zip(stories, everyone, strict=True)):
        known = [level for level in islice(levels, len(members)) if level]
        worst = max(known, key=LEVELS.index, default=None)
        leader = anomalies[story.leader]
        one = _incident(leader, members, worst, ends[2 * place], ends[2 * place + 1])
        if not case.named and case.heads["level"][leader.row] in WRONG:
            one = replace(one, title=leader.template or one.title)
        seen[one.fingerprint] += 1
        if (times := seen[one.fingerprint]) > 1:
            one = replace(one, fingerprint=_digest(f"{one.fingerprint} {times}"))
        told.append(one)
    return tuple(sorted(told, key=_worst_first))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


def _incident(
    leader: Anomaly, members: list[Anomaly], worst: str | None, first: dict[str, Any], last: dict[str, Any]
) -> Incident:
    """Tell one story; ``first`` and ``last`` are the events at the ends of its span, ``worst`` its worst level."""
    told = "\n".join((leader.template or leader.text, leader.reasons[0].kind if leader.reasons else ""))
    times = [time for time in (first["ts"], last["ts"], *(member.ts for member in members)) if time is not None]
    ends_here = last["source"] == leader.source
    return Incident(
        fingerprint=_digest(told),
        # A session is called by its key: its first line is no part of what is odd about it.
        title=leader.key or leader.template or leader.text.split("\n")[0],
        severity=severity(leader.surprise, level=worst, lines=len(members)),
        score=leader.score,
        surprise=leader.surprise,
        source=leader.source,
        line=min(first["line"], leader.line) if first["source"] == leader.source else leader.line,
        last_line=max(last["line"] + last["lines"] - 1 if ends_here else leader.line, leader.line),
        count=len(members),
        opened=min(times, default=None),
        last_seen=max(times, default=None),
        reasons=leader.reasons,
        anomaly_ids=tuple(member.id for member in members),
    )


def _worst_first(incident: Incident) -> tuple[int, float, str, int]:
    """Order incidents for a reader: how bad it is goes before how odd it is; which ones are told is decided before."""
    return -SEVERITIES.index(incident.severity), -incident.surprise, incident.source, incident.line


def _scored(case: Case, surprise: Floats, found: tuple[Anomaly, ...], cut: Cut) -> pl.DataFrame:
    """Give one row a window, in the order of the Records."""
    height = len(surprise)
    odd = np.array([anomaly.row for anomaly in found], dtype=np.int64)
    flagged = np.zeros(height, dtype=bool)
    flagged[odd] = True
    words = pl.DataFrame(
        {
            "row": pl.Series(odd, dtype=pl.UInt32),
            "severity": pl.Series([anomaly.severity for anomaly in found], dtype=SEVERITY),
            "reasons": pl.Series(["; ".join(map(str, anomaly.reasons)) for anomaly in found], dtype=pl.String),
        }
    )
    certain = 1.0 / (1.0 + 10.0 ** np.clip(cut.cut - surprise, -300, 300))
    frame = case.firsts.select(
        "source",
        "line",
        key=case.windows.frame["key"],
        ts="ts",
        score=pl.Series(points(surprise), dtype=pl.Float64),
        surprise=pl.Series(surprise, dtype=pl.Float64),
        anomaly=pl.Series(flagged),
        confidence=pl.Series(np.where(flagged, certain, 1.0 - certain), dtype=pl.Float64),
        template_id="template_id",
        text="raw",
        row=pl.int_range(pl.len(), dtype=pl.UInt32),
    ).join(words, on="row", how="left", maintain_order="left")
    return check(frame.select(list(SCORED)), SCORED, "scored")
