"""What features say of messages: their shape, their words by a hash, their words by topics."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from oddline.features.text_hashed import TextHashed
from oddline.features.text_shape import NAMES, TextShape, shapes
from oddline.features.text_tfidf import LEFT, UNSEEN, TextTfidf
from oddline.testing._round_trip import round_trip
from tests.features.made import column, events, grouped, lines

USUAL = ["link up on port 7", "link down on port 8", "user 5 logged in", "user 5 logged out", "disk 3 is fine"] * 8


def shape_of(text):
    return dict(zip(NAMES, shapes(pl.Series([text]))[0], strict=True))


def test_each_measure_of_a_message():
    told = shape_of("GET /a?b=1 Äh")
    assert told["length"] == pytest.approx(np.log(14))
    assert told["words"] == pytest.approx(np.log(4))
    assert told["longest word"] == pytest.approx(np.log(7))
    assert told["capitals"] == pytest.approx(3 / 13)
    assert told["digits"] == pytest.approx(1 / 13)
    assert told["special signs"] == pytest.approx(3 / 13)
    assert told["not ASCII"] == pytest.approx(1 / 13)


def test_signs_at_the_ends_of_their_kinds():
    told = shape_of("09AZaz/:@[`{")
    assert (told["digits"], told["capitals"], told["special signs"]) == pytest.approx((2 / 12, 2 / 12, 6 / 12))


def test_entropy_is_in_bits():
    assert shape_of("aaaa")["entropy"] == 0
    assert shape_of("abab")["entropy"] == pytest.approx(1)
    assert shape_of("abcdefgh")["entropy"] == pytest.approx(3)
    assert shape_of("".join(map(chr, range(33, 97))))["entropy"] == pytest.approx(6)


def test_words_end_at_blanks_and_at_the_end_of_the_message():
    texts = pl.Series(["ab", "cd", " ef\tghi\nj ", "", "   ", "k", "日本語 é"])
    found = shapes(texts)
    assert np.expm1(found[:, 1]).round().tolist() == [1, 1, 3, 0, 0, 1, 2]
    assert np.expm1(found[:, 2]).round().tolist() == [2, 2, 3, 0, 0, 1, 3]
    assert found[6, NAMES.index("not ASCII")] == pytest.approx(4 / 5)
    assert np.isfinite(found).all()


def test_a_message_measures_the_same_in_any_company():
    texts = pl.Series([f"message {number} " + "x" * (number % 50) for number in range(3000)])
    whole = shapes(texts)
    for row in (0, 1023, 1024, 2999):
        np.testing.assert_array_equal(shapes(texts.slice(row, 1))[0], whole[row])


def test_long_messages_have_their_length_and_the_measures_of_their_beginning():
    told = shape_of("ab " * 5_000 + "Z" * 50_000)
    assert np.expm1(told["length"]) == pytest.approx(65_000)
    assert told["capitals"] == 0


def test_a_window_of_several_has_the_mean_and_the_largest():
    learnt = events(USUAL)
    feature = TextShape().fit(learnt, grouped(learnt, np.arange(40) // 2))
    asked = events(["user 5 logged in", "x", "A" * 500, "disk 3 is fine"])
    matrix = feature.transform(asked, grouped(asked, [0, 0, 1, 1]))
    assert len(matrix.names) == 16
    np.testing.assert_allclose(np.expm1(column(matrix, "length (largest)")), [16, 500])
    np.testing.assert_allclose(column(matrix, "length (mean)"), np.log([17 * 2, 501 * 15]) / 2)
    np.testing.assert_allclose(column(matrix, "capitals (mean)"), [0, 0.5])
    place = matrix.names.index("length (largest)")
    assert str(feature.describe(asked, 1, place)) == "length of the messages, the largest: 500, expected 17 to 19"
    told = str(feature.describe(asked, 1, matrix.names.index("capitals (mean)")))
    assert told == "capitals of the messages, in the mean: 50 %, expected about 0 %"
    # Columns stay those of training, whatever windows come.
    assert feature.transform(asked, lines(asked)).names == matrix.names
    alone = TextShape().fit(learnt, lines(learnt))
    np.testing.assert_allclose(column(alone.transform(asked, grouped(asked, [0, 0, 1, 1])), "capitals"), [0, 0.5])
    alone.transform(asked, lines(asked))
    assert str(alone.describe(asked, 2, NAMES.index("entropy"))).startswith("entropy of the message: 0 bits, expected")


def test_equal_messages_are_one_row_of_the_matrix():
    records = events(USUAL)
    for feature in (TextShape(), TextHashed(), TextTfidf()):
        matrix = feature.fit_transform(records, lines(records))
        assert len(matrix.X) == 5
        assert len(matrix) == 40


def test_a_missing_message_is_an_empty_one():
    records = events(["link up", None, "link down"]).with_columns(
        pl.col("masked").cast(pl.String).cast(pl.Categorical())
    )
    for feature in (TextShape(), TextHashed(), TextTfidf()):
        matrix = feature.fit_transform(records, lines(records))
        assert np.isfinite(matrix.whole()).all()
        assert not matrix.whole()[1].any()
        assert all(feature.describe(records, 1, place).what for place in range(len(matrix.names)))


def test_hashed_words_are_signed_weighted_and_of_length_one():
    learnt = events(USUAL)
    feature = TextHashed(width=256).fit(learnt, lines(learnt))
    X = feature.transform(learnt, lines(learnt)).whole()
    np.testing.assert_allclose((X**2).sum(axis=1), 1)
    assert (X < 0).any()
    assert (X > 0).any()
    # "link up on port" and "link down on port" have three of four words in common, "disk" none.
    assert X[0] @ X[1] > 0.5
    assert abs(X[0] @ X[4]) < 1e-9
    # What is in fewer messages weighs more.
    up, on = (feature.transform(events([word]), lines(events([word]))).X[0] for word in ("up", "on"))
    assert np.abs(X[0][up != 0]) > np.abs(X[0][on != 0])


def test_words_that_share_a_column_count_once_a_message_and_often_is_a_logarithm():
    learnt = events(["disk full", "disk", "disk disk disk full"])
    assert TextHashed(width=1).fit(learnt, lines(learnt)).rarity_.tolist() == [1]
    X = TextHashed(width=64).fit_transform(learnt, lines(learnt)).X
    weights = np.array([1, (1 + np.log(3)) * 1, 1 + np.log(4 / 3)])
    assert abs(X[2, 44] / X[2, 11]) == pytest.approx(weights[1] / weights[2])


def test_the_hash_is_the_same_everywhere():
    """MurmurHash3 of "disk" and "full"; a bundle must give the same columns on another machine."""
    records = events(["disk full"])
    X = TextHashed(width=64).fit_transform(records, lines(records)).X[0]
    assert np.flatnonzero(X).tolist() == [11, 44]
    assert np.sign(X[[11, 44]]).tolist() == [1, -1]


def test_new_words_go_to_the_columns_that_are_there():
    learnt = events(USUAL)
    feature = TextHashed(width=16).fit(learnt, lines(learnt))
    before = feature.rarity_.copy()
    asked = events(["panic panic: no such thing"])
    matrix = feature.transform(asked, lines(asked))
    assert matrix.X.shape == (1, 16)
    np.testing.assert_array_equal(feature.rarity_, before)
    place = int(np.flatnonzero(matrix.X[0])[0])
    assert feature.describe(asked, 0, place).seen.split(" (")[0] in {"panic", "such", "no", "thing"}


def test_hashed_words_are_told():
    learnt = events(USUAL)
    feature = TextHashed(width=256).fit(learnt, lines(learnt))
    asked = events(["disk 3 is fine", "link up on port 7"])
    matrix = feature.transform(asked, grouped(asked, [0, 0]))
    disk = next(number for number, words in enumerate(feature.words_) if words == ["disk"])
    assert matrix.X[0, disk] == pytest.approx(feature.transform(asked, lines(asked)).X[0, disk] / 2)
    told = str(feature.describe(asked, 0, disk))
    assert told.startswith("words such as disk: disk (")
    assert ", expected " in told


def test_topics_hold_what_training_had_and_leave_what_it_had_not():
    learnt = events(USUAL)
    feature = TextTfidf(columns=5).fit(learnt, lines(learnt))
    own = feature.transform(learnt, lines(learnt))
    assert np.abs(column(own, LEFT)).max() < 1e-9
    assert not column(own, UNSEEN).any()
    asked = events(["disk 9 is fine", "disk logged fine", "kernel panic now", "disk panic"])
    matrix = feature.transform(asked, lines(asked))
    left = column(matrix, LEFT)
    assert left[0] < 1e-9
    assert 0.2 < left[1] < 1
    assert left[2] == 1
    assert column(matrix, UNSEEN).tolist() == [0, 0, 3, 1]
    told = feature.describe(asked, 2, matrix.names.index(UNSEEN))
    assert str(told) == "words that training did not have: 3 (kernel, now, panic), expected about 0"
    assert feature.describe(asked, 2, matrix.names.index(LEFT)).seen == "100 %"


def test_a_window_has_the_mean_of_its_topics_and_the_most_of_what_is_new():
    learnt = events(USUAL)
    feature = TextTfidf(columns=3).fit(learnt, lines(learnt))
    asked = events(["disk 9 is fine", "kernel panic now", "user 5 logged in"])
    each = feature.transform(asked, lines(asked)).whole()
    matrix = feature.transform(asked, grouped(asked, [0, 0, 1]))
    np.testing.assert_allclose(matrix.X[0, :3], each[:2, :3].mean(axis=0))
    assert matrix.X[0, 3:].tolist() == [1, 3]
    np.testing.assert_allclose(matrix.X[1], each[2])
    assert "kernel" in feature.describe(asked, 0, 4).seen
    assert all("user <*> logged in" in feature.describe(asked, 1, topic).seen for topic in range(3))


def test_words_are_weighted_by_rarity_and_by_the_logarithm_of_how_often_they_are_there():
    learnt = events([*USUAL, "disk disk disk"])
    feature = TextTfidf(columns=9).fit(learnt, lines(learnt))
    X = feature.transform(learnt, lines(learnt)).whole()[:, :-2]
    shared, own = np.log(7 / 3) + 1, np.log(7 / 2) + 1
    assert X[0] @ X[1] == pytest.approx(3 * shared**2 / (3 * shared**2 + own**2))
    other = events(["disk disk disk fine", "disk fine"])
    often, once = feature.transform(other, lines(other)).X @ np.append(X[-1], [0, 0])
    assert often > once


def test_there_are_no_more_topics_than_training_has_directions():
    learnt = events(["up down"] * 3 + ["down up"] * 3 + ["left"])
    matrix = TextTfidf().fit_transform(learnt, lines(learnt))
    assert matrix.names == ("topic 1", "topic 2", LEFT, UNSEEN)


def test_the_vocabulary_is_capped_and_the_rest_counts_as_unseen():
    learnt = events(USUAL)
    feature = TextTfidf(most=3).fit(learnt, lines(learnt))
    assert feature.vocabulary_["word"].to_list() == ["link", "logged", "on"]
    assert column(feature.transform(learnt, lines(learnt)), UNSEEN)[:3].tolist() == [2, 2, 2]


def test_many_messages_are_decomposed_as_few_are(monkeypatch):
    random = np.random.default_rng(0)
    words = [f"{a}{b}" for a in "bcdfghklmn" for b in ("ar", "el", "is", "on", "ut", "ab", "ec", "id")]
    learnt = events([" ".join(random.choice(words, 6)) for _ in range(60)])
    sparse, full = TextTfidf(columns=4), TextTfidf(columns=4).fit(learnt, lines(learnt))
    monkeypatch.setattr("oddline.features.text_tfidf.SMALL", 10)
    sparse.fit(learnt, lines(learnt))
    np.testing.assert_allclose(sparse.topics_, full.topics_, atol=1e-6)
    np.testing.assert_array_equal(sparse.topics_, TextTfidf(columns=4).fit(learnt, lines(learnt)).topics_)


def test_messages_that_come_often_lead_the_topics():
    learnt = events(["link up on port 7"] * 500 + [f"{word} {word}ing" for word in ("alpha", "beta", "gamma", "delta")])
    feature = TextTfidf(columns=1).fit(learnt, lines(learnt))
    assert set(feature.named_[0]) <= {"link", "up", "on", "port"}
    assert column(feature.transform(learnt, lines(learnt)), LEFT)[0] < 1e-9


@pytest.mark.parametrize("feature", [TextShape(), TextHashed(width=8), TextTfidf(columns=2)])
def test_learnt_state_is_carried_and_words_of_nothing_are_harmless(feature):
    learnt = events(["1", "2"])
    feature.fit(learnt, lines(learnt))
    asked = events(["disk full", "3"])
    matrix = feature.transform(asked, lines(asked))
    assert np.isfinite(matrix.whole()).all()
    np.testing.assert_array_equal(round_trip(feature).transform(asked, lines(asked)).X, matrix.X)
    for place in range(len(matrix.names)):
        assert feature.describe(asked, 0, place).what
