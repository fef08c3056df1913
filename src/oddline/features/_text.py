"""How odd the text of a line is: rare, foreign to the rest of the log, and worded like a failure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from oddline.core.nouns import Floats
from oddline.features._bins import Cells, Ints
from oddline.features._scale import ranks, surprise
from oddline.features._words import Bag, bag, foreign, lexical

COMMON = 20
"""A wording of fewer lines has no rate of its own."""
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


def text(records: pl.DataFrame, template: Ints, table: Cells, attention: float, wording: float) -> Text:
    """Score each distinct line by ``D (1 + 2 x^2 delta) + wording * lex`` in nats, and by its place in the log.

    D = -ln(share of the bins that hold the template), so that a burst counts once; x = D over the most it can
    be, so that foreign words count where the line is rare too; delta = foreignness; lex = words of failure. Each
    bin that holds a template is one thing looked at; this sum has no chance of its own, its place gives it one.
    """
    keys = ["masked", "level"]
    frame = records.select(*keys, template=pl.Series(template))
    distinct = frame.group_by(keys, maintain_order=True).agg(pl.col("template").first())
    distinct = distinct.with_row_index("entry")
    of_line = (
        frame.join(distinct.select(*keys, "entry"), on=keys, how="left", nulls_equal=True, maintain_order="left")
        .get_column("entry")
        .to_numpy()
        .astype(np.int64)
    )
    group = distinct["template"].to_numpy()
    present = table.sums(np.ones(len(table.count)))[group]
    rarity = np.log(table.bins / present)
    bagged = bag(distinct["masked"], group)
    wanted = np.argsort(present, kind="stable")[:MOST_FOREIGN]
    alien = np.zeros(len(group))
    alien[wanted] = foreign(bagged, wanted)
    fully = (rarity / max(float(np.log(table.bins)), 1e-9)) ** 2
    parts = np.stack([rarity, 2.0 * rarity * fully * alien, wording * lexical(distinct["masked"], distinct["level"])])
    strength = parts.sum(axis=0)
    weight = present / np.bincount(group)[group]  # the bins of a template, shared among its wordings
    scaled = surprise(ranks(strength, weight), records.height, attention)
    share = np.divide(parts, strength, out=np.zeros_like(parts), where=strength > 0) * scaled
    return Text(of_line, distinct, share[0], share[1], share[2], present, bagged)


def units(told: Text, template: Ints) -> Ints:
    """Number what bursts and falls silent: each common wording by itself, and the rest of its template together.

    In a log of requests nearly every line is of one template, and one address asked for again and again is
    still a burst.
    """
    lines = np.bincount(told.of_line)
    owner = told.distinct["template"].to_numpy().astype(np.int64)
    alone = (lines >= COMMON) & (np.bincount(owner)[owner] > 1)
    unit = np.where(alone, int(template.max(initial=0)) + 1 + np.arange(len(owner)), owner)
    return np.unique(unit, return_inverse=True)[1][told.of_line].astype(np.int64)
