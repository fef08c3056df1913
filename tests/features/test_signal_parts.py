"""The statistics below the signals, against plain counting and against what they promise."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from oddline.features._bins import cells, line_bins, unbroken
from oddline.features._burst import excess, others, strength
from oddline.features._numbers import far
from oddline.features._scale import ranks, stories, surprise
from oddline.features._silence import gaps
from oddline.features._values import strengths
from oddline.features._words import bag, failure_words, foreign, lexical

TEMPLATES = arrays(np.int64, st.integers(1, 60), elements=st.integers(0, 4))


@given(TEMPLATES, st.integers(1, 7))
def test_cells_count_as_counting_does(template, count):
    bins = line_bins(len(template), count)
    table = cells(template, bins, count)
    for cell in range(len(table.count)):
        mine = np.flatnonzero((template == table.template[cell]) & (bins == table.bin[cell]))
        assert (table.count[cell], table.first[cell], table.last[cell]) == (len(mine), mine[0], mine[-1])
        assert (table.of_line[mine] == cell).all()
    assert table.count.sum() == len(template)


@given(TEMPLATES)
def test_unbroken_runs_hold_one_template_and_nothing_between(template):
    runs = unbroken(template)
    assert runs.count.sum() == len(template)
    for run in range(len(runs.count)):
        assert (template[runs.first[run] : runs.last[run] + 1] == runs.template[run]).all()
        assert runs.last[run] - runs.first[run] + 1 == runs.count[run]


@given(arrays(np.float64, st.integers(1, 30), elements=st.integers(0, 9).map(float)))
def test_a_rank_counts_what_is_at_least_as_strong(strong):
    assert ranks(strong).tolist() == [float((strong >= one).sum()) for one in strong]


def test_surprise_falls_with_the_rank_and_is_never_negative():
    told = surprise(np.array([1.0, 2.0, 1e9]), 1000, 1.0)
    assert told[0] > told[1] > told[2] == 0.0


def burst_of(count: int, usual: list[int]) -> float:
    template, bins = [], []
    for number, lines in enumerate([*usual, 0, 0, count]):
        template += [0] * lines + [1] * 5
        bins += [number] * (lines + 5)
    table = cells(np.array(template), np.array(bins), len(usual) + 3)
    return float(excess(table.count.astype(float), others(table))[table.slice_of(0)][-1])


def test_more_lines_are_more_of_a_burst_and_a_wild_history_excuses_them():
    steady, wild = [10] * 30, [1, 40] * 15
    assert burst_of(60, steady) > burst_of(30, steady) > 0
    assert burst_of(60, steady) > burst_of(60, wild)
    assert burst_of(8, steady) == 0


def test_a_template_that_is_mostly_away_is_judged_by_when_it_is_there():
    assert burst_of(60, [0] * 20 + [30] * 10) < burst_of(60, [10] * 30)


def test_a_run_with_nothing_between_is_a_burst_even_where_the_count_is_usual():
    template = np.array([0, 1] * 500)
    template[500:540] = 0
    template[540:580] = 1
    count = strength(cells(template, line_bins(1000, 10), 10), unbroken(template))
    assert count.max() > 2


def gap_of(length: int, holes: int = 0) -> float:
    template = np.repeat([[0, 1, 1, 1, 1]], 400, axis=0)
    template[200 : 200 + length, 0] = 1
    for hole in range(holes):
        template[20 * hole : 20 * hole + 15, 0] = 1
    flat = template.ravel()
    found = gaps(cells(flat, line_bins(len(flat), 40), 40))
    mine = (found.template == 0) & (found.start * 50 >= 190 * 5)
    return float(found.strength[mine].max(initial=0.0))


def test_a_longer_silence_is_odder_and_a_template_that_often_pauses_is_excused():
    assert gap_of(120) > gap_of(60) > gap_of(30) > 0
    assert gap_of(60) > gap_of(60, holes=6)


def test_spans_that_tell_the_same_are_one_story():
    first, last = np.array([0, 2, 500, 0]), np.array([100, 99, 600, 10])
    assert stories(first, last, np.array([4.0, 5.0, 1.0, 3.0])).tolist() == [0.0, 1.0, 1.0, 1.0]


def rare(values: dict[str, int]) -> dict[str, float]:
    table = pl.DataFrame({"value": list(values), "count": list(values.values())}).with_columns(
        group=pl.lit(0, pl.UInt32), numeric=pl.lit(value=False), n=pl.col("count").sum()
    )
    told = strengths(table)
    return dict(zip(told["value"], told["rare"], strict=True))


def test_what_breaks_a_rule_is_odder_than_one_more_of_many():
    fixed = rare({"a": 99, "new": 1})
    assert fixed["a"] < 0.1 < 2 < fixed["new"]
    assert rare({"a": 50, "b": 49, "new": 1})["new"] < fixed["new"]
    open_ended = rare({f"v{n}": 1 for n in range(50)} | {"a": 49, "new": 1})
    assert open_ended["new"] < 0.5
    assert rare({"a": 999, "new": 1})["new"] > fixed["new"]
    assert rare({"a": 98, "new": 2})["new"] < fixed["new"]


def test_far_out_means_alone_and_beyond_the_body():
    body = np.arange(100.0, 200.0)
    one = np.zeros(102, dtype=np.int64)
    lonely = far(one, np.append(body, [5000.0, 150.5]), np.ones(102))
    assert lonely[100] > 2 and lonely[:100].max() < 1 and lonely[101] < 0.1
    crowd = np.append(body, np.arange(5000.0, 5030.0))
    assert far(np.zeros(130, dtype=np.int64), crowd, np.ones(130)).max() < 2
    assert far(one[:3], np.array([7.0, 7.0, 7.0]), np.ones(3)).tolist() == [0.0, 0.0, 0.0]


def test_foreign_lines_share_no_words_and_their_own_template_does_not_count():
    texts = pl.Series(["user logged in", "user logged out", "disk array degraded", "disk array degraded now"])
    told = foreign(bag(texts, np.array([0, 1, 2, 2])), np.arange(4))
    assert told[2] > told[0] > 0
    assert told[3] > told[2]
    assert foreign(bag(texts, np.array([0, 1, 2, 3])), np.arange(4))[2] < told[2]
    assert foreign(bag(pl.Series(["<*>", "a word"]), np.array([0, 1])), np.array([0])).tolist() == [0.0]


def test_levels_and_words_of_failure_count_once():
    texts = pl.Series(["started", "ERROR", "error: failed", "failed, refused and denied", "warning"])
    none = pl.Series([None] * 5, dtype=pl.String)
    assert lexical(texts, none).tolist() == [0.0, 2.0, 3.0, 4.0, 1.0]
    assert lexical(pl.Series(["started"]), pl.Series(["critical"])).tolist() == [3.0]
    assert failure_words("all is well") == []
