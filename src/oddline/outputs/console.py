"""What a person reads in a terminal: a line on the input, a row an incident, a line on the cut."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from rich.cells import cell_len
from rich.text import Text

from oddline.core.nouns import Incident, Result
from oddline.outputs._clock import Clock, joined
from oddline.outputs._context import Context
from oddline.outputs._hostile import terminal
from oddline.outputs._paper import Paper
from oddline.outputs._words import (
    SHAPES,
    counted,
    decision,
    headline,
    highest,
    inputs_in_words,
    noun,
    reasons_in_words,
    short_names,
    spoken,
)
from oddline.outputs.base import Output

__all__ = ["Console"]

STYLES = {"low": "blue", "medium": "yellow", "high": "bold red", "critical": "bold magenta"}
"""Names of the sixteen colours: the terminal's own theme decides, so light and dark stay readable."""

WHY = 24
"""Columns that the reasons have at least, however narrow the terminal is."""

TITLE, REASONS = 240, 400
"""So many characters of a title and of its reasons are shown, lest one incident fill the screen."""


@dataclass(frozen=True)
class _Row:
    severity: str
    when: tuple[str, ...]
    lines: tuple[str, ...]
    score: str
    why: Text


class Console(Output):
    """Writes a table that is aligned, wrapped to the terminal, and coloured only where a person looks on.

    Parameters
    ----------
    context :
        How many lines to show before and after the odd lines of each incident.
    width :
        Columns; by default those of the terminal. Into a pipe or a file nothing is wrapped.
    colour :
        By default a terminal only, and never where ``NO_COLOR`` is set or ``TERM`` is ``dumb``.
    most :
        How many incidents to show; the rest is counted.
    encoding :
        Of the stream; what it cannot say is replaced, and the marks fall back to ASCII.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".txt",)

    def __init__(
        self,
        context: int = 0,
        width: int | None = None,
        colour: bool | None = None,
        most: int = 50,
        encoding: str = "utf-8",
    ) -> None:
        self.context = context
        self.width = width
        self.colour = colour
        self.most = most
        self.encoding = encoding

    def write(self, result: Result, stream: BinaryIO) -> None:
        """Write the head, the table of incidents, their lines if asked for, and the decision."""
        looked_at = stream.isatty()
        width = self.width or (shutil.get_terminal_size().columns if looked_at else None)
        paper = Paper(stream, self.encoding, self._coloured(looked_at), width)
        clock = Clock.of(result)
        paper.print(_head(result))
        for item in result.inputs:
            for warning in item.warnings:
                paper.print(Text.assemble(("! ", "yellow"), terminal(f"{item.path}: {warning}", REASONS)))
        shown = result.incidents[: self.most]
        names = short_names([item.path for item in result.inputs])
        if shown:
            self._table(paper, result, [_row(incident, clock, names) for incident in shown])
        if len(shown) < len(result.incidents):
            rest = counted(len(result.incidents) - len(shown), "further incident")
            paper.print(Text(f"… and {rest}; --json, -o and --report list them", "dim"))
        if not (shown and self.context):  # lines end with an empty one already
            paper.print(Text(""))
        paper.print(_foot(result))

    def _coloured(self, looked_at: bool) -> bool:
        if self.colour is not None:
            return self.colour
        return looked_at and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def _table(self, paper: Paper, result: Result, rows: list[_Row]) -> None:
        stacked = paper.width is not None and paper.width < 110
        if not stacked:
            rows = [_Row(r.severity, (joined(r.when),), (":".join(r.lines),), r.score, r.why) for r in rows]
        widths = (
            max(10, 2),
            max(4, *(cell_len(part) for row in rows for part in row.when)),
            max(5, *(cell_len(part) for row in rows for part in row.lines)),
            5,
        )
        paper.print(Text(_line(("SEVERITY", "WHEN", "LINES", "SCORE", "WHY"), widths), "bold"))
        around = Context(result)
        for row, incident in zip(rows, result.incidents, strict=False):
            for line in _laid_out(row, widths, paper):
                paper.print(line)
            if self.context:
                self._lines(paper, around, incident)

    def _lines(self, paper: Paper, around: Context, incident: Incident) -> None:
        shown = around.around(incident, self.context, most_events=3 * self.context + 6)
        gutter = max((len(f"{line.number:,}") for line in shown), default=1)
        paper.print(Text(""))
        for line in shown:
            if line.gap:
                paper.print(Text(f"  {'':>{gutter + 2}}⋮ {line.text}", "dim"))
                continue
            mark = "▌" if line.odd else " "
            text = Text.assemble(
                (f"  {mark} ", STYLES.get(line.severity, "")),
                (f"{line.number:>{gutter},}  ", "" if line.odd else "dim"),
                (terminal(line.text), "bold" if line.odd else "dim"),
            )
            paper.print(text, cut=True)
        paper.print(Text(""))


def _head(result: Result) -> Text:
    name, *formats = inputs_in_words(result.inputs)
    lines = sum(item.lines for item in result.inputs) or result.events
    rows = noun(result) == "row"
    facts = [*formats, counted(result.events, "row") if rows else counted(lines, "line")]
    if result.templates and not rows:
        facts.append(counted(result.templates, "template"))
    facts.append(f"{result.seconds:.2f} s")
    return Text.assemble((terminal(name, 200), "bold"), (terminal(" · " + " · ".join(facts)), "dim"))


def _row(incident: Incident, clock: Clock, names: dict[str, str]) -> _Row:
    further = incident.count - 1
    line = f"{incident.line:,}" + (f" +{further:,}" if further > 0 else "")
    parts, further_reasons = headline(incident, TITLE)
    separator = "; " if all(kind == "text" for kind, _ in parts) else ", "
    title, reasons = spoken(parts), terminal(reasons_in_words(further_reasons), REASONS)
    return _Row(
        severity=incident.severity,
        when=clock.when(incident.opened, incident.last_seen),
        lines=(name, line) if (name := names.get(incident.source, "")) else (line,),
        score=f"{incident.score:.0f}",
        why=Text.assemble((title, "bold"), (f"{separator}{reasons}" if reasons else "")),
    )


def _line(cells: tuple[str, str, str, str, str], widths: tuple[int, int, int, int]) -> str:
    severity, when, lines, score, why = cells
    when += " " * (widths[1] - cell_len(when))
    lines += " " * (widths[2] - cell_len(lines))
    return f"{severity:<{widths[0]}}  {when}  {lines}  {score:>{widths[3]}}  {why}"


def _laid_out(row: _Row, widths: tuple[int, int, int, int], paper: Paper) -> list[Text]:
    """Lay one row out on as many lines as its reasons and its time need."""
    left = sum(widths) + 2 * len(widths)
    why = paper.wrap(row.why, max(WHY, paper.width - left)) if paper.width else [row.why]
    height = max(len(why), len(row.when), len(row.lines))
    lines = []
    for i in range(height):
        when = row.when[i] if i < len(row.when) else ""
        shape = SHAPES.get(row.severity, " ")
        place = row.lines[i] if i < len(row.lines) else ""
        cells = (f"{shape} {row.severity}", when, place, row.score) if i == 0 else ("", when, place, "")
        line = Text(_line((*cells, ""), widths))
        if i == 0:
            line.stylize(STYLES.get(row.severity, ""), 0, widths[0])
            line.stylize("bold", left - widths[3] - 2, left)
        lines.append(line + why[i] if i < len(why) else line)
    return lines


def _foot(result: Result) -> Text:
    odd = len(result.anomalies)
    cut = decision(result)
    if not odd:
        top = highest(result)
        if top is None:
            return Text("No odd lines: there was nothing to judge.", "bold")
        return Text.assemble(
            (f"No odd {noun(result)}s", "bold"),
            f": the highest score is {top:.0f}, {cut}; show the oddest with --budget N",
        )
    incidents = counted(len(result.incidents), "incident")
    found = f"{incidents} in {counted(odd, f'odd {noun(result)}')}"
    return Text.assemble((found, "bold"), f" of {result.windows:,}; {cut}; more with --budget N")
