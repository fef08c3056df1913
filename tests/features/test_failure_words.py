"""One list of words of failure, whoever asks: a line alone, a line against a good run, what is counted."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from oddline.features._failure import LEVELS, PHRASES, STEMS
from oddline.features._novelty import Novelty
from oddline.features._words import failure_words, lexical

NONE = pl.Series([None], dtype=pl.String)


def alone(text):
    return float(lexical(pl.Series([text]), NONE)[0])


def against(text):
    """What a new word makes of a line, beside one that says nothing."""
    novelty = Novelty().fit(pl.Series(["the pump of the basin turned", "water came in"]))
    scores = novelty.score(pl.Series([f"the pump of the basin {text}", "the pump of the basin glowed"]))
    return float(scores[0] - scores[1])


@pytest.mark.parametrize("stem", STEMS)
def test_a_stem_counts_alone_and_against_a_good_run(stem):
    assert alone(f"the pump {stem}ish") >= 1
    assert against(f"{stem}ish") > 0


@pytest.mark.parametrize("word", LEVELS)
def test_a_level_counts_by_its_degree(word):
    assert alone(f"the pump {word}") >= LEVELS[word]
    assert against(word) > 0
    assert failure_words(f"the pump {word.upper()} now") == [word.upper()]


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_counts_in_a_whole_line(phrase):
    assert alone(f"the pump {phrase} here") >= 1


def test_other_words_do_not_count():
    assert alone("the pump turned, all is well") == 0
    np.testing.assert_allclose(against("hummed"), 0)


def test_no_sign_stands_in_another():
    signs = (*STEMS, *PHRASES)
    assert not [(one, other) for one in signs for other in signs if one != other and one in other]
