"""Verdicts on a large table by a fitted model: one row in, one score out, about as fast as the table can be read.

``scan`` explains, groups and keeps the text of every row. Who has a model of a table and a million rows of it mostly
wants one thing, which rows are odd; that needs no text. Numbers and categories go from the bytes into the matrix,
a stretch of the file at a time on each core, and what is not needed is not read. Scores are those of
:meth:`oddline.pipeline.pipeline.Pipeline.detect` to a part in a million; a table or a model that is out of the
ordinary (quoted cells, words where there were numbers, times, texts) takes the ordinary road.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from oddline.core.errors import BadData, UsageError
from oddline.core.nouns import Cut, Floats
from oddline.drivers._category import Unusual
from oddline.drivers._cells import PAD, Cells, Irregular
from oddline.drivers._kept import Kept
from oddline.drivers._rapid import Rapid
from oddline.drivers._read import SURE_TABLE, Tables
from oddline.drivers.batch import read_records
from oddline.formats._table import SAMPLE
from oddline.formats._table_dialect import tableness
from oddline.formats._table_rows import rows_of
from oddline.formats.csv import Csv
from oddline.formats.tsv import Tsv

__all__ = ["verdicts"]

STRETCH = 6 << 20
"""Bytes that are read, described and scored together by one core; bounds the memory, not the answer."""

TAIL = 64 << 10
"""Bytes in which the end of a line is looked for at once, and of a head that is tried."""

HEAD = 256 << 10
"""Bytes of the head that names, delimiter and types are told from."""

ROUNDING = 1e-10
"""What two ways of adding up the same score may differ by, as a part of it."""

VERDICTS: dict[str, Any] = {
    "line": pl.UInt32,
    "score": pl.Float64,
    "surprise": pl.Float64,
    "anomaly": pl.Boolean,
    "confidence": pl.Float64,
}
"""One row a row of the table: what ``scan -o`` writes of it, without text and reasons."""


def verdicts(model: Any, path: str | Path, *, tables: Tables | None = None, workers: int | None = None) -> pl.DataFrame:
    """Judge each row of a table by a fitted pipeline; nothing is explained.

    Parameters
    ----------
    model
        A fitted pipeline of tables: :class:`oddline.pipeline.pipeline.Pipeline`, or what ``oddline.load`` gives.
    path
        The table; one file.
    tables
        What the user tells of it: names of columns, whether there is a header, columns to leave out.
    workers
        Stretches that are worked on at once; as many as there are cores by default.

    Returns
    -------
    polars.DataFrame
        ``line``, ``score`` (0 to 100), ``surprise`` (-log10 of the chance that a normal row scores so high),
        ``anomaly`` and ``confidence``, in the order of the file.

    Raises
    ------
    UsageError
        If the model counts stories (a budget) rather than rows: that needs ``scan``.
    BadData
        If the columns are not those of the model.
    """
    model.require_fitted()
    if model.budget is not None:
        raise UsageError(
            "the model has a budget of stories", expected="one that judges row by row", hint="oddline scan"
        )
    told = tables or Tables()
    try:
        surprise, header = _rapidly(Rapid(model), Path(path), told, workers or len(os.sched_getaffinity(0)))
        lines = np.arange(1 + header, len(surprise) + 1 + header, dtype=np.uint32)
    except Unusual:
        records = read_records([str(path)], tables=told).records
        _, surprise, _ = model.surprise(records)
        lines = records["line"].to_numpy()
    return _frame(lines, surprise, model.threshold_.cut(surprise))


def _frame(lines: Any, surprise: Floats, cut: Cut) -> pl.DataFrame:
    """Lay verdicts out as ``scan`` does, by exponentials: a tenth of the time that powers of ten take."""
    flagged = surprise >= cut.cut
    score = 100.0 * (1.0 - np.exp(surprise * (-np.log(10.0) / 4.0)))
    certain = 1.0 / (1.0 + np.exp(np.clip(cut.cut - surprise, -300, 300) * np.log(10.0)))
    columns = (lines, score, surprise, flagged, np.where(flagged, certain, 1.0 - certain))
    return pl.DataFrame(dict(zip(VERDICTS, columns, strict=True)), schema=VERDICTS)


def _rapidly(rapid: Rapid, path: Path, tables: Tables, workers: int) -> tuple[Floats, int]:
    """Score the rows of a file, and tell how many lines its header has."""
    if not path.is_file():
        raise Unusual("no file of its own")
    with path.open("rb") as file:
        head = file.read(HEAD)
    names, separator, header = _dialect(rapid, head, tables)

    swift = _swift(rapid, head, names, separator, header)

    def scored(number: int, begin: int, end: int) -> Floats:
        data, stop = _read(rapid.kept, path, begin, end)
        skip = header if number == 0 else 0
        scores = _by_cells(rapid, data, stop, names, separator, skip) if swift else None
        if scores is None:
            scores = _by_frame(rapid, bytes(memoryview(data)[PAD:stop]), names, separator, skip)
        # A row that calibration had has the score that it had there, but for rounding: it must not seem the next
        # higher.
        return np.asarray(rapid.model.threshold_.surprise(scores - ROUNDING * np.abs(scores)))

    # Each stretch has a core of its own, so that the products within it need no others.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(workers) as pool:
        waiting, parts = [], []
        for number, (begin, end) in enumerate(_stretches(path)):
            waiting.append(pool.submit(scored, number, begin, end))
            # What waits holds no bytes yet; but where one fails, not many should be worked on in vain.
            if len(waiting) > 4 * workers:
                parts.append(waiting.pop(0).result())
        parts += [one.result() for one in waiting]
    return np.concatenate(parts), header


def _swift(rapid: Rapid, head: bytes, names: list[str], separator: str, header: int) -> bool:
    """Tell by the head whether cells can be read by words: what fails there would mostly fail further on, too."""
    end = head.rfind(b"\n", 0, TAIL) + 1
    return end > 0 and _by_cells(rapid, bytes(PAD) + head, PAD + end, names, separator, header) is not None


def _by_cells(
    rapid: Rapid, data: bytes | bytearray, end: int, names: list[str], separator: str, header: int
) -> Floats | None:
    """Score a stretch, from ``PAD`` to ``end``, by words of its bytes; none if it is not plain enough."""
    begin = PAD
    for _ in range(header):
        begin = data.index(b"\n", begin) + 1
    try:
        cells = Cells(data, begin, end, ord(separator), len(names), rapid.kept)
        return rapid.score_cells(cells, {name: place for place, name in enumerate(names)})
    except Irregular:
        return None


def _by_frame(rapid: Rapid, data: bytes, names: list[str], separator: str, skip: int) -> Floats:
    """Score a stretch that a general reader takes apart."""
    frame = rapid.read(data, names, separator, skip=skip)
    if any(column.null_count() for column in frame.iter_columns()):
        # A blank line reads as a row of nothing, and a comment as a short row.
        blank = frame.select(pl.all_horizontal(pl.all().is_null()).any()).item()
        if blank or any(mark in data for mark in (b"\n#", b"\r", b"\0")):
            raise Unusual("blank lines or comments")
    return rapid.score(frame)


def _stretches(path: Path) -> Iterator[tuple[int, int]]:
    """Cut a file at line ends."""
    size, start = path.stat().st_size, 0
    with path.open("rb", buffering=0) as file:
        while start < size:
            file.seek(min(start + STRETCH, size))
            end = file.tell()
            while end < size and (tail := file.read(TAIL)):
                found = tail.find(b"\n") + 1
                end += found or len(tail)
                if found:
                    break
            yield start, end
            start = end


def _read(kept: Kept, path: Path, begin: int, end: int) -> tuple[bytearray, int]:
    """Read a stretch, behind ``PAD`` bytes of no matter; the second number tells where it ends.

    Raises
    ------
    Unusual
        If there is anything in it that delimited text may hold beside plain cells.
    """
    stop = PAD + end - begin
    data = kept.room(stop + 1)
    with path.open("rb", buffering=0) as file, memoryview(data) as whole:
        file.seek(begin)
        if file.readinto(whole[PAD:stop]) != end - begin:
            raise Unusual("a file that changes while it is read")
    _plain(data, PAD, stop)
    if data[stop - 1] != ord("\n"):
        data[stop] = ord("\n")
        stop += 1
    return data, stop


def _plain(data: bytes | bytearray, begin: int, end: int) -> None:
    # What else there may be (carriage returns, comments, blank lines) shows in the cells, and is looked for there.
    if data.find(b'"', begin, end) >= 0 or data.startswith((b"\n", b"#"), begin):
        raise Unusual("quoted cells")


def _dialect(rapid: Rapid, head: bytes, tables: Tables) -> tuple[list[str], str, int]:
    """Tell the columns' names, the delimiter, and how many lines the header has, as the ordinary road would."""
    data = b"\n".join(head.split(b"\n")[:-1][:SAMPLE]) + b"\n"
    _plain(data, 0, len(data))
    lines = pl.Series(data.decode("utf-8", "replace").split("\n")[:-1], dtype=pl.String)
    form = next((form for form in (Csv(), Tsv()) if tableness(lines, form.delimiters) >= SURE_TABLE), None)
    if form is None:
        raise Unusual("no table at first sight")
    separator = form._delimiter(data)
    rows = rows_of(data, separator)
    names, body = form._names(rows, separator, None, tables.header, tables.columns)
    lacking = [name for name in rapid.types() if name not in names]
    if lacking:
        raise BadData(
            f"columns are missing: {', '.join(lacking[:20])}",
            expected="the columns that the model learnt from",
            hint="name the columns as in training (--columns)",
        )
    if any(name in tables.drop for name in rapid.types()) or not len(body):
        raise Unusual("columns that are left out")
    return names, separator, len(rows) - len(body)
