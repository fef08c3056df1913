"""Find the odd lines of logs, or the odd rows of tables, ranked and explained."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from oddline.cli import _options as options
from oddline.drivers._changes import changes
from oddline.core.errors import UsageError

if TYPE_CHECKING:
    from oddline.core.nouns import Result

__all__ = ["scan"]


def scan(
    paths: options.Paths,
    baseline: options.Baseline = None,
    model: options.Model = None,
    detector: options.Detector = None,
    settings: options.Settings = None,
    by: options.By = None,
    budget: options.Budget = None,
    quantile: options.Quantile = None,
    threshold: options.Threshold = None,
    feature: options.Feature = None,
    seed: options.Seed = 0,
    format: options.Format = None,  # noqa: A002
    no_header: options.NoHeader = False,
    columns: options.Columns = None,
    drop: options.Drop = None,
    label_column: options.LabelColumn = None,
    mask_pii: options.MaskPii = False,
    rules: options.Rules = None,
    json: options.Json = False,
    output: options.Outputs = None,
    report: options.ReportFile = None,
    context: options.Context = 0,
    fail_on: options.FailOn = None,
    quiet: options.Quiet = False,
) -> int:
    """Find the odd lines of logs, or the odd rows of tables, ranked and explained.

    [bold]oddline scan app.log[/]  one file, nothing to configure

    [bold]oddline scan today.log --baseline yesterday.log[/]  what is new since then

    [bold]oddline scan flows.csv --detector mahalanobis -o scored.parquet[/]  a table
    """
    parts = {"detector": detector, "feature": feature, "threshold": threshold, "window": by}
    if model:
        _refuse_beside_model(parts | {"baseline": baseline, "set": settings, "quantile": quantile})
    from oddline.cli import _miner, _progress
    from oddline.drivers import batch

    told, miner = options.parameters(settings), _miner.settings(rules)
    for path in output or []:
        _writer(path)  # refuse an unknown ending before the work is done, not after it
    left_out = [*(drop or ()), *([label_column] if label_column else [])]
    table = batch.Tables(False if no_header else None, options.column_names(columns), tuple(left_out))
    with _progress.shown(quiet=quiet or json) as telemetry:
        request = batch.Request(
            paths=tuple(paths),
            baseline=tuple(baseline or ()),
            format=format,
            tables=table,
            mask_pii=mask_pii,
            changes=changes(parts, told, seed=seed, budget=budget, quantile=quantile, miner=miner),
            telemetry=telemetry,
        )
        result = batch.scan(request, model=_open(model, budget, miner) if model else None)
    against = {"Against": ", ".join(baseline or [model or ""])} if baseline or model else {}
    _write(result, output or [], report, against)
    _print(result, json=json, context=context)
    return int(fail_on is not None and _worst(result) >= list(options.Severity).index(fail_on))


def _refuse_beside_model(told: dict[str, Any]) -> None:
    """Refuse what a model brings itself beside it."""
    beside = [f"--{'by' if name == 'window' else name}" for name, value in told.items() if value is not None]
    if beside:
        raise UsageError(f"--model beside {', '.join(beside)}", expected="one of them: a model brings its own")


def _open(model: str, budget: int | None, miner: dict[str, Any]) -> Any:
    from oddline.cli import _miner
    from oddline.ops import bundle

    pipeline = bundle.load(model)
    for name in _miner.differing(pipeline.miner_, miner):
        # The model has learnt other templates than these would give.
        typer.echo(f"oddline: the {name} of this folder are not those of {model}, which brings its own", err=True)
    return pipeline if budget is None else pipeline.set_params(budget=budget)


def _writer(path: Path) -> Any:
    from oddline.core import folder

    writers = {name: folder.load("outputs", name) for name in folder.plugins("outputs")}
    by_suffix = {suffix: cls for cls in writers.values() for suffix in cls.suffixes}
    if path.suffix not in by_suffix:
        raise UsageError(f"-o {path}: no output has the ending {path.suffix!r}", expected=", ".join(sorted(by_suffix)))
    return by_suffix[path.suffix]


def _write(result: Result, paths: list[Path], report: Path | None, against: dict[str, str]) -> None:
    from oddline.core import folder
    from oddline.outputs._atomic import atomic

    writers = [(path, _writer(path)()) for path in paths]
    if report:
        command = shlex.join(["oddline", *sys.argv[1:]])
        writers.append((report, folder.load("outputs", "report")(command=command, notes=against)))
    for path, writer in writers:
        with atomic(path) as file:
            writer.write(result, file)


def _print(result: Result, *, json: bool, context: int) -> None:
    from oddline.core import folder

    console = folder.load("outputs", "console")
    writer = folder.load("outputs", "json_object")() if json else console(context=context, encoding=_encoding())
    writer.write(result, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def _worst(result: Result) -> int:
    known = list(options.Severity)
    return max((known.index(options.Severity(incident.severity)) for incident in result.incidents), default=-1)
