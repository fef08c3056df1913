"""Finds the lines that show what was done, and writes them into the README and ``lines-*.csv``.

Times come from what ``record.sh`` noted while it ran; lines are found by what they say.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHOP, CLOUD, README = HERE.parent / "shop", HERE.parent / "cloud", HERE.parent / "README.md"


@dataclass(frozen=True)
class Sign:
    """Something to be seen in a file: lines that match, from and to a noted moment."""

    what: str
    pattern: str


SIGNS = {
    SHOP / "app.log": [
        Sign("the odd order of 900,000 pieces", r"quantity 900000,|: -89\d{4} left"),
        Sign("queries cut off, and tried again", r"attempt \d of 3"),
        Sign("requests that end without an answer: stack traces", r"unhandled error in a request"),
        Sign("the pool tries to connect and is refused", r"psycopg\.pool: error connecting"),
        Sign("requests fail without a connection: stack traces", r"failed: no database connection"),
        Sign("the same requests' answers: 503", r" 503 \d+ bytes in"),
        Sign("the sales report fails: stack trace", r"sales report failed"),
        Sign("the heartbeat's last line before its silence, and the first after it", "heartbeat"),
    ],
    SHOP / "nginx-access.log": [Sign("answers 502, 503 and 504", r'" 50[234] \d+ "')],
    SHOP / "nginx-error.log": [Sign("the application gives no answer", r"upstream")],
    SHOP / "postgresql.log": [
        Sign("the shutdown", r"immediate shutdown|database system is shut down"),
        Sign("the start and the recovery", r"starting PostgreSQL|interrupted|recovery|redo|ready to accept"),
    ],
    CLOUD / "events.csv": [
        Sign("the odd request: the whole catalogue (latency, bytes)", r",catalogue exported$"),
        Sign("requests that waited for the lock, over 2 s", r",(?:\d{5,}|[2-9]\d{3})\.\d+,\d+,[a-z ]+$"),
        Sign("requests that found no connection: 503", r",503,"),
    ],
}


def moments(kind: str) -> list[tuple[str, str]]:
    """Read what was done when: a time in UTC with milliseconds, and the act."""
    with (HERE / f"timeline-{kind}.csv").open(newline="") as file:
        return [(when, what) for when, what in csv.reader(file)]


def silence(lines: list[str], found: list[int]) -> list[int]:
    """Find the two lines around the longest pause between lines that should come every few seconds."""

    def seconds(line: int) -> int:
        hours, minutes, rest = (int(part) for part in re.findall(r"\d\d", lines[line - 1][11:19]))
        return 3600 * hours + 60 * minutes + rest

    pause = max(pairwise(found), key=lambda pair: seconds(pair[1]) - seconds(pair[0]))
    return list(pause)


def within(path: Path, line: str, start: str, end: str) -> bool:
    """Tell whether a PostgreSQL line, which also starts and stops in peace, belongs to the fault."""
    return path.name != "postgresql.log" or start[11:19] <= line[11:19] <= end[11:19]


def rows(kind: str) -> list[tuple[str, int, int, int, str]]:
    """Find each sign: file, first line, last line, number of lines, what it is."""
    acts = moments(kind)
    start = next(when for when, what in acts if what.startswith("fault starts"))
    end = next(when for when, what in acts if what.startswith("fault ends"))
    answer = []
    for path, signs in SIGNS.items():
        if path.parent.name != kind:
            continue
        lines = path.read_text(encoding="utf-8").split("\n")
        for sign in signs:
            found = [
                number for number, line in enumerate(lines, 1)
                if re.search(sign.pattern, line) and within(path, line, start, end)
            ]  # fmt: skip
            if sign.pattern == "heartbeat":
                found = silence(lines, found)
            if not found:
                raise SystemExit(f"{path.name}: no line shows {sign.what!r}; record again")
            answer.append((path.name, found[0], found[-1], len(found), sign.what))
    return answer


def write(kind: str) -> None:
    """Put the tables between the marks in the README, and the same for programs into a file."""
    shown = rows(kind)
    table = ["| when (UTC) | what was done |", "|---|---|"]
    table += [f"| {when[11:-1]} | {what} |" for when, what in moments(kind)]
    table += ["", "| file | first line | last line | lines | what they show |", "|---|--:|--:|--:|---|"]
    table += [f"| `{name}` | {first:,} | {last:,} | {n:,} | {what} |" for name, first, last, n, what in shown]
    sizes = {path: path.read_text(encoding="utf-8").count("\n") for path in SIGNS if path.parent.name == kind}
    told = ", ".join(f"`{path.name}` {count:,}" for path, count in sizes.items())
    table += ["", f"Lines in all: {told}."]
    mark, text = f"<!-- {kind} -->\n", README.read_text(encoding="utf-8")
    before, rest = text.split(mark)
    after = rest.split("<!-- end -->\n", 1)[1]
    README.write_text(before + mark + "\n".join(table) + "\n<!-- end -->\n" + after, encoding="utf-8")
    with (HERE / f"lines-{kind}.csv").open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["file", "first", "last", "lines", "what"])
        out.writerows(shown)


def main() -> None:
    for kind in ("shop", "cloud"):
        if (HERE / f"timeline-{kind}.csv").exists():
            write(kind)


if __name__ == "__main__":
    main()
