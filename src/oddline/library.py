"""A face: what ``import oddline`` offers to a program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from oddline.drivers.batch import read_records
from oddline.ops import bundle
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.presets import preset as parameters


class Model(Pipeline):
    """A pipeline that can be saved."""

    def save(self, path: str | Path) -> dict[str, Any]:
        """Write this fitted model into one ``.odd`` file, and give its card."""
        return bundle.save(self, path)


def read(*paths: str | Path, format: str | None = None, **options: Any) -> pl.DataFrame:  # noqa: A002
    """Read logs into Records: one row an event.

    ``paths`` are files, folders, globs or ``"-"``; ``format`` forces a format that is otherwise guessed;
    ``options`` are those of :func:`oddline.drivers.batch.read_records`.
    """
    return read_records([str(path) for path in paths], format=format, **options).records


def pipeline(preset: str = "lines", **changes: Any) -> Model:
    """Make a pipeline by the name of a preset, with changes to its parameters.

    Examples
    --------
    >>> pipeline("rows", detector="mahalanobis").detector
    'mahalanobis'
    """
    return Model(**parameters(preset, **changes))


def load(path: str | Path) -> Model:
    """Open a bundle that ``save`` or ``oddline fit`` wrote."""
    model = bundle.load(path, into=Model)
    assert isinstance(model, Model)
    return model
