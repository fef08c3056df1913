"""Learn what is normal, and keep it in one file for later scans."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oddline.cli import _options as options
from oddline.drivers._changes import changes

__all__ = ["fit"]


def fit(
    paths: options.Paths,
    output: Annotated[Path, typer.Option("-o", "--output", help="The .odd file to write.")],
    detector: options.Detector = None,
    settings: options.Settings = None,
    by: options.By = None,
    quantile: options.Quantile = None,
    threshold: options.Threshold = None,
    feature: options.Feature = None,
    seed: options.Seed = 0,
    format: options.Format = None,  # noqa: A002
    no_header: options.NoHeader = False,
    columns: options.Columns = None,
    drop: options.Drop = None,
    label_column: options.LabelColumn = None,
    normal: options.Normal = "normal",
    mask_pii: options.MaskPii = False,
    rules: options.Rules = None,
    quiet: options.Quiet = False,
) -> None:
    """Learn what is normal, and keep it in one file for later scans.

    [bold]oddline fit good.log -o app.odd && oddline scan new.log --model app.odd[/]
    """
    from oddline.cli import _miner, _progress
    from oddline.drivers import batch
    from oddline.ops import bundle

    miner = _miner.settings(rules)
    parts = {"detector": detector, "feature": feature, "threshold": threshold, "window": by}
    with _progress.shown(quiet=quiet) as telemetry:
        request = batch.Request(
            paths=tuple(paths),
            format=format,
            tables=batch.Tables(
                header=False if no_header else None,
                columns=options.column_names(columns),
                drop=tuple(drop or ()),
                label_column=label_column,
                normal=normal,
            ),
            mask_pii=mask_pii,
            changes=changes(parts, options.parameters(settings), seed=seed, quantile=quantile, miner=miner),
            telemetry=telemetry,
        )
        card = bundle.save(batch.fit(request), output)
    data = card["data"]
    typer.echo(f"{output}: model {card['id']}, {data['events']:,} events, {card['templates']:,} templates", err=True)
