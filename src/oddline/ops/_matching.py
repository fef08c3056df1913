"""Labels to rows: which row a label is of, what is normal, and what was left over on either side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from oddline.core.errors import BadData
from oddline.ops._labels import NORMAL, Labels
from oddline.ops._scored import Scored

NORMAL_WORDS = ("normal", "-", "0", "false", "benign", "no")
"""Labels that mean that nothing is wrong, where nobody says which do."""

SPANS = r"^(\d+-\d+|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$"
"""Keys of windows of a count or of a time: they go on until the next one begins."""


@dataclass(frozen=True)
class Matched:
    """Rows with their labels: ``frame`` has those of ``Scored.frame``, with ``label``, ``odd`` and ``incident``.

    ``unlabelled`` counts the rows that nobody labelled, which are left out; ``unmatched`` the labels that are of no
    row; ``sessions`` says whether labels are of keys.
    """

    frame: pl.DataFrame
    unlabelled: int
    unmatched: int
    normal: str
    sessions: bool


def matched(scored: Scored, labels: Labels, normal: str | None = None) -> Matched:
    """Give each row its label.

    A label of a line is that of the row that begins there or last before it: rows may be of several lines. Of several
    labels the first that is odd counts.

    Raises
    ------
    BadData
        If labels match no row, or nobody can tell which of them is normal.
    """
    by = labels.by if labels.by != "entry" else _kind(scored, labels)
    told = labels.frame.rename({"entry": by}) if labels.by == "entry" else labels.frame
    usual = NORMAL if labels.listed else _normal(told["label"], normal, labels)
    told = told.with_columns(odd=pl.col("label") != usual)
    rows = scored.frame.with_row_index("row")
    pairs, unmatched = _by_key(rows, told, labels) if by == "key" else _by_line(scored, rows, told, labels)
    best = pairs.sort("row", pl.col("odd").not_(), maintain_order=True).group_by("row", maintain_order=True).first()
    if "incident" not in best.columns:
        best = best.with_columns(incident=pl.lit(None, pl.String))
    frame = rows.join(best.select("row", "label", "odd", "incident"), on="row", how="left", maintain_order="left")
    if labels.listed:
        frame = frame.with_columns(pl.col("label").fill_null(NORMAL), pl.col("odd").fill_null(value=False))
    unlabelled = frame["label"].null_count()
    return Matched(frame.filter(pl.col("label").is_not_null()), unlabelled, unmatched, usual, by == "key")


def _kind(scored: Scored, labels: Labels) -> str:
    """Tell whether a list holds keys or lines: keys, where rows have some."""
    keys = scored.frame["key"].drop_nulls()
    entries = labels.frame["entry"]
    numbers = bool(len(entries)) and bool(entries.str.contains(r"^\d+$").all())
    return "key" if len(keys) and (not numbers or bool(entries.is_in(keys.implode()).any())) else "line"


def _normal(labels: pl.Series, told: str | None, of: Labels) -> str:
    known = labels.value_counts(sort=True)["label"].to_list()
    if not known:
        raise BadData(f"{of.name} holds no labels", expected="a label for each row")
    shown = ", ".join(known[:8]) + (f" and {len(known) - 8} more" if len(known) > 8 else "")
    if told is not None:
        if told not in known:
            raise BadData(f"{of.name}: no label is {told!r}; they are {shown}", hint=f"--normal {known[0]}")
        return told
    usual = [label for label in known if label.lower() in NORMAL_WORDS]
    if len(usual) != 1:
        found = "several of them may mean normal" if usual else "none of them says that it means normal"
        raise BadData(
            f"{of.name}: the labels are {shown}; {found}", expected="one that does", hint=f"--normal {known[0]}"
        )
    return str(usual[0])


def _by_key(rows: pl.DataFrame, told: pl.DataFrame, labels: Labels) -> tuple[pl.DataFrame, int]:
    twice = told.group_by("key").agg(pl.col("label").n_unique()).filter(pl.col("label") > 1)["key"]
    if len(twice):
        raise BadData(f"{labels.name}: {twice.sort()[0]} has two labels", expected="one label for each key")
    told = told.unique("key", maintain_order=True)
    keys = rows["key"].drop_nulls()
    if not len(keys):
        raise BadData(
            f"{labels.name} labels keys such as {_some(told['key'])}, and no row has a key",
            expected="rows that are sessions",
            hint="oddline scan --by session",
        )
    pairs = rows.select("row", "key").join(told.drop("source", strict=False), on="key", how="inner")
    if not pairs.height:
        raise BadData(
            f"none of the {told.height:,} labels of {labels.name} is of one of {rows.height:,} rows: "
            f"it has keys such as {_some(told['key'])}, the rows such as {_some(keys)}",
            expected="the same keys",
            hint="oddline scan --by session:KEY",
        )
    return pairs, told.height - pairs["key"].n_unique()


def _by_line(scored: Scored, rows: pl.DataFrame, told: pl.DataFrame, labels: Labels) -> tuple[pl.DataFrame, int]:
    keys = rows["key"].drop_nulls()
    spans = bool(len(keys)) and bool(keys.str.contains(SPANS).all())
    sessions = bool(len(keys)) and not spans
    if labels.by == "entry":
        told = _lines_of(told, labels)
    if sessions and rows.height < told.height:
        raise BadData(
            f"{labels.name} labels lines, and the rows of {scored.name} are sessions such as {_some(keys)}",
            expected="labels of keys: a session's lines stand anywhere",
            hint="oddline scan --by line, or --labels FILE with key,label",
        )
    told = _of_sources(told, rows["source"].unique().sort().to_list(), labels)
    rising = rows.select("row", "source", "line", begins="line", last=pl.col("line").max().over("source")).sort("line")
    pairs = told.sort("line").join_asof(rising, on="line", by="source", strategy="backward", check_sortedness=False)
    # A window of a count or a time goes on to the next; a session is known by its first line; after the last line
    # that begins an event come labels of other data.
    of_row = pl.lit(value=True) if spans else pl.col("line") <= (pl.col("begins") if sessions else pl.col("last"))
    found = pairs.filter(pl.col("row").is_not_null() & of_row)
    if not found.height and told.height:
        low, high = rows["line"].min(), rows["line"].max()
        raise BadData(
            f"none of the {told.height:,} labels of {labels.name} is of one of {rows.height:,} rows: it has lines such "
            f"as {_some(told['line'])}, the rows go from {low!r} to {high!r}",
            expected="lines counted from 1, as in the scored rows",
        )
    return found, told.height - found.height


def _lines_of(told: pl.DataFrame, labels: Labels) -> pl.DataFrame:
    """Read the entries of a list as numbers of lines."""
    wrong = told.filter(~pl.col("line").str.contains(r"^\d+$"))["line"]
    if len(wrong):
        raise BadData(
            f"{labels.name} lists {_some(wrong)}, and no row has such a key",
            expected="numbers of lines, or keys of rows that are sessions",
            hint="oddline scan --by session",
        )
    return told.with_columns(pl.col("line").cast(pl.Int64))


def _of_sources(told: pl.DataFrame, known: Sequence[str], labels: Labels) -> pl.DataFrame:
    """Name the sources of labels as the rows do: one is one; of several the names agree, or the last parts of them."""
    named = told["source"].unique().drop_nulls().to_list() if "source" in told.columns else []
    if len(known) == 1 and len(named) <= 1:
        return told.with_columns(source=pl.lit(known[0], pl.String))
    if not named:
        raise BadData(
            f"{labels.name} labels lines, and the rows are of {len(known)} sources such as {known[0]}",
            expected="a column source beside line",
        )
    last = {name.rsplit("/", 1)[-1]: name for name in known}
    unique = len(last) == len(known)
    renamed = {
        name: name if name in known else last[name.rsplit("/", 1)[-1]]
        for name in named
        if name in known or (unique and name.rsplit("/", 1)[-1] in last)
    }
    if not renamed:
        raise BadData(
            f"{labels.name} labels {_some(pl.Series(named))}, and the rows are of {_some(pl.Series(known))}",
            expected="the same sources",
        )
    return told.with_columns(pl.col("source").replace_strict(renamed, default=None, return_dtype=pl.String))


def _some(values: pl.Series, most: int = 2) -> str:
    return " and ".join(str(value) for value in values.unique(maintain_order=True).head(most).to_list())
