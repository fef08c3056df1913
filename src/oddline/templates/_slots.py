"""What kind of thing stands in a slot: read from a few lines of each masked text, most lines are never looked at."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.alike import kinds, of_codes
from oddline.templates._lines import Codes, Lines
from oddline.templates._masks import SLOT, VARIABLE, parameters
from oddline.templates._skeletons import digits_alike

SAMPLE = 6
"""So many lines of one masked text are looked at."""

WIDER = 3
"""So many times as many are drawn first, for the lot does not fall evenly."""

MOST = 10_000
"""So many masked texts, the first ones, get typed slots; what a log of more shapes says is read by nobody."""

MOST_ADDED = 250_000
"""Looks that are gathered before they are thinned out."""

ENOUGH = 5
"""From so many lines on a value that never changes is taken for a part of the text (``ssh2``, ``IPv6``)."""

_DATE = (
    r"\d{4}(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{2}\.\d{2})"
    r"|\d{1,2}(?:/\d{1,2}/\d{2,4}|\.\d{1,2}\.\d{4}|-\d{1,2}-\d{4}|[/\-][A-Z][a-z]{2}[/\-]\d{2,4})"
)
_DOTTED = r"(?:com|net|org|edu|gov|mil|int|internal|local|localdomain|lan|arpa|(?:ac|co|or|ne)\.[a-z]{2})"
_KINDS = (
    ("IP", r"^[/@]?\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?\.?$"),
    ("TIME", rf"^(?:{_DATE})(?:T\d{{1,2}}Z?)?\.?$"),
    ("VERSION", r"^(?:[vV]\d+(?:\.\d+)*|\d+(?:\.\d+){2,})(?:[\-+~][0-9A-Za-z.\-+~]*)?\.?$"),
    ("NUM", r"^[+\-#]?\d[\d.,]*(?:[eE][+\-]?\d+)?(?:%|[kMG]?Hz)?\.?$"),
    ("DURATION", r"^[+\-]?\d[\d.]*(?:[nuµm]?s|secs?|m|min|h|d)(?:\d+(?:ms|s|m|h))*\.?$"),
    ("SIZE", r"^[+\-]?\d[\d.]*(?:[kKMGTP]i?[bB]?|[bB])\.?$"),
    ("UUID", r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"),
    ("MAC", r"^(?:[0-9a-fA-F]{2}(?:-[0-9a-fA-F]{2}){5}|[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4})$"),
    ("HEX", r"^@?(?:0[xX][0-9a-fA-F]+|[0-9a-fA-F]{8,})$"),
    ("URL", r"^//"),
    ("EMAIL", r"^[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+$"),
    ("PATH", r"^(?:(?:\.{1,2}|~)?/|[^/]*\\|[^/]*[A-Za-z][^/]*/.*/)"),
    ("HOST", rf"^(?:[0-9A-Za-z\-]+\.)+{_DOTTED}\.?$"),
    ("ID", r"^[0-9A-Za-z_]+(?:-[0-9A-Za-z_]+)*$"),
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

PARTS = ["word", "head", "tail"]
"""What may be constant in the values of a slot: all of it, its beginning, its end."""


class Slots:
    """What was seen in the slots of masked lines: the kinds of values, hardly ever a value itself.

    Attributes
    ----------
    guesses : polars.DataFrame
        Words, and heads of values, that no line so far did without.
    """

    def __init__(self, variable: str = VARIABLE, kinds: tuple[tuple[str, str], ...] = ()) -> None:
        self.variable = variable
        self.kinds = (*kinds, *_KINDS)
        self._looks, self._added = pl.DataFrame(schema=LOOKS), list[pl.DataFrame]()
        self.guesses = pl.DataFrame(schema=GUESSES)

    def restored(self, looks: pl.DataFrame, guesses: pl.DataFrame) -> Self:
        """Go on from what was seen before."""
        self._looks, self.guesses = looks, guesses
        return self

    @property
    def looks(self) -> pl.DataFrame:
        """One row a slot of a line that was looked at: those with the smallest hashes, however a log is cut."""
        if self._added:
            every = pl.concat([self._looks, *self._added])
            every = every.unique(["code", "chance", "slot"], keep="first", maintain_order=True)
            self._looks = every.filter(pl.col("chance").rank("dense").over("code") <= SAMPLE)
            self._added = []
        return self._looks

    def observe(self, lines: Lines, codes: Codes, first_new: int) -> None:
        """Look at a few of these lines; codes from ``first_new`` on were never seen before."""
        slotted = lines.distinct["masked"].str.contains(SLOT, literal=True).to_numpy()
        slotted &= codes[lines.distinct["first"].to_numpy()] < MOST
        if not slotted.any():
            return
        looks = self._look(self._sample(lines, codes, slotted))
        new = looks.filter(pl.col("code") >= first_new)
        self.guesses = _held(pl.concat([self.guesses, _guesses(new)]), lines, codes)
        if looks.height:
            self._added.append(looks)
        # Thinning them out costs more than keeping some too many.
        if not self._looks.height or sum(added.height for added in self._added) > MOST_ADDED:
            _ = self.looks

    def _sample(self, lines: Lines, codes: Codes, slotted: npt.NDArray[np.bool_]) -> pl.DataFrame:
        """Choose the lines with the smallest hashes of each masked text."""
        n = lines.distinct["n"].to_numpy()
        chance = lines.text.hash(seed=0).to_numpy()
        most = np.where(slotted, self._most(codes[lines.distinct["first"].to_numpy()]), 0)
        drawn = WIDER * SAMPLE / n
        # As whole numbers, so that each line is held against one number.
        lot = np.where(drawn < 1.0, np.minimum(drawn, 0.99) * 2.0**64, 2.0**63)
        bound = np.where(drawn < 1.0, np.minimum(most, lot.astype(np.uint64)), most)
        near = chance <= bound[lines.codes]
        few = np.bincount(lines.codes[near], minlength=len(n)) < np.minimum(SAMPLE, n)
        few &= bound < most
        if few.any():
            near |= few[lines.codes] & (chance <= most[lines.codes])
        rows = np.flatnonzero(near)
        rows = rows[slotted[lines.codes[rows]] & (codes[rows] < MOST)]
        found = pl.DataFrame({"code": codes[rows], "chance": chance[rows], "row": rows})
        found = found.unique(["code", "chance"], keep="first", maintain_order=True)
        found = found.filter(pl.col("chance").rank("ordinal").over("code") <= SAMPLE)
        return found.select("code", "chance", lines.text.gather(found["row"]).alias("line"))

    def _most(self, codes: Codes) -> npt.NDArray[np.uint64]:
        """Give for each code the hash that a line must not exceed to be looked at: enough smaller ones were seen."""
        full = self._looks.group_by("code").agg(pl.col("chance").max(), seen=pl.col("chance").n_unique())
        full = full.filter(pl.col("seen") >= SAMPLE)
        most = np.full(int(codes.max(initial=0)) + 1, np.iinfo(np.uint64).max, dtype=np.uint64)
        full = full.filter(pl.col("code") < len(most))
        most[full["code"].to_numpy()] = full["chance"].to_numpy()
        return most[codes]

    def _look(self, sample: pl.DataFrame) -> pl.DataFrame:
        values = sample.select("code", "chance", value=parameters(pl.col("line"), self.variable))
        values = values.with_columns(slot=pl.int_ranges(pl.col("value").list.len(), dtype=pl.UInt32))
        values = values.filter(pl.col("value").list.len() > 0).explode("value", "slot")
        told = kinds(_alike(values["value"]) if self.kinds == _KINDS else values["value"])
        each = values.select(pl.col("value").gather(told.rows)).select(
            kind=_kind(pl.col("value"), self.kinds),
            word=pl.col("value").str.contains(_WORD),
            head=pl.col("value").str.extract(_HEAD, 1),
            tail=pl.col("value").str.extract(r"(\.)$", 1).fill_null(""),
        )
        found = values.drop("value").hstack(each[told.codes])
        return found.with_columns(word=pl.when("word").then(values["value"])).select(list(LOOKS))

    def typed(self, known: pl.DataFrame) -> pl.Series:
        """Write the types of slots, and values that never change, into masked texts.

        ``known`` has one row a masked text: ``code``, ``masked``, ``n``. Gives one text for each row.
        """
        slots = self.looks.join(known.select("code", "n"), on="code", how="semi")
        slots = slots.group_by(_PLACE).agg(pl.col("kind").unique().sort().str.join(","))
        for part in PARTS:
            told = self._sure(known) if part == "word" else self.guesses.filter(part=part)
            slots = slots.join(told.select(*_PLACE, pl.col("text").alias(part)), on=_PLACE, how="left")
        kind = (
            pl.when(pl.col("kind") == "HEX,NUM")
            .then(pl.lit("HEX"))
            .when(pl.col("kind").str.contains(",") | pl.col("head").is_not_null())
            .then(pl.lit("*"))
            .otherwise(pl.col("kind"))
        )
        fill = pl.coalesce(
            "word", pl.format("{}<{}>{}", pl.col("head").fill_null(""), kind, pl.col("tail").fill_null(""))
        )
        filled = slots.select(*_PLACE, fill=fill).sort(_PLACE).group_by("code", maintain_order=True).agg("fill")
        return _filled(known.select("code", "masked").join(filled, on="code", how="left", maintain_order="left"))

    def _sure(self, known: pl.DataFrame) -> pl.DataFrame:
        """Give the words that are part of the text; what is so in a common text is taken for so in rare ones."""
        words = self.guesses.filter(part="word").join(known.select("code", "n"), on="code")
        sure = words.filter(pl.col("n") >= ENOUGH)["text"].unique()
        return words.filter((pl.col("n") >= ENOUGH) | pl.col("text").is_in(sure.implode()))


def _alike(values: pl.Series) -> pl.Series:
    """Write values alike that all of our own patterns take for the same: but for 0x they mind no digit."""
    return digits_alike(values).zip_with(~values.str.contains("^@?[0-9][xX]"), values)


def _kind(value: pl.Expr, kinds: tuple[tuple[str, str], ...]) -> pl.Expr:
    found = pl.lit("*")
    for kind, pattern in reversed(kinds):
        found = pl.when(value.str.contains(pattern)).then(pl.lit(kind)).otherwise(found)
    return found


def _guesses(looks: pl.DataFrame) -> pl.DataFrame:
    """Guess that what all lines share that were looked at is in every line."""
    shared = looks.group_by(_PLACE, maintain_order=True).agg(map(_all_same, PARTS))
    guesses = shared.unpivot(PARTS, index=_PLACE, variable_name="part", value_name="text")
    return guesses.drop_nulls("text").filter(pl.col("text") != "").select(list(GUESSES))


def _all_same(name: str) -> pl.Expr:
    column = pl.col(name)
    return pl.when(column.null_count() == 0, column.n_unique() == 1).then(column.first()).alias(name)


def _held(guesses: pl.DataFrame, lines: Lines, codes: Codes) -> pl.DataFrame:
    """Keep those guesses that every line of their masked text bears out."""
    words = pl.col("part") == "word"
    every = np.arange(len(codes))
    lost = _lost(guesses.filter(words), lines, codes, every)
    # Heads and tails hold no digits: what one line says of them, all say that differ from it in their digits only.
    lost = pl.concat([lost, _lost(guesses.filter(~words), lines, codes, _one_of_each(lines, codes, every))])
    return guesses.join(lost, on=[*_PLACE, "part"], how="anti", maintain_order="left")


def _one_of_each(lines: Lines, codes: Codes, every: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Give a row of each kind of line that differs in more than digits; all rows if a text has had two codes."""
    if lines.alike is None or (codes != codes[lines.distinct["first"].to_numpy()][lines.codes]).any():
        return every
    return of_codes(lines.alike).rows


def _lost(guesses: pl.DataFrame, lines: Lines, codes: Codes, rows: npt.NDArray[np.int64]) -> pl.DataFrame:
    """Give the guesses that one of these rows does not bear out."""
    place = [*_PLACE, "part"]
    if not guesses.height:
        return guesses.select(place)
    wanted = np.zeros(max(int(codes.max(initial=0)), int(guesses["code"].to_numpy().max())) + 1, dtype=np.bool_)
    wanted[guesses["code"].to_numpy()] = True
    rows = rows[wanted[codes[rows]]]
    values = pl.DataFrame({"code": codes[rows], "value": lines.text.gather(rows)}).lazy()
    values = values.with_columns(parameters(pl.col("value"), lines.variable))
    value, text = pl.col("value").list.get(pl.col("slot")), pl.col("text")
    holds = (
        pl.when(pl.col("part") == "word")
        .then(value == text)
        .when(pl.col("part") == "head")
        .then(value.str.starts_with(text))
        .otherwise(value.str.ends_with(text))
    )
    found = values.join(guesses.lazy(), on="code").filter(~holds).select(place)
    return found.unique().collect(engine="streaming")


def _filled(known: pl.DataFrame) -> pl.Series:
    texts = []
    for text, fill in zip(known["masked"].to_list(), known["fill"].to_list(), strict=True):
        pieces = text.split(SLOT)
        if fill is None or len(fill) != len(pieces) - 1:
            texts.append(text)
        else:
            texts.append("".join(a + b for a, b in zip(pieces, [*fill, ""], strict=True)))
    return pl.Series("typed", texts, dtype=pl.String)
