"""What a scan found, in a few words and figures: what a list of scans and the head of a page show."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from oddline.core.nouns import Inputs, Result
from oddline.core.schema import SEVERITIES
from oddline.outputs._clock import Clock
from oddline.outputs._hostile import terminal, visible
from oddline.outputs._story import figures, verdict
from oddline.outputs._words import cut_score, decision, highest, inputs_in_words, noun

VERSION = 1
"""Of the files of a folder; rises when something goes or changes its meaning."""


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Piece:
    """A part of a sentence: ``text`` is ours, ``code`` is from the log, ``slot`` stands for what varies."""

    kind: str
    text: str


@dataclass(frozen=True)
class Figure:
    """One headline figure."""

    name: str
    value: str
    of: str = ""


@dataclass(frozen=True)
class Verdict:
    """The answer first: how bad (``ok`` if nothing is odd), the sentence in pieces and as one text, and why."""

    severity: str
    say: tuple[Piece, ...]
    words: str
    why: str


@dataclass(frozen=True)
class Threshold:
    """From where on a row is odd: as surprise, as a score (0-100; None if no row tells), and who chose it."""

    cut: float
    score: float | None
    method: str
    budget: int | None
    words: str


@dataclass(frozen=True)
class Spark:
    """Volume over the whole scan in bars, and the worst severity in each (None where nothing is odd)."""

    volume: tuple[int, ...]
    worst: tuple[str | None, ...]


NOTHING = Spark((), ())


@dataclass(frozen=True)
class InputFile:
    """One input: its name, format and how sure that is, and what it held."""

    path: str
    format: str
    confidence: float
    events: int
    lines: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Summary:
    """One finished scan. ``rows`` are what was judged (lines, rows of a table, windows), ``events`` what was read.

    ``against`` names the baseline or the model, empty for a scan by itself. ``fields`` are further columns that rows
    have. ``spark`` is for a list of scans.
    """

    version: int
    name: str
    format: str
    noun: str
    inputs: tuple[InputFile, ...]
    events: int
    lines: int
    rows: int
    anomalies: int
    incidents: int
    incidents_by_severity: dict[str, int]
    odd_by_severity: dict[str, int]
    threshold: Threshold
    detector: str
    seconds: float
    stages: dict[str, float]
    verdict: Verdict
    figures: tuple[Figure, ...]
    highest: float | None
    sources: tuple[str, ...] = ()
    templates: int = 0
    new_templates: int | None = None
    against: str = ""
    seed: int = 0
    made: datetime = EPOCH
    command: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    timed: bool = False
    first: datetime | None = None
    last: datetime | None = None
    spark: Spark = NOTHING
    labelled: bool = False
    fields: tuple[str, ...] = ()


def count_severities(severities: list[str]) -> dict[str, int]:
    """Count each severity, the worst first."""
    return {name: severities.count(name) for name in reversed(SEVERITIES)}


def pieces_of(parts: list[tuple[str, str]]) -> tuple[Piece, ...]:
    r"""Make pieces that are safe to show.

    Examples
    --------
    >>> pieces_of([("code", "gone \u202e"), ("slot", "<IP>")])[0]
    Piece(kind='code', text='gone \\u202e')
    """
    return tuple(Piece(kind, visible(text)) for kind, text in parts if text)


def verdict_of(result: Result) -> Verdict:
    """Say what is odd in one sentence."""
    told = verdict(result, Clock.of(result))
    say = pieces_of(told["say"])
    return Verdict(told["severity"], say, "".join(piece.text for piece in say), visible(told["why"]))


def threshold_of(result: Result) -> Threshold:
    """Say from where on a row is odd."""
    cut = result.threshold
    return Threshold(cut.cut, cut_score(result), cut.method, cut.budget, decision(result))


def told_by(result: Result) -> Summary:
    """Tell what the result itself tells."""
    name, *form = inputs_in_words(result.inputs)
    clock = Clock.of(result)
    return Summary(
        version=VERSION,
        name=terminal(name),
        format=", ".join(form),
        noun=noun(result),
        inputs=tuple(_input(item) for item in result.inputs),
        events=result.events,
        lines=sum(item.lines for item in result.inputs),
        rows=result.scored.height,
        anomalies=len(result.anomalies),
        incidents=len(result.incidents),
        incidents_by_severity=count_severities([one.severity for one in result.incidents]),
        odd_by_severity=count_severities([one.severity for one in result.anomalies]),
        threshold=threshold_of(result),
        detector=result.detector,
        seconds=result.seconds,
        stages=dict(result.stages),
        verdict=verdict_of(result),
        figures=tuple(Figure(*figure) for figure in figures(result, clock)),
        highest=highest(result),
    )


def _input(item: Inputs) -> InputFile:
    told = asdict(item) | {"path": visible(item.path), "warnings": tuple(visible(one) for one in item.warnings)}
    return InputFile(**told)


def as_json(summary: Summary) -> dict[str, Any]:
    """Give what JSON can hold."""
    return asdict(summary) | {
        name: None if moment is None else moment.isoformat()
        for name, moment in (("made", summary.made), ("first", summary.first), ("last", summary.last))
    }


def from_json(told: dict[str, Any]) -> Summary:
    """Read what :func:`as_json` gave."""
    parts: dict[str, Any] = dict(told)
    for name in ("made", "first", "last"):
        parts[name] = None if told[name] is None else datetime.fromisoformat(told[name])
    said = told["verdict"]
    parts["verdict"] = Verdict(**said | {"say": tuple(Piece(**piece) for piece in said["say"])})
    parts["inputs"] = tuple(InputFile(**item | {"warnings": tuple(item["warnings"])}) for item in told["inputs"])
    parts["threshold"] = Threshold(**told["threshold"])
    parts["figures"] = tuple(Figure(**figure) for figure in told["figures"])
    parts["spark"] = Spark(tuple(told["spark"]["volume"]), tuple(told["spark"]["worst"]))
    parts["sources"], parts["fields"] = tuple(told["sources"]), tuple(told["fields"])
    return Summary(**parts)
