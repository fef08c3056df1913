"""The tables of what the service was measured to do."""

from __future__ import annotations

from typing import Any

Told = dict[str, Any]
Table = tuple[list[str], list[list[str]]]


def scan_page(told: Told) -> Table:
    """The first visit of a finished scan, and the slowest of the later ones."""
    row = told["rows"][0]
    first, last = row["first"], row["last"]
    head = [f"the page of a scan of {row['lines']:,} rows, Chromium on the same machine", "first visit", "a later one"]
    rows = [[words, f"{first[name]:,} ms", f"{last[name]:,} ms"] for name, words in VISIT.items()]
    return head, [*rows, ["the tab's memory at most", f"{first['tab_mb']} MB", f"{last['tab_mb']} MB"]]


VISIT = {
    "usable_ms": "verdict, rows and strip stand, controls work",
    "chart_ms": "chart drawn",
    "longest_ms": "longest time that a click waits: Plotly starts",
    "all_rows_ms": "all rows instead of odd ones",
    "search_ms": "a word searched, typing included",
    "sort_ms": "sorted by time",
    "open_a_row_ms": "a row opened, with the lines around it",
}


def findings(told: Told) -> Table:
    """The slowest answer of each kind of question."""
    row = told["rows"][0]
    kinds: dict[str, list[float]] = {}
    for name, answer in row["answers"].items():
        kinds.setdefault(name.split(",")[0].split(" by ")[0], []).append(answer["slowest_ms"])
    head = [f"questions about {row['rows']:,} rows, {row['odd_rows']:,} of them odd", "slowest answer"]
    most = sorted(kinds.items(), key=lambda one: -max(one[1]))
    return head, [[name, f"{max(times):,.0f} ms"] for name, times in most]


def serve_load(told: Told) -> Table:
    """Each server under the same clients."""
    head = [f"{told['clients']} clients without a pause, {told['seconds']:.0f} s, {told['lines']:,} rows"]
    head += ["answers a second", "median", "95 %", "99 %", "errors"]
    times = ("median_ms", "p95_ms", "p99_ms")
    return head, [
        [row["server"], f"{row['per_second']:,.0f}", *(f"{row[name]:,.0f} ms" for name in times), str(row["errors"])]
        for row in told["rows"]
    ]


def uploads(told: Told) -> Table:
    """What was sent, what came of it, and the server's memory meanwhile."""
    return ["uploads", "outcome", "server's memory at most"], [
        [row["what"], _outcome(row), f"{row['peak_MB']} MB"] for row in told["rows"]
    ]


def _outcome(row: Told) -> str:
    if "status" in row:
        return f"{row['status']} after {row['seconds']} s: {row['said']}"
    if "whole" in row:
        return f"{row['whole']} arrived whole in {row['seconds']} s"
    if "kept" in row or "same_bytes" in row:
        return "went on where it was cut, " + ("same bytes" if row["same_bytes"] else "OTHER BYTES")
    return f"{row['seconds']} s, {row['MB/s']} MB/s"


def kill(told: Told) -> Table:
    """What became of jobs whose server or worker was killed."""
    head = ["`kill -9` at random moments", "kills", "jobs taken up again", "lost", "with another result"]
    names = ("kills", "taken_up_again", "lost", "other_results")
    return head, [[row["database"], *(str(row[name]) for name in names)] for row in told["rows"]]
