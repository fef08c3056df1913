"""Quantities as people write them, and what training mostly had."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from oddline.core.nouns import Floats


def edges(X: Floats) -> Floats:
    """Learn between what the middle nine tenths of the training windows lie, shape (2, columns).

    Examples
    --------
    >>> edges(np.arange(101.0).reshape(-1, 1)).ravel().tolist()
    [5.0, 95.0]
    """
    if not len(X):
        return np.zeros((2, X.shape[1]))
    return np.asarray(np.quantile(X, [0.05, 0.95], axis=0, method="nearest"), dtype=np.float64)


def expected(edge: Floats, write: Callable[[float], str]) -> str:
    """Say what training mostly had.

    Examples
    --------
    >>> expected(np.array([1.0, 2.0]), percent), expected(np.array([0.5, 0.5]), percent)
    ('100 % to 200 %', 'about 50 %')
    """
    low, high = write(float(edge[0])), write(float(edge[1]))
    return f"about {low}" if low == high else f"{low} to {high}"


def percent(share: float) -> str:
    """Write a share.

    Examples
    --------
    >>> percent(0.5), percent(0.0123), percent(0.0)
    ('50 %', '1.2 %', '0 %')
    """
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.0f} %"


def plain(value: float) -> str:
    """Write a number.

    Examples
    --------
    >>> plain(1234.0), plain(0.12345), plain(-0.0)
    ('1,234', '0.123', '0')
    """
    value += 0.0  # -0 is 0
    return f"{value:,.0f}" if abs(value - round(value)) < 1e-6 and abs(value) < 1e9 else f"{value:.3g}"


def seconds(value: float) -> str:
    """Write a length of time, in the unit that suits it.

    Examples
    --------
    >>> seconds(0.0), seconds(0.0123), seconds(0.99999999), seconds(1.5)
    ('0 ms', '12 ms', '1 s', '1.5 s')
    >>> seconds(150.0), seconds(7200.0), seconds(200_000.0)
    ('2.5 min', '2 h', '2.3 days')
    """
    value = float(f"{value:.6g}")  # what was a logarithm is no whole number any more
    for size, unit in ((86_400.0, "days"), (3_600.0, "h"), (60.0, "min"), (1.0, "s")):
        if value >= size:
            return f"{value / size:.2g} {unit}" if value < 100 * size else f"{value / size:,.0f} {unit}"
    return f"{1000 * value:.2g} ms" if value < 0.1 else f"{1000 * value:.0f} ms"


def shortened(text: str, most: int = 80) -> str:
    """Cut a text for a sentence.

    Examples
    --------
    >>> shortened("abcdef", 4)
    'abc…'
    """
    line = text.split("\n", maxsplit=1)[0]
    return line if len(line) <= most else line[: most - 1] + "…"
