"""One cell in words: what was seen, and what training had there."""

from __future__ import annotations

from typing import Any

import polars as pl

from oddline.core.nouns import Reason
from oddline.features._column_kinds import keys_of

USUAL_SHARE = 0.02
"""Where no value has so large a share of the rows, none is named as the usual one."""


def tell(
    column: dict[str, Any], values: pl.DataFrame | None, records: pl.DataFrame, row: int, label: str, rows: int
) -> Reason:
    """Put one cell of a column into words; ``share`` is left to the explainer."""
    name = column["name"][2:]
    cell = records[column["name"]][row]
    if label.endswith("(missing)") or cell is None:
        expected = "a value" if not column["missing"] else "as in most rows"
        return Reason(name, "missing" if cell is None else _short(cell), expected, 0.0, "missing")
    if column["kind"] == "number":
        return Reason(name, _short(cell), _range(column), 0.0, "number")
    if column["kind"] == "time":
        return Reason(name, _short(cell), f"times as from {column['first'][:16]} to {column['last'][:16]}", 0.0, "time")
    if label.endswith("(length)"):
        return Reason(f"length of {name}", f"{len(cell):,} characters", _range(column), 0.0, "number")
    assert values is not None
    key = keys_of(column, records[column["name"]].slice(row, 1), records.slice(row, 1))[0]
    found = values.filter(pl.col("value") == key)["n"]
    count = int(found[0]) if found.len() else 0
    often = f"{count:,} of {rows:,} rows" if count else f"none of {rows:,} rows"
    usual = ", ".join(_short(value, 40) for value in values["value"].head(3).to_list())
    expected = f"always {usual}" if values.height == 1 else f"usually {usual}"
    if values["n"][0] < USUAL_SHARE * rows:
        expected = f"one of {values.height:,} values"
    return Reason(name, f"{_short(cell)!r} ({often})", expected, 0.0, column["kind"])


def _range(column: dict[str, Any]) -> str:
    """Tell where the numbers of a column mostly lie."""
    least, low, middle, high, most = column["quantiles"]
    if least == most:
        return f"always {number(least)}"
    if low == high:
        return f"mostly {number(low)}, at most {number(most)}" if middle == low else f"about {number(middle)}"
    return f"mostly {number(low)}-{number(high)}, about {number(middle)}"


def number(value: float) -> str:
    """Write a number for people.

    Examples
    --------
    >>> number(54540.0), number(0.123456), number(-2.5e12)
    ('54,540', '0.123', '-2.5e+12')
    """
    if abs(value) < 1e9 and value == round(value):
        return f"{int(value):,}"
    return f"{value:.3g}"


def _short(value: Any, most: int = 80) -> str:
    text = number(value) if isinstance(value, float) else str(value)
    return text if len(text) <= most else text[: most - 1] + "…"
