"""What kind of thing stands in a slot: read from a sample of values, most lines are never looked at."""

from __future__ import annotations

import numpy as np
import polars as pl

from oddline.templates._lines import Lines
from oddline.templates._masks import SLOT, parameters

SAMPLE = 12
"""About so many lines of one masked text are looked at."""

MOST = 5000
"""So many masked texts, the commonest, get typed slots; what is rarer than that is read by nobody."""

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


def _kind(value: pl.Expr) -> pl.Expr:
    found = pl.lit("*")
    for kind, pattern in reversed(_KINDS):
        found = pl.when(value.str.contains(pattern)).then(pl.lit(kind)).otherwise(found)
    return found


def typed(lines: Lines, known: pl.DataFrame) -> pl.Series:
    """Write the types of slots, and values that never change, into masked texts.

    Parameters
    ----------
    lines : Lines
        Messages and their masked texts.
    known : polars.DataFrame
        ``code``, ``masked``, ``n``: some of the distinct masked texts.

    Returns
    -------
    polars.Series
        One text for each row of ``known``.
    """
    common = known.sort("n", "masked", descending=[True, False]).head(MOST)
    sample = _sample(lines, common).with_columns(value=parameters(pl.col("line")))
    sample = sample.filter(pl.col("value").list.len() > 0)
    if not sample.height:
        return known["masked"]
    slots = _summed_up(sample).join(common.select("code", "n"), on="code")
    heads = slots.filter(pl.col("head") != "").select("code", "slot", text="head")
    words = slots.filter(pl.col("steady") & pl.col("value").str.contains(_WORD))
    words = words.select("code", "slot", "n", text="value")
    sure = _verified(lines, words.filter(pl.col("n") >= ENOUGH))
    # What is steady in one text is taken for steady in the rare ones that hold it, too.
    same = words.filter((pl.col("n") < ENOUGH) & pl.col("text").is_in(sure["text"].unique().implode()))
    words = pl.concat([sure, _verified(lines, same)])
    place = ["code", "slot"]
    slots = slots.drop("head").join(_verified(lines, heads).rename({"text": "head"}), on=place, how="left")
    slots = slots.join(words.select("code", "slot", word="text"), on=place, how="left")
    kind = (
        pl.when(pl.col("kind") == "HEX,NUM")
        .then(pl.lit("HEX"))
        .when(pl.col("kind").str.contains(",") | pl.col("head").is_not_null())
        .then(pl.lit("*"))
        .otherwise(pl.col("kind"))
    )
    fill = pl.coalesce("word", pl.format("{}<{}>{}", pl.col("head").fill_null(""), kind, "tail"))
    slots = slots.select("code", "slot", fill=fill).sort(place).group_by("code").agg("fill")
    return _filled(known.join(slots, on="code", how="left", maintain_order="left"))


def _summed_up(sample: pl.DataFrame) -> pl.DataFrame:
    """Tell for each slot of each masked text what its values have in common."""
    values = sample.select("code", "value", slot=pl.int_ranges(pl.col("value").list.len()))
    values = values.explode("value", "slot").with_columns(kind=_kind(pl.col("value")))
    return values.group_by("code", "slot").agg(
        pl.col("kind").unique().sort().str.join(","),
        pl.col("value").min(),
        steady=pl.col("value").n_unique() == 1,
        head=_shared(pl.col("value").str.extract(_HEAD, 1).fill_null("")),
        tail=_shared(pl.col("value").str.extract(r"(\.)$", 1).fill_null("")),
    )


def _sample(lines: Lines, common: pl.DataFrame) -> pl.DataFrame:
    """Choose lines by their hash, at least one of each masked text: the same lines in whatever order."""
    share = np.zeros(int(lines.codes.max(initial=0)) + 1)
    share[common["code"].to_numpy()] = SAMPLE / common["n"].to_numpy()
    chance = lines.text.hash(seed=0).to_numpy() / 2.0**64
    least = np.ones(len(share))
    np.minimum.at(least, lines.codes, chance)
    limit = np.where(share > 0, np.maximum(share, least), -1.0)
    rows = np.flatnonzero(chance <= limit[lines.codes])
    return pl.DataFrame({"code": lines.codes[rows], "line": lines.text.gather(rows)}).unique()


def _shared(part: pl.Expr) -> pl.Expr:
    return pl.when(part.n_unique() == 1).then(part.first()).otherwise(pl.lit(""))


def _verified(lines: Lines, guesses: pl.DataFrame) -> pl.DataFrame:
    """Keep those guesses whose ``text`` every line of its masked text holds, not only the sample."""
    if not guesses.height:
        return guesses
    order = np.argsort(lines.codes, kind="stable")
    codes = lines.codes[order]
    begin = np.searchsorted(codes, guesses["code"].to_numpy(), side="left")
    end = np.searchsorted(codes, guesses["code"].to_numpy(), side="right")
    held = [
        bool(lines.text.gather(order[a:b]).str.contains(value, literal=True).all())
        for a, b, value in zip(begin, end, guesses["text"].to_list(), strict=True)
    ]
    return guesses.filter(pl.Series(held))


def _filled(known: pl.DataFrame) -> pl.Series:
    texts = []
    for text, fill in zip(known["masked"].to_list(), known["fill"].to_list(), strict=True):
        pieces = text.split(SLOT)
        if fill is None or len(fill) != len(pieces) - 1:
            texts.append(text)
        else:
            texts.append("".join(a + b for a, b in zip(pieces, [*fill, ""], strict=True)))
    return pl.Series("typed", texts, dtype=pl.String)
