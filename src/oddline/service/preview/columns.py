"""The columns of a table as a person wants to see them, and which of them look like labels."""

from __future__ import annotations

from typing import Any

import polars as pl

from oddline.outputs._hostile import visible
from oddline.service.schemas.preview import Column, Kind, LabelCandidate

__all__ = ["cell", "columns_of", "label_candidates"]

LONGEST = 200
"""Characters of a cell that are shown."""

LABELS = frozenset(
    {
        "label", "labels", "class", "target", "attack", "attacks", "attack_cat", "attack_type", "anomaly", "anomalies",
        "is_anomaly", "is_attack", "is_fraud", "fraud", "malicious", "outlier", "is_outlier", "ground_truth", "truth",
        "category", "outcome", "y",
    }
)  # fmt: skip
"""Names that say so; compared without case, and with ``_`` for spaces and hyphens."""

NORMAL = ("normal", "benign", "legitimate", "legit", "good", "ok", "negative", "none", "false", "0", "0.0", "-")
"""Words for a row that is not odd, the plainest first."""

MOST_VALUES = 100


def columns_of(frame: pl.DataFrame) -> list[Column]:
    """Describe the ``x_`` columns of Records."""
    return [_column(frame[name]) for name in frame.columns if name.startswith("x_")]


def _column(values: pl.Series) -> Column:
    there = values.drop_nulls()
    first = there.unique(maintain_order=True)
    examples = [text for value in first.head(3).to_list() if (text := cell(value)) is not None]
    return Column(
        name=visible(values.name.removeprefix("x_")),
        kind=_kind(values.dtype),
        distinct=first.len(),
        missing=values.null_count(),
        examples=examples,
    )


def _kind(dtype: pl.DataType) -> Kind:
    if dtype.is_numeric():
        return "number"
    if dtype == pl.Boolean:
        return "truth"
    return "time" if dtype.is_temporal() else "text"


def cell(value: Any) -> str | None:
    r"""Write a value so that it can be looked at safely.

    Examples
    --------
    >>> cell(1.0), cell("a\x1bb"), cell(None), cell(True)
    ('1.0', 'a\\x1bb', None, 'true')
    """
    if value is None:
        return None
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return visible(text[:LONGEST]) + ("…" if len(text) > LONGEST else "")


def label_candidates(frame: pl.DataFrame) -> list[LabelCandidate]:
    """Find the columns that may tell which rows are odd, the likeliest first.

    One is called so, or has the word for normal among a few others.

    Examples
    --------
    >>> frame = pl.DataFrame({"x_ms": [1, 2, 3], "x_c9": ["normal", "neptune", "normal"]})
    >>> [(found.column, found.normal) for found in label_candidates(frame)]
    [('c9', 'normal')]
    """
    columns = (frame[name] for name in frame.columns if name.startswith("x_"))
    found = [told for column in columns if (told := _as_label(column)) is not None]
    return [candidate for _, candidate in sorted(found, key=lambda pair: pair[0])]


def _as_label(values: pl.Series) -> tuple[int, LabelCandidate] | None:
    counts = values.drop_nulls().value_counts(sort=True)
    if not 1 <= counts.height <= MOST_VALUES or (values.dtype.is_float() and counts.height > 10):
        return None
    name = values.name.removeprefix("x_")
    called = name.lower().replace(" ", "_").replace("-", "_") in LABELS
    kept = counts[values.name].to_list()
    by_word = {str(value).lower(): value for value in kept}
    word = next((word for word in NORMAL if word in by_word), None)
    plain = word is not None and word.isalpha() and word not in {"none", "false", "ok", "good"}
    if not called and not (plain and counts.height > 1 and _kind(values.dtype) == "text"):
        return None
    texts = [cell(value) or "" for value in kept]
    why = f"is called {visible(name)}" if called else f"has {word} among its values"
    number = f"{counts.height} value{'s' if counts.height != 1 else ''}"
    return (0 if called else 1), LabelCandidate(
        column=visible(name),
        values=texts[:20],
        normal=cell(by_word[word]) if word else None,
        why=f"{why}; {number}",
    )
