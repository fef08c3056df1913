"""Several fits of one detector: what each is shown, and what they say together."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core.errors import UsageError
from oddline.core.nouns import Floats
from oddline.core.tail import fit_tail, tail_surprise
from oddline.detectors._supervised import Truth
from oddline.detectors.committee import Committee
from oddline.detectors.extra_trees import ExtraTrees
from oddline.detectors.knn import NearestRows
from oddline.detectors.linear import Linear


def labelled(rows: int = 600, seed: int = 0) -> tuple[Floats, Truth]:
    X = np.random.default_rng(seed).normal(size=(rows, 4))
    return X, X[:, 0] + X[:, 1] + X[:, 2] ** 2 > 2.5


class Remembers(Linear):
    """Keeps what it was shown."""

    def _fit_labelled(self, X: Floats, odd: Truth) -> None:
        self.shown_ = X, odd
        super()._fit_labelled(X, odd)


class OfSequences(Linear):
    consumes = "sequence"


def test_each_normal_row_is_left_out_once_and_odd_rows_never() -> None:
    X, odd = labelled(203)
    fits = [member.shown_ for member in Committee(Remembers(), parts=4).fit(X, odd).members_]  # type: ignore[attr-defined]
    seen = np.array([[(row == shown).all(axis=1).any() for row in X] for shown, _ in fits])
    assert seen.shape == (4, 203)
    assert (seen[:, ~odd].sum(axis=0) == 3).all()
    assert seen[:, odd].all()
    assert all(told.sum() == odd.sum() for _, told in fits)


def test_it_says_how_rare_the_mean_score_is_among_rows_that_were_not_learnt() -> None:
    X, odd = labelled(300)
    members = Committee(Remembers()).fit(X, odd).members_
    left_out = [
        member.anomaly_score(row[None, :])[0]
        for row in X[~odd]
        for member in members
        if not (row == member.shown_[0]).all(axis=1).any()  # type: ignore[attr-defined]
    ]
    asked = labelled(100, seed=1)[0]
    mean = np.mean([member.anomaly_score(asked) for member in members], axis=0)
    expected = tail_surprise(fit_tail(np.array(left_out)), mean)
    np.testing.assert_allclose(Committee(Remembers()).fit(X, odd).anomaly_score(asked), expected)


def test_surprise_of_normal_rows_that_nobody_was_shown_is_what_it_says() -> None:
    X, odd = labelled(4_000)
    fresh, strange = labelled(4_000, seed=1)
    surprise = Committee("extra_trees").fit(X, odd).anomaly_score(fresh[~strange])
    for share in (0.5, 0.1, 0.02):
        assert abs((surprise >= -np.log10(share)).mean() - share) < 0.25 * share


def test_it_moves_less_from_draw_to_draw_than_one_fit() -> None:
    X, odd = labelled(400)
    asked = labelled(200, seed=1)[0]
    single = np.array([ExtraTrees(10, random_state=seed).fit(X, odd).anomaly_score(asked) for seed in range(6)])
    committees = [Committee(ExtraTrees(10), random_state=10 * seed).fit(X, odd) for seed in range(6)]
    several = np.array([np.mean([one.anomaly_score(asked) for one in each.members_], axis=0) for each in committees])
    assert several.std(axis=0).mean() < 0.7 * single.std(axis=0).mean()


def test_fits_differ_and_the_same_seed_gives_the_same() -> None:
    X, odd = labelled()
    first, again, other = (Committee("extra_trees", random_state=seed).fit(X, odd) for seed in (0, 0, 1))
    assert len({member.get_params()["random_state"] for member in first.members_}) == 5
    np.testing.assert_array_equal(first.anomaly_score(X), again.anomaly_score(X))
    assert (first.anomaly_score(X) != other.anomaly_score(X)).any()


def test_few_rows_are_learnt_whole() -> None:
    X, odd = labelled(40)
    (member,) = Committee(Remembers()).fit(X, odd).members_
    assert len(member.shown_[0]) == 40  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "parameters", [{"parts": 1}, {"member": "mahalanobis"}, {"member": NearestRows()}, {"member": OfSequences()}]
)
def test_a_committee_refuses_what_makes_no_sense(parameters: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Committee(**parameters).fit(*labelled(100))  # type: ignore[arg-type]
