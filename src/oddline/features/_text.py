"""How odd the text of a line is: rare, foreign to the rest of the log, and worded like a failure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from oddline.core.nouns import Floats
from oddline.features._bins import Cells, Ints
from oddline.features._scale import NATS, per_line, ranks, surprise
from oddline.features._words import Bag, bag, foreign, lexical

MOST_FOREIGN = 4000
"""Foreignness is measured for so many distinct lines, the rarest first: the others are at home here."""


@dataclass(frozen=True)
class Text:
    """One entry a distinct (masked line, level); ``of_line`` is the entry of each line.

    ``rare``, ``foreign`` and ``level`` add up to the surprise of the text. ``present`` is the number of bins
    that hold its template.
    """

    of_line: Ints
    distinct: pl.DataFrame
    rare: Floats
    foreign: Floats
    level: Floats
    present: Floats
    words: Bag


def text(records: pl.DataFrame, template: Ints, table: Cells, attention: float) -> Text:
    """Score each distinct line by ``D (1 + 2 delta) + 2 lex`` in nats, and by its place among all lines.

    D = -ln(share of the bins that hold the template), so that a burst counts once; delta = foreignness;
    lex = words of failure. Each bin that holds a template is one thing looked at.
    """
    keys = ["masked", "level"]
    frame = records.select(*keys, template=pl.Series(template))
    distinct = frame.group_by(keys, maintain_order=True).agg(pl.col("template").first(), n=pl.len())
    distinct = distinct.with_row_index("entry")
    of_line = frame.join(
        distinct.select(*keys, "entry"), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )["entry"].to_numpy()
    group = distinct["template"].to_numpy()
    present = table.sums(np.ones(len(table.count)))[group]
    rarity = np.log(table.bins / present)
    wanted = np.argsort(present, kind="stable")[:MOST_FOREIGN]
    alien = np.zeros(len(group))
    bagged = bag(distinct["masked"], group)
    alien[wanted] = foreign(bagged, wanted)
    words = lexical(distinct["masked"], distinct["level"])
    parts = np.stack([rarity, 2.0 * rarity * alien, 2.0 * words])
    strength = parts.sum(axis=0)
    weight = present / np.bincount(group)[group]  # the bins of a template, shared among its wordings
    scaled = np.minimum(strength / NATS + per_line(records.height, table.bins), surprise(ranks(strength, weight), records.height, attention))
    share = np.divide(parts, strength, out=np.zeros_like(parts), where=strength > 0) * scaled
    return Text(of_line.astype(np.int64), distinct, share[0], share[1], share[2], present, bagged)
