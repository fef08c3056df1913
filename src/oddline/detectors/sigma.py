"""The weightiest Sigma rule that fires decides."""

from __future__ import annotations

from typing import ClassVar

from oddline.detectors._weightiest import Weightiest

__all__ = ["Sigma"]


class Sigma(Weightiest):
    """Takes one column a Sigma rule, each the surprise that its level is worth where it fires, and gives the largest.

    Nothing is learnt from the data. The rules are those of the feature ``sigma``.

    Examples
    --------
    >>> detector = Sigma().fit([[0.0, 0.0], [6.0, 0.0]])
    >>> detector.anomaly_score([[0.0, 0.0], [6.0, 2.9]]).tolist()
    [0.0, 6.0]
    """

    feature: ClassVar[str] = "sigma"
