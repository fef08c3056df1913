"""Mine the templates of logs chunk by chunk: as much memory for a large log as for a small one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core import folder
from oddline.core.alike import KIND, first_rows
from oddline.core.errors import UsageError
from oddline.core.nouns import Inputs, Listing
from oddline.core.schema import LISTED, TIME, check
from oddline.core.telemetry import Telemetry
from oddline.drivers._chunks import record_chunks
from oddline.drivers._compare import compared
from oddline.drivers._read import Tables, choose_format, common_format, read_table
from oddline.drivers._spill import Spill
from oddline.drivers.batch import read_records
from oddline.formats._private import ends_in_block, mask_records, mask_warnings
from oddline.formats.base import Format, LineFormat, TableFormat
from oddline.sources._lines import sample
from oddline.sources._open import open_sources
from oddline.sources.base import Part
from oddline.templates._corrections import splittable
from oddline.templates._incremental import Incremental
from oddline.templates._parameters import parameters_by_template, summary

__all__ = ["Mined", "Mining", "mine"]

EXAMPLE = 300
"""Characters of an example."""

LINES_OF_A_PART = 1 << 32
"""More lines than a part can have: the place of a line among all parts is one number."""

MOST_EXAMPLES = 100_000
"""Masked lines, the first ones, of which an example is kept; each costs as many bytes as it is long."""


@dataclass(frozen=True)
class Mining:
    """What to read, and how; ``settings`` are parameters of the miner.

    With ``apart`` each path is a side of its own, to be compared with the other; else a file counts once however often
    it is named.
    """

    paths: tuple[str, ...]
    format: str | None = None
    miner: str = "drain"
    settings: dict[str, Any] = field(default_factory=dict)
    tables: Tables = field(default_factory=Tables)
    mask_pii: bool = False
    apart: bool = False
    telemetry: Telemetry = field(default_factory=Telemetry)


@dataclass(frozen=True)
class Mined:
    """The templates of some logs, as long as the block of :func:`mine` lasts."""

    listing: Listing
    miner: Incremental
    _spill: Spill
    _places: npt.NDArray[np.uint32]
    _sides: tuple[int, ...]

    def rows(self) -> Iterator[pl.DataFrame]:
        """Give one row a physical line, in input order: ``line``, and ``place``, the row of its template in the table.

        Where there are several inputs, ``source`` stands first.
        """
        names = [item.path for item in self.listing.inputs]
        ends = dict.fromkeys(range(len(names)), 0)
        for chunk in self._spill.chunks():
            place = self._places[chunk["code"].to_numpy()]
            part = int(chunk["part"][0])
            if chunk["lines"].max() != 1:
                place = np.repeat(place, chunk["lines"].to_numpy())
            first = ends[part] + 1
            ends[part] += len(place)
            frame = pl.DataFrame(
                {"line": pl.int_range(first, ends[part] + 1, dtype=pl.UInt32, eager=True), "place": place}
            )
            source = pl.lit(names[part]).cast(pl.Categorical).alias("source")
            yield frame if len(names) == 1 else frame.select(source, "line", "place")
        if not any(ends.values()):
            yield pl.DataFrame(schema={"line": pl.UInt32, "place": pl.UInt32})

    def compared(self) -> pl.DataFrame:
        """Compare what the second path holds with what the first one does: ``schema.COMPARED``."""
        table = self.listing.table.select("template_id", "text")
        counts = [np.zeros(table.height, dtype=np.uint64) for _ in range(2)]
        for chunk in self._spill.chunks():
            place = self._places[chunk["code"].to_numpy()]
            counts[self._sides[chunk["part"][0]]] += np.bincount(place, minlength=table.height).astype(np.uint64)
        return compared(table, *map(pl.Series, counts))

    def slots(self, request: Mining) -> dict[int, pl.DataFrame]:
        """Sum up what stands in the slots of each template, by its id; the logs are read once more, as a whole."""
        if "-" in request.paths:
            raise UsageError("--slots reads its input twice, and stdin can be read once", hint="a file")
        records = read_records(
            request.paths, format=request.format, tables=request.tables, mask_pii=request.mask_pii
        ).records
        templated = self.miner.transform(records)
        found = parameters_by_template(templated, self.miner.templates_)
        return {number: summary(parameters) for number, parameters in found}

    def check_rules(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """Refuse to split where numbers stand: they are masked, and cannot be told apart again."""
        for rule in rules:
            if "split" in rule and not splittable(
                rule["split"], rule["slot"], self.miner.known_["masked"], self.miner.variable
            ):
                raise UsageError(
                    f"slot {rule['slot']} of {rule['split']!r} holds no words", expected="a slot in which words vary"
                )


@contextmanager
def mine(request: Mining) -> Iterator[Mined]:
    """Find the templates of the request's paths.

    Raises
    ------
    NoInput
        If there is nothing to read.
    BadData
        If what is there cannot be read as logs.
    """
    started = perf_counter()
    passed_over: list[str] = []
    sides = _opened(request, passed_over)
    parts = [part for side in sides for part in side]
    miner = folder.load("templates", request.miner)()
    if not isinstance(miner, Incremental):
        raise UsageError(f"{request.miner} learns from a log as a whole only", expected="a miner that learns in pieces")
    miner.set_params(**request.settings)
    with Spill.opened() as spill:
        examples, inputs = [], []
        # What is compared is read in one format: a head that is cut off on one side only would tell.
        shared = request.format or (common_format(parts) if request.apart and len(parts) == 2 else None)
        for number, part in enumerate(parts):
            with request.telemetry.stage("read"):
                told, seen = _observe(request, (number, part, len(parts)), shared, miner, spill)
            inputs.append(told)
            examples.append(seen)
        if inputs and passed_over:
            inputs[0] = replace(inputs[0], warnings=(*passed_over, *inputs[0].warnings))
        with request.telemetry.stage("templates"):
            miner.settle()
            ids = _ids(miner, spill)
        table, places = _table(miner, ids, spill, pl.concat(examples), inputs)
        listing = Listing(
            inputs=tuple(inputs),
            lines=sum(item.lines for item in inputs),
            events=sum(item.events for item in inputs),
            covered=int(table.filter(~pl.col("template_id").is_in(miner.rest_["template_id"].implode()))["n"].sum()),
            table=check(table, LISTED, "templates"),
            seconds=perf_counter() - started,
        )
        side_of = tuple(number for number, side in enumerate(sides) for _ in side)
        yield Mined(listing, miner, spill, places, side_of)


def _opened(request: Mining, warnings: list[str]) -> list[list[Part]]:
    """Open the paths, each by itself where they are compared: then the same file may stand on both sides."""
    if not request.apart or request.paths.count("-") > 1:
        return [open_sources(request.paths, warnings=warnings)]
    return [open_sources([path], warnings=warnings) for path in request.paths]


def _observe(
    request: Mining, place: tuple[int, Part, int], forced: str | Format | None, miner: Incremental, spill: Spill
) -> tuple[Inputs, pl.DataFrame]:
    """Let the miner see a part, of which ``place`` tells the number and how many there are, and keep what it says."""
    warnings: list[str] = []
    number, part, count = place
    parser, confidence = choose_format(part, sample(part)["raw"], forced)
    events = lines = 0
    examples = [pl.DataFrame(schema={"code": pl.UInt32, "example": pl.String})]
    for records in _records(request, part, parser, warnings):
        seen = miner.observe(records["message"], records.get_column(KIND, default=None))
        spill.put(number, seen.codes, records)
        spill.put_forgotten(seen.forgotten)
        read = min(1.0, part.consumed() / part.size) if part.size else 0.0
        request.telemetry.progress("read", (number + read) / count)
        events, lines = events + records.height, lines + int(records["lines"].sum())
        examples.append(_examples(records, seen.codes, seen.first_new))
        del records  # else it would be held while the next ones are read
    if request.mask_pii:
        warnings = mask_warnings(warnings)
    if not events:
        warnings.append("empty: no events in it")
    told = tuple(warning.removeprefix(f"{part.name}: ") for warning in warnings)
    return Inputs(part.name, parser.name, confidence, events, lines, told), pl.concat(examples)


def _records(request: Mining, part: Part, parser: Format, warnings: list[str]) -> Iterator[pl.DataFrame]:
    if isinstance(parser, TableFormat):
        chunks = iter([read_table(part, parser, request.tables, warnings, mask_pii=request.mask_pii)])
    elif isinstance(parser, LineFormat):
        # What masks private values makes other messages of the lines.
        chunks = record_chunks(part, parser, warnings=warnings, find_kinds=not request.mask_pii)
    else:
        raise UsageError(f"{parser.name} reads neither lines nor tables")
    some = filter(len, chunks)
    return _without_private(some) if request.mask_pii else some


def _without_private(chunks: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    inside = False
    for chunk in chunks:
        yield mask_records(chunk, inside=inside)
        inside = ends_in_block(chunk, inside=inside)


def _examples(records: pl.DataFrame, codes: npt.NDArray[np.uint32], first_new: int) -> pl.DataFrame:
    """Give the first message of each masked line that was not seen before."""
    new = np.flatnonzero((codes >= first_new) & (codes < MOST_EXAMPLES))
    first = first_rows(codes[new] - np.uint32(first_new), MOST_EXAMPLES if len(new) else 0)
    found = np.flatnonzero(first < len(new))
    message = records["message"].gather(new[first[found]]).str.head(EXAMPLE)
    # Copies: views would keep the text of the whole chunk in memory.
    told = pl.Series(message.to_list(), dtype=pl.String)
    return pl.DataFrame({"code": (found + first_new).astype(np.uint32), "example": told})


def _ids(miner: Incremental, spill: Spill) -> npt.NDArray[np.uint32]:
    """Give the template of each code."""
    ids = np.zeros(miner.counts_["code"], dtype=np.uint32)
    ids[miner.known_["code"].to_numpy()] = miner.known_["template_id"].to_numpy()
    for frame in spill.forgotten():
        ids[frame["code"].to_numpy()] = miner.place(frame["masked"])
    return ids


def _sums(chunk: pl.DataFrame, place: npt.NDArray[np.uint32]) -> pl.DataFrame:
    """Count the events and lines of each place in a chunk, with the first line and the first and last time."""
    n = np.bincount(place)
    found = np.flatnonzero(n)
    lines = n if chunk["lines"].max() == 1 else np.bincount(place, weights=chunk["lines"].to_numpy())
    sums = pl.DataFrame(
        {
            "place": found.astype(np.uint32),
            "at": chunk["line"].gather(first_rows(place, len(n))[found]),
            "n": n[found].astype(np.uint64),
            "lines": lines[found].astype(np.uint64),
        }
    ).with_columns(pl.col("at").cast(pl.UInt64) + int(chunk["part"][0]) * LINES_OF_A_PART)
    times = chunk.select("ts", place=pl.Series(place)).drop_nulls("ts").group_by("place")
    seen = times.agg(first_seen=pl.col("ts").min(), last_seen=pl.col("ts").max())
    return sums.join(seen, on="place", how="left")


def _table(
    miner: Incremental, ids: npt.NDArray[np.uint32], spill: Spill, examples: pl.DataFrame, inputs: Sequence[Inputs]
) -> tuple[pl.DataFrame, npt.NDArray[np.uint32]]:
    """Count the events of each template, the commonest first; and give each code the row of its template."""
    texts = miner.templates_.select("template_id", "text").sort("template_id")
    places = np.searchsorted(texts["template_id"].to_numpy(), ids).astype(np.uint32)
    sums = [_sums(chunk, places[chunk["code"].to_numpy()]) for chunk in spill.chunks()]
    empty = {"place": pl.UInt32, "at": pl.UInt64, "n": pl.UInt64, "lines": pl.UInt64}
    counts = pl.concat([pl.DataFrame(schema={**empty, "first_seen": TIME, "last_seen": TIME}), *sums])
    counts = counts.group_by("place").agg(
        pl.col("at").min(),
        pl.col("n", "lines").sum(),
        pl.col("first_seen").min(),
        pl.col("last_seen").max(),
    )
    first = examples.with_columns(place=pl.Series(places[examples["code"].to_numpy()])).sort("code")
    names = pl.Series([item.path for item in inputs], dtype=pl.String)
    table = counts.join(first.group_by("place").agg(pl.col("example").first()), on="place", how="left")
    table = table.with_columns(
        texts["template_id"].gather(table["place"]),
        texts["text"].gather(table["place"]),
        share=pl.col("n") / pl.col("n").sum(),
        source=names.gather(table["at"] // LINES_OF_A_PART),
        line=(pl.col("at") % LINES_OF_A_PART).cast(pl.UInt32),
        example=pl.col("example").fill_null(""),
    ).sort("n", "text", "template_id", descending=[True, False, False])
    row = np.zeros(texts.height, dtype=np.uint32)
    row[table["place"].to_numpy()] = np.arange(table.height, dtype=np.uint32)
    return table.select(list(LISTED)), row[places]
