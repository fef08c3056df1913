"""An evaluation, in a process of its own."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from oddline.core.telemetry import Telemetry
from oddline.ops._labels import Labels, labels_of_file, labels_of_prefix, labels_of_tables
from oddline.service.jobs.run import Report
from oddline.service.jobs.work._read import names_of, tables_of
from oddline.service.results.findings import Findings

__all__ = ["work"]


def work(order: dict[str, Any], out: Path, report: Report) -> dict[str, Any]:
    """Hold the verdicts of a scan against labels."""
    del out
    telemetry = Telemetry(report.stage)
    with telemetry.stage("read"):
        labels = _labels(order)
    with telemetry.stage("measure"):
        metrics = Findings(Path("scan")).measure(labels, normal=order["normal"], budget=order["budget"])
    return {"report": asdict(metrics)}


def _labels(order: dict[str, Any]) -> Labels:
    told = order["labels"]
    if told["upload"]:
        return labels_of_file(Path(names_of(order, "labels")[0]), told["column"])
    paths = names_of(order, "")
    if told["prefix"]:
        return labels_of_prefix(paths)
    return labels_of_tables(paths, told["column"], tables_of(order, label=True), order["format"])
