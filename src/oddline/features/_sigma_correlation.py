"""Sigma's correlations: many events, many values, or several rules within a span of time.

An event fires a correlation when it completes it: what counts is the span of time that ends with this event. All of
it is arithmetic on the sorted times of the events that the rules referred to have found; nothing walks event by event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import ConfigError
from oddline.features._sigma_fields import Fields

Ints = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

KINDS = ("EVENT_COUNT", "VALUE_COUNT", "TEMPORAL", "TEMPORAL_ORDERED")


@dataclass(frozen=True)
class Stream:
    """What the rules referred to have found, by group, time and row: which rule it was, and where its span begins.

    ``opens`` has, for each place, the first one of the same group that is no further back than the span.
    """

    row: Ints
    which: Ints
    value: Ints
    opens: Ints


def check(rule: Any, where: str) -> None:
    """Refuse a correlation that cannot be told when its last event comes.

    Raises
    ------
    ConfigError
        Says what it asks for.
    """
    kind, condition = rule.type.name, rule.condition
    expected = "one of " + ", ".join(name.lower() for name in KINDS)
    if kind not in KINDS:
        raise ConfigError(f"{where} correlates by {kind.lower()}", expected=expected)
    if hasattr(condition, "op"):
        if condition.op.name not in {"GTE", "GT", "EQ"}:
            raise ConfigError(
                f"{where} fires at {condition.op.name.lower()} {condition.count}: that few events came is known only "
                "after the span, when no event is there to tell it by",
                expected="gte, gt or eq",
            )
        return
    _, others = _named(condition.parsed)
    if "CorrelationConditionNOT" in others or (kind == "TEMPORAL_ORDERED" and "CorrelationConditionOR" in others):
        raise ConfigError(
            f"{where} has the condition {condition.expression!r}",
            expected="and, or; for temporal_ordered only and: a rule that is absent, or in no place, has no time",
        )


def _named(node: Any) -> tuple[list[str], set[str]]:
    """Give the rules that a condition names, in order, and the kinds of its other parts."""
    if not hasattr(node, "args"):
        return [node.reference], set()
    names, kinds = [], {type(node).__name__}
    for one in node.args:
        more, others = _named(one)
        names += more
        kinds |= others
    return names, kinds


def correlate(rule: Any, found: Sequence[Ints], records: pl.DataFrame, fields: Fields) -> tuple[Ints, Ints]:
    """Give the rows at which a correlation is complete, and how much there was of what it counts.

    Parameters
    ----------
    rule
        A ``SigmaCorrelationRule`` of pySigma.
    found
        The rows that each of the rules that it refers to has found, in their order.
    records
        Events with their times; what has no time, or not all fields of ``group-by``, takes no part.
    fields
        Which column a field is.
    """
    kind, condition = rule.type.name, rule.condition
    several = kind in {"TEMPORAL", "TEMPORAL_ORDERED"}
    stream = _stream(rule, found, records, fields, once=not several)
    if not len(stream.row):
        return stream.row, stream.row
    place = np.arange(len(stream.row))
    if kind == "EVENT_COUNT":
        count = place - stream.opens + 1
    elif kind == "VALUE_COUNT":
        count = _distinct(stream.value, stream.opens)
    else:
        last = _last_of_each(stream.which, len(found))
        there = last >= stream.opens[:, None]
        if kind == "TEMPORAL_ORDERED":
            there = there & _in_order(stream, _order(rule, len(found)))[:, None]
        count = there.sum(axis=1)
        if not hasattr(condition, "op"):
            names = [reference.reference for reference in rule.referenced_rules]
            return _fired(stream.row, count, _holds(condition.parsed, dict(zip(names, there.T, strict=True))))
    return _fired(stream.row, count, _enough(condition, count))


def _enough(condition: Any, count: Ints) -> Truth:
    wanted = condition.count
    compared = {"GTE": count >= wanted, "GT": count > wanted, "EQ": count == wanted}[condition.op.name]
    return np.asarray(compared)


def _fired(row: Ints, count: Ints, holds: Truth) -> tuple[Ints, Ints]:
    """Give each row once, with the most that was counted at it."""
    rows, own = np.unique(row[holds], return_inverse=True)
    most = np.zeros(len(rows), dtype=np.int64)
    np.maximum.at(most, own.ravel(), count[holds])
    return rows, most


def _stream(rule: Any, found: Sequence[Ints], records: pl.DataFrame, fields: Fields, *, once: bool) -> Stream:
    parts = [_part(rule, which, rows, records, fields) for which, rows in enumerate(found)]
    table = pl.concat(parts).drop_nulls(["time", "group"])
    if rule.type.name == "VALUE_COUNT":
        table = table.drop_nulls("value")
    if once:  # an event that several of the rules have found is one event
        table = table.unique("row", maintain_order=True)
    table = table.with_columns(pl.col("group", "value").cast(pl.Categorical()).to_physical().cast(pl.Int64))
    table = table.sort("group", "time", "row", "which")
    group, time = table["group"].to_numpy(), table["time"].to_numpy()
    # Times as ranks: group and rank make one number that is sorted like the table, however long the log is.
    ranks = np.unique(time)
    many = len(ranks) + 1
    key = group * many + np.searchsorted(ranks, time)
    begin = group * many + np.searchsorted(ranks, time - rule.timespan.seconds * 1_000_000)
    return Stream(
        table["row"].to_numpy(), table["which"].to_numpy(), table["value"].fill_null(-1).to_numpy(),
        np.searchsorted(key, begin).astype(np.int64),
    )  # fmt: skip


def _part(rule: Any, which: int, rows: Ints, records: pl.DataFrame, fields: Fields) -> pl.DataFrame:
    """Give what one rule has found: row, time, group and value."""
    reference = rule.referenced_rules[which].reference
    wanted = getattr(rule.condition, "fieldref", None) if rule.type.name == "VALUE_COUNT" else None
    values = [wanted] if isinstance(wanted, str) else list(wanted or [])
    events = records.select(pl.all().gather(rows)) if len(rows) else records.clear()
    return events.select(
        row=pl.Series(rows, dtype=pl.Int64),
        which=pl.lit(which, pl.Int64),
        time=pl.col("ts").dt.epoch("us"),
        group=_joined([_alias(rule, reference, name) for name in rule.group_by or []], fields),
        value=_joined([_alias(rule, reference, name) for name in values], fields),
    )


def _alias(rule: Any, reference: str, name: str) -> str:
    """Give what a field is called in the events of one of the rules."""
    alias = rule.aliases.aliases.get(name)
    called: Mapping[str, str] = {one.reference: field for one, field in alias.mapping.items()} if alias else {}
    return called.get(reference, name)


def _joined(names: Sequence[str], fields: Fields) -> pl.Expr:
    """Give several fields as one text; null where one of them is missing."""
    if not names:
        return pl.lit("")
    columns = [fields.find(name) for name in names]
    cells = [pl.lit(None, pl.String) if column is None else fields.cell(column) for column in columns]
    return pl.concat_str(cells, separator="\x1f")


def _distinct(value: Ints, opens: Ints) -> Ints:
    """Count the distinct values from each place's opening on.

    A value counts where it is there for the first time within the span. Openings never go back, so each place
    counts for one stretch of later places: from when its forerunner has left the span to when it leaves itself.
    """
    size = len(value)
    order = np.lexsort((np.arange(size), value))
    before = np.full(size, -1, dtype=np.int64)
    same = value[order][1:] == value[order][:-1]
    before[order[1:][same]] = order[:-1][same]
    place = np.arange(size)
    first = np.maximum(place, np.searchsorted(opens, before, side="right"))
    last = np.searchsorted(opens, place, side="right")
    change = np.zeros(size + 1, dtype=np.int64)
    counts = first < last
    np.add.at(change, first[counts], 1)
    np.add.at(change, last[counts], -1)
    return np.cumsum(change)[:-1]


def _last_of_each(which: Ints, rules: int) -> Ints:
    """Give, for each place and rule, the last place up to it that is of this rule; -1 if there is none."""
    place = np.arange(len(which))
    return np.stack([np.maximum.accumulate(np.where(which == one, place, -1)) for one in range(rules)], axis=1)


def _order(rule: Any, rules: int) -> list[int]:
    """Give the order in which the rules have to come."""
    if hasattr(rule.condition, "op"):
        return list(range(rules))
    names = [reference.reference for reference in rule.referenced_rules]
    return [names.index(name) for name in _named(rule.condition.parsed)[0]]


def _in_order(stream: Stream, order: Sequence[int]) -> Truth:
    """Tell the places that end a chain of events, one of each rule in their order, that began within the span.

    Of all chains that end somewhere, the one that began last is the one that fits soonest.
    """
    place = np.arange(len(stream.row))
    # An event that two rules have found cannot come after itself.
    earlier = np.searchsorted(np.flatnonzero(np.diff(stream.row, prepend=-1) != 0), place, side="right") - 1
    starts = np.flatnonzero(np.diff(stream.row, prepend=-1) != 0)
    before = starts[earlier] - 1
    began = np.where(stream.which == order[0], place, -1)
    for one in order[1:]:
        latest = np.maximum.accumulate(began)
        began = np.where((stream.which == one) & (before >= 0), latest[np.maximum(before, 0)], -1)
    return np.asarray(began >= stream.opens)


def _holds(node: Any, there: Mapping[str, Truth]) -> Truth:
    """Tell where a condition over rules holds."""
    if not hasattr(node, "args"):
        return there[node.reference]
    parts = [_holds(one, there) for one in node.args]
    both = np.logical_and.reduce if type(node).__name__ == "CorrelationConditionAND" else np.logical_or.reduce
    return np.asarray(both(parts))
