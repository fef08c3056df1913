"""Masks of the user's own: a slot's name, and a pattern of what it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from oddline.core.errors import ConfigError

LONGEST = 1_000
"""Characters of a pattern; what is longer is a list, which belongs elsewhere."""

_SLOT = re.compile(r"[A-Z]+")
_FAULT = re.compile(r"(?m)^error: (.*)|(?<=regex error: )(Compiled.*)")
_PROBES = ("", "a", "A a", "1", " ", "-", "a\nb", "é")
"""Texts in which a pattern that can fit nothing at all does so, wherever its edges of words and lines are."""


def checked(masks: Mapping[str, Any], where: str = "masks") -> dict[str, str]:
    r"""Give masks back if each has the name of a slot, and a pattern that compiles and fits no empty text.

    Parameters
    ----------
    masks : mapping
        By slot, a regex in the syntax of Rust, which runs in linear time.
    where : str
        Where they stand, for the message.

    Raises
    ------
    ConfigError
        Names the first mask that is none, and what is wrong with it.

    Examples
    --------
    >>> checked({"ORDER": "ORD-[A-Z]{4}"})
    {'ORDER': 'ORD-[A-Z]{4}'}
    >>> checked({"ORDER": "[A-Z]*"})
    Traceback (most recent call last):
    oddline.core.errors.ConfigError: masks: ORDER fits the empty text; expected a pattern that needs a character
    """
    for name, pattern in masks.items():
        _named(name, where)
        _compiles(name, pattern, where)
    return dict(masks)


def _named(name: Any, where: str) -> None:
    if not (isinstance(name, str) and _SLOT.fullmatch(name)):
        raise ConfigError(f"{where}: {name!r} is no name of a slot", expected="capital letters A-Z", hint="ORDER")


def _compiles(name: str, pattern: Any, where: str) -> None:
    if not isinstance(pattern, str):
        raise ConfigError(f"{where}: {name} is {pattern!r}", expected="a pattern in quotes")
    if len(pattern) > LONGEST:
        raise ConfigError(f"{where}: {name} has {len(pattern):,} characters", expected=f"at most {LONGEST:,}")
    try:
        found = pl.Series(_PROBES).str.extract_all(pattern).explode()
    except PolarsError as error:
        told = _FAULT.search(str(error))
        raise ConfigError(
            f"{where}: {name} is no pattern ({told[told.lastindex or 0] if told else 'it does not compile'})",
            expected="a regex in the syntax of Rust, without look-around and back-references",
        ) from error
    if (found == "").any():
        raise ConfigError(f"{where}: {name} fits the empty text", expected="a pattern that needs a character")
