"""Fills the tables of the README from benchmarks/results, so that no figure there is typed by hand.

A table stands between `<!-- results: NAME -->` and `<!-- end -->`.

    python -m benchmarks._tables
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
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


def _parsing(told: Told) -> str:
    systems = [row for row in told["rows"] if row.get("system") not in {None, "mean"}]
    means = [f"{sum(row[metric] for row in systems) / len(systems):.3f}" for metric in ("GA", "FGA", "PA")]
    lowest = min(systems, key=lambda row: row["GA"])
    return _table(
        ["templates of 16 systems, one configuration", "GA", "FGA", "PA", "lowest GA"],
        [["Oddline", *means, f"{lowest['GA']:.3f} ({lowest['system']})"]],
    )


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
