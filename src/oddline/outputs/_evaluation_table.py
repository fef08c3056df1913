"""Figures of quality as a person reads them in a terminal: a row a detector, its verdicts, what was left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from oddline.outputs._hostile import terminal
from oddline.outputs._paper import Paper
from oddline.outputs._words import counted

Row = dict[str, Any]

NAME = 24
"""Columns that the name of a detector takes at most where the terminal is narrow."""


def percent(value: float | None) -> str:
    """Write a share in as many digits as tell it from nothing, and from all.

    Examples
    --------
    >>> percent(0.9567), percent(0.00021), percent(0.99996), percent(1.0), percent(None)
    ('95.7 %', '0.021 %', '99.996 %', '100 %', '-')
    """
    if value is None:
        return "-"
    if value in {0.0, 1.0}:
        return f"{100 * value:.0f} %"
    rest = min(value, 1 - value)
    digits = 1 if rest >= 0.001 else 2 if rest >= 0.0005 else 3
    return f"{100 * value:.{digits}f} %"


def area(value: float | None) -> str:
    """Write an area under a curve."""
    return "-" if value is None else f"{value:.3f}"


def span(value: float | None) -> str:
    """Write a time as people say it.

    Examples
    --------
    >>> span(0.0), span(42.4), span(200.0), span(9000.0), span(200_000.0)
    ('0 s', '42.4 s', '3.3 min', '2.5 h', '2.3 d')
    """
    if value is None:
        return "-"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if value >= size:
            return f"{value / size:.1f} {unit}"
    return f"{value:.1f} s" if value % 1 else f"{value:.0f} s"


def whole(value: float | None) -> str:
    """Write a number that is a count, or a rate that has no need of fractions."""
    return "-" if value is None else f"{value:,.0f}" if value >= 100 or value % 1 == 0 else f"{value:,.1f}"


@dataclass(frozen=True)
class Column:
    """A column of the table: what it is called, what it shows, and which end is the better one."""

    head: str
    key: str
    write: Callable[[Any], str]
    better: int = 1
    rank: int = 0
    """What gives way first where the terminal is narrow has the highest."""


COLUMNS = (
    Column("F1", "f1", percent),
    Column("PRECISION", "precision", percent),
    Column("RECALL", "recall", percent),
    Column("FALSE ALARMS", "false_alarm_rate", percent, -1),
    Column("ROC", "roc_auc", area, rank=1),
    Column("PR", "pr_auc", area, rank=1),
    Column("INCIDENTS", "incident_recall", percent, rank=2),
    Column("IN TOP", "incident_recall_at_budget", percent, rank=3),
    Column("F1 DISTINCT", "distinct_f1", percent, rank=2),
    Column("DELAY", "delay_seconds_median", span, -1, rank=5),
    Column("EVENTS/S", "events_per_second", whole, rank=4),
    Column("MB", "memory_mb", whole, -1, rank=4),
)


def write(rows: Sequence[Row], notes: Sequence[str], paper: Paper) -> None:
    """Write the rows as a table with the best of each column marked; of a single one everything that is known."""
    paper.print(_head(rows))
    for note in notes:
        paper.print(Text.assemble(("! ", "yellow"), terminal(note, 400)))
    paper.print(Text(""))
    _table(rows, paper)
    if len(rows) == 1:
        _single(rows[0], paper)
    if rows[0].get("by_class"):
        _classes(rows, paper)
    paper.print(Text(""))
    paper.print(_foot(rows))


def _head(rows: Sequence[Row]) -> Text:
    first = rows[0]
    name = first["detector"] if len(rows) == 1 else counted(len(rows), "detector")
    facts = [
        counted(first["windows"], "window"),
        f"{first['odd']:,} odd, {percent(first['odd'] / first['windows'] if first['windows'] else None)}",
        counted(first["incidents"], "incident"),
    ]
    return Text.assemble((terminal(name, 200), "bold"), (terminal(" · " + " · ".join(facts)), "dim"))


def _table(rows: Sequence[Row], paper: Paper) -> None:
    """Write the columns that are known of any row, as many as fit."""
    shown = [column for column in COLUMNS if any(row.get(column.key) is not None for row in rows)]
    cells = {column.head: [column.write(row.get(column.key)) for row in rows] for column in shown}
    widths = {column.head: max(len(_headed(column, rows)), *map(cell_len, cells[column.head])) for column in shown}
    names = [_short(row["detector"], NAME if paper.width else 200) for row in rows]
    left = max(cell_len("DETECTOR"), *map(cell_len, names))
    while paper.width and left + sum(widths[column.head] + 2 for column in shown) > paper.width:
        worst = max(shown, key=lambda column: column.rank)
        if not worst.rank:
            break
        shown.remove(worst)
    heads = "".join(f"  {_headed(column, rows):>{widths[column.head]}}" for column in shown)
    paper.print(Text(f"{'DETECTOR':<{left}}{heads}", "bold"))
    for number, name in enumerate(names):
        line = Text(name + " " * (left - cell_len(name)))
        for column in shown:
            told = cells[column.head][number]
            space = " " * (widths[column.head] - cell_len(told))
            line.append("  " + space).append(told, "green" if number in _best(rows, column) else "")
        paper.print(line)


def _short(name: str, most: int) -> str:
    """Cut a name from the left: those of one series differ at the end."""
    shown = terminal(str(name))
    return shown if len(shown) <= most else "…" + shown[1 - most :]


def _headed(column: Column, rows: Sequence[Row]) -> str:
    return f"{column.head} {rows[0]['budget']:,}" if column.head == "IN TOP" else column.head


def _best(rows: Sequence[Row], column: Column) -> set[int]:
    """Tell which rows are the best of a column, if there is anything to choose."""
    told = {number: row[column.key] for number, row in enumerate(rows) if row.get(column.key) is not None}
    if len(rows) < 2 or len(set(told.values())) < 2:
        return set()
    best = (max if column.better > 0 else min)(told.values())
    return {number for number, value in told.items() if value == best}


def _single(row: Row, paper: Paper) -> None:
    """Write what was flagged and passed of either kind, then what does not fit into a row."""
    paper.print(Text(""))
    odd, hits, normal, alarms = row["odd"], row["hits"], row["windows"] - row["odd"], row["false_alarms"]
    table = [("", "FLAGGED", "PASSED"), ("odd", hits, odd - hits), ("normal", alarms, normal - alarms)]
    width = max(7, *(len(f"{cell:,}") for line in table[1:] for cell in line[1:]))
    for number, (kind, *counts) in enumerate(table):
        told = "".join(f"  {cell if isinstance(cell, str) else f'{cell:,}':>{width}}" for cell in counts)
        paper.print(Text(f"{kind:<6}{told}", "bold" if number == 0 else ""))
    facts = _facts(row)
    if facts:
        paper.print(Text(""))
    left = max((len(name) for name, _ in facts), default=0)
    for name, told in facts:
        paper.print(Text.assemble((f"{name:<{left}}", "dim"), f"  {told}"))


def _facts(row: Row) -> list[tuple[str, str]]:
    """Say in words what is known besides."""
    budget, found = row["budget"], row["incidents_found"]
    facts = [
        ("accuracy", f"{percent(row['accuracy'])}, specificity {percent(row['specificity'])}, MCC {area(row['mcc'])}")
    ]
    if row["incidents"]:
        facts.append(("incidents", f"{found:,} of {row['incidents']:,} found, {percent(row['incident_recall'])}"))
        facts.append(
            (
                f"{budget:,} highest",
                f"{percent(row['precision_at_budget'])} odd, {percent(row['incident_recall_at_budget'])} of incidents",
            )
        )
    if row["delay_events_median"] is not None:
        told = f"median {whole(row['delay_events_median'])} windows, mean {whole(row['delay_events_mean'])}"
        if row["delay_seconds_median"] is not None:
            told += f"; median {span(row['delay_seconds_median'])}, mean {span(row['delay_seconds_mean'])}"
        facts.append(("delay", told))
    if row["distinct"] is not None:
        facts.append(("distinct", f"F1 {percent(row['distinct_f1'])} on {row['distinct']:,} that differ"))
    if row["oracle_f1"] is not None:
        facts.append(("oracle", f"F1 {percent(row['oracle_f1'])} at best, by a cut that only the labels could tell"))
    for name, (low, high) in row.get("intervals", {}).items():
        if name in {"accuracy", "specificity", "mcc"}:
            continue  # --json has them all
        write = area if name in {"mcc", "roc_auc", "pr_auc"} else percent
        facts.append((name.replace("_", " "), f"{write(row[name])}, 95 % between {write(low)} and {write(high)}"))
    return facts


def _classes(rows: Sequence[Row], paper: Paper) -> None:
    """Write a line a class: of odd ones the share that each detector found, of normal ones that of its false alarms."""
    paper.print(Text(""))
    shares = [
        {
            (one["class"], one["odd"]): percent(one["recall"] if one["odd"] else one["false_alarm_rate"])
            for one in row["by_class"]
        }
        for row in rows
    ]
    counted_once = {(one["class"], one["odd"]): one["windows"] for row in rows for one in row["by_class"]}
    kinds = sorted(counted_once, key=lambda kind: (not kind[1], -counted_once[kind], kind[0]))
    # What each name may take where the terminal is narrow: half of the line is for the names of classes.
    most = min(NAME, max(10, (paper.width // 2 - 9) // len(rows) - 2)) if paper.width else 200
    heads = ["WINDOWS", *(_short(row["detector"], most) for row in rows)] if len(rows) > 1 else ["WINDOWS", "FLAGGED"]
    lines = [[f"{counted_once[kind]:,}", *(told.get(kind, "-") for told in shares)] for kind in kinds]
    widths = [max(len(head), *(len(line[at]) for line in lines)) for at, head in enumerate(heads)]
    head = "  ".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True))
    paper.print(Text(f"{head}  CLASS", "bold"), cut=True)
    for (name, odd), cells in zip(kinds, lines, strict=True):
        line = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        said = Text.assemble(f"{line}  {terminal(name, 60)}", ("" if odd else "  (normal: false alarms)", "dim"))
        paper.print(said, cut=True)


def _foot(rows: Sequence[Row]) -> Text:
    if len(rows) == 1:
        row = rows[0]
        found = f"{row['hits']:,} of {row['odd']:,} odd windows found"
        return Text.assemble((found, "bold"), f", {counted(row['false_alarms'], 'false alarm')}")
    told = [row for row in rows if row["f1"] is not None]
    if not told:
        return Text("No F1: nothing is odd, or nothing was flagged", "bold")
    best = max(told, key=lambda row: (row["f1"], row["pr_auc"] or 0))
    others = sorted((row["f1"] for row in told if row is not best), reverse=True)
    ahead = f", {100 * (best['f1'] - others[0]):.1f} points ahead" if others else ""
    return Text.assemble((f"Best F1: {terminal(best['detector'], 60)}, {percent(best['f1'])}", "bold"), ahead)
