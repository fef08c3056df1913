"""How long a finished scan of a million lines takes to answer: filter, sort, search, a deep page, a timeline.

A synthetic log (fixed seed) is scanned, its files are left as the service leaves them, and each question is asked
anew several times in this process. The slowest answer counts, beside the median, and the processor time, which other
work on the machine moves less. Memory is what the process holds of its own (anonymous pages) before the first
question and after the last: mapped files are the kernel's to take back.

    python -m benchmarks.findings [--lines 1000000] [--runs 7] [--often]

With ``--often`` there are two thousand incidents, so that the lists of what is odd are long as well.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._data import write_result
from oddline.service.results.filters import Filter
from oddline.service.results.findings import Findings

START = datetime(2026, 11, 21, tzinfo=UTC)

KINDS = (
    "gateway[{a}]: GET /v2/orders/{b} 200 in {c} ms",
    "gateway[{a}]: POST /v2/orders 201 in {c} ms",
    "orders[{a}]: order {b} accepted, {d} items, {c}.20 EUR",
    "orders[{a}]: customer {b} opened a session from 10.3.7.{d}",
    "payments[{a}]: order {b} paid in {c} ms",
    "worker[{a}]: heartbeat from worker {d}",
    "store[{a}]: query took {c} ms on orders_by_day, rows {b}",
    "auth[{a}]: login of user {b} accepted, key {e}",
    "cache[{a}]: evicted {b} keys, {c} kB freed",
)
ODD = "gateway[{a}]: connection to 10.3.7.{d}:5432 refused"


def build(path: Path, lines: int) -> None:
    """Write a log of a day with five minutes of trouble at noon."""
    draw = np.random.default_rng(0)
    kind = draw.choice(len(KINDS), lines, p=[0.3, 0.1, 0.15, 0.1, 0.1, 0.05, 0.1, 0.05, 0.05])
    a, b, c, d, e = (draw.integers(1, most, lines).tolist() for most in (9999, 10**7, 300, 250, 16**8))
    trouble = set((lines // 2 + draw.choice(lines // 300, 188, replace=False)).tolist())
    step = 86_400 / lines
    with path.open("w") as file:
        for n in range(lines):
            moment = START + timedelta(seconds=n * step)
            form = ODD if n in trouble else KINDS[kind[n]]
            said = form.format(a=a[n] % 40, b=b[n], c=c[n], d=d[n], e=f"{e[n]:08x}")
            file.write(f"{moment:%b %d %H:%M:%S} edge-{n % 7} {said}\n")


def leave(log: Path, folder: Path, *, often: bool) -> dict[str, Any]:
    """Scan and leave the files, in a process of its own: its memory is not that of a server."""
    changes = {"budget": 2000 if often else 50}
    code = (
        "import json, sys, time; from pathlib import Path\n"
        "from oddline.drivers import batch; from oddline.service.results.leave import leave\n"
        f"result = batch.scan(batch.Request(paths=({str(log)!r},), changes={changes!r}))\n"
        "start = time.perf_counter()\n"
        f"summary = leave(result, Path({str(folder)!r}))\n"
        "print(json.dumps({'scan_s': round(result.seconds, 2), 'leave_s': round(time.perf_counter() - start, 2),"
        " 'rows': summary.rows, 'odd_rows': summary.anomalies, 'incidents': summary.incidents}))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    import json

    told: dict[str, Any] = json.loads(done.stdout)
    return told


def questions(findings: Findings) -> dict[str, Callable[[], Any]]:
    """Give what is asked."""
    f, rows = findings, findings.summary.rows
    noon = START + timedelta(hours=12)
    odd = f.rows(Filter(anomalies=True), limit=1).items[0].row
    asked: dict[str, Callable[[], Any]] = {
        f"sort by {sort}": lambda sort=sort: f.rows(sort=sort)
        for sort in ("score", "-score", "time", "-time", "line", "-line", "severity", "-confidence")
    }
    return asked | {
        "deep page": lambda: f.rows(sort="confidence", offset=rows - 1000, limit=1000),
        "anomalies only": lambda: f.rows(Filter(anomalies=True)),
        "anomalies only, search": lambda: f.rows(Filter(anomalies=True, q="refused")),
        "search, a word on every line": lambda: f.rows(Filter(q="edge")),
        "search, a letter": lambda: f.rows(Filter(q="e"), sort="-time"),
        "search, a common word": lambda: f.rows(Filter(q="gateway")),
        "search, a rare word": lambda: f.rows(Filter(q="refused")),
        "search, an absent word": lambda: f.rows(Filter(q="zebra")),
        "search, an absent word of common letters": lambda: f.rows(Filter(q="acceptedx")),
        "search, four words": lambda: f.rows(Filter(q="order EUR accepted items"), sort="time"),
        "search, an absent word, deep sort": lambda: f.rows(Filter(q="in ms -"), sort="confidence", offset=100_000),
        "search, letters of another alphabet": lambda: f.rows(Filter(q="заказ")),
        "term service:": lambda: f.rows(Filter(q="service:gateway")),
        "term level:": lambda: f.rows(Filter(q="level:error")),
        "span of time": lambda: f.rows(Filter(since=noon, until=noon + timedelta(hours=1)), sort="time"),
        "span, search and sort": lambda: f.rows(Filter(q="order", since=noon), sort="-confidence", offset=5000),
        "confidence": lambda: f.rows(Filter(least_confidence=0.5), sort="confidence", limit=1000),
        "a further column": lambda: f.rows(sort="-score", fields=f.fields[:1]),
        "open a row": lambda: f.row(odd),
        "500 lines around": lambda: f.around(rows // 2, 250, 250),
        "timeline, whole": f.timeline,
        "timeline, an hour": lambda: f.timeline(noon, noon + timedelta(hours=1)),
        "timeline, searched": lambda: f.timeline(filter=Filter(q="order")),
        "templates": f.templates,
        "incidents": lambda: f.incidents(0, 100),
    }


def anonymous_mib() -> float:
    """Tell how much memory is this process's own."""
    gc.collect()
    told = Path("/proc/self/status").read_text()
    return int(told.split("RssAnon:")[1].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--often", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log, left = Path(folder, "app.log"), Path(folder, "left")
        build(log, arguments.lines)
        told = leave(log, left, often=arguments.often)
        start = time.perf_counter()
        findings = Findings(left)
        findings.rows()
        told |= {"open_ms": round(1000 * (time.perf_counter() - start), 1), "log_mb": round(log.stat().st_size / 1e6)}
        told |= {"left_mb": round(findings.size / 1e6), "load_before": round(os.getloadavg()[0], 1)}
        answers, held = ask(findings, arguments.runs)
        downloads = {name: download(findings, name) for name in ("csv", "ndjson", "parquet")}
    worst = max(answers, key=lambda name: answers[name]["slowest_ms"])
    row = told | held | {"worst": worst, "worst_ms": answers[worst]["slowest_ms"]} | downloads | {"answers": answers}
    for name, answer in answers.items():
        print(f"{name:<42} {answer['median_ms']:8.1f} ms  {answer['slowest_ms']:8.1f} ms  {answer['cpu_ms']:8.1f} ms")
    print({name: value for name, value in row.items() if name != "answers"})
    write_result("findings_often" if arguments.often else "findings", [row])


def ask(findings: Findings, runs: int) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Ask each question so often; give milliseconds, and the memory before and after."""
    asked = questions(findings)
    for question in asked.values():  # the first answer maps the files and imports what it needs
        question()
    before, answers = anonymous_mib(), {}
    for name, question in asked.items():
        took, used = [], []
        for _ in range(runs):
            findings.scan.masks.clear()  # else only the first answer would search
            start, cpu = time.perf_counter(), time.process_time()
            question()
            took.append(1000 * (time.perf_counter() - start))
            used.append(1000 * (time.process_time() - cpu))
        told = {"median_ms": statistics.median(took), "slowest_ms": max(took), "cpu_ms": statistics.median(used)}
        answers[name] = {what: round(value, 1) for what, value in told.items()}
    return answers, {"anonymous_before_mib": round(before), "anonymous_after_mib": round(anonymous_mib())}


def download(findings: Findings, name: str) -> float:
    """Give seconds to write a whole download."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        findings.write(name, io.BufferedWriter(file) if isinstance(file, io.RawIOBase) else file)
    return round(time.perf_counter() - start, 2)


if __name__ == "__main__":
    main()
