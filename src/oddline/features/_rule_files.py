r"""Rules in TOML: patterns that people wrote down, with what they mean and how bad it is.

::

    [[rule]]
    name = "payment-lost"                    # letters, digits and dashes; a name that is there already is replaced
    says = "A payment was taken and not booked"
    severity = "critical"                    # low, medium, high or critical
    pattern = 'payment \w+ without booking'  # one or several; a Rust regex, letters may be large or small
    unless = 'test mode'                     # one or several; a line that holds one is left alone
    fields = { service = '^shop', level = ["error", "critical"] }   # a pattern, or the words that it may be
    match = ["payment 4711 without booking"] # what it must find
    no_match = ["payment 4711 booked"]       # and what it must not: both are tried when the file is read
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import polars as pl

from oddline.core.errors import ConfigError
from oddline.core.schema import SEVERITIES

FILE = "oddline.rules.toml"

Rule = dict[str, Any]
"""``name, says, severity``, lists ``pattern, unless, match, no_match``, and ``fields`` by name: a pattern or words."""

LARGEST = 1 << 20
"""A file of rules beyond a megabyte was not written by people."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_LISTS = ("pattern", "unless", "match", "no_match")
_KEYS = {"name", "says", "severity", "fields", *_LISTS}


def built_in() -> list[Rule]:
    """Give the rules that come with Oddline: families of errors that any log may hold.

    Examples
    --------
    >>> [rule["name"] for rule in built_in() if rule["name"].startswith("out")]
    ['out-of-memory']
    """
    return [rule for rules in families().values() for rule in rules]


def families() -> dict[str, list[Rule]]:
    """Give the built-in rules by the family that they are of: each has a file of its own.

    Examples
    --------
    >>> list(families())
    ['access', 'crash', 'database', 'disk', 'hardware', 'memory', 'network', 'services']
    """
    files = sorted(Path(__file__).parent.glob("_rules_*.toml"))
    return {path.stem.removeprefix("_rules_"): read(path) for path in files}


def read(path: Path) -> list[Rule]:
    """Read the rules of a file.

    Raises
    ------
    ConfigError
        If it cannot be read, or a rule in it is not as it should be; the rule and the fault are named.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{path} has {path.stat().st_size:,} bytes", expected="rules of a megabyte at most")
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path} cannot be read ({error})", expected="a TOML file with [[rule]] tables") from error
    rules = told.get("rule", [])
    if set(told) - {"rule"} or not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise ConfigError(f"{path}: {', '.join(told) or 'nothing'}", expected="[[rule]] tables and nothing else")
    return [checked(rule, f"{path.name}: rule {rule.get('name', number)!r}") for number, rule in enumerate(rules, 1)]


def checked(told: dict[str, Any], where: str) -> Rule:
    """Give a rule in its full form.

    Raises
    ------
    ConfigError
        If it lacks something, says something that no rule has, or has a pattern that cannot be used.

    Examples
    --------
    >>> checked({"name": "gone", "says": "Gone", "severity": "low", "pattern": "gone"}, "x")["pattern"]
    ['gone']
    >>> checked({"name": "gone", "says": "Gone", "severity": "bad", "pattern": "gone"}, "x")
    Traceback (most recent call last):
    oddline.core.errors.ConfigError: x: severity is 'bad'; expected one of low, medium, high, critical
    """
    unknown = sorted(set(told) - _KEYS)
    if unknown:
        raise ConfigError(f"{where}: unknown {', '.join(unknown)}", expected="keys out of " + ", ".join(sorted(_KEYS)))
    if not _NAME.fullmatch(str(told.get("name", ""))):
        raise ConfigError(f"{where}: the name", expected="letters, digits and dashes")
    if not isinstance(told.get("says"), str) or not told["says"].strip():
        raise ConfigError(f"{where}: says nothing", expected="says = a sentence for people")
    if told.get("severity") not in SEVERITIES:
        raise ConfigError(f"{where}: severity is {told.get('severity')!r}", expected="one of " + ", ".join(SEVERITIES))
    rule: Rule = {key: told[key] for key in ("name", "says", "severity")}
    for key in _LISTS:
        rule[key] = _texts(told.get(key, []), f"{where}: {key}")
    rule["fields"] = _fields(told.get("fields", {}), where)
    if not rule["pattern"] and not rule["fields"]:
        raise ConfigError(f"{where}: looks at nothing", expected="pattern, or fields, or both")
    patterns = [*rule["pattern"], *rule["unless"], *(one for one in rule["fields"].values() if isinstance(one, str))]
    for pattern in patterns:
        compiles(pattern, where)
    return rule


def compiles(pattern: str, where: str) -> None:
    """Refuse a pattern that the engine of regular expressions refuses.

    Raises
    ------
    ConfigError
        Says what it does not like.
    """
    reason = refusal(pattern)
    if reason:
        raise ConfigError(
            f"{where}: the pattern {pattern!r} cannot be used ({reason})",
            expected="a regular expression as Rust has it: without look-around and back-references, "
            "so that no line can make it slow",
            hint="unless = '...' instead of a negative look-around",
        )


def refusal(pattern: str) -> str:
    """Say why a pattern cannot be used; nothing if it can."""
    try:
        pl.select(pl.lit("").str.contains(pattern))
    except pl.exceptions.ComputeError as error:
        text = str(error)
        found = re.search(r"error: (?!regex parse)(.+)", text) or re.search(r"(Compiled regex exceeds.+)", text)
        return found.group(1).rstrip(".") if found else text.split("\n", maxsplit=1)[0]
    return ""


def _texts(told: Any, where: str) -> list[str]:
    texts = [told] if isinstance(told, str) else told
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise ConfigError(f"{where} is {told!r}", expected="a text, or a list of texts")
    return texts


def _fields(told: Any, where: str) -> dict[str, str | list[str]]:
    if not isinstance(told, dict):
        raise ConfigError(f"{where}: fields is {told!r}", expected="a table of names and patterns")
    for name, value in told.items():
        if not isinstance(value, str) and not (isinstance(value, list) and value):
            raise ConfigError(f"{where}: the field {name} is {value!r}", expected="a pattern, or a list of words")
    return {name: value if isinstance(value, str) else _texts(value, where) for name, value in told.items()}
