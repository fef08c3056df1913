"""Novelty: what the good run has is no news; what it has not is the more news the less it resembles anything."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.features import _neighbours
from oddline.features._masked_words import mask
from oddline.features._neighbours import PAIR, WORD, Index, neighbours
from oddline.features._novelty import Novelty

GOOD = [
    "2024-05-01T10:00:00 starting build 17 on host-3.example.org",
    "Jun 20 05:43:10 fetching https://mirror1.example.org/pool/libfoo-1.2.tar.gz",
    "fetching https://mirror1.example.org/pool/libbar-0.9.tar.gz",
    "fetching https://mirror1.example.org/pool/libbaz-3.1.tar.gz",
    "compiling src/main.c",
    "compiling src/util.c",
    "test_parse ... ok",
    "test_write ... ok",
    "tests run: 8, failures: 0, errors: 0",
    "exit code: 0",
    "job complete, result: SUCCESS",
]


def strings(values: list[str | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def scored(*lines: str | None, good: list[str] = GOOD, **parameters: float) -> list[float]:
    return Novelty(**parameters).fit(strings(list(good))).score(strings(list(lines))).tolist()  # type: ignore[arg-type]


def test_every_line_of_the_good_run_scores_zero() -> None:
    assert scored(*GOOD) == [0.0] * len(GOOD)


def test_what_varies_from_run_to_run_is_no_news() -> None:
    assert scored(
        "2025-11-30T23:59:59 starting build 9041 on build-7.example.net",
        "Dec 1 23:01:00 fetching https://mirror9.example.com/pool/libfoo-22.tar.gz",
        "  tests run: 12, failures: 0, errors: 0\r",
    ) == [0.0, 0.0, 0.0]


def test_a_count_of_failures_that_was_zero_is_news() -> None:
    counts, code, before = scored("tests run: 9, failures: 2, errors: 0", "exit code: 3", "exit code: 0")
    assert counts > 0.02
    assert code > 0.02
    assert before == 0
    assert scored("3 failed, 5 passed", good=["0 failed, 9 passed"])[0] > 0


def test_the_further_from_everything_known_the_higher() -> None:
    variant, changed, foreign = scored(
        "fetching https://mirror1.example.org/pool/libqux-1.0.tar.gz",
        "job complete, result: ABANDONED",
        "kernel ran out of patience entirely",
    )
    assert 0 < variant < changed < foreign
    assert foreign == 1.0


def test_words_of_failure_count_unless_the_nearest_line_has_them() -> None:
    calm, failed, crashed = (scored(f"job complete, result: {word}")[0] for word in ("PURPLE", "FAILURE", "crashed"))
    assert calm < crashed < failed
    known = ["error recovery started for disk pool", "other"]
    with_word, without = scored("error recovery started for tape pool", "error recovery begun", good=known, failure=0.0)
    assert scored("error recovery started for tape pool", "error recovery begun", good=known) == [with_word, without]


def test_a_pattern_of_many_variants_is_forgiven_its_next_one() -> None:
    words = ["amber", "birch", "cedar", "dahlia", "elm", "fir", "gorse", "hazel"]
    many = [f"unpacked package {word} into the tree" for word in words]
    one = many[:1]
    line = "unpacked package ivy into the tree"
    assert scored(line, good=many)[0] < scored(line, good=one)[0]
    assert scored(line, good=many, siblings=0.0) == scored(line, good=one, siblings=0.0)


def test_old_words_in_a_new_order_are_less_than_a_new_word_but_not_nothing() -> None:
    order, word = scored("complete job, SUCCESS: result", "job complete, outcome: SUCCESS")
    assert 0 < order < word


def test_a_part_of_an_old_line_is_less_than_half_news() -> None:
    assert 0 < scored("STDOUT:", good=["capture of STDOUT goes to the file"])[0] < 0.3


def test_an_event_of_many_lines_scores_as_its_worst_line() -> None:
    worst = "kernel ran out of patience entirely"
    event = "\n".join(["compiling src/main.c", worst, "test_parse ... ok"])
    assert scored(event, worst, "compiling src/main.c\ntest_write ... ok") == [1.0, 1.0, 0.0]
    assert scored("test_write ... ok", "", good=[event]) == [scored("test_write ... ok", good=[event])[0], 0.0]


def test_every_physical_line_of_a_good_event_is_learnt() -> None:
    assert scored("second line of it", good=["first line of it\nsecond line of it"]) == [0.0]


def test_odd_input_is_scored() -> None:
    long = "word " * 100_000
    dots = "a." * 50_000
    result = scored(None, "", "12 34", long, dots, "日本語 エラー", "\x1b[31mred\x00", "\\d+(a+)+$", "…")
    assert result[:3] == [0.0, 0.0, 0.0]
    assert all(np.isfinite(result))
    assert result[3] == 1.0
    assert Novelty().fit(strings([])).score(strings(["hello there", ""])).tolist() == [1.0, 0.0]
    assert Novelty().fit(strings(GOOD)).score(strings([])).shape == (0,)


def test_the_end_of_a_long_line_is_read() -> None:
    filler = ", ".join(["ordinary payload"] * 2_000)
    assert scored(f"result {filler} everything is lost", good=[f"result {filler} everything is fine"])[0] > 0


def test_lines_beyond_the_most_frequent_are_still_known_as_seen() -> None:
    good = ["common line here"] * 3 + ["rare line there"]
    novelty = Novelty(max_lines=1).fit(strings(good))
    assert novelty.lines_.to_list() == ["common line here"]
    assert novelty.score(strings(good)).tolist() == [0.0] * 4


def test_nearest_names_the_line_and_the_words_that_differ() -> None:
    novelty = Novelty().fit(strings(GOOD))
    assert novelty.nearest("job complete, result: FAILURE") == ("job complete, result: SUCCESS", ("FAILURE",))
    assert novelty.nearest("compiling src/main.c") == ("compiling src/main.c", ())
    assert novelty.nearest("utterly foreign utterly") == ("", ("utterly", "foreign"))
    event = "compiling src/main.c\njob complete, result: FAILURE"
    assert novelty.nearest(event) == novelty.nearest("job complete, result: FAILURE")


def test_of_two_lines_as_near_the_more_frequent_one_is_named() -> None:
    novelty = Novelty().fit(strings(["state is up", "state is down", "state is down"]))
    assert novelty.nearest("state is lost") == ("state is down", ("lost",))


def test_surprise_rises_with_the_score_from_zero() -> None:
    surprise = Novelty().surprise(np.linspace(0.0, 2.0, 50))
    assert surprise[0] == 0.0
    assert (np.diff(surprise) > 0).all()


def test_state_is_all_there_is_and_can_be_carried() -> None:
    fitted = Novelty().fit(strings(GOOD))
    state = fitted.state()
    assert all(isinstance(value, np.ndarray | pl.Series) for value in state.values())
    assert all(value.dtype != object for value in state.values())
    copy = Novelty()
    vars(copy).update(state)
    lines = strings(["job complete, result: FAILURE", "exit code: 2", *GOOD])
    assert copy.score(lines).tolist() == fitted.score(lines).tolist()


@given(
    st.lists(st.sampled_from(["alpha", "beta", "gamma 7", "error delta", "a\nb", "", "alpha beta gamma"]), max_size=8)
)
@settings(max_examples=30, deadline=None)
def test_a_line_scores_alone_as_in_company(lines: list[str]) -> None:
    novelty = Novelty().fit(strings(["alpha beta", "gamma 1 alpha", "delta"]))
    together = novelty.score(strings(list(lines))).tolist()
    assert together == [novelty.score(strings([line])).tolist()[0] for line in lines]


@pytest.mark.parametrize("seed", range(40))
def test_neighbours_are_those_of_a_full_comparison(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(seed)
    # From all features kept as bits to none, in batches from tiny to whole.
    monkeypatch.setattr(_neighbours, "_COMMON", int(random.choice([1, 3, 10, 30, 1000])))
    monkeypatch.setattr(_neighbours, "_BATCH", int(random.choice([10, 1000, 10**6])))
    # Many features: more than fit into the bits. Few: many lines with the same bits, and many ties.
    words, pairs, known, rows = (80, 70, 60, 40) if seed % 2 else (9, 6, 60, 40)
    weight = np.r_[np.full(words, WORD), np.full(pairs, PAIR)]
    frequency = np.minimum(0.9, 3 / random.permutation(np.arange(1, words + pairs + 1)))
    theirs = random.random((words + pairs, known)) < frequency[:, None]
    ours = random.random((rows, words + pairs)) < 0.1
    ours[0] = False
    their_norms, our_norms = weight @ theirs, ours @ weight
    index = Index.of(*np.nonzero(theirs), their_norms, words, words + pairs)
    near = neighbours(index, *np.nonzero(ours), our_norms)

    shared = (ours * weight) @ theirs
    cosine = shared / np.sqrt(np.maximum(their_norms, 1)) / np.sqrt(np.maximum(our_norms, 1))[:, None]
    most = shared.max(axis=1)
    np.testing.assert_allclose(near.cosine, cosine.max(axis=1))
    np.testing.assert_array_equal(near.shared, most)
    np.testing.assert_array_equal(near.variants, np.where(most > 0, (shared == most[:, None]).sum(axis=1), 0))
    first = (cosine >= cosine.max(axis=1)[:, None] * (1 - 1e-12)).argmax(axis=1)
    np.testing.assert_array_equal(near.best, np.where(most > 0, first, -1))


def test_a_tie_between_a_common_and_a_rare_word_goes_to_the_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_neighbours, "_COMMON", 2)
    # Word 0 is in lines 1 and 2, word 1 in line 0 only; we have both words, and each line has one of its own.
    features, lines = np.array([0, 0, 1, 2, 3, 4]), np.array([1, 2, 0, 0, 1, 2])
    norms = np.full(3, 2 * WORD)
    near = neighbours(Index.of(features, lines, norms, 5, 5), np.array([0, 0]), np.array([0, 1]), np.array([2 * WORD]))
    assert (near.best.tolist(), near.variants.tolist()) == ([0], [3])


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("pushed to gerrit.example.com:8080/x", "pushed to #/x"),
        ("in nodepool.cmd.config_validator line 3", "in nodepool.cmd.config_validator line #"),
        ("self.io(x) and a.in[0]", "self.io(x) and a.in[#]"),
        ("took 0.5 s, 12:30:01, 1,234", "took # s, #, #"),
        ("passed 9 of 9, 0 failed; 3 errors", "passed # of #, zero failed; nonzero errors"),
        ("rc=0 rc=7 retried 0", "rc=zero rc=nonzero retried #"),
    ],
)
def test_masks(line: str, masked: str) -> None:
    assert mask(strings([line])).to_list() == [masked]


def benchmark() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "ci_logs.py"
    spec = importlib.util.spec_from_file_location("ci_logs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


@pytest.mark.data
def test_the_bar_of_nine_failed_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    default = Path(__file__).parents[2] / ".." / "shared" / "data"
    folder = Path(os.environ.get("ODDLINE_DATA", default)) / "ci-logs"
    if not folder.is_dir():
        pytest.skip("needs the labelled data sets")
    ci_logs = benchmark()
    cases = ci_logs.load(folder)
    shares = ci_logs.needed(cases, [ci_logs.novelty()(case.good, case.fail) for case in cases])
    assert len(shares) == 74
    assert (shares <= 0.01).mean() >= 0.90
    assert (shares <= 0.02).mean() >= 0.97
