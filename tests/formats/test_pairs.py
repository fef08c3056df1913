"""Objects and pairs without a message: events of one kind read alike, events of two kinds do not."""

from __future__ import annotations

import json
import random
from typing import Any

import polars as pl

from oddline.formats._guess import load_format
from oddline.formats._json import MAX_FIELDS
from oddline.formats.base import LineFormat
from oddline.templates.drain import Drain
from tests.formats._frames import frame

CHANCE = random.Random(0)
COUNT = 300


def templates(form: str, *raw: str) -> list[str]:
    return Drain().fit(records(form, *raw)).templates_["text"].sort().to_list()


def records(form: str, *raw: str) -> pl.DataFrame:
    made = load_format(form)
    assert isinstance(made, LineFormat)
    return made.parse(frame(*raw))


def objects(*values: dict[str, Any]) -> list[str]:
    """Write objects with their keys in any order, after a time."""
    texts = []
    for place, value in enumerate(values):
        items = [("time", f"2024-05-01T10:00:{place % 60:02d}Z"), *value.items()]
        CHANCE.shuffle(items)
        texts.append(json.dumps(dict(items)))
    return texts


def test_events_are_told_apart_by_their_keys_and_their_few_words_not_by_their_order() -> None:
    asked = [{"method": CHANCE.choice(["GET", "POST"]), "status": 200 + n % 2, "bytes": n} for n in range(COUNT)]
    logins = [{"kind": "login", "ok": n % 3 == 0, "ip": f"10.0.0.{n}", "took": n / 7} for n in range(COUNT)]
    assert templates("json_lines", *objects(*asked, *logins)) == [
        "bytes=<NUM> method=GET status=<NUM>",
        "bytes=<NUM> method=POST status=<NUM>",
        "ip=<IP> kind=login ok=<BOOL> took=<NUM>",
    ]


def test_prose_arrays_and_deep_objects_are_one_slot_each() -> None:
    words = ["the", "quick", "brown", "fox", "jumps", "over", "lazy", "dogs"]
    values = [
        {"act": "note", "about": " ".join(CHANCE.sample(words, CHANCE.randint(1, 6))),
         "tags": CHANCE.sample(words, CHANCE.randint(0, 4)), "a": {"b": {"c": {CHANCE.choice(words): n}}}}
        for n in range(COUNT)
    ]  # fmt: skip
    assert templates("json_lines", *objects(*values)) == ['a.b.c="<*>" about="<*>" act=note tags="<*>"']


def test_keys_that_are_data_are_counted() -> None:
    values = [{"act": "sum", "of": {f"user{CHANCE.randint(1, 9_999)}": 1, f"u{n}x": 2}} for n in range(COUNT)]
    assert templates("json_lines", *objects(*values)) == ["act=sum more=<NUM>"]
    found = records("json_lines", *objects(*values))
    assert [name for name in found.columns if name.startswith("x_")] == ["x_act"]


def test_keys_beyond_the_columns_are_folded() -> None:
    wide = [{f"k{key}": n for key in range(MAX_FIELDS + 20)} for n in range(COUNT)]
    messages = records("json_lines", *objects(*wide))["message"]
    assert messages.str.ends_with(" more=21").all()
    assert messages.str.count_matches("=").max() == MAX_FIELDS


def test_a_key_that_the_sample_has_not_is_named() -> None:
    usual = [{"act": "beat", "n": n} for n in range(5_001)]
    odd = {"act": "beat", "n": 1, "dump": {"reason": 'disk "a" lost', "core": ["b", ":c"]}, "n2": None, "act2": ":x"}
    lines = objects(*usual[:2_501], odd, *usual[2_501:])
    told = "act=beat n=1 act2=:x n2=null reason=\"disk 'a' lost\""
    assert records("json_lines", *lines)["message"][2_501] == told
    pairs = [f"level=info act=beat n={n}" for n in range(5_001)]
    pairs[2_501] += ' dump="disk lost" act2=x'
    assert records("logfmt", *pairs)["message"][2_501] == 'act=beat n=2501 act2=x dump="disk lost"'


def test_a_stack_that_the_sample_has_not_is_read() -> None:
    lines = objects(*({"event": "ok", "n": n} for n in range(5_001)))
    lines[2_501] = json.dumps({"event": "failed", "n": 1, "stack_trace": "a\n  at b"})
    found = records("json_lines", *lines)
    assert found["message"][2_501] == "failed\na\n  at b"
    assert [name for name in found.columns if name.startswith("x_")] == ["x_n"]


def test_a_message_says_what_it_is_whatever_stands_beside_it() -> None:
    values = [{"msg": CHANCE.choice(["saved", "lost"]), f"key{n}": n, "user": f"u{n}"} for n in range(COUNT)]
    assert templates("json_lines", *objects(*values)) == ["lost", "saved"]


def test_pairs_in_any_order_are_one_event() -> None:
    lines = []
    for n in range(COUNT):
        pairs = [f"method={CHANCE.choice(['GET', 'PUT'])}", f"path=/u/{n}", f"status={200 + n % 2}", f"bytes={n}"]
        CHANCE.shuffle(pairs)
        lines.append(f"time=2024-05-01T10:00:{n % 60:02d}Z " + " ".join(pairs))
    assert templates("logfmt", *lines) == [
        "bytes=<NUM> method=GET path=<PATH> status=<NUM>",
        "bytes=<NUM> method=PUT path=<PATH> status=<NUM>",
    ]


def test_pairs_hold_prose_and_data_too() -> None:
    words = ["the", "quick", "brown", "fox", "jumps", "over", "lazy", "dogs"]
    spoken = [f'act=note about="{" ".join(CHANCE.sample(words, CHANCE.randint(1, 6)))}"' for _ in range(COUNT)]
    assert templates("logfmt", *spoken) == ['about="<*>" act=note']
    data = [f"act=sum on=x user{n}x=1" for n in range(COUNT)]
    assert templates("logfmt", *data) == ["act=sum on=x more=<NUM>"]


def test_a_long_value_is_cut() -> None:
    found = records("json_lines", *objects({"a": "x" * 50_000, "b": "é" * 201, "c": "é" * 200}))["message"][0]
    assert found == "a=" + "x" * 200 + "... b=" + "é" * 200 + "... c=" + "é" * 200
