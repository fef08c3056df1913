"""How odd the text of a line is: rare, foreign to the rest of the log, and worded like a failure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from oddline.core.nouns import Floats
from oddline.features._bins import Cells, Ints
from oddline.features._scale import surprise, tail
from oddline.features._words import bag, foreign, lexical

MOST_FOREIGN = 4000
"""Foreignness is measured for so many distinct lines, the rarest first: the others are at home here."""


@dataclass(frozen=True)
class Text:
    """One entry a distinct (masked line, level); ``of_line`` is the entry of each line.

    ``rare``, ``foreign`` and ``level`` add up to the surprise of the text.
    """

    of_line: Ints
    rare: Floats
    foreign: Floats
    level: Floats
    words: Floats
    alien: Floats
    present: Floats


def text(records: pl.DataFrame, template: Ints, table: Cells, share: float) -> Text:
    """Score each distinct line by ``D (1 + 2 delta) + 2 lex`` in nats, then by its place among all episodes.

    D = -ln(share of the bins that hold the template), so a burst counts once; delta = foreignness.
    """
    frame = pl.DataFrame({"masked": records["masked"], "level": records["level"], "template": template})
    keys = ["masked", "level"]
    distinct = frame.group_by(keys, maintain_order=True).agg(pl.col("template").first(), n=pl.len())
    distinct = distinct.with_row_index("entry")
    of_line = (
        frame.join(distinct.select(*keys, "entry"), on=keys, how="left", nulls_equal=True, maintain_order="left")["entry"]
        .to_numpy().astype(np.int64)
    )
    group = distinct["template"].to_numpy()
    present = table.sums(np.ones(len(table.count)))[group]
    rarity = np.log(table.bins / np.maximum(present, 1.0))
    lex = lexical(distinct["masked"], distinct["level"])
    wanted = np.argsort(present, kind="stable")[:MOST_FOREIGN]
    alien = np.zeros(len(group))
    alien[wanted] = foreign(bag(distinct["masked"]), group, wanted)
    parts = np.stack([rarity, 2.0 * rarity * alien, 2.0 * lex])
    strength = parts.sum(axis=0)
    weight = present / np.bincount(group)[group]  # episodes of a template, shared among its lines
    scaled = surprise(tail(strength, weight), len(table.count), share)
    with np.errstate(divide="ignore", invalid="ignore"):
        rare, strange, level = np.where(strength > 0, parts * scaled / strength, 0.0)
    return Text(of_line, rare, strange, level, lex, alien, present)
