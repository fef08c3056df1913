"""Writes the files of a finished scan."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.core.errors import UsageError
from oddline.core.nouns import Result
from oddline.ops._labels import Labels
from oddline.outputs._hostile import utf8, visible
from oddline.outputs.parquet import Parquet
from oddline.service.results._axis import axis_of, spans_of, spark_of
from oddline.service.results._columns import NO_TIME, event_columns, row_columns, write_columns, write_fields
from oddline.service.results._findings_json import anomaly_texts, incident_texts
from oddline.service.results._layout import Layout, lay_out
from oddline.service.results._orders import write_orders
from oddline.service.results._scan import Scan, moment
from oddline.service.results._template_counts import count_templates, number_templates
from oddline.service.results._texts import write_series, write_texts
from oddline.service.results._wordings import write_wordings
from oddline.service.results.metrics import keep
from oddline.service.results.summary import Summary, as_json, told_by

__all__ = ["leave"]

Ints = npt.NDArray[Any]


def leave(
    result: Result,
    folder: Path,
    *,
    against: str = "",
    command: str = "",
    settings: dict[str, Any] | None = None,
    seed: int = 0,
    labels: Labels | None = None,
    normal: str | None = None,
    made: datetime | None = None,
) -> Summary:
    """Write everything that is asked of a scan later on into a folder, which is absent or empty.

    Parameters
    ----------
    result
        What the scan gave.
    folder
        Where to; see :class:`oddline.service.results.findings.Findings`, which opens it.
    against
        The name of the baseline or the model; empty for a scan by itself.
    command
        What to type in a terminal for the same result; the HTML report shows it.
    settings, seed
        What was asked for, as JSON values, and the seed that was used.
    labels, normal
        What is true of the rows, and which label is normal: then metrics are measured and kept.
    made
        When; by default now.

    Raises
    ------
    UsageError
        If there are files in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty", expected="a folder of its own for each scan")
    layout = lay_out(result)
    rows = row_columns(result, layout)
    place, bins, axis = axis_of(result, layout, rows)
    _write_rows(result, layout, rows, place, folder)
    table, number = number_templates(layout.events, result.template_table, against=bool(against))
    _write_templates(table, number, layout, rows, bins, folder)
    _write_findings(result, layout, axis, layout.of_rows(number), folder)
    _write_json(folder / "layout.json", _told(result, layout, axis))
    summary = replace(
        _summary(result, layout, rows, table, write_fields(layout, folder)),
        new_templates=int(((table["before"] == 0) & (table["count"] > 0)).sum()) if against else None,
        against=visible(against),
        seed=seed,
        made=(made or datetime.now(UTC)).astimezone(UTC),
        command=visible(command),
        settings=settings or {},
        timed=axis["timed"],
        spark=spark_of(bins, rows["severity"]),
    )
    _write_json(folder / "summary.json", as_json(summary))  # last: a folder with a summary is whole
    return summary if labels is None else _label(folder, summary, labels, normal)


def _summary(
    result: Result, layout: Layout, rows: dict[str, Ints], table: pl.DataFrame, fields: tuple[str, ...]
) -> Summary:
    times = rows["ts"][rows["ts"] != NO_TIME]
    return replace(
        told_by(result),
        sources=tuple(map(visible, layout.sources)),
        templates=table.filter(pl.col("count") > 0).height,
        first=moment(times.min()) if len(times) else None,
        last=moment(times.max()) if len(times) else None,
        fields=fields,
    )


def _label(folder: Path, summary: Summary, labels: Labels, normal: str | None) -> Summary:
    keep(Scan(folder), labels, normal)
    labelled = replace(summary, labelled=True)
    _write_json(folder / "summary.json", as_json(labelled))
    return labelled


def _write_findings(result: Result, layout: Layout, axis: dict[str, Any], templates: Ints, folder: Path) -> None:
    write_columns({"incident.span": spans_of(result, layout, axis)}, folder)
    write_texts(anomaly_texts(result), folder, "anomalies")
    write_texts(incident_texts(result, templates), folder, "incidents")
    write_texts((" ".join(incident.anomaly_ids) + "\n" for incident in result.incidents), folder, "told")
    result.template_table.write_parquet(folder / "mined.parquet")
    with (folder / "scored.parquet").open("wb") as file:
        Parquet().write(result, file)


def _write_rows(result: Result, layout: Layout, rows: dict[str, Ints], place: Ints, folder: Path) -> None:
    write_columns(rows | event_columns(layout), folder)
    write_orders(
        folder,
        surprise=rows["surprise"],
        confidence=rows["confidence"],
        severity=rows["severity"],
        time=rows["ts"],
        place=place,
        timed=rows["ts"] != NO_TIME,
    )
    write_series(layout.events["raw"], folder, "text")
    if (result.scored["key"].fill_null("") != "").any():
        write_series(result.scored["key"], folder, "key")
    odd = np.array([anomaly.row for anomaly in result.anomalies], dtype=np.uint32)
    order = np.argsort(odd, kind="stable")
    write_columns({"anomaly.row": odd[order], "anomaly.place": order.astype(np.uint32)}, folder)


def _write_templates(
    table: pl.DataFrame, number: Ints, layout: Layout, rows: dict[str, Ints], bins: Ints, folder: Path
) -> None:
    of_event = slice(None) if layout.window is None else layout.window
    severity = rows["severity"][of_event]
    counted = count_templates(table, number, layout, rows["score"][of_event], severity, bins[of_event])
    counted.write_parquet(folder / "templates.parquet")
    write_columns({"template": layout.of_rows(number)}, folder)
    write_texts(counted["text"].to_list(), folder, "template")
    if layout.window is None:
        write_wordings(layout.events, severity < 0, folder)
    else:
        write_columns({"event.template": number}, folder)


def _told(result: Result, layout: Layout, axis: dict[str, Any]) -> dict[str, Any]:
    return {
        "sources": [utf8(name) for name in layout.sources],
        "inputs": [
            [utf8(one.path), one.format, one.confidence, one.events, one.lines, [utf8(said) for said in one.warnings]]
            for one in result.inputs
        ],
        "rows": result.scored.height,
        "events": result.records.height,
        "templates": result.templates,
        "windows": result.windows,
        "axis": axis,
    }


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=True), encoding="utf-8")
