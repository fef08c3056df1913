"""The default miner: what it may never do, on any text; and what it does on logs one can read."""

from __future__ import annotations

import os
import re
from copy import deepcopy
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from oddline.core import schema
from oddline.templates import drain
from oddline.templates._slot_pattern import pattern
from oddline.templates.base import Miner
from oddline.templates.drain import Drain
from oddline.templates.exact import Exact

DATA = Path(os.environ.get("ODDLINE_DATA", Path(__file__).parents[3] / "shared" / "data"))

# Pieces of which log lines are made, among them all that a mask could trip over.
PIECES = """user root started stopped failed <*> <NUM> a=b k= =v x="y z" 10.0.0.1 10.0.0.1:80 0xff ffffffff /var/log/x
C:\\a\\b http://h/p?q=1 h.example.org true null Mon Jan 12 12:00:01 () (ro) [7] core.12 ssh2 eth0 5 B 9 KB
... ==== ::1 a\x1cb \x1f \x85 a:b:c 日本語 ١٢٣ ' " < > \\ $1 ${1} .* (?P<x>"""
pieces = st.sampled_from([*PIECES.split(), "\x00", "\x1b[31m", "\ufffd", "\r", "\u2028", ""])
lines = st.one_of(st.lists(pieces, max_size=9).map(" ".join), st.text(max_size=40), st.none())
logs = st.lists(lines, max_size=40)
slow = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
miners = pytest.mark.parametrize("miner", [Drain, Exact])


def frame(messages: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({"message": pl.Series(messages, dtype=pl.String)})


def ranks(miner: Miner, messages: list[str | None]) -> list[int]:
    """Give the template of each message as its place in the table, from 1; 0 where it is unknown."""
    place = {number: rank for rank, number in enumerate(miner.templates_["template_id"], start=1)}
    return [place.get(number, 0) for number in miner.transform(frame(messages))["template_id"]]


def partition(found: pl.DataFrame) -> set[frozenset[int]]:
    groups = found.with_row_index("row").group_by("template_id").agg("row")["row"].to_list()
    return {frozenset(group) for group in groups}


@miners
@slow
@given(messages=logs)
def test_any_text_is_mined(miner: type[Miner], messages: list[str | None]) -> None:
    records = frame(messages)
    fitted = miner()
    found = fitted.fit_transform(records)
    schema.check(found, schema.TEMPLATED, "templated")
    schema.check(fitted.templates_, schema.TEMPLATES, "templates")
    assert found["message"].equals(records["message"])
    assert fitted.templates_["template_id"].is_unique().all()
    assert fitted.templates_["n"].is_sorted(descending=True)
    assert 0 not in fitted.templates_["template_id"]
    assert set(found["template_id"]) <= set(fitted.templates_["template_id"])
    counts = dict(found.group_by("template_id").len().iter_rows())
    assert {i: n for i, n in fitted.templates_.select("template_id", "n").iter_rows() if n} == counts
    assert fitted.fit(records).transform(records).equals(found)


@miners
@slow
@given(messages=logs)
def test_equal_masked_text_has_equally_many_parameters(miner: type[Miner], messages: list[str | None]) -> None:
    found = miner().fit_transform(frame(messages))
    assert found["params"].dtype == pl.List(pl.String)
    assert found["params"].null_count() == 0
    for masked, params in found.select(pl.col("masked").cast(pl.String), "params").iter_rows():
        assert masked.count("<*>") == len(params)


@miners
@slow
@given(messages=logs, seed=st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(miner: type[Miner], messages: list[str | None], seed: object) -> None:
    order = list(range(len(messages)))
    seed.shuffle(order)  # type: ignore[attr-defined]
    first, second = miner(), miner()
    found = first.fit_transform(frame(messages))
    turned = second.fit_transform(frame([messages[i] for i in order]))
    assert first.templates_.equals(second.templates_)
    assert found["template_id"].gather(order).equals(turned["template_id"])


@slow
@given(messages=logs)
def test_constant_words_are_in_every_line(messages: list[str | None]) -> None:
    miner = Drain()
    found = miner.fit_transform(frame(messages)).join(miner.templates_, on="template_id")
    for message, text in found.select("message", "text").iter_rows():
        for word in text.split():
            if "<" not in word and ">" not in word:
                assert word in (message or "")


@slow
@given(messages=logs, others=logs)
def test_transform_learns_nothing(messages: list[str | None], others: list[str | None]) -> None:
    miner = Drain().fit(frame(messages))
    before = {name: deepcopy(value) for name, value in miner.state().items()}
    alone = [miner.transform(frame([other]))["template_id"][0] for other in others]
    assert miner.transform(frame(others))["template_id"].to_list() == alone
    assert all(
        value == before[name] if isinstance(value, dict) else value.equals(before[name])
        for name, value in miner.state().items()
    )


def test_events_that_differ_in_one_word_stay_apart() -> None:
    messages = [f"instance {i} VM Started by host" for i in range(500)] + ["instance 7 VM Paused by host"]
    assert ranks(Drain().fit(frame(messages)), messages) == [1] * 500 + [2]


def test_a_column_of_many_words_is_a_parameter() -> None:
    names = ["anna", "bert", "carl", "dora", "emil", "fred", "gina", "hugo"]
    for text in ("account {} was locked for too many attempts", "after too many attempts {} was locked"):
        found = Drain().fit_transform(frame([text.format(name) for name in names]))
        assert found["template_id"].n_unique() == 1
        found = Drain().fit_transform(frame([text.format(name) for name in names[:4]]))
        assert found["template_id"].n_unique() == 4


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        (["connect to 10.1.2.3:80 failed", "connect to 10.9.9.9:81 failed"], "connect to <IP> failed"),
        (["read /etc/passwd", "read /var/log/x.log"], "read <PATH>"),
        (["handle 0x7f001a closed", "handle 0x7f00ff closed"], "handle <HEX> closed"),
        (["took 3ms", "took 12ms"], "took <DURATION>"),
        (["id 123e4567-e89b-12d3-a456-426614174000 gone"], "id <UUID> gone"),
        (["see https://example.org/a?b=1", "see ftp://x/y"], "see <URL>"),
        (["cached: true", "cached: false"], "cached: <BOOL>"),
        (["wrote core.1", "wrote core.22"], "wrote core.<*>"),
        ([f"port {i} ssh2" for i in range(100, 120)], "port <NUM> ssh2"),
        (["session closed for user root", "session closed for user anna"], "session closed for user <USER>"),
        (["from 1.2.3.4 at Mon Jan 12 10:00:01 2026"] * 2, "from <IP> at <TIME>"),
        (['1.2.3.4 "GET /a/b HTTP/1.1" 200', '1.2.3.4 "GET / HTTP/1.1" 404'], '<IP> "GET <PATH>" <NUM>'),
    ],
)
def test_slots_are_typed(messages: list[str], text: str) -> None:
    miner = Drain().fit(frame(messages))
    assert miner.templates_["text"].to_list() == [text]


def test_only_what_fits_a_pattern_word_for_word_is_known() -> None:
    messages = [f"worker {i} finished job in {i} ms" for i in range(50)]
    messages += [f"mount {name} on disk done today ok" for name in ("alpha", "beta", "gamma", "delta", "omega")]
    miner = Drain().fit(frame(messages))
    new = ["worker 99 finished job in 5 ms", "worker 9 crashed job in 5 ms", "worker 9 finished job", "disk full", None]
    new += ["mount kappa on disk done today ok", "mount kappa on disk failed today ok"]
    ids = ranks(miner, new)
    assert [i > 0 for i in ids] == [True, False, False, False, False, True, False]


def test_only_the_first_line_of_a_message_counts() -> None:
    found = Drain().fit_transform(frame(["boom 1\n  at a.b(c:1)", "boom 2\n  at x.y(z:9)\n\n", "boom 3"]))
    assert found["template_id"].n_unique() == 1
    assert found["params"].to_list() == [["1"], ["2"], ["3"]]


def test_prose_without_end_gets_few_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "MOST_SHAPES", 20)
    letters = "abcdefghijklmnopqrstuvwxyz"
    messages = [f"{a}oo {b}ar {c}az" for a in letters[:3] for b in letters for c in letters]
    miner = Drain()
    found = miner.fit_transform(frame(messages))
    assert found["template_id"].min() > 0
    assert miner.templates_.height <= 20 + 3 + 1
    assert miner.transform(frame(messages)).equals(found)
    assert partition(Drain().fit_transform(frame(messages[::-1]))) == partition(found[::-1])


def test_huge_lines_are_cut() -> None:
    miner = Drain()
    found = miner.fit_transform(frame(["x" * 3_000_000, "1" * 3_000_000, "a=1 " * 500_000]))
    assert found["masked"].cast(pl.String).str.len_chars().max() <= 3 * 4096
    assert miner.templates_["text"].str.len_chars().max() <= 3 * 4096


def test_it_is_an_estimator() -> None:
    assert clone(Drain(similarity=0.8)).get_params() == {"similarity": 0.8, "masks": None, "rules": None}
    with pytest.raises(NotFittedError):
        Drain().transform(frame(["x"]))
    with pytest.raises(NotFittedError):
        Exact().transform(frame(["x"]))


def test_exact_knows_only_what_it_saw() -> None:
    miner = Exact().fit(frame(["a 1", "a 2", "b"]))
    assert ranks(miner, ["a 3", "b", "c"]) == [1, 2, 0]


@pytest.mark.data
def test_templates_of_real_logs_group_as_people_do() -> None:
    paths = sorted(DATA.glob("loghub_2k/*/*structured_corrected.csv"))
    if not paths:
        pytest.skip("no labelled data")
    right = []
    for path in paths:
        truth = pl.read_csv(path, infer_schema=False).fill_null("")
        found = Drain().fit_transform(truth.select(message="Content")).with_columns(true=truth["EventId"])
        pairs = found.group_by("template_id", "true").len()
        whole = pairs.filter((pl.len().over("template_id") == 1) & (pl.len().over("true") == 1))
        right.append(int(whole["len"].sum()) / found.height)
    assert len(right) == 16
    assert sum(right) / 16 >= 0.94
    assert min(right) >= 0.75


def test_nothing_in_the_masks_names_a_data_set() -> None:
    names = "android|apache|bgl|hdfs|hadoop|healthapp|openssh|openstack|proxifier|spark|thunderbird|zookeeper|blk_"
    for path in Path(drain.__file__).parent.glob("*.py"):
        assert not re.search(names, path.read_text().lower()), path


def test_a_word_of_the_text_is_checked_on_every_line() -> None:
    miner = Drain().fit(frame([f"port {i} by ssh2" for i in range(2000)] + ["port 7 by telnet3"]))
    assert miner.templates_["text"].to_list() == ["port <NUM> by <ID>"]


def test_new_values_of_a_key_with_many_are_known() -> None:
    names = ("anna", "bert", "carl", "dora", "emil")
    miner = Drain().fit(frame([f"login was fine name={name} today" for name in names]))
    assert miner.templates_["text"].to_list() == ["login was fine name=<*> today"]
    new = ["login was fine name=gina today", "login was bad name=anna today", "login was fine word=anna today"]
    assert ranks(miner, new) == [1, 0, 0]


def test_signs_that_only_python_takes_for_blank_are_part_of_a_word() -> None:
    messages = ["user", "user user user user user", "user user user \x1c user"]
    found = Drain().fit_transform(frame(messages))
    assert found["template_id"].n_unique() == 2


@pytest.mark.parametrize(
    ("common", "rare"),
    [
        ([f"take ssh2 then {i}" for i in range(5000)], "take ssh3 then ssh2"),
        ([f"run #{i} for {i}" for i in range(5000)], "run 7 for #7"),
        ([f"took {i}." for i in range(5000)], "took 5"),
    ],
)
def test_what_is_written_into_a_text_stands_in_that_slot_of_every_line(common: list[str], rare: str) -> None:
    miner = Drain().fit(frame([*common, rare]))
    (text,) = miner.templates_["text"]
    assert pl.Series([*common, rare]).str.contains(pattern(text)).all()
    alone = Drain().fit(frame(common)).templates_["text"][0]
    assert not pl.Series([rare]).str.contains(pattern(alone)).any()


def test_names_of_several_parts_are_a_parameter_even_beside_one_word() -> None:
    parts = ("disk", "net", "user", "mail", "web", "cache", "queue", "clock", "power", "sound")
    messages = [f"test: suite.{part}.check_all" for part in parts]
    miner = Drain().fit(frame(messages))
    assert miner.templates_["text"].to_list() == ["test: suite.<*>.check_all"]
    assert ranks(miner, ["test: suite.audio.check_all"]) == [1]
    assert Drain().fit_transform(frame(messages[:9]))["template_id"].n_unique() == 9
    assert Drain().fit_transform(frame([f"test: {part}" for part in parts]))["template_id"].n_unique() == 10
