"""Fills the tables of the README from benchmarks/results, so that no figure there is typed by hand.

A table stands between `<!-- results: NAME -->` and `<!-- end -->`.

    python -m benchmarks._tables
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from statistics import fmean
from typing import Any

from benchmarks._data import RESULTS, ROOT

Told = dict[str, Any]


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _ci_logs(told: Told) -> str:
    rows = [
        [row["method"], *(f"{row[f'recall_at_{share}']:.2f}" for share in (1, 2, 3)), f"{row['share_for_90']:.1%}"]
        for row in told["rows"]
    ]
    return _table(["against a good run", "in 1 % of lines", "in 2 %", "in 3 %", "lines for 90 %"], rows)


def _injection(told: Told) -> str:
    kinds = ("foreign", "burst", "value", "silence")
    large = {"linux", "web"}
    rows = []
    for name, wanted in (("16 small logs", False), ("2 large logs", True)):
        cells = []
        for kind in kinds:
            found, put = (
                sum(row[kind][place] for row in told["rows"] if (row["log"] in large) is wanted) for place in (0, 1)
            )
            cells.append(f"{found / put:.2f} ({found} of {put})")
        rows.append([name, *cells])
    return _table(["found in the first 20 incidents", *kinds], rows)


def _bgl(told: Told) -> str:
    rows = [[row["detector"], f"{row['average_precision']:.2f}"] for row in told["rows"]]
    return _table([f"one file, {told['lines']:,} lines of a supercomputer, no training", "average precision"], rows)


SHOWN = (
    "drain3",
    "drain3-masks",
    "logparser-drain",
    "logparser-brain",
    "logparser-brain-demo",
    "loglead-tip",
    "loglead-brain",
    "logparser-drain-tuned",
    "logparser-brain-tuned",
)
"""The peers in the README; all that were measured are in the result."""


def _parsing(told: Told) -> str:
    figures = ("GA", "FGA", "PA", "FTA", "PA by words")

    def line(name: str, systems: list[Told]) -> list[str]:
        lowest = min(systems, key=lambda row: row["GA"])
        cells = [
            "-" if any(row[figure] is None for row in systems) else f"{fmean(row[figure] for row in systems):.3f}"
            for figure in figures
        ]
        return [name, *cells, f"{lowest['GA']:.3f} ({lowest['system']})"]

    peers = {row["peer"]: row for row in told.get("peers", [])}
    rows = [line("**Oddline**, default settings", [row for row in told["rows"] if row["system"] != "mean"])]
    for name in (name for name in SHOWN if name in peers):
        peer = peers[name]
        label = f"{peer['name']}, {peer['settings']}"
        if "failed" in peer:
            rows.append([f"{label}: failed on {len(peer['failed'])} systems", *["-"] * 6])
        else:
            rows.append(line(label, peer["rows"]))
    return _table(["templates of 16 systems", *figures, "lowest GA"], rows)


def _parsing_speed(told: Told) -> str:
    """One row a tool, one column an input; a rate on a sample is marked, and its memory is not comparable."""
    inputs = [about["input"] for about in told["inputs"]]
    tools: dict[tuple[str, str], dict[str, Told]] = {}
    for row in told["rows"]:
        place = tools.setdefault((row["tool"], row["settings"]), {})
        if row["input"] not in place or not row.get("sample", True):
            place[row["input"]] = row
    rows = []
    for (tool, settings), by_input in tools.items():
        cells, peaks = [], []
        for row in (by_input.get(name, {}) for name in inputs):
            rate = row.get("lines_per_cpu_s")
            cells.append("-" if rate is None else f"{rate:,}{' *' if row['sample'] else ''}")
            peaks.append(None if rate is None or row["sample"] else row["peak_mib"])
        peak = "-" if None in peaks else f"{max(peaks):,} MiB"
        rows.append([f"**{tool}**, `{settings}`" if tool == "Oddline" else f"{tool}, {settings}", *cells, peak])
    floors = [f"{round(about['lines'] / about['wc']['cpu_s'], -6):,.0f}" for about in told["inputs"]]
    rows.append(["`wc -l`, the floor", *floors, f"{max(about['wc']['peak_mib'] for about in told['inputs'])} MiB"])
    heads = [f"{about['input']}, {about['lines']:,} lines" for about in told["inputs"]]
    return _table(["lines per CPU second, from a file to an id for each line", *heads, "peak memory"], rows)


def _parsing_scale(told: Told) -> str:
    rows = [
        [
            f"{row['log'].rstrip('0123456789 ')}, {row['lines']:,} lines, {row['megabytes']:,} MB",
            f"{row['cpu_s']:.2f} s",
            f"{row['microseconds_a_line']:.2f} µs",
            f"{row['peak_mib']:,} MiB",
        ]
        for row in told["rows"]
    ]
    return _table(["log", "CPU", "CPU a line", "peak memory"], rows)


def _speed(told: Told) -> str:
    row = told["rows"][0]
    stages = [[name, f"{seconds:.2f} s"] for name, seconds in row["stages"].items()]
    return _table(
        [f"{row['lines']:,} HDFS-like lines, {row['megabytes']:.0f} MB, end to end", f"{row['wall_s']:.1f} s"],
        [*stages, ["start, output", f"{row['outside_stages_s']:.2f} s"], ["peak memory", f"{row['peak_mib']:,} MiB"]],
    )


def _nsl_kdd(told: Told) -> str:
    rows = [
        [row["detector"], *(f"{row[figure]:.3f}" for figure in ("precision", "recall", "f1", "roc_auc"))]
        for row in told["rows"]
    ]
    return _table(["network records (NSL-KDD), fitted on normal rows", "precision", "recall", "F1", "ROC"], rows)


TABLES: dict[str, Callable[[Told], str]] = {
    "bgl": _bgl,
    "ci_logs": _ci_logs,
    "injection": _injection,
    "parsing": _parsing,
    "parsing_scale": _parsing_scale,
    "parsing_speed": _parsing_speed,
    "nsl_kdd": _nsl_kdd,
    "speed": _speed,
}


def filled(text: str) -> str:
    """Give the text with every table made anew."""

    def fill(found: re.Match[str]) -> str:
        told = json.loads((RESULTS / f"{found[1]}.json").read_text(encoding="utf-8"))
        return f"<!-- results: {found[1]} -->\n{TABLES[found[1]](told)}\n<!-- end -->"

    return re.sub(r"<!-- results: (\w+) -->\n.*?<!-- end -->", fill, text, flags=re.DOTALL)


def main() -> None:
    readme = ROOT / "README.md"
    readme.write_text(filled(readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
