"""Finds the checks of each room: the functions of this package whose names are sentences.

The contract of a room is the file of that name beside this one; a clause is a function ``check_...`` in it
that takes a plug-in's class (for formats: the format itself) and raises ``AssertionError`` with what was
found. Nobody lists them by hand.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from oddline.core import folder


@dataclass(frozen=True)
class Check:
    """One clause of a room's contract."""

    room: str
    name: str
    function: Callable[[Any], None]

    def __call__(self, subject: Any) -> None:
        """Hold a plug-in to this clause; ``AssertionError`` says what was found."""
        self.function(subject)


def rooms_with_contract() -> list[str]:
    """List the rooms that have a contract.

    Examples
    --------
    >>> "detectors" in rooms_with_contract()
    True
    """
    return sorted(set(folder.plugins("testing")) & set(folder.rooms()))


def checks(room: str) -> Iterator[Check]:
    """Give the clauses of a room's contract.

    Examples
    --------
    >>> [check.name for check in checks("windows")][0]
    'all_that_belong_are_kept'
    """
    module = import_module(f"oddline.testing.{room}")
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("check_") and function.__module__ == module.__name__:
            yield Check(room, name.removeprefix("check_"), function)


def subject(room: str, name: str) -> Any:
    """Load what a room's checks take: a class, or for formats (which may be data) the built format."""
    if room == "formats":
        from oddline.formats._guess import load_format

        return load_format(name)
    return folder.load(room, name)
