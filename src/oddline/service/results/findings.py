"""A finished scan, opened: every question that a page or the API asks of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO

from oddline.ops._labels import Labels
from oddline.service.results import download, incidents, metrics, opened, rows, templates, timeline
from oddline.service.results._scan import Scan
from oddline.service.results.chart import Timeline
from oddline.service.results.download import FORMATS
from oddline.service.results.filters import Filter
from oddline.service.results.incidents import Incident
from oddline.service.results.metrics import BUDGET, Metrics
from oddline.service.results.opened import Line, OpenedRow
from oddline.service.results.rows import RowPage
from oddline.service.results.summary import Summary
from oddline.service.results.templates import TemplatePage

__all__ = ["FORMATS", "Filter", "Findings"]

EVERYTHING = Filter()

PAGES, USUAL = 8, 100
"""Pages of a scan that are kept as they were put together, of so many rows at most."""


class Findings:
    """One finished scan in a folder that :func:`oddline.service.results.leave.leave` wrote.

    Opening reads two small files; the others are mapped into memory when they are first asked for, and a question
    leaves nothing behind but the rows of a first page. Threads may share it.

    Parameters
    ----------
    folder
        Where the scan is.

    Raises
    ------
    NoInput
        If it holds no finished scan.
    """

    def __init__(self, folder: Path) -> None:
        self._scan = Scan(folder)
        # What was found does not change, and many ask for the same first page.
        self._page = lru_cache(PAGES)(partial(rows.page_of_rows, self._scan))

    @property
    def scan(self) -> Scan:
        """The files."""
        return self._scan

    @property
    def summary(self) -> Summary:
        """What was found, in a few words and figures."""
        return self._scan.summary

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of further columns: of the format of a log, of the table."""
        return self._scan.summary.fields

    @property
    def size(self) -> int:
        """How many bytes its files have together."""
        return sum(path.stat().st_size for path in self._scan.folder.iterdir())

    def rows(
        self,
        filter: Filter = EVERYTHING,  # noqa: A002
        sort: str = "-score",
        offset: int = 0,
        limit: int = 100,
        fields: tuple[str, ...] = (),
    ) -> RowPage:
        """Give a page of the rows that meet a filter; ``fields`` names further columns to give with each."""
        again = limit <= USUAL and filter.only is None
        return (self._page if again else self._page.__wrapped__)(filter, sort, offset, limit, fields)

    def row(self, row: int, before: int = 10, after: int = 10) -> OpenedRow:
        """Open one row, with so many events before and after it."""
        return opened.open_row(self._scan, row, before, after)

    def around(self, row: int, before: int, after: int) -> tuple[Line, ...]:
        """Give the lines around a row."""
        return opened.around(self._scan, row, before, after)

    def timeline(
        self,
        start: datetime | float | None = None,
        end: datetime | float | None = None,
        bins: int = 100,
        filter: Filter | None = None,  # noqa: A002
    ) -> Timeline:
        """Lay out a part of the axis, by default all of it: of time if ``summary.timed``, else of line numbers."""
        return timeline.timeline(self._scan, start, end, bins, filter)

    def templates(
        self, change: tuple[str, ...] = (), q: str = "", sort: str = "-score", offset: int = 0, limit: int = 100
    ) -> TemplatePage:
        """Give a page of templates; ``change`` picks what has become of them since the baseline."""
        return templates.templates(self._scan, change, q, sort, offset, limit)

    def incidents(self, offset: int = 0, limit: int | None = None) -> list[Incident]:
        """Give incidents, the worst first."""
        return incidents.incidents(self._scan, offset, limit)

    def incident(self, number: int) -> Incident:
        """Give one incident."""
        return incidents.incident(self._scan, number)

    def metrics(self) -> Metrics | None:
        """Give how good the verdicts are, if labels were given when the scan was left."""
        return metrics.kept(self._scan)

    def measure(self, labels: Labels, normal: str | None = None, budget: int = BUDGET) -> Metrics:
        """Hold the verdicts against labels that are given now."""
        return metrics.measured(self._scan, labels, normal, budget)

    def write(self, format: str, stream: BinaryIO, filter: Filter | None = None) -> None:  # noqa: A002
        """Write the scan, or its rows that meet a filter, as a file of a format of ``FORMATS``."""
        download.write(self._scan, format, stream, filter)

    def chunks(self, format: str, filter: Filter | None = None) -> Iterator[bytes]:  # noqa: A002
        """Give what :meth:`write` writes, in pieces."""
        return download.chunks(self._scan, format, filter)

    def close(self) -> None:
        """Let go of every file."""
        self._scan.close()
