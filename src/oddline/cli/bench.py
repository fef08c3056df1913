"""Measure detectors on labelled public data: one name, one table."""

from __future__ import annotations

import json as jsons
from pathlib import Path
from typing import Annotated, Any

import typer

from oddline.cli import _options as options

__all__ = ["bench"]

FIRST = ("detector", "supervised", "precision", "recall", "f1", "false_alarm_rate", "roc_auc", "pr_auc", "seconds")
"""The columns that tell most, in the order in which a narrow terminal keeps them."""


def bench(
    name: Annotated[str | None, typer.Argument(help="The benchmark; without it all are listed.")] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Where the labelled data lie (else ODDLINE_DATA, else they are fetched)."),
    ] = None,
    json: options.Json = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Also write the JSON object here.")] = None,
    quiet: options.Quiet = False,
) -> None:
    """Measure detectors on labelled public data: one name, one table.

    [bold]oddline bench nsl_kdd[/]  learns from the training part, judges the test part once
    """
    from oddline.core import folder

    if name is None:
        found = folder.plugins("bench")
        width = max(map(len, found), default=0)
        for plugin in found.values():
            typer.echo(f"{plugin.name:<{width}}  {plugin.summary}")
        return
    from oddline.bench.base import run
    from oddline.cli import _progress

    with _progress.shown(quiet=quiet or json) as telemetry, telemetry.stage("bench"):
        told = run(name, data)
    text = jsons.dumps(told, indent=1)
    if output:
        from oddline.outputs._atomic import atomic

        with atomic(output) as file:
            file.write(text.encode() + b"\n")
    if json:
        typer.echo(text)
        return
    _print(told)


def _print(told: dict[str, Any]) -> None:
    """Print the rows as a table; on a terminal that is too narrow the least telling columns are left out."""
    from rich.console import Console
    from rich.table import Table

    rows, console = told["rows"], Console()
    shown = _that_fit(rows, console.width if console.is_terminal else None)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for key in shown:
        table.add_column(
            key.replace("_", " "),
            justify="left" if key == "detector" else "right",
            width=_width(rows, key),
            vertical="bottom",
        )
    for row in rows:
        table.add_row(*(cell(row.get(key)) for key in shown))
    console.width = (
        console.width if console.is_terminal else max(console.width, sum(_width(rows, key) + 10 for key in shown))
    )
    console.print(table)
    if len(shown) < len(_that_fit(rows, None)):
        console.print("… and columns that do not fit; --json has them all", style="dim")
    for key, value in told.items():
        if key not in {"rows", "name"} and isinstance(value, str | int | float):
            console.print(f"{key.replace('_', ' ')}: {cell(value)}", style="dim", highlight=False)


def _that_fit(rows: list[dict[str, Any]], width: int | None) -> list[str]:
    """List the columns that have figures, as many as a terminal has room for: the last ones go first."""
    keys = [key for key in dict.fromkeys([*FIRST, *(key for row in rows for key in row)]) if _is_cell(rows, key)]
    room = width or 1 << 30
    fitting = list[str]()
    for key in keys:
        room -= _width(rows, key) + 2
        if room < 0:
            break
        fitting.append(key)
    return fitting or keys[:1]


def _width(rows: list[dict[str, Any]], key: str) -> int:
    """Give what a column needs: its longest cell, and the longest word of its head."""
    cells = [cell(row.get(key)) for row in rows]
    return max(map(len, [*cells, *key.split("_")]))


def _is_cell(rows: list[dict[str, Any]], key: str) -> bool:
    values = [row.get(key) for row in rows]
    return any(value is not None for value in values) and all(
        value is None or isinstance(value, str | int | float) for value in values
    )


def cell(value: Any) -> str:
    """Write a figure as people read it in a table."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
