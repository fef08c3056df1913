"""One self-contained HTML page to attach or archive: what is odd, when, in which lines, and how it was made."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

from oddline.core.nouns import Incident, Reason, Result
from oddline.core.schema import SEVERITIES
from oddline.outputs._clock import Clock, joined, lasting
from oddline.outputs._context import Context, Shown
from oddline.outputs._drawing import Drawing, draw
from oddline.outputs._hostile import terminal, visible
from oddline.outputs._story import LETTERS, TITLE, chart_in_words, figures, rare, verdict
from oddline.outputs._timeline import Timeline
from oddline.outputs._words import counted, decision, headline, inputs_in_words, noun, short_names
from oddline.outputs.base import Output

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Report"]

PAGE = Path(__file__).parent / "_page"
INCIDENTS, EVENTS, FILES = 100, 12, 20
"""A report stays small enough to mail: incidents, events an incident, files."""


@dataclass(frozen=True)
class _Item:
    """One incident as the page shows it."""

    severity: str
    score: float
    when: str
    lasted: str
    where: str
    title: list[tuple[str, str]]
    reasons: tuple[Reason, ...]
    lines: list[Shown]
    line: int


class Report(Output):
    """Writes one HTML page that needs nothing else: no script, no font, no image, no network.

    The page is in light and dark, as the reader's system is, and prints in light. A strict content security
    policy forbids everything but its own style sheet; log text is text and nothing else.

    Parameters
    ----------
    context :
        How many lines to show before and after the odd lines.
    command :
        What to type to make the report again.
    notes :
        Further facts for "How this was made", by name; for example ``{"Against": "yesterday.log"}``.
    made :
        When; by default now.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".html", ".htm")

    def __init__(
        self,
        context: int = 2,
        command: str = "",
        notes: dict[str, str] | None = None,
        made: datetime | None = None,
    ) -> None:
        self.context = context
        self.command = command
        self.notes = notes
        self.made = made

    def write(self, result: Result, stream: BinaryIO) -> None:
        """Write the whole page as UTF-8."""
        clock = Clock.of(result)
        timeline = Timeline.of(result)
        words = chart_in_words(result, clock)
        page = _environment().get_template("report.html.j2")
        style = _style()
        content = page.generate(
            style=style,
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            name=terminal(inputs_in_words(result.inputs)[0], TITLE),
            made=self._made(),
            verdict=verdict(result, clock),
            figures=figures(result, clock),
            drawings=_drawings(timeline, words),
            timed=timeline is not None and timeline.whole.timed,
            items=self._items(result, clock),
            left_out=max(0, len(result.incidents) - INCIDENTS),
            rare=rare(result),
            facts=self._facts(result),
            severities=SEVERITIES[::-1],
        )
        for piece in content:
            stream.write(piece.encode("utf-8"))

    def _made(self) -> str:
        made = (self.made or datetime.now(UTC)).astimezone(UTC)
        return f"{made.day} {made:%b %Y, %H:%M} UTC"

    def _items(self, result: Result, clock: Clock) -> list[_Item]:
        around = Context(result)
        names = short_names([item.path for item in result.inputs])
        what = noun(result)
        return [self._item(one, clock, around, what, names) for one in result.incidents[:INCIDENTS]]

    def _item(self, incident: Incident, clock: Clock, around: Context, what: str, names: dict[str, str]) -> _Item:
        first, last = incident.opened, incident.last_seen or incident.opened
        span = last - first if first is not None and last is not None else timedelta(0)
        title, reasons = headline(incident, TITLE)
        where = counted(incident.count, what) + ", first at " if incident.count > 1 else f"{what} "
        source = f" of {names[incident.source]}" if names.get(incident.source) else ""
        return _Item(
            severity=incident.severity,
            score=incident.score,
            when="" if first is None else joined(clock.when(first, last)),
            lasted=lasting(span) if span >= timedelta(seconds=1) else "",
            where=f"{where}{incident.line:,}{source}",
            title=title,
            reasons=reasons,
            lines=around.around(incident, self.context, most_events=EVENTS),
            line=incident.line,
        )

    def _facts(self, result: Result) -> list[tuple[str, str, bool]]:
        """Tell how this was made: name, fact, and whether it is for a terminal."""
        facts = [
            ("File", f"{item.path}, {counted(item.lines, 'line')}, {item.format} ({item.confidence:.2f})", False)
            for item in result.inputs[:FILES]
        ]
        if len(result.inputs) > FILES:
            facts.append(("Files", f"{len(result.inputs) - FILES:,} more", False))
        facts += [
            ("Note", f"{item.path}: {warning}", False) for item in result.inputs for warning in item.warnings[:3]
        ][:FILES]
        facts += [(name, fact, False) for name, fact in (self.notes or {}).items()]
        facts.append(("Detector", ", ".join(part for part in (result.detector, decision(result)) if part), False))
        if self.command:
            facts.append(("Again", self.command, True))
        facts.append(("Version", f"oddline {_version()}, {result.seconds:.2f} s", False))
        return facts


@cache
def _version() -> str:
    try:
        return metadata.version("oddline")
    except metadata.PackageNotFoundError:  # run from a folder, not installed
        return ""


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["short"] = lambda text: terminal(text, LETTERS)
    return environment


def _shown(value: Any) -> Any:
    """Let no text onto the page but through here: every unseen character is made visible."""
    return visible(value) if type(value) is str else value  # markup of our own is a subclass of str


@cache
def _style() -> str:
    return "".join((PAGE / name).read_text(encoding="utf-8") for name in ("tokens.css", "report.css"))


def _drawings(timeline: Timeline | None, words: str) -> list[tuple[str, Drawing]]:
    if timeline is None:
        return []
    return [("wide", draw(timeline, 900, words)), ("phone", draw(timeline, 340, words))]
