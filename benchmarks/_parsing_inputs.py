"""Large logs of messages alone, made from the labelled data into the cache, the same bytes each time."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl

from benchmarks._data import CACHE, data_folder, text_of

DIGITS = "0123456789"


def hdfs_messages() -> list[str]:
    """The messages of the HDFS sample, without their heads."""
    rows = text_of(data_folder() / "hdfs" / "raw_2pct.log.xz").split("\n")[:-1]
    return [re.sub(r"^\d+ \d+ \d+ \w+ \S+: ", "", row) for row in rows]


def turned(messages: list[str], turn: int) -> Iterator[str]:
    """Rotate the digits, so that numbers are others and lines as long."""
    table = str.maketrans(DIGITS, "".join(str((digit + turn) % 10) for digit in range(10)))
    return (message.translate(table) for message in messages)


def hdfs() -> Iterable[str]:
    """Give 1,112,895 lines: the HDFS sample five times, with its digits rotated."""
    messages = hdfs_messages()
    for turn in range(5):
        yield from turned(messages, turn)


def mixed() -> Iterable[str]:
    """Give 1,024,000 lines: the messages of 16 systems 32 times, with digits drawn anew after the first time."""
    chance = random.Random(0)
    messages: list[str] = []
    for path in sorted(data_folder().glob("loghub_2k/*/*structured_corrected.csv")):
        messages += pl.read_csv(path, infer_schema=False, columns=["Content"]).fill_null("")["Content"].to_list()
    messages = [message.replace("\n", " ") for message in messages]
    yield from messages
    for _ in range(31):
        for message in messages:
            yield re.sub(r"\d", lambda _: chance.choice(DIGITS), message)


def hdfs_of(lines: int) -> Iterable[str]:
    """Give so many HDFS-like lines: the sample again and again, each time with its digits exchanged otherwise."""
    messages = hdfs_messages()
    for turn in range(lines // len(messages) + 1):
        chance = random.Random(turn)
        shuffled = "".join(chance.sample(DIGITS, 10)) if turn else DIGITS
        table = str.maketrans(DIGITS, shuffled)
        yield from (message.translate(table) for message in messages[: lines - turn * len(messages)])


def all_distinct(lines: int) -> Iterable[str]:
    """Give lines of eight random words of letters: nothing to mask, and no two alike."""
    chance = random.Random(0)
    letters = "abcdefghijklmnopqrstuvwxyz"
    for _ in range(lines):
        yield " ".join("".join(chance.choices(letters, k=8)) for _ in range(8))


def sample_of(path: Path, lines: int) -> Iterable[str]:
    """Give so many lines of a file, at regular intervals."""
    with path.open(encoding="utf-8", newline="\n") as file:
        every = file.read().split("\n")[:-1]
    return [every[place * len(every) // lines] for place in range(lines)]


def made(name: str, make: Callable[[], Iterable[str]]) -> Path:
    """Find a file in the cache, or write it; one that is being written has another name."""
    path = CACHE / "inputs" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        print(f"making {path.name}", flush=True)
        begun = path.with_suffix(".begun")
        with begun.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in make())
        begun.rename(path)
    return path
