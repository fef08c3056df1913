"""Windows of a log or table as the matrices that detectors want, made once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from oddline.detectors.base import Detector
from oddline.drivers.batch import Request, pipeline_for, read_labelled, read_records
from oddline.ops._validation import Labelled
from oddline.pipeline.pipeline import Pipeline

LABEL = "_class"


def windows_of(request: Request, by: str | None) -> Callable[[Detector], Labelled]:
    """Read, find templates, cut into windows; what a detector asks for is described when it first asks.

    The description (the feature) learns from all windows, labelled odd or not: it is a scale, not a verdict. What is
    learnt of normal and odd is learnt by detectors, on the windows of their part of the split.
    """
    if request.tables.label_column is None:
        reading = read_records(
            request.paths,
            format=request.format,
            tables=request.tables,
            telemetry=request.telemetry,
            limits=request.limits,
        )
        label = None
    else:
        reading, label = read_labelled(request)
    made: dict[tuple[str, str], Labelled] = {}

    def matrix(detector: Detector) -> Labelled:
        asked = replace(request, changes={"window": by, "detector": detector})
        pipeline = pipeline_for(asked, reading)
        key = (str(pipeline.feature), pipeline.window)
        if key not in made:
            made[key] = _described(pipeline, reading.records, label, request.tables.normal)
        return made[key]

    return matrix


def _described(pipeline: Pipeline, records: pl.DataFrame, label: pl.Series | None, normal: str) -> Labelled:
    marked = records if label is None else records.with_columns(label.alias(LABEL))
    templated, windows, matrix = pipeline.describe(marked)
    if label is None:
        return Labelled(matrix.whole())
    odd = templated[LABEL].to_numpy() != normal
    classes = np.full(len(windows), normal, dtype=object)
    # Of several odd events in a window the last one names its class.
    classes[windows.members[odd]] = templated[LABEL].to_numpy()[odd]
    return Labelled(matrix.whole(), classes, normal)
