"""What a search may try: parameters of detectors and their ranges, told by people or read off the defaults."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from oddline.core import folder
from oddline.core.errors import UsageError

GRID_STEPS = 4
"""Values of a range that a grid tries."""

REACH = 4.0
"""A number is searched from a quarter of its default to four times as much, where nobody says otherwise."""

NEVER = {"random_state", "held_back", "checkpoint"}
"""Parameters that change how a result is come by, not what it is."""

_RANGE = re.compile(r"(-?[\d.]+(?:e-?\d+)?)\.\.(-?[\d.]+(?:e-?\d+)?)")


@dataclass(frozen=True)
class Range:
    """Numbers from ``low`` to ``high``, both included; on a logarithmic scale if both are above 0."""

    low: float
    high: float
    whole: bool

    @property
    def logarithmic(self) -> bool:
        """Whether steps are factors."""
        return self.low > 0

    def steps(self, count: int = GRID_STEPS) -> tuple[float, ...]:
        """Give a few values, spread evenly on the range's own scale.

        Examples
        --------
        >>> Range(1, 1000, whole=True).steps()
        (1, 10, 100, 1000)
        """
        shares = [number / (count - 1) for number in range(count)]
        if self.logarithmic:
            values = [self.low * (self.high / self.low) ** share for share in shares]
        else:
            values = [self.low + (self.high - self.low) * share for share in shares]
        return tuple(dict.fromkeys(round(value) if self.whole else float(f"{value:.6g}") for value in values))


Choice = tuple[Any, ...]
Space = dict[str, Range | Choice]


def space_of(detector: str) -> Space:
    """Read what can be searched off a detector: a ``space`` of its own, or ranges around its defaults.

    Examples
    --------
    >>> sorted(space_of("isolation_forest"))
    ['max_samples', 'n_estimators']
    """
    cls = folder.load("detectors", detector)
    own: Space | None = getattr(cls, "space", None)
    if own is not None:
        return own
    hints = get_type_hints(cls.__init__)
    found = {
        name: _around(parameter.default, hints.get(name))
        for name, parameter in inspect.signature(cls).parameters.items()
        if name not in NEVER
    }
    return {name: searched for name, searched in found.items() if searched is not None}


def told_space(pairs: Sequence[str], read: Any) -> Space:
    """Read ``KEY=LOW..HIGH`` and ``KEY=a,b,c``; ``read`` turns the text of one value into the value.

    Raises
    ------
    UsageError
        If a pair is neither.

    Examples
    --------
    >>> told_space(["n=10..200", "kind=a,b"], str)
    {'n': Range(low=10.0, high=200.0, whole=True), 'kind': ('a', 'b')}
    """
    space: Space = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not (key and equals and text):
            raise UsageError(f"--search {pair!r}", expected="KEY=LOW..HIGH or KEY=a,b,c", hint="--search k=2..20")
        if found := _RANGE.fullmatch(text.strip()):
            low, high = float(found[1]), float(found[2])
            if not low < high:
                raise UsageError(f"--search {pair!r}", expected="the lower number first")
            space[key.strip()] = Range(low, high, whole="." not in found[1] + found[2] and "e" not in text)
        else:
            space[key.strip()] = tuple(read(value.strip()) for value in text.split(","))
    return space


def _around(default: Any, hint: Any) -> Range | Choice | None:
    """Give what to try around a default; None where nothing can be told from it."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    if isinstance(default, bool):
        return (False, True)
    if isinstance(default, int) and default > 0:
        return Range(max(1, math.ceil(default / REACH)), default * int(REACH), whole=True)
    if isinstance(default, float) and default > 0:
        # A share stays a share.
        high = default * REACH if default >= 1 else min(default * REACH, (1 + default) / 2)
        return Range(default / REACH, high, whole=False)
    return None
