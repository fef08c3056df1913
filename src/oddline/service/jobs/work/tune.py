"""A search of parameters, in a process of its own; each trial is in the journal as soon as it ends."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from oddline.core.telemetry import Telemetry
from oddline.drivers.batch import Request
from oddline.ops._space import told_space
from oddline.ops._windows import windows_of
from oddline.ops.tune import Search, tune
from oddline.service.jobs.run import Report
from oddline.service.jobs.work._read import limits_of, names_of, tables_of

__all__ = ["work"]


def work(order: dict[str, Any], out: Path, report: Report) -> dict[str, Any]:
    """Try detectors and parameters, and give every trial, the best first."""
    telemetry = Telemetry(report.stage)
    tables = tables_of(order, label=True)
    how: Any = order["validation"] or ("time" if tables.label_column else "unlabelled")
    search = Search(
        detectors=tuple(order["detectors"]),
        space=_space(order["search"]),
        validation=how,
        grid=order["grid"],
        trials=order["trials"],
        seconds=math.inf if order["minutes"] is None else 60 * order["minutes"],
        seed=order["seed"],
        journal=out / "journal.log",
    )
    request = Request(
        tuple(names_of(order, "")),
        format=order["format"],
        tables=tables,
        mask_pii=order["mask_pii"],
        telemetry=telemetry,
        limits=limits_of(order),
    )
    matrices = windows_of(request, order["by"])
    with telemetry.stage("tune"):
        tried = tune(search, matrices, lambda share: _passed_on(report, share))
    rows = [one.row() | {"settings": one.parameters} for one in tried]
    best = {"detector": tried[0].detector, "settings": tried[0].parameters}
    return {"report": {"rows": rows, "best": best, "validation": how}, "names": order["names"]}


def _passed_on(report: Report, share: float) -> None:
    """Tell that a trial has ended: then the journal is worth keeping."""
    report.stage("tune", share)
    report.send(kept=True)


def _space(told: dict[str, Any]) -> Any:
    """Read what is to be searched: a range as on the command line, or a list of values."""
    written = [f"{name}={value}" for name, value in told.items() if isinstance(value, str)]
    lists = {name: tuple(values) for name, values in told.items() if isinstance(values, list)}
    return told_space(written, _value) | lists


def _value(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False, "none": None}.get(text.lower(), text)
