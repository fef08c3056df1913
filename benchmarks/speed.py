"""How long a million HDFS-like lines take, end to end, and where the time goes.

The file is `hdfs/raw_2pct` repeated with its times shifted on, so that its million lines are a million different
lines in order of time. `oddline scan FILE --json` runs as a user would run it, in a process of its own; wall
time and peak memory are those of the process, with `wc -l` on the same file as the floor. Medians of several runs.

    python -m benchmarks.speed [--lines 1000000] [--runs 3]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks._data import data_folder, text_of, write_result


def build(path: Path, lines: int) -> None:
    """Write so many lines: the sample again and again, each time some days later."""
    rows = text_of(data_folder() / "hdfs" / "raw_2pct.log.xz").splitlines()
    days = sorted({row[:6] for row in rows})
    written = 0
    with path.open("w") as file:
        for turn in range(lines // len(rows) + 1):
            shifted = {day: _later(day, turn * len(days)) for day in days}
            part = rows[: lines - written]
            file.writelines(f"{shifted[row[:6]]}{row[6:]}\n" for row in part)
            written += len(part)


def _later(day: str, days: int) -> str:
    return (datetime.strptime(day, "%y%m%d") + timedelta(days=days)).strftime("%y%m%d")


def measure(command: list[str]) -> tuple[float, float, float, str]:
    """Run a command; give wall seconds, CPU seconds, peak MiB, and what it printed."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if status:
            sys.exit(f"{command} failed")
        out.seek(0)
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read().decode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hdfs.log")
        build(path, arguments.lines)
        scan = [str(Path(sys.executable).with_name("oddline")), "scan", str(path), "--json", "--budget", "20"]
        runs, floors = [], []
        for _ in range(arguments.runs):
            floors.append(measure(["wc", "-l", str(path)])[0])
            runs.append(measure(scan))
        size = path.stat().st_size
    told = json.loads(runs[-1][3])
    wall, cpu, peak = (statistics.median(run[index] for run in runs) for index in range(3))
    row = {
        "lines": told["events"],
        "megabytes": round(size / 1e6, 1),
        "wall_s": round(wall, 2),
        "cpu_s": round(cpu, 2),
        "peak_mib": round(peak),
        "lines_per_s": round(told["events"] / wall),
        "wc_s": round(statistics.median(floors), 3),
        "load_before": round(os.getloadavg()[0], 1),
        "stages": {name: round(seconds, 2) for name, seconds in told["stages"].items()},
        "outside_stages_s": round(wall - sum(told["stages"].values()), 2),
    }
    print(f"{row['lines']:,} lines, {row['megabytes']} MB: {wall:.2f} s wall, {cpu:.2f} s CPU, {peak:,.0f} MiB")
    for name, seconds in row["stages"].items():
        print(f"  {name:<10} {seconds:6.2f} s  {seconds / wall:5.0%}")
    print(f"  {'start, end':<10} {row['outside_stages_s']:6.2f} s  {row['outside_stages_s'] / wall:5.0%}")
    write_result("speed", [row])


if __name__ == "__main__":
    main()
