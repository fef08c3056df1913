"""Templates as one JSON object, versioned and documented."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import polars as pl

from oddline.core.nouns import Listing
from oddline.outputs._hostile import utf8

VERSION = 1
"""Rises when a key goes or changes its meaning; a key more is no new version."""


def listing_in_json(
    listing: Listing,
    *,
    compared: pl.DataFrame | None = None,
    summaries: Mapping[int, pl.DataFrame] | None = None,
) -> str:
    """Write the listing; ``docs/json.md`` describes every key. Templates stand one a line."""
    head = {
        "version": VERSION,
        "inputs": [asdict(item) | {"warnings": list(item.warnings)} for item in listing.inputs],
        "lines": listing.lines,
        "events": listing.events,
        "covered": listing.covered,
        "seconds": listing.seconds,
    }
    lists = {"templates": [_template(row, summaries) for row in listing.table.iter_rows(named=True)]}
    if compared is not None:
        lists["compared"] = list(compared.iter_rows(named=True))
    told = [f'"{name}": [\n' + ",\n".join(map(_text, items)) + "\n]" for name, items in lists.items()]
    return _text(head)[:-1] + ",\n" + ",\n".join(told) + "}\n"


def _template(row: dict[str, Any], summaries: Mapping[int, pl.DataFrame] | None) -> dict[str, Any]:
    if summaries is None:
        return row
    found = summaries.get(row["template_id"])
    return row | {"slots": list(found.iter_rows(named=True)) if found is not None else []}


def _text(value: object) -> str:
    return utf8(json.dumps(_plain(value), ensure_ascii=False, allow_nan=False), backslash="\\\\")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S.%f}Z"
    return None if isinstance(value, float) and not math.isfinite(value) else value
