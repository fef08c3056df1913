"""The events that training had, numbered; what it did not have is told from what it had too seldom to number."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.features._events import EventLists

Ints = npt.NDArray[np.int64]


def learn_vocabulary(lists: EventLists, texts: dict[str, str], most: int) -> pl.DataFrame:
    """Number the events by how many windows have them, the commonest first.

    Returns
    -------
    polars.DataFrame
        ``name``, ``text`` (what the event says), ``windows`` (how many have it) and ``code``: from 0 on for the
        ``most`` commonest ones; the others share the code after the last.
    """
    weight = np.bincount(lists.place, minlength=len(lists.sizes))
    events = pl.DataFrame({"name": lists.names.cast(pl.String), "list": lists.owner}).unique()
    table = (
        events.with_columns(windows=pl.Series(weight[events["list"].to_numpy()]))
        .group_by("name")
        .agg(pl.col("windows").sum())
        .sort(["windows", "name"], descending=[True, False])
    )
    told = [texts.get(name, f"event {name}") for name in table["name"]]
    return table.with_columns(
        text=pl.Series(told, dtype=pl.String), code=pl.int_range(pl.len()).clip(upper_bound=most).cast(pl.Int64)
    )


def encoded(lists: EventLists, vocabulary: pl.DataFrame) -> Ints:
    """Give the code of each event, -1 where training did not have it."""
    found = (
        pl.DataFrame({"name": lists.names.cast(pl.String)})
        .join(vocabulary.select("name", "code"), on="name", how="left", maintain_order="left")["code"]
        .fill_null(-1)
    )
    return found.to_numpy().astype(np.int64)


def distinct_names(texts: list[str]) -> tuple[str, ...]:
    """Number texts that are there several times, so that each name stands for one column.

    Examples
    --------
    >>> distinct_names(["a", "b", "a"])
    ('a', 'b', 'a (2)')
    """
    seen: dict[str, Any] = {}
    names = []
    for text in texts:
        seen[text] = seen.get(text, 0) + 1
        names.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return tuple(names)
