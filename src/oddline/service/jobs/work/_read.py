"""From an order's words to a request of the library."""

from __future__ import annotations

from typing import Any

from oddline.core.telemetry import Telemetry
from oddline.drivers._changes import changes
from oddline.drivers.batch import Request, Tables
from oddline.service.jobs.run import Report

__all__ = ["names_of", "request_of", "tables_of"]


def request_of(order: dict[str, Any], report: Report) -> Request:
    """Put the words of an order into a request: what ``oddline scan`` does with its flags."""
    parts = {"detector": order["detector"], "feature": order["feature"], "threshold": order["threshold"]}
    return Request(
        paths=tuple(names_of(order, "")),
        baseline=tuple(names_of(order, "baseline")),
        format=order["format"],
        tables=tables_of(order),
        mask_pii=order["mask_pii"],
        changes=changes(
            parts | {"window": order["by"]},
            order["settings"],
            seed=order["seed"],
            budget=order.get("budget"),
            quantile=order["quantile"],
        ),
        telemetry=Telemetry(report.stage),
    )


def names_of(order: dict[str, Any], folder: str) -> list[str]:
    """Give the files that lie in a folder of this job, in the order in which they were asked for."""
    return [f"{folder}/{name}" if folder else name for name in order["files"].get(folder, [])]


def tables_of(order: dict[str, Any], *, label: bool = False) -> Tables:
    """Give what is told about tables; with ``label`` the column of labels is named, else it is left out."""
    told = order["tables"]
    column = told["label_column"]
    return Tables(
        header=told["header"],
        columns=tuple(told["columns"]) if told["columns"] else None,
        drop=(*told["drop"], *([column] if column and not label else [])),
        label_column=column if label else None,
        normal=told["normal"] or "normal",
    )
