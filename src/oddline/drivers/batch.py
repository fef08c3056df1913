"""Read everything, then judge it: files, folders, pipes, in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from oddline.core.errors import BadData
from oddline.core.nouns import Inputs, Result
from oddline.core.schema import EVENTS
from oddline.core.telemetry import Telemetry
from oddline.drivers._read import Reading, Tables, common_format, read_parts
from oddline.formats.base import Format
from oddline.pipeline.presets import preset, preset_for
from oddline.sources._limits import Limits
from oddline.sources._open import open_sources

if TYPE_CHECKING:
    from oddline.pipeline.pipeline import Pipeline

__all__ = ["Reading", "Request", "Tables", "fit", "pipeline_for", "read_labelled", "read_records", "scan"]


@dataclass(frozen=True)
class Request:
    """What to read, and how to judge it; ``changes`` are parameters that differ from the preset's.

    With ``mask_pii``, what is private leaves the text before anything is learnt, shown or kept.
    """

    paths: tuple[str, ...]
    baseline: tuple[str, ...] = ()
    format: str | None = None
    tables: Tables = field(default_factory=Tables)
    mask_pii: bool = False
    changes: dict[str, Any] = field(default_factory=dict)
    telemetry: Telemetry = field(default_factory=Telemetry)
    limits: Limits = field(default_factory=Limits)


def read_records(
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002
    tables: Tables | None = None,
    mask_pii: bool = False,
    telemetry: Telemetry | None = None,
    limits: Limits | None = None,
) -> Reading:
    """Read files, folders, globs, archives or stdin (``-``) into Records; with ``mask_pii``, without what is private.

    Raises
    ------
    NoInput
        If there is nothing to read.
    BadData
        If what is there cannot be read as logs, or passes a limit.
    """
    telemetry = telemetry or Telemetry()
    passed_over: list[str] = []
    parts = open_sources(paths, limits=limits, warnings=passed_over)
    return read_parts(parts, format, tables or Tables(), telemetry, passed_over, mask_pii=mask_pii, limits=limits)


def scan(request: Request, model: Pipeline | None = None) -> Result:
    """Tell what is odd in the request's paths: against a model, against a baseline, or by themselves."""
    started = perf_counter()
    telemetry = request.telemetry
    _wake()
    if request.baseline and model is None:
        normal, reading = _read_both(request)
        pipeline = pipeline_for(request, reading).fit(normal.records, telemetry=telemetry)
        result = pipeline.detect(reading.records, telemetry=telemetry)
    else:
        reading = _read(request)
        if model is not None:
            result = model.detect(reading.records, telemetry=telemetry)
        else:
            result = pipeline_for(request, reading, alone=True).fit_detect(reading.records, telemetry=telemetry)
    return replace(
        _as_given(result, reading.inputs),
        inputs=reading.inputs,
        seconds=perf_counter() - started,
        stages=dict(telemetry.seconds),
    )


def _as_given(result: Result, inputs: Sequence[Inputs]) -> Result:
    """Put scored rows back into the order of the input, out of the order of time that they were judged in."""
    if len(inputs) < 2:
        return result
    place = {item.path: number for number, item in enumerate(inputs)}
    number = pl.col("source").cast(pl.String).replace_strict(place, default=len(place), return_dtype=pl.UInt32)
    scored = result.scored.with_row_index("_was").sort(number, "line", maintain_order=True)
    row = np.empty(scored.height, dtype=np.uint32)
    row[scored["_was"].to_numpy()] = np.arange(scored.height, dtype=np.uint32)
    return replace(
        result,
        scored=scored.drop("_was"),
        anomalies=tuple(replace(anomaly, row=int(row[anomaly.row])) for anomaly in result.anomalies),
        members=None if result.members is None else row[result.members],
    )


def fit(request: Request) -> Pipeline:
    """Learn what is normal from the request's paths: from the rows that the label, if there is one, calls normal.

    A supervised detector is shown the other rows as well, and told which they are.
    """
    if request.tables.label_column is None:
        reading, odd = _read(request), None
    else:
        reading, label = read_labelled(request)
        odd = (label != request.tables.normal).to_numpy()
        if odd.all():
            column, normal = request.tables.label_column, request.tables.normal
            raise BadData(f"no row has {column} = {normal}", hint="--normal VALUE")
    return pipeline_for(request, reading).fit(reading.records, odd, telemetry=request.telemetry)


def read_labelled(request: Request) -> tuple[Reading, pl.Series]:
    """Read the rows of tables without their label, and the label of each, as text.

    A table is read twice, for the label stands in its rows' text and may be what tells their level or message.

    Raises
    ------
    BadData
        If there is no such column.
    """
    tables, warnings = request.tables, list[str]()
    told: dict[str, Any] = {"mask_pii": request.mask_pii, "limits": request.limits}
    parts = open_sources(request.paths, limits=request.limits, warnings=warnings)
    records = read_parts(parts, request.format, tables, request.telemetry, **told).records
    column = f"x_{tables.label_column}"
    if column not in records.columns:
        known = [name[2:] for name in records.columns if name.startswith("x_")]
        raise BadData(
            f"no column {tables.label_column!r}",
            expected="one of " + ", ".join(known[:50]) if known else "a table: these are lines of text",
        )
    label = records.select("id", label=pl.col(column).cast(pl.String).fill_null(""))
    without = replace(tables, drop=(*tables.drop, str(tables.label_column)))
    reading = read_parts(parts, request.format, without, request.telemetry, warnings, **told)
    joined = reading.records.select("id").join(label, on="id", how="left", maintain_order="left")
    return reading, joined["label"]


def _wake() -> None:
    """Import scikit-learn while the input is read: it takes most of a second, and reading mostly waits in Rust."""
    Thread(target=import_module, args=("oddline.pipeline.pipeline",), daemon=True).start()


def pipeline_for(request: Request, reading: Reading, *, alone: bool = False) -> Pipeline:
    """Build the pipeline that suits what was read and what was asked for; nothing is learnt yet."""
    from oddline.pipeline.pipeline import Pipeline

    name = preset_for(
        tabular=reading.tabular,
        sequences=EVENTS in reading.records.columns,
        window=request.changes.get("window"),
        alone=alone,
    )
    return Pipeline(**preset(name, **request.changes))


def _read(request: Request) -> Reading:
    return read_records(
        request.paths,
        format=request.format,
        tables=request.tables,
        mask_pii=request.mask_pii,
        telemetry=request.telemetry,
        limits=request.limits,
    )


def _read_both(request: Request) -> tuple[Reading, Reading]:
    """Read the baseline and the input; one file each is read in one format, guessed from both.

    Else a head that is cut off, or a stray line that is joined, on one side only would look new.
    """
    warnings: tuple[list[str], list[str]] = ([], [])
    sides = [
        open_sources(paths, limits=request.limits, warnings=told)
        for paths, told in zip((request.baseline, request.paths), warnings, strict=True)
    ]
    shared: str | Format | None = request.format
    if shared is None and all(len(parts) == 1 for parts in sides):
        shared = common_format([parts[0] for parts in sides])
    normal, reading = (
        read_parts(
            parts,
            shared,
            request.tables,
            request.telemetry,
            told,
            mask_pii=request.mask_pii,
            limits=request.limits,
        )
        for parts, told in zip(sides, warnings, strict=True)
    )
    if not normal.records.height:
        raise BadData("the baseline holds no events", expected="the log of a good run")
    return normal, reading
