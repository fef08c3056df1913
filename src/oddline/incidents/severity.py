"""How bad something is, in one word."""

from __future__ import annotations

import math
from bisect import bisect_right

from oddline.core.schema import SEVERITIES

STEPS = (1.5, 2.25, 3.25)
"""Below the first is low, from the last on is critical."""

LEVEL_WEIGHT = {"warning": 0.5, "error": 1.0, "critical": 2.0}


def severity(surprise: float, *, level: str | None = None, lines: int = 1) -> str:
    """Weigh what the log itself says most, then how odd it is, then how many lines tell of it.

    Odd alone is never critical: a line that nobody calls an error is news, not yet trouble. ``surprise`` is in
    powers of ten; beyond one in a hundred each counts half a step, up to one step and a half. A thousand
    lines count three quarters of a step.

    Examples
    --------
    >>> severity(2.0), severity(4.0), severity(4.0, level="error"), severity(4.0, level="critical")
    ('low', 'medium', 'high', 'critical')
    """
    odd = min(max((surprise - 2.0) / 2.0, 0.0), 1.5)
    weight = 1.0 + odd + LEVEL_WEIGHT.get(level or "", 0.0) + 0.25 * math.log10(max(1, lines))
    return SEVERITIES[bisect_right(STEPS, weight)]
