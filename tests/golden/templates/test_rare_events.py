"""A rare event is never swallowed by a common template: seen on real logs, and on some made to be hard."""

from __future__ import annotations

import lzma
import re

import polars as pl
import pytest

import oddline
from oddline.templates._masks import enrich, shape
from oddline.templates.drain import Drain
from tests.golden.templates.test_mined import DATA, EXAMPLES, LABELLED, ROOT

LOGS = {
    **{name: [ROOT / path for path in paths] for name, paths in EXAMPLES.items()},
    **{name: [DATA / path for path in paths] for name, paths in LABELLED.items()},
    "blocks": [DATA / "hdfs" / "raw_2pct.log.xz"],
    "bgl": [DATA / "bgl" / "bgl2_100k.log.xz"],
}
COMMON, RARE = 1000, 10


def words(line: str) -> tuple[str, ...]:
    """The plain words of a line: letters alone, outside slots, quotes, brackets and values of keys."""
    stripped = (word.strip(".,:;!?") for word in line.split())
    return tuple(sorted(word for word in stripped if re.fullmatch(r"[^\W\d_]+", word)))


def swallowed(messages: pl.DataFrame) -> list[tuple[str, str]]:
    """Rare lines whose plain words are not those of the commonest line of their common template."""
    miner = Drain()
    found = miner.fit_transform(messages).with_columns(pl.col("masked").cast(pl.String))
    seen = found.group_by("template_id", "masked").len("n")
    seen = (
        seen.with_columns(shape=shape(enrich(seen["masked"]))).group_by("template_id", "shape").agg(pl.col("n").sum())
    )
    seen = seen.filter(pl.col("n").sum().over("template_id") > COMMON).sort("n", "shape", descending=[True, False])
    commonest = dict(
        seen.group_by("template_id", maintain_order=True).first().select("template_id", "shape").iter_rows()
    )
    return [
        (commonest[number], line)
        for number, line in seen.filter(pl.col("n") < RARE).select("template_id", "shape").iter_rows()
        if words(line) != words(commonest[number])
    ]


def read(name: str) -> pl.DataFrame:
    if name == "bgl":
        # The label is the first field: what reads it would tell the answer.
        with lzma.open(LOGS[name][0], "rt", errors="backslashreplace") as file:
            return pl.DataFrame({"message": [line.rstrip("\n").split(" ", 9)[-1] for line in file]})
    return pl.concat([oddline.read(str(path)).select("message") for path in LOGS[name]])


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_rare_event_of_the_examples_is_swallowed(name: str) -> None:
    assert swallowed(read(name)) == []


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="no labelled data here (ODDLINE_DATA)")
@pytest.mark.parametrize("name", [name for name in LOGS if name not in EXAMPLES])
def test_no_rare_event_of_real_logs_is_swallowed(name: str) -> None:
    assert swallowed(read(name)) == []


VERBS = ("Started", "Paused", "Resumed", "Stopped", "Saved", "Moved")


@pytest.mark.parametrize("rare", [["Crashed"], ["Crashed", "Wedged"], ["Lost", "Burnt", "Torn", "Bent", "Cut", "Shot"]])
def test_a_rare_verb_stays_apart_from_many_common_ones(rare: list[str]) -> None:
    messages = [f"instance {i} VM {VERBS[i % 6]} by host" for i in range(1200)]
    messages += [f"instance 7 VM {verb} by host" for verb in rare]
    frame = pl.DataFrame({"message": messages})
    ids = Drain().fit_transform(frame)["template_id"].to_list()
    assert set(ids[:1200]) == {1}
    assert 1 not in ids[1200:]
    assert swallowed(frame) == []


def test_rare_names_among_many_are_a_parameter() -> None:
    names = [f"{a}{b}ra" for a in "bcdfghjklm" for b in "aeiou"]
    messages = [f"instance {i} handed to {names[i % 40]} by host" for i in range(2000)]
    messages += [f"instance 7 handed to {name} by host" for name in names[40:]]
    assert Drain().fit_transform(pl.DataFrame({"message": messages}))["template_id"].n_unique() == 1
