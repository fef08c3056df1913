"""Small real scans, made once, and what they left."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from oddline.core.nouns import Result
from oddline.drivers import batch
from oddline.ops._labels import labels_of_file
from oddline.service.results.findings import Findings
from oddline.service.results.leave import leave

EXAMPLES = Path(__file__).parents[3] / "examples"


@dataclass(frozen=True)
class Left:
    """A result, and what can be asked of its files."""

    result: Result
    findings: Findings
    folder: Path


def left(result: Result, folder: Path, **told) -> Left:
    leave(result, folder, **told)
    return Left(result, Findings(folder), folder)


def scanned(folder: Path, *paths: Path, told: dict | None = None, **more) -> Left:
    result = batch.scan(batch.Request(paths=tuple(map(str, paths)), **more))
    return left(result, folder, **(told or {}))


@pytest.fixture(scope="session")
def shop(tmp_path_factory) -> Left:
    """Four logs of one run, merged by time: lines of text, some of them stack traces."""
    return scanned(tmp_path_factory.mktemp("left") / "shop", EXAMPLES / "shop")


@pytest.fixture(scope="session")
def flows(tmp_path_factory) -> Left:
    """A table."""
    return scanned(tmp_path_factory.mktemp("left") / "flows", EXAMPLES / "cloud" / "events.csv")


@pytest.fixture(scope="session")
def other_flows(tmp_path_factory) -> Left:
    """The same table by another detector."""
    folder = tmp_path_factory.mktemp("left") / "other"
    changes = {"detector": "isolation_forest", "threshold": "quantile", "threshold_settings": {"q": 0.99}}
    return scanned(folder, EXAMPLES / "cloud" / "events.csv", changes=changes)


@pytest.fixture(scope="session")
def sessions(tmp_path_factory) -> Left:
    """Sessions of a log, against good ones: two of them go another way."""
    folder = tmp_path_factory.mktemp("sessions")
    good, bad = folder / "good.log", folder / "bad.log"
    good.write_text("".join(_session(n, odd=False) for n in range(300)))
    bad.write_text("".join(_session(n, odd=n in {40, 77}) for n in range(120)))
    changes = {"window": "session:job=([0-9]+)"}
    told = {"against": "good.log", "command": "oddline scan bad.log --baseline good.log"}
    return scanned(folder / "left", bad, baseline=(str(good),), changes=changes, told=told)


def _session(number: int, *, odd: bool) -> str:
    steps = ["opened", "read 12 rows", "wrote 12 rows", "closed"]
    if odd:
        steps[2:] = ["disk is full", "gave up"]
    head = f"2026-11-21 {number // 60:02d}:{number % 60:02d}:"
    return "".join(
        f"{head}{place:02d} {'ERROR' if 'full' in step else 'INFO'} job={number} {step}\n"
        for place, step in enumerate(steps)
    )


@pytest.fixture(scope="session")
def compared(tmp_path_factory) -> Left:
    """Lines against a baseline that lacks some of them and has others."""
    folder = tmp_path_factory.mktemp("compared")
    usual = [
        f"2026-11-21 10:{n // 60 % 60:02d}:{n % 60:02d} INFO web: page {n} served in {n % 9} ms" for n in range(900)
    ]
    before, now = usual.copy(), usual.copy()
    before[50:50] = ["2026-11-21 10:00:50 INFO job: nightly report written"] * 5
    now[400:400] = ["2026-11-21 10:06:40 ERROR web: connection to 10.3.7.21 refused"] * 8
    (folder / "yesterday.log").write_text("\n".join(before) + "\n")
    (folder / "today.log").write_text("\n".join(now) + "\n")
    (folder / "labels.csv").write_text("line,label\n" + "".join(f"{n},refused\n" for n in range(401, 409)) + "1,-\n")
    lines = "".join(f"{n},{'refused' if 400 < n < 409 else '-'}\n" for n in range(1, len(now) + 1))
    (folder / "labels.csv").write_text("line,label\n" + lines)
    told = {"against": "yesterday.log", "labels": labels_of_file(folder / "labels.csv", None), "seed": 7}
    told["settings"] = {"budget": None}
    return scanned(folder / "left", folder / "today.log", baseline=(str(folder / "yesterday.log"),), told=told)


HOSTILE = [
    "<script>alert(1)</script>",
    "\x1b[2Jcleared \x07",
    "=HYPERLINK(0)",
    "right \u202eelgnam",
    "(a+)+$ [^x] \\d .* %",
    "ПРИВЕТ straße İ",
    "a\x00b",
    "</script><img src=x onerror=1>",
]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory) -> Left:
    """Log text that wants to do harm, one line of it very long."""
    folder = tmp_path_factory.mktemp("hostile")
    lines = [f"usual line {n} of the day" for n in range(200)]
    lines[100:100] = [*HOSTILE, "long " + "x" * 300_000 + " tail"]
    (folder / "h.log").write_text("\n".join(lines) + "\n")
    return scanned(folder / "left", folder / "h.log", changes={"budget": 20})
