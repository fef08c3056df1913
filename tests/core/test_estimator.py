"""The common ground of everything that learns."""

from __future__ import annotations

import pytest
from sklearn.base import clone

from oddline.core.errors import UsageError
from oddline.core.estimator import Estimator
from oddline.core.optional import need
from oddline.core.telemetry import Telemetry


class Learner(Estimator):
    def __init__(self, a: int = 1, inner: Estimator | None = None) -> None:
        self.a = a
        self.inner = inner

    def fit(self, X, y=None):
        self.mean_ = X
        return self


def test_unknown_parameters_are_told_with_the_known_ones():
    with pytest.raises(UsageError, match="has no parameter 'b'; expected one of a, inner"):
        Learner().set_params(b=1)
    with pytest.raises(UsageError, match="inner__b"):
        Learner(inner=Learner()).set_params(inner__b=1)
    made = Learner(inner=Learner()).set_params(a=3, inner__a=4)
    assert (made.a, made.inner.a) == (3, 4)


def test_a_refused_setting_changes_nothing():
    made = Learner()
    with pytest.raises(UsageError):
        made.set_params(a=5, b=1)
    assert made.a == 1


def test_the_state_is_what_ends_in_an_underscore():
    made = Learner()
    made.mean_, made._hidden_, made.shown, made.__dict__["_evidence"] = 1, 2, 3, 4
    assert made.state() == {"mean_": 1}
    assert clone(made).state() == {}


def test_unfitted_is_told():
    with pytest.raises(Exception, match="not fitted"):
        Learner().require_fitted()
    Learner().fit(1).require_fitted()


def test_a_library_that_is_broken_is_not_called_missing(tmp_path, monkeypatch):
    """``need`` says "install it" only if it is the library itself that is not there."""
    (tmp_path / "half_there.py").write_text("import surely_not_installed\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="surely_not_installed"):
        need("half_there", extra="deep")


def test_a_stage_that_fails_is_measured_and_ended():
    told = []
    telemetry = Telemetry(lambda *what: told.append(what))
    with pytest.raises(ZeroDivisionError), telemetry.stage("read"):
        _ = 1 / 0
    assert telemetry.seconds.keys() == {"read"}
    assert told == [("read", 0.0), ("read", 1.0)]
