"""One word for how bad it is."""

from __future__ import annotations

from itertools import pairwise

from oddline.core.schema import LEVELS, SEVERITIES
from oddline.incidents.severity import severity


def test_worse_is_never_milder():
    order = SEVERITIES.index
    for level in (None, *LEVELS):
        for lines in (1, 10, 1000):
            told = [order(severity(surprise / 2, level=level, lines=lines)) for surprise in range(14)]
            assert all(a <= b for a, b in pairwise(told))
    for surprise in (1.0, 3.0, 5.0):
        told = [order(severity(surprise, level=level)) for level in (None, "warning", "error", "critical")]
        assert all(a <= b for a, b in pairwise(told))
        told = [order(severity(surprise, lines=10**power)) for power in range(7)]
        assert all(a <= b for a, b in pairwise(told))


def test_odd_alone_is_never_critical():
    assert severity(99.0) != "critical"
    assert severity(4.0, level="critical") == "critical"
    assert severity(1.0) == "low"
