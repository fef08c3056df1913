"""Kinds of jobs: one file a kind, found by walking the folder."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from oddline.core.errors import UnknownPlugin
from oddline.service.jobs.kinds._base import Kind

__all__ = ["Kind", "kind_of", "stages_of"]


@cache
def _kinds() -> dict[str, Kind]:
    names = [found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")]
    return {name: import_module(f"{__name__}.{name}").kind for name in names}


def kind_of(name: str) -> Kind:
    """Give what is known of a kind of job.

    Raises
    ------
    UnknownPlugin
        If there is none of this name.
    """
    if name not in _kinds():
        raise UnknownPlugin(name, "kinds of jobs", _kinds())
    return _kinds()[name]


def stages_of(name: str) -> tuple[str, ...]:
    """Name the stages of a kind of job, in order.

    Examples
    --------
    >>> stages_of("scan")[:2]
    ('fetch', 'read')
    """
    return tuple(kind_of(name).stages)
