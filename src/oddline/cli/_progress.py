"""A progress bar on stderr, on a terminal only, and only for work that takes a while."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from oddline.core.telemetry import Telemetry

PATIENCE = 0.5
"""Seconds of work before the bar appears: a bar that flashes by is noise."""


@contextmanager
def shown(*, quiet: bool) -> Iterator[Telemetry]:
    """Give a telemetry that draws itself, if there is a person to look at it."""
    if quiet or not sys.stderr.isatty():
        yield Telemetry()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    started = perf_counter()
    tasks: dict[str, object] = {}

    def listen(stage: str, share: float) -> None:
        if not tasks and perf_counter() - started < PATIENCE:
            return
        if not tasks:
            bar.start()
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=1.0)
        bar.update(tasks[stage], completed=share)  # type: ignore[arg-type]

    try:
        yield Telemetry(listen)
    finally:
        if tasks:
            bar.stop()
