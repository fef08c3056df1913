"""A scan, in a process of its own."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from oddline.core.telemetry import Telemetry
from oddline.drivers import batch
from oddline.service.jobs.run import Report
from oddline.service.jobs.work._read import names_of, request_of, tables_of
from oddline.service.results.findings import Findings
from oddline.service.results.leave import leave
from oddline.service.results.summary import as_json

__all__ = ["work"]


def work(order: dict[str, Any], out: Path, report: Report) -> dict[str, Any]:
    """Scan, write the files of the results, and give what the database keeps of them."""
    request = request_of(order, report)
    model = _opened(order) if order["model"] else None
    result = batch.scan(request, model=model)
    for one in result.inputs:
        for warning in one.warnings:
            report.log(f"{one.path}: {warning}", "warning")
    with Telemetry(report.stage).stage("results"):
        summary = leave(
            result,
            out,
            against=order["against"],
            command=order["command"],
            settings=order["settings"],
            seed=order["seed"],
            labels=_labels(order),
            normal=order["tables"]["normal"],
            made=datetime.fromisoformat(order["made"]),
        )
        found = Findings(out)
        return {"summary": as_json(summary), "incidents": [_plain(asdict(one)) for one in found.incidents()]}


def _opened(order: dict[str, Any]) -> Any:
    from oddline.ops import bundle

    pipeline = bundle.load(order["model"])
    budget = order["budget"]
    return pipeline if budget is None else pipeline.set_params(budget=budget)


def _labels(order: dict[str, Any]) -> Any:
    column = order["tables"]["label_column"]
    if not column:
        return None
    from oddline.ops._labels import labels_of_tables

    tables = replace(tables_of(order), drop=tuple(order["tables"]["drop"]))
    return labels_of_tables(names_of(order, ""), column, tables, order["format"])


def _plain(value: Any) -> Any:
    """Make JSON values of what an answer holds."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
