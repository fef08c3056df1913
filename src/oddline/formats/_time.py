"""Texts into times, as columns: every format tried on what the ones before it left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.alike import kinds
from oddline.core.schema import TIME
from oddline.formats._rows import spread
from oddline.formats._turns import DAYLESS, YEARLESS, Clocks, unwrap_days, unwrap_years

_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d")
# Fixed numbers of digits come first: Polars reads them four times as fast as the general %.f.
_CLOCKS = ("%H:%M:%S" + fraction for fraction in ("", ",%3f", ".%3f", ".%6f", "Z", ".%3fZ", ".%6fZ", ".%9fZ"))
_SLOWER = ("%.f", "%.f%#z", "%.f %#z", ",%6f", ",%9f", ",%3f%#z", ",%3f %#z", "%.f UTC")

ISO = (
    *(f"{date}{between}{clock}" for clock in _CLOCKS for between in " T" for date in _DATES),
    *(
        f"{date}{between}%H:%M:%S{fraction}"
        for fraction in _SLOWER
        for between in (" ", "T", "_", "-")
        for date in _DATES
    ),
    *(f"{date}{between}%H:%M{zone}" for zone in ("", "%#z") for between in " T" for date in _DATES),
)
SYSLOG = ("%b %e %H:%M:%S", "%b %e %H:%M:%S%.f", "%b %e %Y %H:%M:%S", "%b %e %Y %H:%M:%S%.f", "%Y %b %e %H:%M:%S%.f")
CTIME = ("%a %b %e %H:%M:%S %Y", "%a %b %e %H:%M:%S%.f %Y")
CLF = ("%d/%b/%Y:%H:%M:%S %z", "%d/%b/%Y %H:%M:%S")
DMY = ("%d-%b-%Y %H:%M:%S.%3f", "%d-%b-%Y %H:%M:%S%.f", "%d %b %Y %H:%M:%S%.f", "%b %e, %Y %I:%M:%S %p")
CLOCK = ("%H:%M:%S", "%H:%M:%S,%3f", "%H:%M:%S.%3f", "%H:%M:%S%.f")
NAMED: dict[str, tuple[str, ...]] = {
    "iso": ISO,
    "syslog": SYSLOG,
    "ctime": CTIME,
    "clf": CLF,
    "dmy": DMY,
    "clock": CLOCK,
    "any": (*ISO, *SYSLOG, *CLF, *DMY, *CTIME, *CLOCK),
}
"""What ``time = ["NAME"]`` of a ``.toml`` format may name besides strptime formats and ``epoch``."""

_SAMPLE = 200
_FEW = 5_000
_A_FEW = 5


def parse(
    texts: pl.Series,
    formats: Sequence[str],
    modified: float | None = None,
    source: pl.Series | None = None,
    *,
    clocks: Clocks | None = None,
    name: str = "ts",
) -> pl.Series:
    """Parse texts to UTC; what fits no format becomes null.

    Parameters
    ----------
    texts : polars.Series
        Strings in the order of their lines: a year or a day that the text does not tell is inferred from
        that order.
    formats : sequence of str
        strptime formats, ``epoch`` (seconds, or milli-, micro- or nanoseconds by size), or a key of
        :data:`NAMED`. Text without a zone is taken as UTC.
    modified : float, optional
        POSIX time of the file's last change: a year-less last line is not after it.
    source : polars.Series, optional
        Where each text comes from; the order of lines means something only within a source.
    clocks : Clocks, optional
        What lines before these have told of the year or the day, where they are read stretch by stretch; ``name``
        is the field that the texts stand in. Then all are of one source.

    Examples
    --------
    >>> parse(pl.Series(["2024-02-29 10:00:00,250", "x"]), ["iso"]).dt.strftime("%F %T%.3f").to_list()
    ['2024-02-29 10:00:00.250', None]
    >>> parse(pl.Series(["Dec 31 23:59:59", "Jan  1 00:00:01"]), ["syslog"], 1704067300.0).dt.year().to_list()
    [2023, 2024]
    """
    if source is not None and source.n_unique() > 1:
        table = pl.DataFrame({"source": source.to_physical(), "text": texts}).with_row_index("row")
        parts = [
            part.select("row", parse(part["text"], formats, modified))
            for part in table.partition_by("source", maintain_order=True)
        ]
        return pl.concat(parts).sort("row")["ts"]
    if texts.null_count():
        rows = texts.is_not_null().arg_true()
        dense = _read(texts.gather(rows), formats, modified, clocks or Clocks(at_hand=None), name)
        return spread(dense, rows, texts.len()).alias("ts")
    return _read(texts, formats, modified, clocks or Clocks(at_hand=None), name).alias("ts")


def _read(texts: pl.Series, formats: Sequence[str], modified: float | None, clocks: Clocks, name: str) -> pl.Series:
    found = dict.fromkeys(("", YEARLESS, DAYLESS), _nothing(texts.len()))
    likely = _promising(texts, formats)
    left = _take(texts.rename(""), likely, found)
    if left.null_count() < left.len():
        # What is left was tried by all of the likely ones already.
        _take_rare(left, [form for form in _flat(formats) if form not in likely], found)
    ts = found[""]
    for kind, unwrap in ((YEARLESS, unwrap_years), (DAYLESS, unwrap_days)):
        if found[kind].null_count() < texts.len():
            ts = ts.zip_with(ts.is_not_null(), clocks.unwrap(name + kind, found[kind], modified, unwrap))
    return ts


def _nothing(count: int) -> pl.Series:
    return pl.Series("", [None], dtype=TIME).new_from_index(0, count)


def _take(left: pl.Series, forms: Sequence[str], found: dict[str, pl.Series]) -> pl.Series:
    """Read texts by one form after the other into what their clocks tell, and give those that none of them reads."""
    for form in forms:
        times = _utc(_computed(left, _one(form)))
        if times.null_count() == times.len():
            continue
        kind, before = _repeats(form), found[_repeats(form)]
        found[kind] = times if before.null_count() == before.len() else before.zip_with(before.is_not_null(), times)
        # What is parsed is not tried again: the next format gets what is left.
        left = left.zip_with(times.is_null(), pl.Series("", [None], dtype=pl.String))
        if left.null_count() == left.len():
            break
    return left


def _take_rare(left: pl.Series, forms: Sequence[str], found: dict[str, pl.Series]) -> None:
    """Read what is of a kind that the sample does not show: a text is a time or not wherever it stands."""
    rare = left.drop_nulls().unique(maintain_order=True)
    if all(":%M" in form or form == "epoch" for form in forms):
        rare = rare.filter(rare.str.contains(r"[0-9]:[0-9]|^[0-9.+-]+(?:[eE][0-9+-]+)?$"))
    known = dict.fromkeys(found, _nothing(rare.len()))
    unread = {kind: np.ones(rare.len(), dtype=np.bool_) for kind in found}
    alike = rare.str.replace_all("[0-9]", "1")
    told = kinds(alike)
    for form, fits in _fitting(alike.gather(told.rows), forms):
        kind = _repeats(form)
        rows = np.flatnonzero(fits[told.codes] & unread[kind])
        if rows.size:
            times = _utc(_computed(rare.gather(rows), _one(form)))
            known[kind] = spread(times, pl.Series(rows), rare.len(), known[kind])
            unread[kind][rows] = times.is_null().to_numpy()
    for kind, times in known.items():
        if times.null_count() < times.len():
            more = left.replace_strict(rare, times, default=None, return_dtype=TIME)
            found[kind] = found[kind].zip_with(found[kind].is_not_null(), more)


def _fitting(texts: pl.Series, forms: Sequence[str]) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """Tell which forms could read which texts, whatever their digits; here each of them is a 1.

    That is a time in every form: in 1111, or 2011, on 11 November, at 11:11:11. Only the day of the week is wrong.
    """
    for start in range(0, texts.len(), _FEW):
        some = texts.slice(start, _FEW)
        nameless = some.str.replace("^[A-Za-z]+ ", "")
        named = [form for form in forms if "%a " in form]
        unnamed = [form for form in forms if "%a " not in form]
        read = [*_all(some, unnamed), *_all(nameless, [form.replace("%a ", "") for form in named])]
        for form, times in zip([*unnamed, *named], read, strict=True):
            # A long number is a time or not by its digits.
            if form == "epoch" or times.null_count() < times.len():
                fits = np.zeros(texts.len(), dtype=np.bool_)
                fits[start : start + _FEW] = form == "epoch" or times.is_not_null().to_numpy()
                yield form, fits


def _flat(formats: Sequence[str]) -> tuple[str, ...]:
    return tuple(form for name in formats for form in NAMED.get(name, (name,)))


def _repeats(form: str) -> str:
    """Tell what a format leaves to the order of the lines."""
    if form != "epoch" and not any(code in form for code in ("%d", "%e", "%j", "%F")):
        return DAYLESS
    return "" if form == "epoch" or any(code in form for code in ("%Y", "%y", "%F")) else YEARLESS


def _promising(texts: pl.Series, formats: Sequence[str]) -> list[str]:
    """Order the formats by how much of a sample they read, so that the right one is tried first."""
    flat = _flat(formats)
    if len(flat) == 1:
        return list(flat)
    seen = texts.drop_nulls()
    if seen.is_empty():
        return []
    sample = pl.concat([seen.head(_SAMPLE), seen.gather_every(max(1, seen.len() // _SAMPLE))])
    shape = pl.col("text").str.head(64).str.replace_all(r"[0-9]", "0").str.replace_all(r"[A-Za-z]{3,}", "A")
    shaped = pl.DataFrame({"text": sample}).group_by(shape=shape, maintain_order=True)
    # A text of the same shape is most likely read by the same form: a few of each will do.
    each = shaped.agg("text", n=pl.len(), few=pl.col("text").unique(maintain_order=True).head(_A_FEW))
    few = each.select("n", "few").explode("few", empty_as_null=False)
    found: dict[str, int] = {}
    done = few["few"].is_null()
    for form, times in zip(flat, _all(few["few"], flat), strict=True):
        if times.null_count() < times.len():
            read = times.is_not_null() & ~done
            found[form] = int(few["n"].filter(read).sum())
            done |= read
    return sorted((form for form in found if found[form]), key=lambda form: (-found[form], flat.index(form)))


def _all(texts: pl.Series, forms: Sequence[str]) -> list[pl.Series]:
    """Read a few texts by every form at once, which costs a tenth of one by one: null where it cannot."""
    table = pl.DataFrame({"text": texts}).select(_one(form).alias(str(place)) for place, form in enumerate(forms))
    return table.get_columns()


def _utc(times: pl.Series) -> pl.Series:
    return times if times.dtype == TIME else times.dt.replace_time_zone("UTC")


@cache
def _one(form: str) -> pl.Expr:
    """Read the column ``text`` by one form; of a clock that repeats, as of 1972."""
    text = pl.col("text")
    if form == "epoch":
        return _epoch(text)
    lead, prefix = {YEARLESS: ("%Y ", "1972 "), DAYLESS: ("%Y-%m-%d ", "1972-01-01 ")}.get(_repeats(form), ("", ""))
    text = pl.concat_str(pl.lit(prefix), text) if prefix else text
    return text.str.to_datetime(lead + form, strict=False, time_unit="us", ambiguous="null")


def _epoch(text: pl.Expr) -> pl.Expr:
    number = text.cast(pl.Float64, strict=False)
    size = number.abs()
    # Seconds until the year 5138, then the same digits as milli-, micro- and nanoseconds.
    scaled = (
        pl.when(size < 1e11)
        .then(number * 1e6)
        .when(size < 1e14)
        .then(number * 1e3)
        .when(size < 1e17)
        .then(number)
        .when(size < 1e19)
        .then(number / 1e3)
    )
    return scaled.round().cast(pl.Int64, strict=False).cast(TIME)


def _computed(texts: pl.Series, result: pl.Expr) -> pl.Series:
    """Compute on all cores if there is enough to do: to start them takes a millisecond."""
    table = pl.DataFrame({"text": texts}).lazy().select(result)
    return table.collect(engine="in-memory" if texts.len() < _FEW else "streaming").to_series()
