"""What kind of thing stands in a slot: read from a sample of values, most lines are never looked at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.templates._masks import SLOT, parameters

SAMPLE = 12
"""About so many lines of one masked text are looked at."""

MOST = 5000
"""So many masked texts, the commonest, get typed slots; what is rarer than that is read by nobody."""

ENOUGH = 5
"""From so many lines on a value that never changes is taken for a part of the text (``ssh2``, ``IPv6``)."""

_KINDS = (
    ("NUM", r"^[+\-#]?\d[\d.,]*(?:[eE][+\-]?\d+)?(?:%|[kKMGTP]?i?[bB]|[mun]?s|[kMG]?Hz|[KMGT])?\.?$"),
    ("IP", r"^[/@]?\d{1,3}(?:\.\d{1,3}){3}\.?$"),
    ("UUID", r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"),
    ("HEX", r"^@?(?:0[xX][0-9a-fA-F]+|[0-9a-fA-F]{8,})$"),
    ("URL", r"^//"),
    ("PATH", r"^(?:[./~]?/|[^/]*\\|[^/]+/.*/)"),
)
_WORD = r"^[A-Za-z_]{2,}\d{1,2}[A-Za-z_]*$"
_HEAD = r"^((?:[A-Za-z_\-]*[A-Za-z])?\.{2,}|(?:[A-Za-z_\-]*[A-Za-z])\.|[A-Za-z]+-|[#@])[0-9][0-9A-Za-z]*\.?$"


def _kind(value: pl.Expr) -> pl.Expr:
    found = pl.lit("*")
    for kind, pattern in reversed(_KINDS):
        found = pl.when(value.str.contains(pattern)).then(pl.lit(kind)).otherwise(found)
    return found


def typed(lines: pl.Series, codes: npt.NDArray[np.uint32], known: pl.DataFrame) -> pl.Series:
    """Write the types of slots, and values that never change, into masked texts.

    Parameters
    ----------
    lines : polars.Series
        First lines of messages.
    codes : array of uint32, one a line
        Which masked text it has.
    known : polars.DataFrame
        ``code``, ``message`` (the masked text), ``n``.

    Returns
    -------
    polars.Series
        One text for each row of ``known``.
    """
    common = known.with_row_index("row").sort("n", "message", descending=[True, False]).head(MOST)
    share = np.zeros(int(codes.max(initial=0)) + 1)
    share[common["code"].to_numpy()] = SAMPLE / common["n"].to_numpy()
    chance = lines.hash(seed=0).to_numpy() / 2.0**64
    rows = np.flatnonzero(chance < share[codes])
    sample = pl.DataFrame({"code": codes[rows], "line": lines.gather(rows)})
    sample = sample.with_columns(value=parameters(pl.col("line"))).filter(pl.col("value").list.len() > 0)
    if not sample.height:
        return known["message"]
    values = sample.select("code", "value", slot=pl.int_ranges(pl.col("value").list.len())).explode("value", "slot")
    values = values.with_columns(kind=_kind(pl.col("value")))
    slots = values.group_by("code", "slot").agg(
        pl.col("kind").unique().sort().str.join(","),
        pl.col("value").min(),
        steady=pl.col("value").n_unique() == 1,
        head=_shared(pl.col("value").str.extract(_HEAD, 1).fill_null("")),
        tail=_shared(pl.col("value").str.extract(r"(\.)$", 1).fill_null("")),
    )
    slots = slots.join(common.select("code", "n"), on="code")
    words = slots.filter(pl.col("steady") & pl.col("value").str.contains(_WORD))
    sure = _verified(lines, codes, words.filter(pl.col("n") >= ENOUGH))
    steady = words.filter(pl.col("value").is_in(sure["value"].unique().to_list()))
    steady = pl.concat([sure, _verified(lines, codes, steady.filter(pl.col("n") < ENOUGH))])
    slots = slots.join(steady.select("code", "slot", constant="value"), on=["code", "slot"], how="left")
    kind = (
        pl.when(pl.col("kind") == "HEX,NUM").then(pl.lit("HEX"))
        .when(pl.col("kind").str.contains(",") | (pl.col("head") != "")).then(pl.lit("*"))
        .otherwise(pl.col("kind"))
    )
    fill = pl.coalesce("constant", pl.format("{}<{}>{}", "head", kind, "tail"))
    slots = slots.select("code", "slot", fill=fill).sort("code", "slot").group_by("code").agg("fill")
    return _filled(known.join(slots, on="code", how="left", maintain_order="left"))


def _shared(part: pl.Expr) -> pl.Expr:
    return pl.when(part.n_unique() == 1).then(part.first()).otherwise(pl.lit(""))


def _verified(lines: pl.Series, codes: npt.NDArray[np.uint32], steady: pl.DataFrame) -> pl.DataFrame:
    """Keep those values that every line of their masked text holds, not only the sample."""
    if not steady.height:
        return steady
    order = np.argsort(codes, kind="stable")
    begin = np.searchsorted(codes[order], steady["code"].to_numpy(), side="left")
    end = np.searchsorted(codes[order], steady["code"].to_numpy(), side="right")
    held = [
        bool(lines.gather(order[a:b]).str.contains(value, literal=True).all())
        for a, b, value in zip(begin, end, steady["value"].to_list(), strict=True)
    ]
    return steady.filter(pl.Series(held))


def _filled(known: pl.DataFrame) -> pl.Series:
    texts = []
    for text, fill in zip(known["message"].to_list(), known["fill"].to_list(), strict=True):
        pieces = text.split(SLOT)
        if fill is None or len(fill) != len(pieces) - 1:
            texts.append(text)
        else:
            texts.append("".join(a + b for a, b in zip(pieces, [*fill, ""], strict=True)))
    return pl.Series("typed", texts, dtype=pl.String)
