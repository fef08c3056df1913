"""scikit-learn's own checks over every detector in the folder: none is exempt, none is expected to fail."""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from oddline.core import folder
from oddline.core.optional import need


def detectors():
    found = []
    for name in sorted(folder.plugins("detectors")):
        cls = folder.load("detectors", name)
        if cls().consumes == "table" and not _asleep(cls()):
            found.append(cls())
    return found


def _asleep(cls):
    """Tell whether the extra that a detector asks for is not installed here."""
    modules = {"deep": "torch", "pyod": "pyod", "sigma": "sigma"}
    try:
        need(modules.get(cls.needs, "sklearn"), extra=cls.needs)
    except Exception:  # the message is the business of another test
        return True
    return False


@parametrize_with_checks(detectors())
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_scikit_learn(estimator, check):
    check(estimator)


def test_the_folder_was_walked():
    names = {type(detector).__name__ for detector in detectors()}
    assert {"IsolationForest", "Mahalanobis", "OddRows"} <= names
