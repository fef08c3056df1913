"""Which rows meet a filter, as one mask over all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import UsageError
from oddline.core.schema import LEVELS, SEVERITIES
from oddline.service.results._columns import NO_TIME
from oddline.service.results._scan import Scan
from oddline.service.results._texts import pattern
from oddline.service.results.filters import TERMS, Filter, Search, parse

Truth = npt.NDArray[np.bool_]
Ints = npt.NDArray[Any]

FEW = 20_000
"""Up to so many texts are looked at one by one, rather than in stretches of all texts."""


def meeting(scan: Scan, filter: Filter) -> Truth:  # noqa: A002
    """Tell which rows meet a filter.

    Raises
    ------
    UsageError
        If it names a severity, a source, or a number of a template that cannot be.
    """
    search = parse(filter.q, scan.summary.fields)
    if not search.words and not search.terms:
        return _cheap(scan, filter)
    return scan.masks.of(filter, scan.rows, lambda: _found(scan, filter, search))


def _found(scan: Scan, filter: Filter, search: Search) -> Truth:  # noqa: A002
    mask = _cheap(scan, filter)
    for name, value in search.terms:
        mask &= _term(scan, name, value)
    return _texts(scan, search, mask) if search.words else mask


def without_switches(filter: Filter) -> Filter:  # noqa: A002
    """Leave the severities aside: what their figures count; if they were asked for, the rows are odd anyway."""
    return replace(filter, severities=(), anomalies=filter.anomalies or bool(filter.severities))


def of_severities(scan: Scan, severities: tuple[str, ...]) -> Truth:
    """Tell which rows are of these severities."""
    codes = np.array([_severity(name) for name in severities], dtype=np.int8)
    return np.isin(scan.column("severity"), codes)


def _cheap(scan: Scan, filter: Filter) -> Truth:  # noqa: A002
    mask = np.ones(scan.rows, dtype=bool)
    if filter.anomalies:
        mask &= scan.column("severity") >= 0
    if filter.severities:
        mask &= of_severities(scan, filter.severities)
    if filter.source is not None:
        mask &= _source(scan, filter.source)
    if filter.incident is not None:
        mask &= _incident(scan, filter.incident)
    if filter.template is not None:
        mask &= _template(scan, filter.template)
    mask = _within_span(scan, filter, mask)
    if filter.least_confidence is not None:
        mask &= scan.column("confidence") >= filter.least_confidence
    if filter.most_confidence is not None:
        mask &= scan.column("confidence") <= filter.most_confidence
    if filter.only is not None:
        chosen = np.zeros(scan.rows, dtype=bool)
        chosen[[row for row in filter.only if 0 <= row < scan.rows]] = True
        mask &= chosen
    return mask


def _within_span(scan: Scan, filter: Filter, mask: Truth) -> Truth:  # noqa: A002
    if filter.since is not None or filter.until is not None:
        ts = scan.column("ts")
        mask &= ts != NO_TIME
        if filter.since is not None:
            mask &= ts >= _microseconds(filter.since)
        if filter.until is not None:
            mask &= ts < _microseconds(filter.until)
    if filter.first_line is not None or filter.last_line is not None:
        place = scan.places()
        if filter.first_line is not None:
            mask &= place >= filter.first_line
        if filter.last_line is not None:
            mask &= place <= filter.last_line
    return mask


def _term(scan: Scan, name: str, value: str) -> Truth:
    """Tell which rows meet ``name:value``; a column of the scan counts beside a word of ours of that name."""
    own = _own_term(scan, name, value) if name in TERMS else np.zeros(scan.rows, dtype=bool)
    return own | _field(scan, name, value) if name in scan.summary.fields else own


def _own_term(scan: Scan, name: str, value: str) -> Truth:
    if name in {"level", "source"}:
        known = [level.startswith(value.lower()) for level in LEVELS]
        if name == "source":
            known = [value.lower() in source.lower() for source in scan.sources]
        return np.isin(scan.column(name), np.flatnonzero(known))
    if name == "key":
        return _equal(scan.texts("key").series(), value) if scan.keyed else np.zeros(scan.rows, dtype=bool)
    if name == "severity":
        return of_severities(scan, (value.lower(),))
    number = int(value) if value.isdecimal() and len(value) < 10 else -1
    return _template(scan, number) if name == "template" else _incident(scan, number)


def _incident(scan: Scan, number: int) -> Truth:
    return np.asarray(scan.column("incident") == number) if number >= 0 else np.zeros(scan.rows, dtype=bool)


def _field(scan: Scan, name: str, value: str) -> Truth:
    column = pl.scan_parquet(scan.folder / "fields.parquet").select(name).collect().to_series()
    equal = _equal(column.cast(pl.String).fill_null(""), value)
    return _to_rows(scan, equal) if scan.windowed else equal


def _equal(texts: pl.Series, value: str) -> Truth:
    """Compare whole texts in any case of letters."""
    return texts.str.contains(f"(?is)^{pl.escape_regex(value)}$").to_numpy()


def _source(scan: Scan, name: str) -> Truth:
    codes = [code for code, known in enumerate(scan.sources) if name in {known, scan.summary.sources[code]}]
    return np.isin(scan.column("source"), np.array(codes, dtype=np.uint32))


def _template(scan: Scan, number: int) -> Truth:
    if not scan.windowed:
        return np.asarray(scan.column("template") == number) if number > 0 else np.zeros(scan.rows, dtype=bool)
    return _to_rows(scan, np.asarray(scan.column("event.template") == number) & (number > 0))


def _to_rows(scan: Scan, events: Truth) -> Truth:
    """Tell which rows have one of these events."""
    rows = np.zeros(scan.rows, dtype=bool)
    rows[scan.column("event.row")[events]] = True
    return rows


def _texts(scan: Scan, search: Search, mask: Truth) -> Truth:
    """Tell which of the rows left contain every word, in their text or their key."""
    if scan.windowed:
        found = mask
        for word in search.words:
            found = found & (_to_rows(scan, scan.texts("text").containing([word])) | _in_key(scan, word))
        return found
    left = int(mask.sum())
    if left <= FEW:
        rows = np.flatnonzero(mask)
        texts = pl.Series(scan.texts("text").some(rows), dtype=pl.String)
        for word in search.words:
            kept = texts.str.contains(pattern(word)).to_numpy()
            rows, texts = rows[kept], texts.filter(pl.Series(kept))
        found = np.zeros(scan.rows, dtype=bool)
        found[rows] = True
        return found
    return scan.texts("text").containing(search.words, None if left == scan.rows else mask)


def _in_key(scan: Scan, word: str) -> Truth:
    if not scan.keyed:
        return np.zeros(scan.rows, dtype=bool)
    return scan.texts("key").containing([word])


def _severity(name: str) -> int:
    if name not in SEVERITIES:
        raise UsageError(f"severity {name!r}", expected=", ".join(SEVERITIES))
    return SEVERITIES.index(name)


def _microseconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise UsageError(f"the time {moment.isoformat()} without a zone", expected="a time in UTC")
    return round(moment.timestamp() * 1e6)
