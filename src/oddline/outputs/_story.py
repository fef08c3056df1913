"""What the report says: the verdict, the figures, the chart in a sentence, the rare templates."""

# ruff: noqa: RUF001 - an en dash stands in spans of time

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from oddline.core.nouns import Incident, Result
from oddline.core.schema import SEVERITIES
from oddline.outputs._clock import Clock, joined
from oddline.outputs._hostile import terminal, utf8
from oddline.outputs._timeline import label
from oddline.outputs._words import counted, decision, headline, highest, noun, pieces, reasons_in_words

TITLE, LETTERS = 300, 500
"""So many characters of a title, a reason or a line are shown."""

TEMPLATES, RARE = 10, 0.01
"""At most so many templates are listed, each with at most this share of the lines."""


def verdict(result: Result, clock: Clock) -> dict[str, Any]:
    """Answer first, as a sentence: what, since when, how bad; and what else there is."""
    if not result.incidents:
        top = highest(result)
        why = "There was nothing to judge: no events were read."
        if top is not None:
            why = f"The highest score is {top:.0f}; {decision(result)}."
        return {"severity": "ok", "say": [("text", "No odd lines.")], "why": why}
    worst = result.incidents[0]
    title, reasons = headline(worst, TITLE)
    separator = "; " if all(kind == "text" for kind, _ in title) else ", "
    say = [*title, ("text", f"{separator}{_extent(worst, clock, noun(result))}.")]
    said = terminal(reasons_in_words(reasons), TITLE)
    others = Counter(incident.severity for incident in result.incidents[1:])
    rest = ", ".join(f"{others[name]} {name}" for name in reversed(SEVERITIES) if others[name])
    why = f"{said if noun(result) == 'row' else said[:1].upper() + said[1:]}. " if said else ""
    if others:
        why += f"{counted(others.total(), 'more incident')}: {rest}."
    return {"severity": worst.severity, "say": say, "why": why}


def _extent(incident: Incident, clock: Clock, what: str) -> str:
    """Say how many lines, and from when to when, or where in the file."""
    many = f"{counted(incident.count, f'odd {what}')} " if incident.count > 1 else ""
    if incident.opened is None:
        return f"{many}from {what} {incident.line:,} on" if many else f"{what} {incident.line:,}"
    when = joined(clock.when(incident.opened, incident.last_seen))
    first, dash, last = when.partition("–")
    return f"{many}from {first} to {last}" if dash else f"{many}at {when}"


def figures(result: Result, clock: Clock) -> list[tuple[str, str, str]]:
    figures = [
        ("Incidents", f"{len(result.incidents):,}", ""),
        (f"Odd {noun(result)}s", f"{len(result.anomalies):,}", f"of {result.windows:,}"),
    ]
    times = [anomaly.ts for anomaly in result.anomalies if anomaly.ts is not None]
    if times:
        figures.append((f"First odd {noun(result)}", joined(clock.when(min(times), None)), ""))
    elif result.anomalies:
        first = min(result.anomalies, key=lambda anomaly: anomaly.line)
        figures.append((f"First odd {noun(result)}", f"{first.line:,}", ""))
    top = highest(result)
    if top is not None:
        figures.append(("Highest score", f"{top:.0f}", "of 100"))
    if result.templates and noun(result) != "row":
        figures.append(("Templates", f"{result.templates:,}", ""))
    return figures


def chart_in_words(result: Result, clock: Clock) -> str:
    """Say in a sentence what the timeline shows, for those who do not see it."""
    words = f"{counted(len(result.anomalies), 'odd line')} of {result.windows:,}."
    for incident in result.incidents[:3]:
        when = joined(clock.when(incident.opened, incident.last_seen)) if incident.opened else f"line {incident.line:,}"
        words += f" {incident.severity.capitalize()}: {terminal(label(incident), 80)}, {when}."
    return words


def rare(result: Result) -> list[tuple[int, int, list[tuple[str, str]]]]:
    """List the rarest templates of these lines: how many lines, the first one, and the text in pieces."""
    if not result.template_table.height or not result.scored.height or noun(result) == "row":
        return []
    seen = result.scored.group_by("template_id").agg(n=pl.len(), first=pl.col("line").min())
    rare = (
        seen.filter((pl.col("n") <= RARE * result.scored.height) & (pl.col("template_id") > 0))
        .join(result.template_table.select("template_id", "text"), on="template_id")
        .sort("n", "first", "template_id")
        .head(TEMPLATES)
    )
    rows = rare.select("n", "first", "text").iter_rows()
    return [(n, first, pieces(terminal(utf8(text), LETTERS))) for n, first, text in rows]
