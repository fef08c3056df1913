"""What a benchmark is: a function from a folder of labelled data to the rows of one table.

A benchmark is a file of this room. It names the data set that it reads (``DATA``) and has one function
``run(data)``, where ``data`` is the folder that the set's paths are relative to. The result is ready for JSON:
``{"name": …, "rows": [{"detector": …, "supervised": …, "precision": …, "seconds": …}], …}``, one row a detector,
fractions from 0 to 1. Thresholds and parameters come from training data
alone; test labels are read once, by the metric.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from oddline.core import folder
from oddline.core.errors import OddlineError
from oddline.core.folder import Plugin
from oddline.datasets._locate import located


def data_set(plugin: Plugin) -> str:
    """Name the data set that a benchmark reads."""
    name: str = import_module(f"oddline.bench.{plugin.name}").DATA
    return name


def run(name: str, data: Path | None = None) -> dict[str, Any]:
    """Run one benchmark on data that lie in a folder, or are fetched.

    Raises
    ------
    UnknownPlugin
        If there is no such benchmark.
    NoInput
        If its data are neither here nor to be had.
    """
    plugin = folder.find("bench", name)
    module = import_module(f"oddline.bench.{plugin.name}")
    told: dict[str, Any] = module.run(located(data_set(plugin), data))
    if not told.get("rows"):
        raise OddlineError(f"the benchmark {plugin.name} gave no rows", expected="one row a detector")
    return told
