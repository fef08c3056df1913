"""Events without a message, as ``key=value`` pairs: the same keys read the same, in whatever order they came."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import polars as pl

from oddline.formats._rows import spread

LONGEST = 200
"""Characters of a value that are shown; all of it stays in ``raw``."""

_SHOWN = 8


@dataclass(frozen=True)
class Unnamed:
    """The keys of a line that have no column of their own.

    ``name`` finds what may be a key (its first group), quickly; ``pair`` finds a key (group ``key``) with its value
    (``text`` in quotes, else ``value``), surely. ``known`` are the keys that are no news. Where keys are data
    (``countless``), those beyond the columns are counted, not named.
    """

    name: str
    pair: str
    known: Collection[str]
    countless: bool = False

    def told(self, raw: pl.Series) -> pl.Series:
        """Tell the pairs of each line that are news, by name; null where there are none.

        Examples
        --------
        >>> unnamed = Unnamed("([a-z]+)=", r"(?P<key>[a-z]+)=(?:(?P<text>[^a-z])|(?P<value>[^ ]+))", ["a"])
        >>> unnamed.told(pl.Series(["a=x c=y b=z", "a=x"])).to_list()
        ['b=z c=y', None]
        """
        rows = self._with_news(raw)
        table = pl.DataFrame({"row": rows, "pair": raw.gather(rows).str.extract_all(self.pair)})
        parts = pl.col("pair").str.extract_groups(self.pair).struct
        text = parts.field("text").str.replace_all(r'\\(["\\/])', "$1")
        found = table.explode("pair", empty_as_null=False).select(
            "row", key=parts.field("key"), value=pl.coalesce(text, parts.field("value"))
        )
        found = found.drop_nulls().filter(~pl.col("key").is_in(list(self.known)))
        found = found.with_columns(quoted(found["value"]))
        shown = pl.concat_str(pl.col("key").str.head(64), pl.lit("="), "value").sort_by("key")
        most = 0 if self.countless else _SHOWN
        rest = pl.when(pl.len() > most).then(pl.format("more={}", pl.len() - most))
        both = pl.concat_list(shown.head(most).implode(), rest.implode()).list.drop_nulls().list.join(" ")
        told = found.group_by("row").agg(text=both.first())
        return spread(told["text"], told["row"], raw.len())

    def _with_news(self, raw: pl.Series) -> pl.Series:
        """Give the lines that may have such a key: hardly any, so the dear pattern is kept for them."""
        names = raw.str.extract_all(self.name)
        seen = names.explode(empty_as_null=False).drop_nulls().unique()
        news = seen.filter(~seen.str.extract(self.name).is_in(list(self.known)))
        if news.is_empty():
            return pl.Series([], dtype=pl.UInt32)
        both = pl.DataFrame({"names": names}).select(pl.col("names").list.set_intersection(pl.lit(news.implode())))
        return (both.to_series().list.len() > 0).fill_null(False).arg_true()


def with_pairs(
    message: pl.Series,
    fields: pl.DataFrame,
    names: Sequence[str],
    spoken: Collection[str] = (),
    unnamed: Callable[[pl.Series], pl.Series] | None = None,
) -> pl.Series:
    """Give each event that has no message its pairs for one: the columns ``names``, then what ``unnamed`` tells.

    Examples
    --------
    >>> fields = pl.DataFrame({"user": ["ann", None], "act": ["log in", "x"]})
    >>> with_pairs(pl.Series([None, "hi"], dtype=pl.String), fields, ["user", "act"]).to_list()
    ['act="log in" user=ann', 'hi']
    """
    rows = message.is_null().arg_true()
    if rows.is_empty():
        return message
    # A row without any pair still is one: the first column says how many there are.
    columns = [pl.Series("none", [None], dtype=pl.String).new_from_index(0, rows.len())]
    columns += [
        (f"{name}=" + quoted(fields[name].gather(rows), always=name in spoken)).alias(str(place))
        for place, name in enumerate(sorted(names))
    ]
    if unnamed is not None:
        columns.append(unnamed(rows).alias("unnamed"))
    pairs = pl.DataFrame(columns).select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()
    return spread(pairs, rows, message.len(), message)


def quoted(value: pl.Series, *, always: bool = False) -> pl.Series:
    r"""Put quotes around what is more than a word, so that it reads, and is grouped, as one; cut what is too long.

    Examples
    --------
    >>> quoted(pl.Series(["GET", "not found", '["a"]', "[1]", ""])).to_list()
    ['GET', '"not found"', '"[\'a\']"', '"[1]"', '""']
    """
    if (value.str.len_bytes() > LONGEST).any():
        short = value.str.head(LONGEST)
        value = short.zip_with((short == value).fill_null(True), short + "...")
    more = value.is_not_null() if always else value.str.contains(r'^[\[{]|^$|[\s"]').fill_null(False)
    rows = more.arg_true()
    inner = value.gather(rows).str.replace_all(r"\s+", " ").str.replace_all('"', "'", literal=True)
    return spread('"' + inner + '"', rows, value.len(), value)
