"""How many lines a CPU second templates are mined at, from a file to an id for each line, beside the peers.

Two inputs of messages alone: HDFS (1,112,895 lines: 32 statements, many ids) and mixed (1,024,000 lines of 16
systems). A figure is of a whole process, its start and imports included: user and system CPU seconds, and peak
memory; medians of runs in which all take turns. We write a table of line, id and template, the peers their ids
alone.

The slow peers get a sample of the lines, at regular intervals, and their start is taken off. Both are in their
favour: the more templates one of them holds, the longer a line takes. Only the masked Drain3, which we compare with,
gets the whole file as well, once; not with `--quick`.

    python -m benchmarks.parsing_speed [--runs 3] [--own-runs 5] [--quick]
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from benchmarks import _parsing_inputs as inputs
from benchmarks import peers
from benchmarks._data import write_result
from benchmarks._usage import Failed, Usage, measure

SAMPLE = 50_000
INPUTS: dict[str, Callable[[], Iterable[str]]] = {"hdfs": inputs.hdfs, "mixed": inputs.mixed}
WHOLE = {("loglead-mask", "hdfs"), ("loglead-mask", "mixed"), ("loglead-tip", "hdfs"), ("loglead-tip", "mixed")}
WHOLE |= {("drain3", "hdfs")}
MEASURED = ("loglead-mask", "loglead-tip", "drain3", "drain3-masks", "logparser-drain", "logparser-brain")
TO_BEAT = "drain3-masks"
"""The peer that we compare with; the others of the slow ones would take a quarter of an hour on a whole file."""
LINES_PER_CPU_S, TIMES, MOST_MIB = 500_000, 20, 400
"""What we want to reach: lines per CPU second, times the masked Drain3, and peak memory."""

# What a user would write without the command; it stands in until there is one.
STAND_IN = """
import sys
import polars as pl
from oddline.core.folder import load
miner = load("templates", "drain")()
found = miner.fit_transform(pl.read_lines(sys.argv[1], name="message"))
texts = miner.templates_.select("template_id", template="text")
ids = found.select("template_id").with_row_index("line", offset=1)
ids.join(texts, on="template_id", how="left", maintain_order="left").write_csv(sys.argv[2])
"""


class Tool(NamedTuple):
    """Something to measure: how it is called on a file, and how its templates are counted afterwards."""

    name: str
    settings: str
    command: Callable[[Path, Path], list[str]]
    surroundings: dict[str, str] | None = None


def ours() -> Tool:
    """Give our command; where it does not exist yet, what it will do, and that it is not it."""
    oddline = str(Path(sys.executable).with_name("oddline"))
    if subprocess.run([oddline, "templates", "--help"], capture_output=True, check=False).returncode == 0:
        return Tool(
            "Oddline",
            "oddline templates FILE -o ids.csv",
            lambda file, ids: [oddline, "templates", str(file), "-o", str(ids)],
        )
    return Tool(
        "Oddline",
        "STAND-IN for the command: the miner alone",
        lambda file, ids: [sys.executable, "-c", STAND_IN, str(file), str(ids)],
    )


def of_peer(name: str) -> Tool:
    def command(file: Path, ids: Path) -> list[str]:
        job = json.dumps({"messages": str(file), "ids": str(ids)})
        return [str(peers.PYTHON), str(peers.FOLDER / "run.py"), name, job]

    peer = peers.PEERS[name]
    return Tool(peer.name, peer.settings, command, peers.surroundings())


def ids_of(path: Path) -> pl.Series:
    """Read which template each line got: our table, or the peers' ids alone."""
    with path.open(encoding="utf-8") as file:
        ours = file.readline().startswith("line,")
    return pl.read_csv(path, infer_schema=False)["template_id"] if ours else pl.read_lines(path).to_series()


def lines_in(file: Path) -> int:
    """Count what every tool must give an id to."""
    with file.open("rb") as opened:
        return sum(part.count(b"\n") for part in iter(lambda: opened.read(1 << 20), b""))


def once(tool: Tool, file: Path, folder: Path) -> tuple[Usage, int, int]:
    """Run a tool on a file; give what it used, how many lines got an id, and how many ids there are."""
    path = folder / "ids.csv"
    path.unlink(missing_ok=True)
    used = measure(tool.command(file, path), tool.surroundings)
    ids, lines = ids_of(path), lines_in(file)
    if ids.len() != lines:
        raise Failed(f"{tool.name}: {ids.len():,} ids for {lines:,} lines")
    return used, lines, ids.n_unique()


class Case:
    """A tool on an input, over the runs."""

    def __init__(self, tool: Tool, name: str, file: Path, start: Path | None, runs: int) -> None:
        self.tool, self.name, self.file, self.start, self.left = tool, name, file, start, runs
        self.used: list[Usage] = []
        self.starts: list[float] = []
        self.lines = self.templates = 0
        self.failed = ""

    def turn(self, folder: Path) -> None:
        """Run once more, if runs are left."""
        if not self.left or self.failed:
            return
        self.left -= 1
        try:
            used, self.lines, self.templates = once(self.tool, self.file, folder)
            if self.start:
                self.starts.append(once(self.tool, self.start, folder)[0].cpu_s)
            self.used.append(used)
        except Failed as reason:
            self.failed = str(reason)

    def row(self, whole: int) -> dict[str, Any]:
        """Give the medians, and print them."""
        row: dict[str, Any] = {"input": self.name, "tool": self.tool.name, "settings": self.tool.settings}
        if self.failed:
            return row | {"failed": self.failed}
        cpu = statistics.median(used.cpu_s for used in self.used)
        start = statistics.median(self.starts) if self.starts else 0.0
        row |= {
            "lines": self.lines,
            "sample": self.lines < whole,
            "runs": len(self.used),
            "cpu_s": round(cpu, 2),
            "cpu_s_least_most": [round(bound(used.cpu_s for used in self.used), 2) for bound in (min, max)],
            "start_cpu_s_taken_off": round(start, 2),
            "lines_per_cpu_s": round(self.lines / (cpu - start)),
            "peak_mib": round(statistics.median(used.peak_mib for used in self.used)),
            "templates": self.templates,
        }
        print(
            f"{self.name:6} {self.tool.name:32} {self.tool.settings:50} {row['lines']:>9,} lines {row['cpu_s']:7.2f} s "
            f"{row['lines_per_cpu_s']:>9,} a CPU s {row['peak_mib']:>5} MiB {row['templates']:>6} templates",
            flush=True,
        )
        return row


def floor(file: Path, runs: int) -> dict[str, Any]:
    """Count the lines: nothing that reads a file is faster."""
    used = [measure(["wc", "-l", str(file)]) for _ in range(runs)]
    return {
        "cpu_s": round(statistics.median(one.cpu_s for one in used), 3),
        "peak_mib": round(max(one.peak_mib for one in used)),
    }


def cases(name: str, file: Path, arguments: argparse.Namespace) -> list[Case]:
    """Say what is measured on an input: ourselves, and the peers, the slow ones on a sample."""
    found = [Case(ours(), name, file, None, arguments.own_runs)]
    if not peers.PYTHON.exists():
        return found
    sample = inputs.made(f"{name}.sample.log", lambda: inputs.sample_of(file, SAMPLE))
    start = inputs.made("start.log", lambda: ["a line"])
    for peer in MEASURED:
        if (peer, name) in WHOLE:
            found.append(Case(of_peer(peer), name, file, None, arguments.runs))
            continue
        found.append(Case(of_peer(peer), name, sample, start, arguments.runs))
        if peer == TO_BEAT and not arguments.quick:
            found.append(Case(of_peer(peer), name, file, None, 1))
    return found


def against(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Compare our rows with what we want to reach."""
    told: dict[str, Any] = {}
    masked = peers.PEERS[TO_BEAT]
    for own in (row for row in rows if row["tool"] == "Oddline" and "failed" not in row):
        masked_rates = {
            "sample" if row["sample"] else "whole": row["lines_per_cpu_s"]
            for row in rows
            if (row["input"], row["tool"], row["settings"]) == (own["input"], masked.name, masked.settings)
            and "failed" not in row
        }
        told[own["input"]] = {
            "lines_per_cpu_s": {"is": own["lines_per_cpu_s"], "at_least": LINES_PER_CPU_S},
            "peak_mib": {"is": own["peak_mib"], "below": MOST_MIB},
            "times_masked_drain3": {
                "at_least": TIMES,
                **{f"on_the_{of}": round(own["lines_per_cpu_s"] / rate, 1) for of, rate in masked_rates.items()},
            },
        }
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--own-runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="no slow peer gets a whole file")
    arguments = parser.parse_args()
    rows, about = [], []
    folder = Path(tempfile.mkdtemp())
    for name, make in INPUTS.items():
        file = inputs.made(f"{name}.log", make)
        floors = floor(file, arguments.runs)
        todo = cases(name, file, arguments)
        for _ in range(max(arguments.runs, arguments.own_runs)):
            for case in todo:
                case.turn(folder)
        whole = lines_in(file)
        about.append({"input": name, "lines": whole, "megabytes": round(file.stat().st_size / 1e6, 1), "wc": floors})
        print(f"{name}: {about[-1]}")
        rows += [case.row(whole) for case in todo]
    shutil.rmtree(folder)
    more: dict[str, Any] = {"inputs": about, "wanted": against(rows)}
    if not peers.PYTHON.exists():
        more["left_out"] = f"all peers: {peers.HOW_TO_GET}"
        print(f"left out: {more['left_out']}")
    print(json.dumps(more["wanted"], indent=1))
    write_result("parsing_speed", rows, **more)


if __name__ == "__main__":
    main()
