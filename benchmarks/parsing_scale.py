"""Whether the cost of a line stays the same as a log grows, and how much memory it takes.

HDFS-like messages, from ten thousand lines to ten million, and a worst case: a million lines that stay distinct
after masking, because they hold nothing but random words. Its cost for a line is told in times that of the mixed
log (`parsing_speed.py`). CPU seconds and peak memory are of the whole process, with its start. The plot in
`docs/parsing-scale.svg` is drawn from these figures.

The files are made in the cache, one after the other, and deleted; the largest takes about a gigabyte.

    python -m benchmarks.parsing_scale [--runs 3] [--most 10000000] [--plot]
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks import _parsing_inputs as inputs
from benchmarks._data import RESULTS, write_result
from benchmarks._parsing_plot import PLOT, plot
from benchmarks.parsing_speed import Tool, once, ours

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
WORST = 1_000_000
MOST_TIMES, MOST_MIB = 3, 500
"""What we want to stay below: the worst case in times the mixed log, and memory for the largest log."""


def measured(tool: Tool, name: str, make: Callable[[], Iterable[str]], runs: int, keep: bool = False) -> dict[str, Any]:
    """Make a log, mine it some times, and delete it."""
    file = inputs.made(f"{name}.log", make)
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = [once(tool, file, Path(folder)) for _ in range(runs)]
        size = file.stat().st_size
    finally:
        if not keep:
            file.unlink()
    cpu = statistics.median(used.cpu_s for used, _, _ in found)
    row = {
        "log": name,
        "lines": found[0][1],
        "megabytes": round(size / 1e6, 1),
        "runs": runs,
        "cpu_s": round(cpu, 3),
        "microseconds_a_line": round(cpu / found[0][1] * 1e6, 3),
        "peak_mib": round(statistics.median(used.peak_mib for used, _, _ in found)),
        "templates": found[0][2],
    }
    print(row, flush=True)
    return row


def drawn(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the rows that differ in their size alone."""
    return [row for row in rows if row["log"].startswith("hdfs-like")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--most", type=int, default=SIZES[-1])
    parser.add_argument("--plot", action="store_true", help="measure nothing, only draw the plot anew")
    arguments = parser.parse_args()
    if arguments.plot:
        told = json.loads((RESULTS / "parsing_scale.json").read_text(encoding="utf-8"))
        PLOT.write_text(plot(drawn(told["rows"])), encoding="utf-8")
        return
    tool = ours()
    rows = []
    for size in (size for size in SIZES if size <= arguments.most):
        # The largest log is its own average.
        runs = 1 if size == SIZES[-1] else arguments.runs
        rows.append(measured(tool, f"hdfs-like {size}", lambda size=size: inputs.hdfs_of(size), runs))  # type: ignore[misc]
    mixed = measured(tool, "mixed", inputs.mixed, arguments.runs, keep=True)
    worst = measured(tool, f"all distinct {WORST}", lambda: inputs.all_distinct(WORST), arguments.runs)
    times = worst["microseconds_a_line"] / mixed["microseconds_a_line"]
    wanted = {
        "worst_in_times_of_mixed": {"is": round(times, 2), "at_most": MOST_TIMES},
        "peak_mib_of_the_largest": {"is": rows[-1]["peak_mib"], "below": MOST_MIB, "lines": rows[-1]["lines"]},
    }
    print(json.dumps(wanted, indent=1))
    write_result("parsing_scale", [*rows, mixed, worst], tool=tool.settings, wanted=wanted)
    PLOT.write_text(plot(drawn(rows)), encoding="utf-8")


if __name__ == "__main__":
    main()
