"""A miner finds the fixed words behind many messages."""

from __future__ import annotations

from abc import abstractmethod
from typing import Self

import polars as pl

from oddline.core.estimator import Estimator


class Miner(Estimator):
    """Messages into templates.

    Attributes
    ----------
    templates_ : polars.DataFrame
        ``schema.TEMPLATES``: one row a template, the commonest first. The id is a fingerprint of what all its
        lines have in common, so that the same template has the same id in every run and on every machine.
    """

    templates_: pl.DataFrame

    @abstractmethod
    def fit(self, records: pl.DataFrame, y: None = None) -> Self:
        """Learn the templates of Records (only ``message`` is read)."""

    @abstractmethod
    def partial_fit(self, records: pl.DataFrame, y: None = None) -> Self:
        """Learn from further Records: in the end as if all had come at once, in whatever order they come."""

    @abstractmethod
    def transform(self, records: pl.DataFrame) -> pl.DataFrame:
        """Add ``schema.TEMPLATED``; a message of no known template gets ``template_id`` 0. Learns nothing."""

    def fit_transform(self, records: pl.DataFrame, y: None = None) -> pl.DataFrame:
        """Fit, then transform the same Records; a miner that can do both in one pass overrides this."""
        return self.fit(records, y).transform(records)
