"""Sigma's conditions as Polars expressions, after https://sigmahq.io/sigma-specification (version 2).

Texts are compared without regard to case unless a rule says ``cased``; ``*`` and ``?`` stand for any text and any
character; keywords are looked for in the whole event. A field that an event has not is like no value.
"""

from __future__ import annotations

import ipaddress
import operator
from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl

from oddline.core.errors import ConfigError
from oddline.features._rule_files import refusal
from oddline.features._sigma_fields import Fields

_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "LT": operator.lt, "LTE": operator.le, "GT": operator.gt, "GTE": operator.ge, "NEQ": operator.ne,
}  # fmt: skip
_PARTS = {"MINUTE": "minute", "HOUR": "hour", "DAY": "day", "WEEK": "week", "MONTH": "month", "YEAR": "year"}


class Conditions:
    """Turns the condition trees of one rule into expressions over Records; ``where`` names the rule in errors."""

    def __init__(self, fields: Fields, where: str) -> None:
        self.fields = fields
        self.where = where

    def expression(self, node: Any) -> pl.Expr:
        """Give the expression that is true where a condition holds.

        Raises
        ------
        ConfigError
            If the rule asks for something that cannot be told from Records.
        """
        kind = type(node).__name__
        if kind in {"ConditionAND", "ConditionOR"}:
            parts = [self.expression(one) for one in node.args]
            return pl.all_horizontal(parts) if kind == "ConditionAND" else pl.any_horizontal(parts)
        if kind == "ConditionNOT":
            return ~self.expression(node.args[0])
        if kind == "ConditionValueExpression":
            return self._keyword(node.value).fill_null(False)
        if kind == "ConditionFieldEqualsValueExpression":
            return self._field(node.field, node.value).fill_null(False)
        raise self._refused(f"a condition of the kind {kind}")

    def _refused(self, what: str) -> ConfigError:
        return ConfigError(f"{self.where} asks for {what}", expected="what can be told from one event after the other")

    def _keyword(self, value: Any) -> pl.Expr:
        """Look for a value anywhere in the event."""
        kind = type(value).__name__
        if kind == "SigmaExpansion":
            return pl.any_horizontal([self._keyword(one) for one in value.values])
        event = self.fields.cell("raw" if "raw" in self.fields.schema else "message")
        if kind in {"SigmaString", "SigmaCasedString"}:
            return self._text(event, value, whole=False)
        if kind == "SigmaNumber":
            return event.str.contains(str(value.number), literal=True)
        if kind == "SigmaRegularExpression":
            return self._regex(event, value)
        raise self._refused(f"a keyword of the kind {_kind(value)}")

    def _field(self, name: str, value: Any) -> pl.Expr:
        kind = type(value).__name__
        column = self.fields.find(name)
        if kind == "SigmaExpansion":
            return pl.any_horizontal([self._field(name, one) for one in value.values])
        if kind == "SigmaExists":
            there = pl.lit(False) if column is None else pl.col(column).is_not_null()
            return there if value.exists else ~there
        if kind == "SigmaNull":
            return pl.lit(True) if column is None else (self.fields.cell(column) == "").fill_null(True)
        return pl.lit(False) if column is None else self._value(column, value)

    def _value(self, column: str, value: Any) -> pl.Expr:
        cell = self.fields.cell(column)
        kinds: dict[str, Callable[[Any], pl.Expr]] = {
            "SigmaString": partial(self._text, cell),
            "SigmaCasedString": partial(self._text, cell),
            "SigmaNumber": lambda one: cell.cast(pl.Float64, strict=False) == float(one.number),
            "SigmaBool": lambda one: cell.str.to_lowercase() == str(one.boolean).lower(),
            "SigmaRegularExpression": partial(self._regex, cell),
            "SigmaCIDRExpression": lambda one: _inside(cell, one.network),
            "SigmaCompareExpression": lambda one: _compared(cell, one),
            "SigmaFieldReference": partial(self._other, cell),
            "SigmaTimestampPart": partial(self._part, column),
        }
        kind = type(value).__name__
        if kind not in kinds:
            raise self._refused(_kind(value))
        return kinds[kind](value)

    def _text(self, cell: pl.Expr, value: Any, *, whole: bool = True) -> pl.Expr:
        """Compare with a text that may have wildcards; with ``whole`` it is the whole cell, else a part of it."""
        parts = [part if isinstance(part, str) else _wildcard(part) for part in value.s]
        if None in parts:
            raise self._refused("placeholders (the modifier expand)")
        if type(value).__name__ != "SigmaCasedString":
            cell = cell.str.to_lowercase()
            parts = [part.lower() if isinstance(part, str) else part for part in parts]
        begins, ends = parts[:1] == [ANY] or not whole, parts[-1:] == [ANY] or not whole
        inner = parts[parts[:1] == [ANY] : len(parts) - (parts[-1:] == [ANY])]
        if all(isinstance(part, str) for part in inner):
            return _plain(cell, "".join(inner), begins=begins, ends=ends)  # type: ignore[arg-type]
        pattern = "".join(pl.escape_regex(part) if isinstance(part, str) else part.pattern for part in inner)  # type: ignore[union-attr]
        return cell.str.contains("(?s)" + ("" if begins else "^") + pattern + ("" if ends else "$"))

    def _regex(self, cell: pl.Expr, value: Any) -> pl.Expr:
        flags = "".join(sorted(value.sigma_to_re_flag[flag] for flag in value.flags))
        pattern = (f"(?{flags})" if flags else "") + str(value.regexp)
        reason = refusal(pattern)
        if reason:
            raise self._refused(f"the regular expression {pattern!r} (re), which cannot be used: {reason}")
        return cell.str.contains(pattern)

    def _other(self, cell: pl.Expr, value: Any) -> pl.Expr:
        """Compare with another field of the same event."""
        column = self.fields.find(value.field)
        if column is None:
            return pl.lit(False)
        cell, other = cell.str.to_lowercase(), self.fields.cell(column).str.to_lowercase()
        if value.starts_with and value.ends_with:
            return cell.str.contains(other, literal=True)
        if value.starts_with:
            return cell.str.starts_with(other)
        return cell.str.ends_with(other) if value.ends_with else cell == other

    def _part(self, column: str, value: Any) -> pl.Expr:
        """Compare a part of a time: its hour, its day."""
        part = _PARTS[value.timestamp_part.name]
        if not self.fields.schema[column].is_temporal():
            raise self._refused(f"the {part} of a field that is no time (the modifier {part})")
        found: pl.Expr = getattr(pl.col(column).dt, part)()
        return found == int(value.number)


class _Wildcard:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern


ANY, ONE = _Wildcard(".*"), _Wildcard(".")


def _wildcard(part: Any) -> _Wildcard | None:
    """Give what a special part of a text stands for; None for a placeholder, which nobody has filled in."""
    return {"WILDCARD_MULTI": ANY, "WILDCARD_SINGLE": ONE}.get(getattr(part, "name", ""))


def _plain(cell: pl.Expr, text: str, *, begins: bool, ends: bool) -> pl.Expr:
    """Compare with a text without wildcards inside; ``begins`` and ``ends`` tell where more may stand."""
    if begins and ends:
        return cell.str.contains(text, literal=True)
    if begins:
        return cell.str.ends_with(text)
    return cell.str.starts_with(text) if ends else cell == text


def _compared(cell: pl.Expr, value: Any) -> pl.Expr:
    number = cell.cast(pl.Float64, strict=False)
    made: pl.Expr = _COMPARED[value.op.name](number, float(value.number.number))
    return made


def _inside(cell: pl.Expr, network: Any) -> pl.Expr:
    """Tell addresses of a network: version 4 by arithmetic, version 6 by looking at each distinct one."""
    if network.version == 6:
        return cell.map_batches(partial(_distinct_inside, network), return_dtype=pl.Boolean)
    parts = cell.str.extract_groups(r"^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$")
    numbers = [parts.struct.field(str(place)).cast(pl.Int64) for place in range(1, 5)]
    address = pl.sum_horizontal([number * 256 ** (3 - place) for place, number in enumerate(numbers)])
    size = network.num_addresses
    whole = pl.all_horizontal([number <= 255 for number in numbers]).fill_null(False)
    same: pl.Expr = address // size == int(network.network_address) // size
    return whole & same


def _distinct_inside(network: Any, cells: pl.Series) -> pl.Series:
    distinct = cells.drop_nulls().unique()
    truth = [_is_inside(network, text) for text in distinct]
    return cells.replace_strict(distinct, pl.Series(truth, dtype=pl.Boolean), default=False, return_dtype=pl.Boolean)


def _is_inside(network: Any, text: str) -> bool:
    try:
        return ipaddress.ip_address(text) in network
    except ValueError:
        return False


def _kind(value: Any) -> str:
    """Name a kind of value as rules do: by its modifier."""
    names = {"SigmaQueryExpression": "a query in another language", "SigmaNull": "no value at all"}
    return names.get(type(value).__name__, f"values of the kind {type(value).__name__.removeprefix('Sigma').lower()}")
