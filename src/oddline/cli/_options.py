"""Options that several commands share, each written once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from oddline.core import folder
from oddline.core.errors import UsageError

READING, DETECTING, SHOWING = "Reading", "Detecting", "Showing"


class Severity(StrEnum):
    """How bad a finding is, mildest first."""

    low = "low"
    medium = "medium"
    high = "high"
    critical = "critical"


def known(room: str, *, argument: bool = False) -> Any:
    """Refuse the name of no plug-in of a room; what stands after a colon, if ``argument`` is set, is its business."""

    def check(name: str | None) -> str | None:
        if name is not None:
            folder.find(room, name.partition(":")[0] if argument else name)
        return name

    return check


Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, globs, archives, or - for stdin.")]
Format = Annotated[
    str | None,
    typer.Option("--format", callback=known("formats"), rich_help_panel=READING, help="Force a format (else guessed)."),
]
NoHeader = Annotated[
    bool, typer.Option("--no-header", rich_help_panel=READING, help="The table has no header: columns are c1…cN.")
]
Columns = Annotated[
    Path | None,
    typer.Option("--columns", rich_help_panel=READING, help="Name a table's columns from this file's first column."),
]
Drop = Annotated[
    list[str] | None, typer.Option("--drop", rich_help_panel=READING, help="Leave a column out (may be repeated).")
]
LabelColumn = Annotated[
    str | None,
    typer.Option("--label-column", rich_help_panel=READING, help="The column that holds the label; never a feature."),
]
Normal = Annotated[
    str,
    typer.Option("--normal", rich_help_panel=READING, help="What the label of a normal row is: fit learns from those."),
]
MaskPii = Annotated[
    bool,
    typer.Option(
        "--mask-pii", rich_help_panel=READING, help="Mask e-mail, IP, card numbers, secrets, user names … on reading."
    ),
]
Detector = Annotated[
    str | None,
    typer.Option("--detector", callback=known("detectors"), rich_help_panel=DETECTING, help="See oddline plugins."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        rich_help_panel=DETECTING,
        help="Set a parameter of the detector, or feature.KEY, threshold.KEY of these.",
    ),
]
Threshold = Annotated[
    str | None,
    typer.Option(
        "--threshold",
        callback=known("thresholds"),
        rich_help_panel=DETECTING,
        help="How the cut is chosen; see oddline plugins thresholds.",
    ),
]
Feature = Annotated[
    str | None,
    typer.Option(
        "--feature",
        callback=known("features"),
        rich_help_panel=DETECTING,
        help="What a detector is shown; see oddline plugins features.",
    ),
]
Quantile = Annotated[
    float | None,
    typer.Option("--quantile", min=0.0, max=1.0, rich_help_panel=DETECTING, help="Cut at this quantile of normal."),
]
Seed = Annotated[int, typer.Option("--seed", rich_help_panel=DETECTING, help="Same seed, same scores.")]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        callback=known("windows", argument=True),
        metavar="WINDOW",
        rich_help_panel=DETECTING,
        help="What is judged: line, row, session, session:KEY, time:5m, count:20.",
    ),
]


Baseline = Annotated[
    list[str] | None,
    typer.Option("--baseline", rich_help_panel=DETECTING, help="What is normal comes from here."),
]
Model = Annotated[
    str | None, typer.Option("--model", rich_help_panel=DETECTING, help="What is normal comes from this .odd file.")
]
Budget = Annotated[
    int | None, typer.Option("--budget", min=0, rich_help_panel=DETECTING, help="Find so many incidents, no more.")
]
Rules = Annotated[
    Path | None,
    typer.Option("--rules", rich_help_panel=READING, help="What was said about templates (oddline.templates.toml)."),
]
Json = Annotated[bool, typer.Option("--json", rich_help_panel=SHOWING, help="Print one JSON object instead.")]
Outputs = Annotated[
    list[Path] | None,
    typer.Option("-o", "--output", rich_help_panel=SHOWING, help="Also write .csv, .ndjson, .parquet or .json."),
]
ReportFile = Annotated[
    Path | None, typer.Option("--report", rich_help_panel=SHOWING, help="Also write one self-contained HTML page.")
]
Context = Annotated[int, typer.Option("--context", min=0, rich_help_panel=SHOWING, help="Lines around each incident.")]
FailOn = Annotated[
    Severity | None,
    typer.Option("--fail-on", rich_help_panel=SHOWING, help="Exit with 1 if an incident is at least as bad."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", rich_help_panel=SHOWING, help="No progress bar.")]


def column_names(path: Path | None) -> tuple[str, ...] | None:
    """Read the names of columns from the first column of a file.

    Raises
    ------
    UsageError
        If the file cannot be read.
    """
    if path is None:
        return None
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"--columns {path} cannot be read ({error})", expected="a text file, one name a line"
        ) from error
    return tuple(line.split(",")[0].strip().strip('"') for line in lines if line.strip())


def parameters(pairs: list[str] | None) -> dict[str, Any]:
    """Turn ``key=value`` pairs into parameters: numbers, true, false and none become what they say.

    Raises
    ------
    UsageError
        If a pair has no ``=``.

    Examples
    --------
    >>> parameters(["n_estimators=50", "bootstrap=true", "metric=cosine"])
    {'n_estimators': 50, 'bootstrap': True, 'metric': 'cosine'}
    """
    told = {}
    for pair in pairs or []:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UsageError(f"--set {pair!r}", expected="KEY=VALUE", hint="--set n_estimators=200")
        told[key.strip()] = read_value(value.strip())
    return told


def read_value(text: str) -> Any:
    """Read one value: a number, true, false, none, or the text itself."""
    words = {"true": True, "false": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
