"""How bad something is, in one word."""

from __future__ import annotations

import numpy as np

from oddline.core.schema import SEVERITIES

STEPS = (1.5, 2.5, 3.5)
"""Powers of ten: below the first is low, beyond the last is critical."""

LEVEL_WEIGHT = {"warning": 0.25, "error": 0.5, "critical": 1.0}


def severity(surprise: float, *, level: str | None = None, lines: int = 1) -> str:
    """Weigh surprise with what the log itself says and with how many lines tell of it.

    Surprise is in powers of ten; a line that calls itself critical counts one power more, a thousand
    lines three quarters of one.

    Examples
    --------
    >>> severity(1.0), severity(2.0), severity(2.0, level="error"), severity(3.0, level="critical")
    ('low', 'medium', 'high', 'critical')
    """
    weight = surprise + LEVEL_WEIGHT.get(level or "", 0.0) + 0.25 * float(np.log10(max(1, lines)))
    return SEVERITIES[int(np.searchsorted(STEPS, weight, side="right"))]
