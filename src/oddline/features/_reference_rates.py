"""How often and how regularly the templates of a good run come, and where another run differs.

Both logs are looked at through a window of so many lines, not seconds: a slow machine is no finding, and a
doubled load is none. The most that a template ever fills of a window, and its longest pause, are what another
run is held against; what is far beyond the worst of the good run is a burst or a silence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.nouns import Floats
from oddline.features._bins import Ints
from oddline.features._scale import NATS

SHORTEST = 50
"""Lines of the window; a 200th of a larger log."""
FEWEST_WINDOWS = 4
"""A good run of fewer windows is no basis for a rate."""
FEWEST = 10
"""Fewer lines are no burst."""
DOUBT = 5.0
"""Shape of the negative binomial that a count is held against: how much runs of one job differ."""
HOT = 1.0
"""Windows of less strength do not lengthen a burst."""
REGULAR = 4
"""A template has a rhythm if its longest pause is at most a quarter of the log."""
PAUSE = 2.0
"""A pause must be so many times the longest one of the good run."""
MOST_SILENCES = 20


def window_for(height: int) -> int:
    """Choose the window of a good run of so many lines; 0 if that is too few.

    Examples
    --------
    >>> [window_for(n) for n in (100, 1_000, 100_000)]
    [0, 50, 500]
    """
    window = max(SHORTEST, height // 200)
    return window if height >= FEWEST_WINDOWS * window else 0


@dataclass(frozen=True)
class Lines:
    """The lines of known templates, by source, template and place.

    ``row`` is the row in the log, ``place`` that in its source; ``group`` numbers the pairs of source and
    template; ``height`` is the length of the source of each.
    """

    row: Ints
    place: Ints
    template: Ints
    group: Ints
    height: Ints

    @property
    def starts(self) -> npt.NDArray[np.bool_]:
        """Whether a line is the first of its group."""
        return np.concatenate([[True], self.group[1:] != self.group[:-1]])[: len(self.group)]


def lines_of(records: pl.DataFrame) -> Lines:
    """Sort the lines of known templates; lines of no known template are nobody's."""
    frame = records.select(
        row=pl.int_range(pl.len(), dtype=pl.Int64),
        place=pl.int_range(pl.len(), dtype=pl.Int64).over("source"),
        height=pl.len().over("source").cast(pl.Int64),
        source=pl.int_range(pl.len(), dtype=pl.Int64).first().over("source"),
        template=pl.col("template_id").cast(pl.Int64),
    )
    frame = frame.filter(pl.col("template") > 0)
    row, place, height, source, template = (frame[name].to_numpy() for name in frame.columns)
    order = np.lexsort((row, template, source))
    changed = (np.diff(source[order]) != 0) | (np.diff(template[order]) != 0)
    group = np.cumsum(np.concatenate([[0], changed])[: len(order)]).astype(np.int64)
    return Lines(row[order], place[order], template[order], group, height[order])


def crowd(lines: Lines, window: int) -> tuple[Ints, Ints]:
    """Count the lines of the template in the window that ends at each line, and give the first of them."""
    span = int(lines.height.max(initial=0)) + window + 1
    key = lines.group * span + lines.place
    first = np.searchsorted(key, key - window + 1)
    first = np.maximum(first, np.searchsorted(lines.group, lines.group))
    return np.arange(len(key)) - first + 1, first


def unbroken(lines: Lines) -> tuple[Ints, Ints]:
    """Give the length of the run, with nothing between, that each line ends, and the first line of it."""
    begins = lines.starts
    begins[1:] |= lines.place[1:] != lines.place[:-1] + 1
    first = np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))
    return np.arange(len(begins)) - first + 1, first


def pauses(lines: Lines) -> tuple[Ints, Ints, Ints]:
    """Give every pause of every group: its length in lines, and the lines before and after (-1: an end)."""
    at, count = np.arange(len(lines.group)), len(lines.group)
    begins = np.flatnonzero(lines.starts)
    ends = np.append(begins[1:], count)[: len(begins)] - 1
    inner = at[~lines.starts]
    length = np.concatenate(
        [
            lines.place[inner] - lines.place[inner - 1] - 1,
            lines.place[begins],
            lines.height[ends] - 1 - lines.place[ends],
        ]
    )
    none = np.full(len(begins), -1, dtype=np.int64)
    return length, np.concatenate([inner - 1, none, ends]), np.concatenate([inner, begins, none])


def learn(records: pl.DataFrame, window: int) -> pl.DataFrame:
    """Learn the worst of a good run: one row a template.

    Returns
    -------
    polars.DataFrame
        ``template``, ``text`` (its commonest wording), ``n``, ``peak`` (most lines in a window), ``run`` (most
        with nothing between), ``pause`` (most lines without it), ``height`` (lines of the sources it is in).
    """
    lines = lines_of(records)
    known, of = np.unique(lines.template, return_inverse=True)
    peak, run, pause, height = (np.zeros(len(known), dtype=np.int64) for _ in range(4))
    np.maximum.at(peak, of, crowd(lines, max(window, 1))[0])
    np.maximum.at(run, of, unbroken(lines)[0])
    length, before, after = pauses(lines)
    np.maximum.at(pause, of[np.maximum(before, after)], length)
    np.maximum.at(height, of, lines.height)
    count = np.bincount(of, minlength=len(known))
    words = (
        records.filter(pl.col("template_id") > 0)
        .group_by("template_id", "masked")
        .len()
        .with_columns(pl.col("masked").cast(pl.String))
        .sort("template_id", "len", "masked", descending=[False, True, False])
        .group_by("template_id", maintain_order=True)
        .agg(text=pl.col("masked").first())
    )
    numbers = {"n": count, "peak": peak, "run": run, "pause": pause, "height": height}
    # Both are in the order of the ids.
    return pl.DataFrame(
        {"template": known, "text": words["text"]} | {name: values.astype(np.int64) for name, values in numbers.items()}
    )


def excess(count: Floats, most: Floats) -> Floats:
    """Give -log10 of a bound on the chance of so many lines, where the good run has ``most`` at its worst.

    Chernoff's bound for a negative binomial count of that mean and of shape :data:`DOUBT`.
    """
    mean = np.maximum(most, 1.0)
    rate = count * np.log(count / mean) - (count + DOUBT) * np.log((count + DOUBT) / (mean + DOUBT))
    found: Floats = np.where((count > mean) & (count >= FEWEST), np.maximum(rate, 0.0), 0.0) / NATS
    return found


@dataclass(frozen=True)
class Crowds:
    """Bursts, one entry each: rows of the log, lines, and the most that the good run has in its window."""

    of_line: Ints
    first: Ints
    last: Ints
    count: Ints
    usual: Ints
    strength: Floats
    places: Ints
    """Of each line of the log: which line of its burst it is, from 1."""


def bursts(records: pl.DataFrame, known: pl.DataFrame, window: int) -> Crowds:
    """Find the stretches of another run with far more lines of a template than any of the good run."""
    empty = np.zeros(0, dtype=np.int64)
    of_line, places = np.full(records.height, -1, dtype=np.int64), np.zeros(records.height, dtype=np.int64)
    lines = lines_of(records)
    if not window or not len(lines.row):
        return Crowds(of_line, empty, empty, empty, empty, np.zeros(0), places)
    most, longest = (_by_template(known, name, lines.template) for name in ("peak", "run"))
    inside, window_first = crowd(lines, window)
    strong, first = excess(inside.astype(np.float64), most.astype(np.float64)), window_first
    length, run_first = unbroken(lines)
    by_run = excess(length.astype(np.float64), longest.astype(np.float64))
    first = np.where(by_run > strong, run_first, first)
    strong = np.maximum(strong, by_run)
    hot = np.flatnonzero((strong >= HOT) & (most > 0))
    if not len(hot):
        return Crowds(of_line, empty, empty, empty, empty, np.zeros(0), places)
    apart = (lines.group[hot][1:] != lines.group[hot][:-1]) | (np.diff(lines.place[hot]) > window)
    begins = np.concatenate([[0], np.flatnonzero(apart) + 1])
    ends = np.append(begins[1:], len(hot)) - 1
    low, high = np.minimum.reduceat(first[hot], begins), hot[ends]
    worst = np.maximum.reduceat(strong[hot], begins)
    spread = np.repeat(np.arange(len(low)), high - low + 1)
    within = np.arange(len(spread)) - np.repeat(np.cumsum(high - low + 1) - (high - low + 1), high - low + 1)
    rows = lines.row[low[spread] + within]
    of_line[rows], places[rows] = spread, within + 1
    return Crowds(of_line, lines.row[low], lines.row[high], high - low + 1, most[high], worst, places)


@dataclass(frozen=True)
class Silences:
    """Pauses, one entry each: the template, the line that tells of it, its rows, and how many lines it has missed."""

    template: Ints
    at: Ints
    first: Ints
    last: Ints
    missed: Floats
    length: Ints
    strength: Floats


def silences(records: pl.DataFrame, known: pl.DataFrame, window: int) -> Silences:
    """Find pauses of regular templates far beyond their longest one in the good run, the strongest ones."""
    regular = known.filter((pl.col("n") >= FEWEST) & (pl.max_horizontal("pause", 1) * REGULAR <= pl.col("height")))
    lines = lines_of(records)
    if not window or not regular.height or not records.height:
        empty = np.zeros(0, dtype=np.int64)
        return Silences(empty, empty, empty, empty, np.zeros(0), empty, np.zeros(0))
    length, before, after = pauses(lines)
    template = lines.template[np.maximum(before, after)] if len(length) else length
    first = np.where(before >= 0, lines.row[before], -1) if len(length) else length
    last = np.where(after >= 0, lines.row[after], -1) if len(length) else length
    edge = lines.row - lines.place
    begin = edge[np.maximum(before, after)] if len(length) else length
    end = begin + lines.height[np.maximum(before, after)] - 1 if len(length) else length
    at = np.where(first >= 0, first, last)
    first, last = np.where(first >= 0, first, begin), np.where(last >= 0, last, end)
    if records["source"].n_unique() == 1:
        # Missing altogether. Of several files nobody knows in which one it should be.
        gone = np.setdiff1d(regular["template"].to_numpy(), lines.template)
        final = np.full(len(gone), records.height - 1)
        template, at = np.append(template, gone), np.append(at, final * 0)
        first, last = np.append(first, final * 0), np.append(last, final)
        length = np.append(length, final + 1)
    usual = np.maximum(_by_template(known, "pause", template), 1)
    height, n = _by_template(known, "height", template), _by_template(known, "n", template)
    fine = np.isin(template, regular["template"].to_numpy()) & (length >= PAUSE * usual) & (length >= window)
    with np.errstate(divide="ignore"):
        strength = np.where(fine, (length / usual - 1.0) * np.log10(np.maximum(height / usual, 1.0)), 0.0)
    kept = np.lexsort((template, at, -strength))[:MOST_SILENCES]
    kept = kept[strength[kept] > 0]
    missed = (length * n / np.maximum(height, 1))[kept]
    return Silences(template[kept], at[kept], first[kept], last[kept], missed, length[kept], strength[kept])


def _by_template(known: pl.DataFrame, column: str, template: Ints) -> Ints:
    """Look up a number of each template; 0 for those that the good run does not have."""
    ids = known["template"].to_numpy()
    if not len(ids):
        return np.zeros(len(template), dtype=np.int64)
    order = np.argsort(ids, kind="stable")
    place = order[np.minimum(np.searchsorted(ids[order], template), len(ids) - 1)]
    found: Ints = np.where(ids[place] == template, known[column].to_numpy()[place], 0)
    return found
