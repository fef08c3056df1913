"""logfmt: key=value pairs, quoted where they hold blanks."""

from __future__ import annotations

import re
from collections import Counter
from typing import Self

import polars as pl

from oddline.formats._bare import TIMES, bare
from oddline.formats._events import finish, fold, stands_alone, trace_joins
from oddline.formats._fields import records_of
from oddline.formats._looks import looks
from oddline.formats._pairs import Unnamed
from oddline.formats._time import parse as parse_times
from oddline.formats.base import LineFormat

__all__ = ["Logfmt"]

MAX_FIELDS = 32
_VALUE = r'(?:"(?:[^"\\]|\\.)*"|[^ "]*)'
_KEY = r"[A-Za-z_@][A-Za-z0-9_.@/-]*"
# Two pairs or more from the first character to the last; a bare word counts as a key that is true.
_LINE = rf"^{_KEY}={_VALUE}(?: +{_KEY}(?:={_VALUE})?)* *$"
_PAIR = rf'(?P<key>{_KEY})=(?:"(?P<text>(?:[^"\\]|\\.)*)"|(?P<value>[^ "]*))'
_SAMPLE = 400
_RARE = 50


class Logfmt(LineFormat):
    """What Heroku, Go kit, logrus, Prometheus, Grafana and Loki write."""

    name = "logfmt"
    summary = "logfmt: key=value pairs, quoted where they hold blanks."
    specificity = 4

    kinds: dict[str, str] | None = None
    """The keys that become columns, and what their values are, once a sample has told them."""
    spoken: frozenset[str] = frozenset()
    unnamed: Unnamed | None = None

    def recognise(self, sample: pl.Series) -> float:
        """Tell the share of lines that are pairs from end to end, two at least."""
        if sample.is_empty():
            return 0.0
        text = sample.cast(pl.String).str.head(4096)
        pairs = text.str.contains(_LINE) & text.str.contains(rf"^{_KEY}={_VALUE} .*{_KEY}=")
        return float(pairs.sum()) / sample.len()

    def prepare(self, sample: pl.DataFrame) -> Self:
        """Settle the columns by a sample."""
        made = super().prepare(sample)
        seen = _seen(sample["raw"].filter(_good(sample["raw"])))
        counts = _counts(seen)
        countless = len(counts) > MAX_FIELDS
        # Where keys are data, a column is for those that come again and again.
        keys = _commonest(counts, seen.len() // _RARE if countless else 0)
        fields = _fields(seen.to_frame("raw"), keys)
        made.kinds = {key: _kind(fields[key]) for key in keys}
        made.spoken = frozenset(key for key in keys if fields[key].str.contains(" ", literal=True).any())
        made.unnamed = Unnamed(rf"({_KEY})=", _PAIR, keys if countless else set(counts), countless)
        return made

    def cuts(self, lines: pl.DataFrame) -> pl.Series:
        """Tell the lines that open an event and look like no part of a trace."""
        return stands_alone(lines["raw"])

    def parse(self, lines: pl.DataFrame, modified: float | None = None) -> pl.DataFrame:
        """Turn lines into Records; a line without a message stays whole as one.

        Examples
        --------
        >>> from oddline.core.schema import LINES
        >>> raw = ['ts=2024-01-01T00:00:00Z level=warn msg="a b" n=3', 'ts=2024-01-01T00:00:01Z level=info msg=c']
        >>> frame = pl.DataFrame({"source": ["a"] * 2, "line": [1, 2], "offset": [0, 9], "raw": raw})
        >>> Logfmt().parse(frame.cast(LINES)).select("level", "message", "x_n").rows()
        [('warning', 'a b', 3), ('info', 'c', None)]
        """
        form = self if self.kinds is not None else self.prepare(lines)
        good = _good(lines["raw"])
        text = lines.select(pl.when(good).then("raw").alias("raw"))
        records = form._records(text, lines["source"], modified)
        frame = pl.concat([lines, records], how="horizontal").with_columns(
            lines=pl.lit(1, pl.UInt32), message=pl.when(pl.col("message") == "").then("raw").otherwise("message")
        )
        if good.all():
            return finish(frame)
        seen = looks(lines["raw"])
        parts = bare(lines["raw"], seen)
        parts = parts.with_columns(parse_times(parts["ts"], TIMES, modified, lines["source"], clocks=self.clocks))
        frame = frame.with_columns(
            pl.when(good).then(name).otherwise(parts[name]).alias(name) for name in ("ts", "level", "message")
        )
        joins = trace_joins(lines["raw"], lines["source"].to_physical(), among=seen.traced) & ~good
        return finish(fold(frame, ~joins))

    def _records(self, text: pl.DataFrame, source: pl.Series, modified: float | None) -> pl.DataFrame:
        kinds, raw, unnamed = self.kinds or {}, text["raw"], self.unnamed
        return records_of(
            _fields(text, list(kinds)),
            kinds,
            source,
            modified,
            self.clocks,
            spoken=self.spoken,
            unnamed=None if unnamed is None else lambda rows: unnamed.told(raw.gather(rows)),
        )


def _good(raw: pl.Series) -> pl.Series:
    return raw.str.contains(rf"^{_KEY}={_VALUE}(?: |$)").fill_null(False)


def _seen(raw: pl.Series) -> pl.Series:
    return pl.concat([raw.head(_SAMPLE), raw.gather_every(max(1, raw.len() // _SAMPLE))])


def _fields(table: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return table.lazy().select(_value(key).alias(key) for key in keys).collect(engine="streaming")


def _counts(seen: pl.Series) -> Counter[str]:
    """Count the keys of a sample."""
    counts: Counter[str] = Counter()
    for text in seen.str.head(4096):
        unquoted = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
        counts.update(list(dict.fromkeys(re.findall(rf"(?:^| )({_KEY})=", unquoted))))
    return counts


def _commonest(counts: Counter[str], least: int) -> list[str]:
    """Choose the keys that become columns, in the order of their first appearance."""
    order = {key: place for place, key in enumerate(counts)}
    chosen = sorted((key for key in counts if counts[key] >= least), key=lambda key: (-counts[key], order[key]))[
        :MAX_FIELDS
    ]
    return sorted(chosen, key=order.__getitem__)


def _value(key: str) -> pl.Expr:
    """Find the value of a key, and not of the same word inside another's quotes."""
    before = rf"^(?:{_KEY}(?:={_VALUE})? +)*?"
    found = pl.col("raw").str.extract(rf"{before}{re.escape(key)}=({_VALUE})(?: |$)")
    quoted = found.str.starts_with('"')
    inner = found.str.slice(1, found.str.len_chars() - 2).str.replace_all(r'\\(["\\])', "$1")
    return pl.when(quoted).then(inner).otherwise(found)


def _kind(column: pl.Series) -> str:
    seen = column.drop_nulls()
    if seen.is_empty():
        return ""
    if seen.str.contains(r"^-?[0-9]{1,18}$").all():
        return "int"
    return "float" if seen.str.contains(r"^-?[0-9]{1,18}(?:\.[0-9]+)?$").all() else ""
