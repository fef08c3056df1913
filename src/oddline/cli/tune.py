"""Search for the detector and the parameters that tell odd from normal best on this data."""

from __future__ import annotations

import json as jsons
import math
import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from oddline.cli import _options as options

__all__ = ["tune"]

SHOWN = 10


class Validation(StrEnum):
    """What a detector is judged by."""

    time = "time"
    types = "types"
    unlabelled = "unlabelled"


Detectors = Annotated[
    list[str] | None,
    typer.Option("--detector", help="Try this one (may be repeated); see oddline plugins detectors."),
]
Searched = Annotated[
    list[str] | None,
    typer.Option("--search", metavar="KEY=LOW..HIGH|a,b", help="Search this parameter, in this range."),
]
Validated = Annotated[
    Validation | None,
    typer.Option(
        "--validation", help="By later labels, by types left out, or without labels (the default without a label)."
    ),
]
Journal = Annotated[
    Path | None, typer.Option("--journal", help="Write each trial here; the same command goes on from it.")
]


def tune(
    paths: options.Paths,
    detector: Detectors = None,
    search: Searched = None,
    grid: Annotated[bool, typer.Option("--grid", help="Try a grid rather than by Bayesian optimisation.")] = False,
    trials: Annotated[int, typer.Option("--trials", min=1, help="Trials, at most.")] = 40,
    minutes: Annotated[float | None, typer.Option("--minutes", min=0, help="Stop after so many minutes.")] = None,
    validation: Validated = None,
    journal: Journal = None,
    by: options.By = None,
    seed: options.Seed = 0,
    format: options.Format = None,  # noqa: A002
    no_header: options.NoHeader = False,
    columns: options.Columns = None,
    drop: options.Drop = None,
    label_column: options.LabelColumn = None,
    normal: options.Normal = "normal",
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Search for the detector and the parameters that tell odd from normal best on this data.

    [bold]oddline tune flows.csv --detector mahalanobis --detector isolation_forest --label-column label[/]
    """
    from oddline.cli import _progress
    from oddline.drivers import batch
    from oddline.ops._space import told_space
    from oddline.ops._windows import windows_of
    from oddline.ops.tune import Search, tune

    how = validation or (Validation.time if label_column else Validation.unlabelled)
    asked = Search(
        detectors=tuple(options.known("detectors")(name) for name in detector or ["isolation_forest"]),
        space=told_space(search or [], options.read_value),
        validation=how.value,
        grid=grid,
        trials=trials,
        seconds=math.inf if minutes is None else 60 * minutes,
        seed=seed,
        journal=journal,
    )
    tables = batch.Tables(
        False if no_header else None, options.column_names(columns), tuple(drop or ()), label_column, normal
    )
    with _progress.shown(quiet=quiet or json) as telemetry:
        request = batch.Request(tuple(paths), format=format, tables=tables, telemetry=telemetry)
        matrices = windows_of(request, by)
        with telemetry.stage("tune"):
            tried = tune(asked, matrices, lambda share: telemetry.progress("tune", share))
    read = {"--by": by, "--format": format, "--columns": columns, "--label-column": label_column}
    read |= {"--normal": normal if label_column else None}
    best = _command(paths, tried[0], read, no_header=no_header, drop=drop or [])
    if json:
        typer.echo(jsons.dumps({"name": "tune", "rows": [one.row() for one in tried], "best": best}, indent=1))
        return
    _print(tried, how.value, best)


def _command(paths: list[str], best: Any, read: dict[str, Any], *, no_header: bool, drop: list[str]) -> str:
    """Write down how to fit the best."""
    words = ["oddline", "fit", *paths, "--detector", best.detector]
    words += [word for key, value in best.parameters.items() for word in ("--set", f"{key}={value}")]
    words += [str(word) for option, value in read.items() if value is not None for word in (option, value)]
    words += ["--no-header"] * no_header + [word for name in drop for word in ("--drop", name)]
    return shlex.join([*words, "-o", "best.odd"])


def _print(tried: list[Any], how: str, best: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from oddline.cli.bench import cell

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, side in (("detector", "left"), ("parameters", "left"), *_measured(how), ("seconds", "right")):
        table.add_column(name, justify=side, overflow="fold")  # type: ignore[arg-type]
    for one in tried[:SHOWN]:
        row = one.row()
        hardest = min(one.more.items(), key=lambda pair: pair[1], default=("", 0.0))
        more = {"types": [f"{hardest[0]} {cell(hardest[1])}"], "unlabelled": map(cell, one.more.values())}.get(how, [])
        table.add_row(row["detector"], row["parameters"] or "as it is", cell(one.value), *more, cell(one.seconds))
    console = Console()
    console.print(table)
    if len(tried) > SHOWN:
        console.print(f"… and {len(tried) - SHOWN} further trials; --json lists them", style="dim")
    typer.echo(f"\n{best}")


def _measured(how: str) -> list[tuple[str, str]]:
    """Name the columns of what was measured."""
    return {
        "time": [("average precision, later", "right")],
        "types": [("ROC, unseen types", "right"), ("hardest type", "right")],
        "unlabelled": [("value", "right"), ("told apart", "right"), ("agreement", "right")],
    }[how]
