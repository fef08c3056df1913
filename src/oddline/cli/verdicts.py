"""Judge each row of a large table by a model, about as fast as it can be read; nothing is explained."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oddline.cli import _options as options

__all__ = ["verdicts"]


def verdicts(
    path: Annotated[str, typer.Argument(help="The table: one file.")],
    model: Annotated[str, typer.Option("--model", help="The .odd file of oddline fit.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The .parquet or .csv file to write.")],
    no_header: options.NoHeader = False,
    columns: options.Columns = None,
    drop: options.Drop = None,
    quiet: options.Quiet = False,
) -> None:
    """Judge each row of a large table by a model, about as fast as it can be read; nothing is explained.

    [bold]oddline verdicts flows.csv --model flows.odd -o verdicts.parquet[/]  line, score, surprise, anomaly,
    confidence
    """
    from oddline.core.errors import UsageError

    if output.suffix not in {".parquet", ".csv"}:
        raise UsageError(f"-o {output}", expected="a name that ends in .parquet or .csv")
    from oddline.cli import _progress
    from oddline.drivers._read import Tables
    from oddline.drivers.verdicts import verdicts as judged
    from oddline.ops import bundle
    from oddline.outputs._atomic import atomic

    told = Tables(False if no_header else None, options.column_names(columns), tuple(drop or ()))
    with _progress.shown(quiet=quiet) as telemetry, telemetry.stage("judge"):
        frame = judged(bundle.load(model), path, tables=told)
        with atomic(output) as file:
            frame.write_parquet(file) if output.suffix == ".parquet" else frame.write_csv(file)
    typer.echo(f"{output}: {frame.height:,} rows, {int(frame['anomaly'].sum()):,} of them anomalies", err=True)
