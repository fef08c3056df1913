"""The weightiest rule that fires decides: for features that are rules with a severity."""

from __future__ import annotations

from typing import ClassVar

from oddline.detectors._weightiest import Weightiest

__all__ = ["Rules"]


class Rules(Weightiest):
    """Takes one column a rule, each the surprise that the rule is worth where it fires, and gives the largest.

    Nothing is learnt from the data: what is bad was written down by people, as the rules of the feature ``rules``.

    Examples
    --------
    >>> detector = Rules().fit([[0.0, 0.0], [6.0, 0.0]])
    >>> detector.anomaly_score([[0.0, 0.0], [6.0, 2.9]]).tolist()
    [0.0, 6.0]
    """

    feature: ClassVar[str] = "rules"
