"""Hold scored windows against labels: how much was found, how many alarms were false, how soon."""

from __future__ import annotations

import json as jsons
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oddline.cli import _options as options
from oddline.core.errors import UsageError

if TYPE_CHECKING:
    from oddline.ops._labels import Labels

__all__ = ["evaluate"]

LABELS, MEASURING = "Labels", "Measuring"

Scored = Annotated[
    list[Path], typer.Argument(metavar="SCORED...", help="What scan -o wrote; several are compared side by side.")
]
LabelFile = Annotated[
    Path | None,
    typer.Option("--labels", rich_help_panel=LABELS, help="A file of labels by line or key, or a list of what is odd."),
]
LabelColumn = Annotated[
    str | None,
    typer.Option("--label-column", rich_help_panel=LABELS, help="The column with the label, of --table or --labels."),
]
Table = Annotated[
    list[str] | None,
    typer.Option("--table", rich_help_panel=LABELS, help="The table that was scanned (may be repeated)."),
]
LabelPrefix = Annotated[
    list[str] | None,
    typer.Option("--label-prefix", rich_help_panel=LABELS, help="The log that was scanned, a label before each line."),
]
Normal = Annotated[
    str | None,
    typer.Option("--normal", rich_help_panel=LABELS, help="Which label is normal, if it is not - or 0 or normal …"),
]
Budget = Annotated[
    int, typer.Option("--budget", min=1, rich_help_panel=MEASURING, help="Also look at so many highest scores.")
]
Bootstrap = Annotated[
    int, typer.Option("--bootstrap", min=0, rich_help_panel=MEASURING, help="95 % intervals by so many resamplings.")
]
Block = Annotated[
    int,
    typer.Option("--block", min=0, rich_help_panel=MEASURING, help="Resample so many neighbours together (time)."),
]
ByClass = Annotated[
    bool, typer.Option("--by-class", rich_help_panel=MEASURING, help="Also count each label by itself.")
]
Distinct = Annotated[
    str | None,
    typer.Option("--distinct", metavar="COLUMN", rich_help_panel=MEASURING, help="Also count what is alike once."),
]


def evaluate(
    scored: Scored,
    labels: LabelFile = None,
    label_column: LabelColumn = None,
    table: Table = None,
    label_prefix: LabelPrefix = None,
    normal: Normal = None,
    no_header: options.NoHeader = False,
    columns: options.Columns = None,
    format: options.Format = None,  # noqa: A002
    budget: Budget = 20,
    by_class: ByClass = False,
    distinct: Distinct = None,
    bootstrap: Bootstrap = 0,
    block: Block = 0,
    seed: options.Seed = 0,
    json: options.Json = False,
) -> None:
    """Hold scored windows against labels: how much was found, how many alarms were false, how soon.

    [bold]oddline evaluate scored.parquet --labels labels.csv[/]  line,label or key,label, or a list

    [bold]oddline evaluate a.parquet b.parquet --label-column attack --table flows.csv[/]  two, side by side

    [bold]oddline evaluate scored.csv --label-prefix bgl.log --by-class[/]  the first word of each line, - is normal
    """
    _check(labels, label_column, table, label_prefix)
    from oddline.drivers.batch import Tables
    from oddline.ops._comparison import Asked, compare

    tables = Tables(False if no_header else None, options.column_names(columns))
    told = _labels(labels, label_column, table, label_prefix, tables, format)
    asked = Asked(normal, by_class, budget, bootstrap, block, seed, distinct)
    found = compare(scored, told, asked)
    if json:
        typer.echo(jsons.dumps(found.as_json(), indent=1, allow_nan=False))
        return
    from oddline.outputs import _evaluation_table
    from oddline.outputs._template_table import paper_for

    paper = paper_for(sys.stdout.buffer, getattr(sys.stdout, "encoding", None) or "utf-8")
    _evaluation_table.write(found.rows, found.notes, paper)
    sys.stdout.buffer.flush()


def _check(labels: Path | None, column: str | None, table: list[str] | None, prefix: list[str] | None) -> None:
    """Refuse labels that are told in no way, in two ways, or by half."""
    ways = {"--labels": labels, "--table": table, "--label-prefix": prefix}
    told = [flag for flag, value in ways.items() if value]
    if len(told) != 1:
        found = "no labels" if not told else " beside ".join(told)
        if column and not told:
            found = "--label-column without the table that it is of"
        raise UsageError(
            found,
            expected="one of --labels FILE, --label-column NAME --table FILE, --label-prefix FILE",
            hint="--labels labels.csv, with a header line,label or key,label",
        )
    if table and not column:
        raise UsageError("--table without --label-column", expected="the column with the label: --label-column NAME")
    if prefix and column:
        raise UsageError("--label-column beside --label-prefix", expected="one of them")


def _labels(
    labels: Path | None,
    column: str | None,
    table: list[str] | None,
    prefix: list[str] | None,
    tables: object,
    format: str | None,  # noqa: A002
) -> Labels:
    from oddline.drivers.batch import Tables
    from oddline.ops import _labels

    if labels:
        return _labels.labels_of_file(labels, column)
    if prefix:
        return _labels.labels_of_prefix(prefix)
    assert isinstance(tables, Tables)
    return _labels.labels_of_tables(table or [], str(column), tables, format)
