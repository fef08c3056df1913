"""Two scans of the same input side by side: where they agree, and what only one of them finds."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import BadData, UsageError
from oddline.outputs._words import counted
from oddline.service.results._query import meeting
from oddline.service.results._scan import Scan, severity_named
from oddline.service.results.compared import ComparedPage, ComparedRow, ComparisonSummary, Pairs, Side
from oddline.service.results.filters import Filter
from oddline.service.results.findings import Findings
from oddline.service.results.rows import Row, check_page, made

__all__ = ["Comparison", "compare"]

Ints = npt.NDArray[Any]
Truth = npt.NDArray[np.bool_]

PARTS = ("both", "only_a", "only_b", "neither", "all")
"""The rows that both find, only one of them, neither; or all of them."""

SORTS = ("difference", "a", "b", "line")

USUAL, ODD = 1_000, 1_500
"""Points of the chart at most: rows that neither finds, and rows that one does."""


def compare(a: Findings, b: Findings) -> Comparison:
    """Lay two scans side by side, row by row.

    Raises
    ------
    BadData
        If they have no row in common: they are of other inputs, or one judged lines and the other sessions.
    """
    return Comparison(a, b)


class Comparison:
    """Two scans whose rows stand beside each other."""

    def __init__(self, a: Findings, b: Findings) -> None:
        self.a, self.b = a, b
        self._a, self._b = a.scan, b.scan
        self._rows_a, self._rows_b = _aligned(self._a, self._b)

    @cached_property
    def summary(self) -> ComparisonSummary:
        """How far they agree."""
        a, _ = self._odd
        counts = {part: int(self._part(part).sum()) for part in PARTS[:-1]}
        noun = self.a.summary.noun
        return ComparisonSummary(
            rows=len(a),
            unmatched_a=self._a.rows - len(a),
            unmatched_b=self._b.rows - len(a),
            noun=noun,
            a=_side(self.a),
            b=_side(self.b),
            say=_say(counts, noun),
            why=self._why(counts),
            correlation=_correlation(self._surprise[0], self._surprise[1]),
            points=self._points(),
            metrics_a=self.a.metrics(),
            metrics_b=self.b.metrics(),
            **counts,
        )

    def rows(
        self, part: str = "only_a", sort: str = "-difference", offset: int = 0, limit: int = 100, q: str = ""
    ) -> ComparedPage:
        """Give a page of the rows of one part.

        Raises
        ------
        UsageError
            If there is no such part or order.
        """
        check_page(offset, limit)
        mask = self._part(part)
        if q:
            mask = mask & meeting(self._a, Filter(q=q))[self._rows_a]
        places = np.flatnonzero(mask)
        places = places[self._order(sort, places)]
        page = places[offset : offset + limit]
        ours, theirs = made(self._a, self._rows_a[page]), made(self._b, self._rows_b[page])
        items = tuple(_row(one, other) for one, other in zip(ours, theirs, strict=True))
        return ComparedPage(items, len(places), offset + limit if offset + limit < len(places) else None)

    @cached_property
    def _odd(self) -> tuple[Truth, Truth]:
        return self._a.column("severity")[self._rows_a] >= 0, self._b.column("severity")[self._rows_b] >= 0

    @cached_property
    def _score(self) -> tuple[Ints, Ints]:
        return (
            np.nan_to_num(self._a.column("score")[self._rows_a]),
            np.nan_to_num(self._b.column("score")[self._rows_b]),
        )

    @cached_property
    def _surprise(self) -> tuple[Ints, Ints]:
        return (
            np.nan_to_num(self._a.column("surprise")[self._rows_a]),
            np.nan_to_num(self._b.column("surprise")[self._rows_b]),
        )

    def _part(self, part: str) -> Truth:
        a, b = self._odd
        masks = {"both": a & b, "only_a": a & ~b, "only_b": ~a & b, "neither": ~a & ~b, "all": a | True}
        if part not in masks:
            raise UsageError(f"part {part!r}", expected=", ".join(PARTS))
        return masks[part]

    def _order(self, sort: str, places: Ints) -> Ints:
        name, falling = sort.removeprefix("-"), sort.startswith("-")
        if name not in SORTS:
            raise UsageError(f"sort {sort!r}", expected=", ".join(SORTS) + "; with - before it, the greatest first")
        a, b = self._score
        keys = {"difference": np.abs(a - b), "a": a, "b": b, "line": self._rows_a}[name][places]
        return np.argsort(-keys.astype(np.float64) if falling else keys, kind="stable")

    def _points(self) -> Pairs:
        a, b = self._odd
        draw = np.random.default_rng(0)
        chosen = []
        for rows, most in ((np.flatnonzero(~a & ~b), USUAL), (np.flatnonzero(a | b), ODD)):
            few = len(rows) <= most
            chosen.append(rows if few else np.sort(rows[draw.choice(len(rows), most, replace=False, shuffle=False)]))
        rows = np.concatenate(chosen)
        worse = np.maximum(
            self._a.column("severity")[self._rows_a[rows]], self._b.column("severity")[self._rows_b[rows]]
        )
        part = np.array(["neither", "only_a", "only_b", "both"])[a[rows] + 2 * b[rows].astype(int)]
        return Pairs(
            tuple(self._score[0][rows].round(2).tolist()),
            tuple(self._score[1][rows].round(2).tolist()),
            tuple(severity_named(code) for code in worse.tolist()),
            tuple(part.tolist()),
            tuple(self._rows_a[rows].tolist()),
        )

    def _why(self, counts: dict[str, int]) -> str:
        """Tell how many of what only one finds is odd by the labels, where there are labels."""
        labelled = self._a if self._a.has("odd.npy") else self._b if self._b.has("odd.npy") else None
        if labelled is None:
            return ""
        truth = labelled.column("odd")[self._rows_a if labelled is self._a else self._rows_b]
        told = []
        for part, name in (("only_a", "A"), ("only_b", "B")):
            if counts[part]:
                right = int((truth[self._part(part)] == 1).sum())
                told.append(f"Of the {counts[part]:,} that only {name} finds, {right:,} are odd by the labels.")
        return " ".join(told)


def _aligned(a: Scan, b: Scan) -> tuple[Ints, Ints]:
    """Find the rows of both that begin on the same line of the same source, and have the same key."""
    same = a.rows == b.rows and a.sources == b.sources
    if same and all(np.array_equal(a.column(name), b.column(name)) for name in ("line", "source")):
        every = np.arange(a.rows)
        return every, every
    pairs = _named(a).join(_named(b), on=["source", "line", "key"], how="inner", suffix="_b").sort("row")
    if not pairs.height:
        raise BadData(
            f"{a.summary.name} and {b.summary.name} have no {a.summary.noun} in common",
            expected="two scans of the same input, both of lines, of rows or of the same windows",
        )
    return pairs["row"].to_numpy(), pairs["row_b"].to_numpy()


def _named(scan: Scan) -> pl.DataFrame:
    names = pl.Series([name.rsplit("/", 1)[-1] for name in scan.sources], dtype=pl.String)
    keys = scan.texts("key").series() if scan.keyed else pl.repeat("", scan.rows, eager=True)
    frame = pl.DataFrame(
        {
            "source": names.gather(pl.Series(np.asarray(scan.column("source")))),
            "line": pl.Series(np.asarray(scan.column("line"))),
            "key": keys,
        }
    )
    return frame.with_row_index("row").unique(["source", "line", "key"], keep="first", maintain_order=True)


def _side(findings: Findings) -> Side:
    told = findings.summary
    return Side(told.name, told.detector, told.against, told.anomalies, told.threshold.score, told.seconds)


def _say(counts: dict[str, int], noun: str) -> str:
    odd = counts["both"] + counts["only_a"] + counts["only_b"]
    if not odd:
        return f"Neither finds an odd {noun}."
    say = f"They agree on {counts['both']:,} of {counted(odd, f'odd {noun}')}."
    if counts["only_a"]:
        return f"{say} A finds {counts['only_a']:,} that B misses."
    return f"{say} B finds {counts['only_b']:,} that A misses." if counts["only_b"] else say


def _correlation(a: Ints, b: Ints) -> float | None:
    """Give the correlation of ranks (C. Spearman, 1904)."""
    from scipy.stats import rankdata

    ranks = [rankdata(values) for values in (a, b)]
    if any(len(values) < 2 or values.min() == values.max() for values in ranks):
        return None
    return round(float(np.corrcoef(*ranks)[0, 1]), 6)


def _row(one: Row, other: Row) -> ComparedRow:
    return ComparedRow(
        row_a=one.row,
        row_b=other.row,
        source=one.source,
        line=one.line,
        ts=one.ts,
        text=one.text,
        score_a=one.score,
        score_b=other.score,
        odd_a=one.anomaly,
        odd_b=other.anomaly,
        severity_a=one.severity,
        severity_b=other.severity,
        why_a=one.why,
        why_b=other.why,
        label=one.label if one.label is not None else other.label,
    )
