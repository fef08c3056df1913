"""Whether an estimator of PyOD keeps the contract of detectors: tried on a few rows that are made up."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from oddline.core.nouns import Floats
from oddline.detectors._pyod_model import asked, class_of, fitted

ROWS = 200
SEED = 0

Ask = Callable[[Floats], Floats]


def fault(name: str, settings: dict[str, Any], columns: int) -> str:
    """Tell which clause of the contract an estimator breaks with these settings; empty if none was seen to break.

    The clauses are those that matter most of ``oddline.testing.detectors``; each asks few rows, so that this takes
    about as long as learning from 200 rows twice. The answer is remembered.

    Examples
    --------
    >>> fault("KNN", {}, 3), fault("COPOD", {}, 3)
    ('', 'a row alone has another score than in company')
    """
    return _fault(name, json.dumps(settings, sort_keys=True), columns)


@cache
def _fault(name: str, settings: str, columns: int) -> str:
    return next(_faults(name, json.loads(settings), columns), "")


def _faults(name: str, settings: dict[str, Any], columns: int) -> Iterator[str]:
    usual = np.abs(np.random.default_rng(SEED).normal(size=(ROWS, columns)))
    model = fitted(name, settings, usual, SEED)

    def ask(rows: Floats) -> Floats:
        return asked(model, rows, SEED)

    others = np.abs(np.random.default_rng(1).normal(size=(ROWS, columns)))
    odd = others[:12] + 8.0
    rows = np.vstack([others[:12], odd[:3]])
    try:
        first = ask(rows)
        if first.shape != (len(rows),) or not np.isfinite(first).all():
            yield "its scores are not one finite number a row"
        yield from _about_scores(ask, others, odd, usual.mean(axis=0))
        yield from _about_company(ask, rows, first, 1e-4 if _is_neural(name) else 1e-9)
        if not np.array_equal(asked(fitted(name, settings, usual, SEED), rows, SEED), first):
            yield "the same seed gives other scores"
    except Exception as error:  # PyOD and what it calls raise whatever they like
        yield f"scoring breaks off ({type(error).__name__}: {error})"


def _about_scores(ask: Ask, usual: Floats, odd: Floats, middle: Floats) -> Iterator[str]:
    """Planted rows are odd; the way out is no way back; enormous rows have a score."""
    planted, others = ask(odd), ask(usual)
    # In a single column a forest may set no row further apart than training's outermost: a tie is no fault.
    if planted.min() < np.quantile(others, 0.99) or planted.min() <= np.median(others):
        yield "rows that are far away in every column are not odd"
    way = ask(middle + np.outer([2.0, 4.0, 8.0, 16.0, 64.0, 1024.0], np.ones(middle.size)))
    if (np.diff(way) < -0.02 * max(float(np.ptp(way)), 1e-12)).any():
        yield "a row further away is less odd"
    if not np.isfinite(ask(np.vstack([usual[:1], np.full_like(usual[:1], 1e12)]))).all():
        yield "an enormous row has no finite score"


def _about_company(ask: Ask, rows: Floats, first: Floats, tolerance: float) -> Iterator[str]:
    """A row scores alone as in company, and as it did before."""
    alone = np.concatenate([ask(row[None, :]) for row in rows])
    if not np.allclose(alone, first, rtol=tolerance, atol=tolerance * 1e-3):
        yield "a row alone has another score than in company"
    if not np.array_equal(ask(rows), first):
        yield "scoring changes it: the same rows have other scores afterwards"


def _is_neural(name: str) -> bool:
    """Tell whether it works with torch, which adds up float32 in another order for another number of rows."""
    return hasattr(inspect.getmodule(class_of(name)), "torch")
