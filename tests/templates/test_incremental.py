"""What is learnt in pieces is what is learnt at once, in whatever order; and memory has an end."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.templates.test_drain import frame, logs

from oddline.templates import _memory
from oddline.templates._ids import fingerprints
from oddline.templates._lines import Lines
from oddline.templates._memory import Memory
from oddline.templates.base import Miner
from oddline.templates.drain import Drain
from oddline.templates.exact import Exact
from oddline.testing._round_trip import round_trip

slow = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
miners = pytest.mark.parametrize("miner", [Drain, Exact])
WORDS = ["alpha", "beta", "gamma", "delta", "omega", "kappa", "sigma", "theta"]


def prose(count: int, seed: int = 0) -> list[str]:
    """Lines of plain words, hardly two the same."""
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=6)) for _ in range(count)]


def told(miner: Miner) -> list[tuple[object, ...]]:
    return miner.templates_.rows()


def cut(messages: list[str | None], places: list[int]) -> list[list[str | None]]:
    ends = sorted(place % (len(messages) + 1) for place in places)
    return [messages[a:b] for a, b in zip([0, *ends], [*ends, len(messages)], strict=True)]


@miners
@slow
@given(messages=logs, places=st.lists(st.integers(0, 1000), max_size=4), draw=st.randoms(use_true_random=False))
def test_pieces_in_any_order_give_the_same_templates(
    miner: type[Miner], messages: list[str | None], places: list[int], draw: random.Random
) -> None:
    whole = miner().fit(frame(messages))
    pieces = cut(messages, places)
    draw.shuffle(pieces)
    grown = miner()
    for piece in pieces:
        grown.partial_fit(frame(piece))
    assert told(grown) == told(whole)
    assert grown.transform(frame(messages)).equals(whole.transform(frame(messages)))


@miners
@slow
@given(first=logs, second=logs)
def test_a_restart_in_between_changes_nothing(
    miner: type[Miner], first: list[str | None], second: list[str | None]
) -> None:
    grown = miner().partial_fit(frame(first))
    restarted = round_trip(grown).partial_fit(frame(second))
    assert told(restarted) == told(grown.partial_fit(frame(second)))


def test_the_same_template_has_the_same_id_in_other_logs() -> None:
    first = Drain().fit(frame([f"job {i} done in {i} ms" for i in range(9)] + ["disk full"]))
    second = Drain().fit(frame([f"user {i} left" for i in range(99)] + ["job 5 done in 9 ms"]))
    one = first.templates_.filter(text="job <NUM> done in <NUM> ms")["template_id"]
    assert one.to_list() == second.templates_.filter(text="job <NUM> done in <NUM> ms")["template_id"].to_list()
    assert one.len() == 1


def test_fit_forgets_what_was_learnt_before() -> None:
    miner = Drain().fit(frame(["a b c"]))
    miner.fit(frame(["d e f"]))
    assert miner.templates_["text"].to_list() == ["d e f"]


def test_no_two_keys_share_a_fingerprint() -> None:
    keys = [f"key {i}" for i in range(200_000)]
    found = fingerprints(keys)
    assert len(np.unique(found)) == len(keys)
    assert fingerprints(keys[::-1])[::-1].tolist() == found.tolist()


@slow
@given(places=st.lists(st.integers(0, 10_000), max_size=5), seed=st.integers(0, 3))
def test_a_full_memory_does_not_depend_on_the_cuts(places: list[int], seed: int) -> None:
    messages: list[str | None] = [*prose(600, seed), *(["job 1 done"] * 20), *prose(600, seed + 50)]
    whole, grown = Memory(room=20_000), Memory(room=20_000)
    codes = whole.observe(Lines(pl.Series(messages)))
    parts = [grown.observe(Lines(pl.Series(piece, dtype=pl.String))) for piece in cut(messages, places)]
    assert np.concatenate(parts).tolist() == codes.tolist()
    assert grown.known.equals(whole.known)
    assert grown.take_forgotten().equals(whole.take_forgotten())


def test_a_full_memory_keeps_what_is_common_and_counts_what_it_lost() -> None:
    memory = Memory(room=50_000)
    messages = prose(5_000)
    for place in range(0, 5_000, 50):
        messages[place] = f"job {place} done"
    codes = memory.observe(Lines(pl.Series(messages)))
    lost = memory.take_forgotten()
    assert lost.height > 1000
    assert memory.known["masked"].str.len_bytes().sum() + _memory.ENTRY * memory.known.height <= 50_000
    assert memory.known.filter(masked="job <*> done")["n"].to_list() == [100]
    assert memory.known["n"].sum() + lost["n"].sum() == memory.lines == 5_000
    assert set(codes.tolist()) == {*memory.known["code"], *lost["code"]}


@miners
def test_prose_without_end_is_mined_in_bounded_memory(miner: type[Miner], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_memory, "ROOM", 30_000)
    monkeypatch.setattr(Memory.__init__, "__defaults__", (30_000,))
    messages = prose(3_000)
    messages[::10] = [f"job {i} done" for i in range(300)]
    fitted = miner()
    found = fitted.fit_transform(frame(messages))
    assert fitted.known_.height < 150
    assert fitted.counts_["forgotten"] > 1_000
    assert found["template_id"].min() > 0
    assert fitted.templates_["n"].sum() == 3_000
    assert fitted.templates_.filter(text="job <NUM> done")["n"].to_list() == [300]
    grown = miner().partial_fit(frame(messages[:1000])).partial_fit(frame(messages[1000:]))
    assert grown.templates_["n"].sum() == 3_000
    assert grown.known_.drop("template_id").equals(fitted.known_.drop("template_id"))


def test_masks_of_ones_own_come_first_and_are_typed() -> None:
    miner = Drain(masks={"ORDER": "ORD-[A-Z]+", "SKU": "[a-z]+_[a-z]+"})
    found = miner.fit_transform(frame(["sent ORD-AB of red_shoe", "sent ORD-XYZ of green_hat", "sent ORD-C of a_b"]))
    assert miner.templates_["text"].to_list() == ["sent <ORDER> of <SKU>"]
    assert found["params"].to_list() == [["ORD-AB", "red_shoe"], ["ORD-XYZ", "green_hat"], ["ORD-C", "a_b"]]
