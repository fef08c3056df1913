"""What a session did, in numbers and in words; and what is unusual in a log that has no good run."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from oddline.core.tail import fit_tail, tail_surprise
from oddline.features.departures import KIND, Departures
from oddline.features.presence import Presence
from oddline.features.session_signals import ORDER, SessionSignals
from oddline.testing._records import records, templated
from oddline.windows.row import Row
from oddline.windows.session import Session


def sessions(*lists):
    events = records(len(lists)).with_columns(x_events=pl.Series(lists))
    return events, Row().assign(events)


def lines(*texts):
    """Sessions of lines: each text is one session, its words are templates."""
    flat = [(number, word) for number, text in enumerate(texts) for word in text.split()]
    words = {word: number for number, word in enumerate(sorted({word for _, word in flat}), 1)}
    events = templated(len(flat)).with_columns(
        template_id=pl.Series([words[word] for _, word in flat], dtype=pl.UInt32),
        masked=pl.Series([word for _, word in flat]).cast(pl.Categorical()),
        level=pl.Series(["error" if word.startswith("e") else "info" for _, word in flat]).cast(
            records(1)["level"].dtype
        ),
        x_session=pl.Series([str(number) for number, _ in flat]),
    )
    return events, Session("session").assign(events)


GOOD = ["1 2 3 4"] * 30 + ["1 2 2 3 4"] * 30


def test_the_last_column_is_the_order():
    feature = SessionSignals().fit(*sessions(*GOOD))
    usual, turned = feature.transform(*sessions("1 2 3 4", "4 3 2 1")).whole()
    assert usual[:-1].tolist() == turned[:-1].tolist()
    assert turned[-1] > 3 * usual[-1]
    told = str(feature.describe(None, 1, feature._last.X.shape[1] - 1))
    assert "bits an event" in told
    assert "at the beginning" in told or "after event" in told


def test_sessions_of_training_are_not_held_against_themselves():
    feature = SessionSignals()
    within = feature.fit_transform(*sessions(*GOOD, "9 8 7")).whole()
    again = feature.transform(*sessions("9 8 7")).whole()
    assert within[-1, -1] > again[-1, -1] + 1


def test_long_and_short_sessions_are_put_together_by_key():
    feature = SessionSignals().fit(*lines(*["a b c"] * 20))
    matrix = feature.transform(*lines("a b c", "c b a b", "a"))
    assert matrix.whole()[:, :-1].sum(axis=1).tolist() == [3, 4, 1]
    assert '"a"' in str(feature.describe(None, 1, matrix.names.index("a")))


def test_presence_counts_what_is_there_and_what_is_missing_but_not_how_often():
    feature = Presence().fit(*lines(*["a b"] * 98, "a", "b c"))
    matrix = feature.transform(*lines("a b", "a b b b b", "b", "a b c"))
    X, at = matrix.whole(), {name: number for number, name in enumerate(matrix.names)}
    assert X[0].tolist() == X[1].tolist()
    assert X[2, at["a"]] > 3  # a is missing
    assert X[3, at["c"]] > 3  # c is there
    assert X[0].max() < 0.1
    assert "in 98" in str(feature.describe(None, 2, at["a"])) or "99" in str(feature.describe(None, 2, at["a"]))


@pytest.mark.parametrize("learnt", [True, False])
def test_words_of_failure_weigh_more_also_in_templates_that_training_did_not_have(learnt):
    training = ["a b"] * 97 + (["a b error", "a b other"] if learnt else [])
    feature = Presence().fit(*lines(*training))
    plain = Presence(wording=0.0).fit(*lines(*training))
    asked = lines("a b error", "a b other")
    loud, quiet = feature.transform(*asked).whole().max(axis=1)
    assert loud > 2 * quiet
    equal = plain.transform(*asked).whole().max(axis=1)
    assert equal[0] == pytest.approx(equal[1])
    assert np.isfinite(feature.transform(*asked).whole()).all()


TWO_KINDS = ["a b c"] * 60 + ["a d f"] * 38
FLOOR = float(np.log(20.0))


def test_sessions_are_held_against_the_kind_that_is_nearest():
    feature = Departures().fit(*lines(*TWO_KINDS, "a b", "a b d f"))
    matrix = feature.transform(*lines("a b c", "f d a a", "a b", "a b d f"))
    X, at = matrix.whole(), {name: number for number, name in enumerate(matrix.names)}
    # Those of a kind have no departure, however many lack what the majority has; only how rare their kind is.
    assert X[:2, :-1].sum() == 0
    assert X[:2, at[KIND]].tolist() == pytest.approx([-np.log(0.60), -np.log(0.38)])
    # "a b" lacks c of the one kind, not d and f of the other; and what 40 of 100 lack is worth no less than the floor.
    assert X[2].sum() == X[2, at["c"]] == FLOOR
    assert X[3].sum() == X[3, at["b"]] == FLOOR


def test_departures_are_worth_what_their_signs_are():
    training = [*TWO_KINDS * 3, "a b c x", "a b c error"]
    asked = lines("a b c x", "a b c error", "a b c d error f x")
    X, signs = (feature().fit(*lines(*training)).transform(*asked) for feature in (Departures, Presence))
    for row, name in enumerate(("x", "error")):
        at = signs.names.index(name)
        assert X.whole()[row].sum() == X.whole()[row, at] == signs.whole()[row, at] > FLOOR
    assert X.whole()[1].sum() > 2 * X.whole()[0].sum()


def test_few_sessions_make_no_kind_and_without_one_the_majority_is_it():
    assert len(Departures().fit(*lines(*["a b"] * 30, *["a c"] * 4)).kinds_) == 1
    assert len(Departures().fit(*lines(*["a b"] * 30, *["a c"] * 5)).kinds_) == 2
    alone = Departures().fit(*lines(*[f"a b x{number}" for number in range(40)]))
    X = alone.transform(*lines("a b", "a b x1", "a")).whole()
    few, all_but_none = -np.log([1.5 / 41, 0.5 / 41])
    assert X.sum(axis=1).tolist() == pytest.approx([FLOOR, few, all_but_none])


def test_a_session_is_told_by_its_departures_and_else_by_its_kind():
    feature = Departures().fit(*lines(*TWO_KINDS))
    matrix = feature.transform(*lines("a b c", "a b c d"))
    assert "usual" in str(feature.describe(None, 0, matrix.names.index(KIND)))
    assert str(feature.describe(None, 1, matrix.names.index("d"))) == '"d": once, expected in 38.9% of sessions'


def strangers(count: int = 60) -> list[str]:
    """Sessions of which each has other templates, most of them in the order of the alphabet."""
    random = np.random.default_rng(0)
    told = [" ".join(sorted(random.choice(list("bcdefghijklm"), 6, replace=False))) for _ in range(count)]
    return [*told[:-1], " ".join(reversed(told[-1].split()))]


def test_where_sessions_are_of_no_kind_their_order_counts_as_well():
    asked = lines(*strangers())
    feature = Departures()
    matrix = feature.fit_transform(*asked)
    X = matrix.whole()
    assert matrix.names[-2:] == (KIND, ORDER)
    assert X[:, -1].argmax() == len(X) - 1
    assert str(feature.describe(None, len(X) - 1, X.shape[1] - 1)).startswith("order of events: ")
    # Not left out of what was learnt, the same order is less of a surprise.
    assert (feature.transform(*asked).whole()[:, -1] <= X[:, -1] + 1e-9).all()
    assert Departures().fit_transform(*lines(*TWO_KINDS, *strangers(90))).names[-1] == KIND
    assert Departures().fit_transform(*lines(*TWO_KINDS, *strangers(110))).names[-1] == ORDER
    once, twice = (["a b c " + " ".join(f"x{(number + step) % 90}" for step in range(steps)) for number in range(110)]
                   for steps in (1, 2))  # fmt: skip
    assert Departures().fit_transform(*lines(*TWO_KINDS, *once)).names[-1] == KIND
    assert Departures().fit_transform(*lines(*TWO_KINDS, *twice)).names[-1] == ORDER


def test_departures_and_order_add_up_to_the_chance_of_both():
    asked = lines(*strangers())
    matrix = Departures().fit_transform(*asked)
    alone = Departures()
    alone.fit(*asked)
    departed = alone._departures(*asked).whole().sum(axis=1)
    order = SessionSignals().fit_transform(*asked).whole()[:, -1]
    chance = sum(10.0 ** -tail_surprise(fit_tail(one), one) for one in (departed, order))
    expected = np.where(chance < 1, chance**2 / 2, 1 - (2 - chance) ** 2 / 2)
    assert matrix.whole().sum(axis=1).tolist() == pytest.approx((-np.log(expected)).tolist())
