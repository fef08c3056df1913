"""Fills the tables of the README and of the guides from benchmarks/results: no figure there is typed.

A table stands between `<!-- results: NAME -->` and `<!-- end -->`.

    python -m benchmarks._tables
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from statistics import fmean
from typing import Any

from benchmarks import _service_tables as service
from benchmarks._data import RESULTS, ROOT
from oddline.core import folder

Told = dict[str, Any]

PAGES = (ROOT / "README.md", ROOT / "docs" / "detectors.md", ROOT / "docs" / "serve.md")
"""The pages with tables."""


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


FIGURES = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "false_alarm_rate": "false alarms",
    "roc_auc": "ROC",
    "pr_auc": "PR",
    "best_f1": "best F1 of any cut",
    "f1_distinct": "F1 of distinct",
}
"""The figures of a table of detectors, as far as a benchmark has them."""

SHORT = 8
"""Rows of a table in the README; the whole is in docs/detectors.md."""


def _detectors(told: Told) -> str:
    """One row a detector; one that could not be measured says why."""
    rows = told["rows"]
    figures = [name for name in FIGURES if any(row.get(name) is not None for row in rows)]
    lines = []
    for row in rows:
        label = row["detector"] + (" (labels)" if row["supervised"] else "")
        if why := row.get("failed") or row.get("skipped"):
            lines.append([f"{label}: {why}", *["-"] * (len(figures) + 1)])
            continue
        seconds = row.get("seconds")
        cells = ["-" if row.get(name) is None else f"{row[name]:.3f}" for name in figures]
        lines.append([label, *cells, "-" if seconds is None else f"{seconds:.1f} s"])
    return _table(["detector", *(FIGURES[name] for name in figures), "judged in"], lines)


def _verdicts(told: Told) -> str:
    rows = [
        [
            row["detector"],
            f"{row['seconds']:.2f} s",
            f"{row['read_seconds']:.2f} s",
            f"{row['ratio']:.2f}",
            f"{row['cpu_ratio']:.2f}",
            f"{row['scored_per_second']:,} rows/s",
        ]
        for row in told["rows"]
    ]
    heads = ["detector", "CSV to verdicts", "bare read", "ratio", "of processor time", "score step alone, one core"]
    return _table(heads, rows)


def _short(told: Told) -> str:
    """The best by F1, with what is trivial and what is the default whatever their place."""
    rows = [row for row in told["rows"] if row.get("f1") is not None]
    best = sorted(rows, key=lambda row: -row["f1"])[:SHORT]
    kept = [row for row in rows if row in best or "trivial" in row["detector"] or row["detector"] in DEFAULTS]
    return _detectors(told | {"rows": sorted(kept, key=lambda row: -row["f1"])})


def _alone(told: Told) -> str:
    """One row a log: the default, the best other detector, and what is trivial."""
    rows = []
    for log in dict.fromkeys(row["log"] for row in told["rows"]):
        found = [row for row in told["rows"] if row["log"] == log and row.get("f1") is not None]
        usual = next(row for row in found if row["default"])
        trivial = [row for row in found if "trivial" in row["detector"]]
        best = max((row for row in found if row not in trivial and row is not usual), key=lambda row: row["f1"])
        rows.append(
            [
                log,
                usual["detector"].removesuffix(f", {log}"),
                *(f"{usual[figure]:.3f}" for figure in ("f1", "false_alarm_rate", "pr_auc", "best_f1")),
                f"{best['f1']:.3f} ({best['detector'].removesuffix(f', {log}')})",
                f"{max(row['pr_auc'] for row in found):.3f}",
                f"{max(row['f1'] for row in trivial):.3f}",
            ]
        )
    heads = ["log", "default", "F1", "false alarms", "PR", "best F1 of any cut"]
    return _table([*heads, "best F1 of the others", "best PR of all", "best F1 of what is trivial"], rows)


DEFAULTS = {"odd_sessions", "odd_rows", "odd_lines", "presence", "departures", "declared"}


SERVICE = {
    "scan_page": service.scan_page,
    "findings": service.findings,
    "serve_load": service.serve_load,
    "uploads": service.uploads,
    "kill": service.kill,
}


def _of_service(make: Callable[[Told], service.Table]) -> Callable[[Told], str]:
    return lambda told: _table(*make(told))


TABLES: dict[str, Callable[[Told], str]] = {
    "bgl": _bgl,
    "ci_logs": _ci_logs,
    "injection": _injection,
    "parsing": _parsing,
    "parsing_scale": _parsing_scale,
    "parsing_speed": _parsing_speed,
    **dict.fromkeys(folder.plugins("bench"), _detectors),
    "sessions_zero": _alone,
    "nsl_kdd_speed": _verdicts,
    "nsl_kdd_short": _short,
    "hdfs_short": _short,
    "speed": _speed,
    **{name: _of_service(make) for name, make in SERVICE.items()},
}


def filled(text: str) -> str:
    """Give the text with every table made anew."""

    def fill(found: re.Match[str]) -> str:
        told = json.loads((RESULTS / f"{found[1].removesuffix('_short')}.json").read_text(encoding="utf-8"))
        return f"<!-- results: {found[1]} -->\n{TABLES[found[1]](told)}\n<!-- end -->"

    return re.sub(r"<!-- results: (\w+) -->\n.*?<!-- end -->", fill, text, flags=re.DOTALL)


def main() -> None:
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
