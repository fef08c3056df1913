"""The masked text itself is the template: nothing is joined, nothing can be swallowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from oddline.templates._incremental import Incremental, Learnt

__all__ = ["Exact"]


class Exact(Incremental):
    """Take every distinct masked line for a template of its own.

    The quickest miner and the most careful: right where every other word is worth telling apart, too fine
    where messages quote names or paths without digits.

    Parameters
    ----------
    masks : dict, optional
        Masks of one's own: names of slots (``A`` to ``Z``) with the patterns of what they stand for.
    rules : list of dict, optional
        What people said about templates; see :class:`oddline.templates._corrections.Rule`.

    Examples
    --------
    >>> logs = pl.DataFrame({"message": ["job 1 done", "job 2 done", "user anna left", "user bert left"]})
    >>> Exact().fit(logs).templates_["text"].to_list()
    ['job <NUM> done', 'user anna left', 'user bert left']
    """

    def __init__(self, masks: dict[str, str] | None = None, rules: list[dict[str, Any]] | None = None) -> None:
        self.masks = masks
        self.rules = rules

    def _learn(self, known: pl.DataFrame, typed: Callable[[pl.DataFrame], pl.Series]) -> Learnt:
        """Number the masked lines; no pattern stands for others than itself."""
        group = np.arange(1, known.height + 1, dtype=np.uint32)
        return Learnt(
            group, [([masked], []) for masked in known["masked"]], typed(known).to_list(), known["masked"].clear()
        )

    def _matched(self, masked: pl.Series) -> np.ndarray:
        return np.zeros(masked.len(), dtype=np.uint32)
