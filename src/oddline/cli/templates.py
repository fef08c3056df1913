"""List the templates of logs: how many lines each has, since when, and what varies in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oddline.cli import _options as options
from oddline.core.errors import UsageError

if TYPE_CHECKING:
    from oddline.drivers.templates import Mined, Mining

__all__ = ["templates"]

LOOKING, CORRECTING = "Looking", "Correcting"

Slots = Annotated[bool, typer.Option("--slots", rich_help_panel=LOOKING, help="Show what stands in each slot.")]
Diff = Annotated[bool, typer.Option("--diff", rich_help_panel=LOOKING, help="Show what changed between two PATHs.")]
Top = Annotated[int, typer.Option("--top", min=0, rich_help_panel=LOOKING, help="Show so many; 0 for all.")]
MinerName = Annotated[
    str, typer.Option("--miner", callback=options.known("templates"), rich_help_panel=LOOKING, help="drain or exact.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", rich_help_panel=LOOKING, help="Set a parameter of the miner."),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", rich_help_panel=LOOKING, help="Write a row a line: .csv, .ndjson, .parquet."),
]
Pin = Annotated[
    list[str] | None,
    typer.Option("--pin", metavar="ID", rich_help_panel=CORRECTING, help="Keep a template as it is, with its id."),
]
Merge = Annotated[
    list[str] | None,
    typer.Option("--merge", metavar="ID+ID", rich_help_panel=CORRECTING, help="Make one template of several."),
]
Split = Annotated[
    list[str] | None,
    typer.Option("--split", metavar="ID:SLOT", rich_help_panel=CORRECTING, help="Make one of each word in a slot."),
]


def templates(
    paths: options.Paths,
    slots: Slots = False,
    diff: Diff = False,
    top: Top = 50,
    miner: MinerName = "drain",
    settings: Settings = None,
    pin: Pin = None,
    merge: Merge = None,
    split: Split = None,
    rules: options.Rules = None,
    format: options.Format = None,  # noqa: A002
    no_header: options.NoHeader = False,
    columns: options.Columns = None,
    drop: options.Drop = None,
    mask_pii: options.MaskPii = False,
    json: options.Json = False,
    output: Output = None,
    quiet: options.Quiet = False,
) -> None:
    """List the templates of logs: how many lines each has, since when, and what varies in it.

    [bold]oddline templates app.log[/]  the commonest first

    [bold]oddline templates yesterday.log today.log --diff[/]  new, gone, more and less frequent

    [bold]oddline templates app.log -o lines.csv[/]  which template each line is of
    """
    if diff and len(paths) != 2:
        raise UsageError(f"--diff beside {len(paths)} paths", expected="two: before and after")
    # No matrix is multiplied here, and the threads that NumPy wakes for it are a tenth of a start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from oddline.cli import _miner, _rules
    from oddline.drivers import batch
    from oddline.drivers.templates import Mining

    _check_output(output)
    request = Mining(
        paths=tuple(paths),
        format=format,
        miner=miner,
        settings=options.parameters(settings) | _miner.settings(rules),
        tables=batch.Tables(
            header=False if no_header else None, columns=options.column_names(columns), drop=tuple(drop or ())
        ),
        mask_pii=mask_pii,
        apart=diff,
    )
    silent = quiet or json
    if pin or merge or split:
        request = _corrected(request, rules or Path(_rules.FILE), (pin or [], merge or [], split or []), quiet=silent)
    with _mined(request, quiet=silent) as mined:
        _tell(mined, request, output, json=json, slots=slots, diff=diff, top=top)


@contextmanager
def _mined(request: Mining, *, quiet: bool) -> Iterator[Mined]:
    """Mine with a progress bar, which is gone before anything is printed."""
    from dataclasses import replace

    from oddline.cli import _progress
    from oddline.drivers.templates import mine

    with ExitStack() as stack:
        with _progress.shown(quiet=quiet) as telemetry:
            mined = stack.enter_context(mine(replace(request, telemetry=telemetry)))
        yield mined


def _corrected(request: Mining, file: Path, told: tuple[list[str], list[str], list[str]], *, quiet: bool) -> Mining:
    """Write down what is asked for, and ask again with it."""
    from dataclasses import replace

    from oddline.cli import _rules
    from oddline.outputs._words import counted

    with _mined(request, quiet=quiet) as mined:
        texts = dict(mined.listing.table.select("template_id", "text").iter_rows())
        new = _rules.asked(texts, *told)
        mined.check_rules(new)
    old = request.settings.get("rules") or []
    new = [rule for rule in new if rule not in old]
    _rules.insert(file, new)
    typer.echo(f"{file}: {counted(len(new), 'rule')} added, {len(new) + len(old)} in all", err=True)
    return replace(request, settings=request.settings | {"rules": [*new, *old]})


def _check_output(output: Path | None) -> None:
    """Refuse an unknown ending before the work is done, not after it."""
    from oddline.outputs import _template_rows

    if output and output.suffix not in _template_rows.WRITERS:
        known = ", ".join(_template_rows.WRITERS)
        raise UsageError(f"-o {output}: no output has the ending {output.suffix!r}", expected=known)


def _tell(mined: Mined, request: Mining, output: Path | None, *, json: bool, slots: bool, diff: bool, top: int) -> None:
    from oddline.outputs import _template_json, _template_rows
    from oddline.outputs._atomic import atomic

    if output:
        with atomic(output) as stream:
            texts = mined.listing.table.select("template_id", template="text")
            _template_rows.WRITERS[output.suffix](mined.rows(), texts, stream)
    compared = mined.compared() if diff else None
    summaries = mined.slots(request) if slots else None
    if json:
        told = _template_json.listing_in_json(mined.listing, compared=compared, summaries=summaries)
        sys.stdout.buffer.write(told.encode())
    else:
        _show(mined, compared, summaries, top)
    sys.stdout.buffer.flush()


def _show(mined: Mined, compared: Any, summaries: Any, top: int) -> None:
    from oddline.outputs import _template_table

    paper = _template_table.paper_for(sys.stdout.buffer, getattr(sys.stdout, "encoding", None) or "utf-8")
    most = top or mined.listing.table.height
    if compared is not None:
        _template_table.write_comparison(compared, mined.listing, paper, most=most)
    else:
        _template_table.write_listing(mined.listing, paper, most=most, summaries=summaries)
