"""What kind of thing stands in a slot: read from a few lines of each masked text, most lines are never looked at."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.templates._lines import Codes, Lines
from oddline.templates._masks import SLOT, VARIABLE, parameters

SAMPLE = 12
"""So many lines of one masked text are looked at."""

WIDER = 3
"""So many times as many are drawn first, for the lot does not fall evenly."""

MOST = 10_000
"""So many masked texts, the first ones, get typed slots; what a log of more shapes says is read by nobody."""

ENOUGH = 5
"""From so many lines on a value that never changes is taken for a part of the text (``ssh2``, ``IPv6``)."""

_KINDS = (
    ("IP", r"^[/@]?\d{1,3}(?:\.\d{1,3}){3}\.?$"),
    ("TIME", r"^\d{1,4}([\-/.])(?:\d{1,2}|[A-Z][a-z]{2})[\-/.]\d{1,4}(?:T\d{1,2}Z?)?$"),
    ("NUM", r"^[+\-#]?\d[\d.,]*(?:[eE][+\-]?\d+)?(?:%|[kKMGTP]?i?[bB]|[mun]?s|[kMG]?Hz|[KMGT])?\.?$"),
    ("UUID", r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"),
    ("HEX", r"^@?(?:0[xX][0-9a-fA-F]+|[0-9a-fA-F]{8,})$"),
    ("URL", r"^//"),
    ("PATH", r"^(?:[./~]?/|[^/]*\\|[^/]+/.*/)"),
)
_WORD = r"^[A-Za-z_]{2,}\d{1,2}[A-Za-z_]*$"
_HEAD = r"^((?:[A-Za-z_\-]*[A-Za-z])?\.{2,}|(?:[A-Za-z_\-]*[A-Za-z])\.|[A-Za-z]+-|[#@])[0-9][0-9A-Za-z]*\.?$"


LOOKS: dict[str, Any] = {
    "code": pl.UInt32,  # of the masked line
    "chance": pl.UInt64,  # hash of the line that was looked at
    "slot": pl.UInt32,
    "kind": pl.String,
    "word": pl.String,  # the value, if it is a word with a digit in it
    "head": pl.String,  # what stands before the digits, if that is all there is
    "tail": pl.String,
}
GUESSES: dict[str, Any] = {"code": pl.UInt32, "slot": pl.UInt32, "part": pl.String, "text": pl.String}
_PLACE = ["code", "slot"]


class Slots:
    """What was seen in the slots of masked lines: the kinds of values, hardly ever a value itself.

    Attributes
    ----------
    looks : polars.DataFrame
        One row a slot of a line that was looked at: those with the smallest hashes, however a log is cut.
    guesses : polars.DataFrame
        Words, and heads of values, that no line so far did without.
    """

    def __init__(self, variable: str = VARIABLE, kinds: tuple[tuple[str, str], ...] = ()) -> None:
        self.variable = variable
        self.kinds = (*kinds, *_KINDS)
        self.looks = pl.DataFrame(schema=LOOKS)
        self.guesses = pl.DataFrame(schema=GUESSES)

    def restored(self, looks: pl.DataFrame, guesses: pl.DataFrame) -> Self:
        """Go on from what was seen before."""
        self.looks, self.guesses = looks, guesses
        return self

    def observe(self, lines: Lines, codes: Codes, first_new: int) -> None:
        """Look at a few of these lines; codes from ``first_new`` on were never seen before."""
        slotted = lines.distinct["masked"].str.contains(SLOT, literal=True).to_numpy()
        slotted &= codes[lines.distinct["first"].to_numpy()] < MOST
        if not slotted.any():
            return
        looks = self._look(self._sample(lines, codes, slotted))
        new = looks.filter(pl.col("code") >= first_new)
        self.guesses = _held(pl.concat([self.guesses, _guesses(new)]), lines, codes)
        both = pl.concat([self.looks, looks]).unique(["code", "chance", "slot"], keep="first", maintain_order=True)
        self.looks = both.filter(pl.col("chance").rank("dense").over("code") <= SAMPLE)

    def _sample(self, lines: Lines, codes: Codes, slotted: npt.NDArray[np.bool_]) -> pl.DataFrame:
        """Choose the lines with the smallest hashes of each masked text."""
        n = lines.distinct["n"].to_numpy()
        chance = lines.text.hash(seed=0).to_numpy()
        limit = np.where(slotted, np.minimum(WIDER * SAMPLE / n, 1.0), -1.0)
        near = chance / 2.0**64 <= limit[lines.codes]
        few = np.bincount(lines.codes[near], minlength=len(n)) < np.minimum(SAMPLE, n)
        rows = np.flatnonzero((near | (few & slotted)[lines.codes]) & (codes < MOST) & (chance <= self._most(codes)))
        found = pl.DataFrame({"code": codes[rows], "chance": chance[rows], "row": rows})
        found = found.unique(["code", "chance"], keep="first", maintain_order=True)
        found = found.filter(pl.col("chance").rank("ordinal").over("code") <= SAMPLE)
        return found.select("code", "chance", lines.text.gather(found["row"]).alias("line"))

    def _most(self, codes: Codes) -> npt.NDArray[np.uint64]:
        """Give each line the hash that it must not exceed to be looked at: enough smaller ones were seen."""
        full = self.looks.group_by("code").agg(pl.col("chance").max(), seen=pl.col("chance").n_unique())
        full = full.filter(pl.col("seen") >= SAMPLE)
        most = np.full(int(codes.max(initial=0)) + 1, np.iinfo(np.uint64).max, dtype=np.uint64)
        full = full.filter(pl.col("code") < len(most))
        most[full["code"].to_numpy()] = full["chance"].to_numpy()
        return most[codes]

    def _look(self, sample: pl.DataFrame) -> pl.DataFrame:
        values = sample.select("code", "chance", value=parameters(pl.col("line"), self.variable))
        values = values.with_columns(slot=pl.int_ranges(pl.col("value").list.len(), dtype=pl.UInt32))
        values = values.filter(pl.col("value").list.len() > 0).explode("value", "slot")
        each = values.select(pl.col("value").unique())
        each = each.with_columns(
            kind=_kind(pl.col("value"), self.kinds),
            word=pl.when(pl.col("value").str.contains(_WORD)).then("value"),
            head=pl.col("value").str.extract(_HEAD, 1),
            tail=pl.col("value").str.extract(r"(\.)$", 1).fill_null(""),
        )
        return values.join(each, on="value", how="left", maintain_order="left").select(list(LOOKS))

    def typed(self, known: pl.DataFrame) -> pl.Series:
        """Write the types of slots, and values that never change, into masked texts.

        ``known`` has one row a masked text: ``code``, ``masked``, ``n``. Gives one text for each row.
        """
        slots = self.looks.join(known.select("code", "n"), on="code", how="semi")
        slots = slots.group_by(_PLACE).agg(pl.col("kind").unique().sort().str.join(","), tail=_shared(pl.col("tail")))
        for part in ("head", "word"):
            told = self._sure(known) if part == "word" else self.guesses.filter(part=part)
            slots = slots.join(told.select(*_PLACE, pl.col("text").alias(part)), on=_PLACE, how="left")
        kind = (
            pl.when(pl.col("kind") == "HEX,NUM")
            .then(pl.lit("HEX"))
            .when(pl.col("kind").str.contains(",") | pl.col("head").is_not_null())
            .then(pl.lit("*"))
            .otherwise(pl.col("kind"))
        )
        fill = pl.coalesce("word", pl.format("{}<{}>{}", pl.col("head").fill_null(""), kind, "tail"))
        filled = slots.select(*_PLACE, fill=fill).sort(_PLACE).group_by("code", maintain_order=True).agg("fill")
        return _filled(known.select("code", "masked").join(filled, on="code", how="left", maintain_order="left"))

    def _sure(self, known: pl.DataFrame) -> pl.DataFrame:
        """Give the words that are part of the text; what is so in a common text is taken for so in rare ones."""
        words = self.guesses.filter(part="word").join(known.select("code", "n"), on="code")
        sure = words.filter(pl.col("n") >= ENOUGH)["text"].unique()
        return words.filter((pl.col("n") >= ENOUGH) | pl.col("text").is_in(sure.implode()))


def _kind(value: pl.Expr, kinds: tuple[tuple[str, str], ...]) -> pl.Expr:
    found = pl.lit("*")
    for kind, pattern in reversed(kinds):
        found = pl.when(value.str.contains(pattern)).then(pl.lit(kind)).otherwise(found)
    return found


def _guesses(looks: pl.DataFrame) -> pl.DataFrame:
    """Guess that what all lines share that were looked at is in every line."""
    shared = looks.group_by(_PLACE, maintain_order=True).agg(_all_same("word"), _all_same("head"))
    guesses = shared.unpivot(["word", "head"], index=_PLACE, variable_name="part", value_name="text")
    return guesses.drop_nulls("text").select(list(GUESSES))


def _all_same(name: str) -> pl.Expr:
    column = pl.col(name)
    return pl.when(column.null_count() == 0, column.n_unique() == 1).then(column.first()).alias(name)


def _shared(part: pl.Expr) -> pl.Expr:
    return pl.when(part.n_unique() == 1).then(part.first()).otherwise(pl.lit(""))


def _held(guesses: pl.DataFrame, lines: Lines, codes: Codes) -> pl.DataFrame:
    """Keep those guesses whose text every line of its masked text holds."""
    if not guesses.height:
        return guesses
    wanted = np.zeros(max(int(codes.max(initial=0)), int(guesses["code"].to_numpy().max())) + 1, dtype=np.bool_)
    wanted[guesses["code"].to_numpy()] = True
    rows = np.flatnonzero(wanted[codes])
    held = pl.DataFrame({"code": codes[rows], "line": lines.text.gather(rows)}).join(
        guesses.select("code", "text").unique(), on="code"
    )
    lost = held.filter(~pl.col("line").str.contains(pl.col("text"), literal=True)).select("code", "text").unique()
    return guesses.join(lost, on=["code", "text"], how="anti", maintain_order="left")


def _filled(known: pl.DataFrame) -> pl.Series:
    texts = []
    for text, fill in zip(known["masked"].to_list(), known["fill"].to_list(), strict=True):
        pieces = text.split(SLOT)
        if fill is None or len(fill) != len(pieces) - 1:
            texts.append(text)
        else:
            texts.append("".join(a + b for a, b in zip(pieces, [*fill, ""], strict=True)))
    return pl.Series("typed", texts, dtype=pl.String)
