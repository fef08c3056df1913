"""What people said about templates goes before what is found."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.templates.test_drain import frame

from oddline.core.errors import ConfigError
from oddline.templates._corrections import Rule, Rules, splittable
from oddline.templates.base import Miner
from oddline.templates.drain import Drain
from oddline.templates.exact import Exact
from oddline.testing._round_trip import round_trip

miners = pytest.mark.parametrize("miner", [Drain, Exact])
LOG: list[str | None] = [
    *(f"session opened for user {name} by port {i}" for i, name in enumerate(["anna", "bert", "carl", "dora", "emil"])),
    "session closed for user anna by port 7",
    "disk sda1 full",
    "disk full",
    *[
        "mount alpha on disk done today ok",
        "mount beta on disk done today ok",
        "mount gamma on disk done today ok",
        "mount delta on disk done today ok",
        "mount omega on disk done today ok",
    ],
]


def table(miner: Miner) -> dict[str, int]:
    return dict(miner.templates_.select("text", "n").iter_rows())


@miners
def test_a_pinned_template_is_there_with_its_id(miner: type[Miner]) -> None:
    pinned = miner(rules=[{"pin": "mount <*> on disk done today ok", "id": 77}]).fit(frame(LOG))
    assert table(pinned)["mount <*> on disk done today ok"] == 5
    assert pinned.templates_.filter(text="mount <*> on disk done today ok")["template_id"].to_list() == [77]
    assert pinned.transform(frame(["mount sigma on disk done today ok", "mount now"]))["template_id"].to_list() == [
        77,
        0,
    ]


@miners
def test_templates_of_other_lengths_are_merged(miner: type[Miner]) -> None:
    rules = [{"merge": ["disk <*> full", "disk full"], "text": "a full disk"}]
    merged = miner(rules=rules).fit(frame(LOG))
    assert table(merged)["a full disk"] == 2
    ids = merged.transform(frame(["disk full", "disk sdb7 full"]))["template_id"].to_list()
    assert ids[0] == ids[1] > 0
    assert merged.templates_["n"].sum() == len(LOG)


def test_a_split_template_has_one_for_each_word() -> None:
    whole = Drain().fit(frame(LOG))
    assert table(whole)["mount <*> on disk done today ok"] == 5
    split = Drain(rules=[{"split": "mount <*> on disk done today ok", "slot": 1}]).fit(frame(LOG))
    assert table(split)["mount alpha on disk done today ok"] == table(split)["mount beta on disk done today ok"] == 1
    assert "mount <*> on disk done today ok" not in table(split)
    ids = split.transform(
        frame(
            [
                "mount alpha on disk done today ok",
                "mount beta on disk done today ok",
                "mount sigma on disk done today ok",
            ]
        )
    )["template_id"].to_list()
    assert ids[0] != ids[1]
    assert ids[2] == 0


def test_the_first_rule_counts() -> None:
    rules = [{"pin": "mount alpha on disk done today ok"}, {"pin": "mount <*> on disk done today ok"}]
    assert table(Drain(rules=rules).fit(frame(LOG)))["mount alpha on disk done today ok"] == 1
    assert "mount alpha on disk done today ok" not in table(Drain(rules=rules[::-1]).fit(frame(LOG)))


def test_rules_travel_in_a_bundle() -> None:
    miner = Drain(rules=[{"split": "mount <*> on disk done today ok", "slot": 1}, {"pin": "disk full"}]).fit(frame(LOG))
    fresh = frame(["mount beta on disk done today ok", "disk full", "mount sigma on disk done today ok"])
    assert round_trip(miner).transform(fresh)["template_id"].equals(miner.transform(fresh)["template_id"])


def test_a_rule_finds_the_lines_of_typed_slots_and_steady_words() -> None:
    messages = [f"port {i} by ssh2 of /etc/x{i} at 10.0.0.{i}" for i in range(20)]
    (text,) = Drain().fit(frame(messages)).templates_["text"]
    assert "ssh2" in text
    pinned = Drain(rules=[{"pin": text, "id": 5}]).fit(frame(messages))
    assert pinned.templates_.rows() == [(5, text, 20)]


def test_rules_hold_for_what_is_learnt_later() -> None:
    miner = Drain(rules=[{"merge": ["disk <*> full", "disk full"]}]).partial_fit(frame(["disk full"]))
    miner.partial_fit(frame(["disk sda1 full", "x"]))
    assert table(miner) == {"disk <*> full": 2, "x": 1}


def test_only_words_can_be_split() -> None:
    masked = pl.Series(["mount alpha now", "took <*>"])
    assert splittable("mount <*> now", 1, masked)
    assert not splittable("took <NUM>", 1, masked)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"pin": ""},
        {"pin": 3},
        {"pin": "x", "merge": ["a", "b"]},
        {"merge": ["a"]},
        {"merge": "ab"},
        {"split": "a <*>"},
        {"split": "a <*>", "slot": 2},
        {"split": "a", "slot": 1},
        {"split": "a <*>", "slot": True},
        {"pin": "x", "id": -1},
        {"pin": "x", "id": 1 << 32},
        {"pin": "x", "colour": "red"},
        {"pin": "x", "slot": 1},
    ],
)
def test_what_is_no_rule_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        Rule.read(told)


def test_hostile_text_in_a_rule_is_text() -> None:
    rules = Rules([{"pin": r"a.*(b[ \d <*> $1"}])
    lines = [r"a.*(b[ \d x <*>", r"aXXX(b[ \d x <*>", r"a.*(b[ 7 x <*>", "aXb <*>"]
    assert rules.assign(pl.Series(lines))["rule"].to_list() == [0, -1, -1, -1]
