"""What people said about templates, in a small file that can be versioned."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from oddline.core.errors import ConfigError, UsageError
from oddline.outputs._atomic import atomic

FILE = "oddline.templates.toml"

_FIRST = re.compile(r"(?m)^(?:#.*\n)*\[\[rule\]\]")
"""The first rule, with the comment that stands right above it."""

HEAD = """\
# What people said about templates: read by `oddline templates`, `scan` and `fit` in this folder.
# The first rule that a line reads like counts. Written by `oddline templates --pin`, `--merge` and `--split`.
"""


def read(path: Path) -> list[dict[str, Any]]:
    """Read the rules; a file that is not there holds none.

    Raises
    ------
    ConfigError
        If it is no TOML, or holds something else than rules.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read ({error})", expected="a TOML file with [[rule]] tables") from error
    rules = told.get("rule", [])
    if set(told) - {"rule"} or not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise ConfigError(f"{path}: {', '.join(told) or 'nothing'}", expected="[[rule]] tables and nothing else")
    return rules


def insert(path: Path, rules: Sequence[dict[str, Any]]) -> None:
    """Put rules before those that the file holds, for the first one counts; all else in it stays as it was written.

    Raises
    ------
    CannotCreate, IOFailure
        If the file cannot be written; then it is as it was.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else HEAD
    first = _FIRST.search(text)
    at = first.start() if first else len(text)
    tables = ["[[rule]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in rule.items()) for rule in rules]
    before = text[:at].rstrip("\n")
    with atomic(path) as file:
        file.write("\n".join([f"{before}\n" if before else "", *tables, text[at:]]).lstrip("\n").encode())


def asked(
    texts: dict[int, str], pin: Sequence[str], merge: Sequence[str], split: Sequence[str]
) -> list[dict[str, Any]]:
    """Turn what was asked for on the command line into rules; templates are named by id.

    Parameters
    ----------
    texts
        The text of each template by its id.
    pin, merge, split
        ``ID``, ``ID+ID+...`` and ``ID:SLOT``, as they were written.

    Raises
    ------
    UsageError
        If there is no such template.

    Examples
    --------
    >>> asked({7: "disk full", 9: "disk <*> full"}, [], ["7+9"], [])
    [{'merge': ['disk full', 'disk <*> full'], 'text': 'disk full', 'id': 7}]
    """
    rules: list[dict[str, Any]] = [
        {"pin": texts[number], "id": number} for number in (_known(one, texts) for one in pin)
    ]
    for several in merge:
        numbers = [_known(one, texts) for one in several.split("+")]
        if len(numbers) < 2:
            raise UsageError(f"--merge {several}", expected="two ids or more, as ID+ID")
        rules.append({"merge": [texts[number] for number in numbers], "text": texts[numbers[0]], "id": numbers[0]})
    for each in split:
        written, _, slot = each.partition(":")
        if not slot.isdecimal():
            raise UsageError(f"--split {each}", expected="an id and the number of a slot, as ID:1")
        rules.append({"split": texts[_known(written, texts)], "slot": int(slot)})
    return rules


def _known(written: str, texts: dict[int, str]) -> int:
    number = int(written) if written.strip().isdecimal() else -1
    if number not in texts:
        raise UsageError(
            f"no template has the id {written!r}", expected="an id of this listing", hint="oddline templates PATH"
        )
    return number


def _toml(value: Any) -> str:
    """Write a text, a number or a list of texts; a JSON text is a TOML one but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
