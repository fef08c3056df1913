"""The values that stand in the slots of a template, as columns: read on demand, one template at a time.

``params`` of templated Records are what the mask took out of each line. A slot of a template may hold more or less
than that: a path, a list, an amount with its unit, a word. So here the text of the template is held against
its lines, which tells for each slot what stands in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from oddline.core.errors import BadData, UsageError
from oddline.templates import _slot_kinds, _slot_summary
from oddline.templates._masks import first_line
from oddline.templates._slot_names import BESIDE, names
from oddline.templates._slot_pattern import pattern, pieces, quick

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Parameters", "parameters_by_template", "parameters_of", "pattern", "summary", "values"]

_TEXT_KINDS = ("IP", "HEX", "UUID", "URL", "PATH", "HOST", "USER")
"""Slots whose values have no type of their own in a frame, but are more than a text to people."""


@dataclass(frozen=True)
class Parameters:
    """The values in the slots of one template.

    Attributes
    ----------
    frame : polars.DataFrame
        One row a message, one column a slot (and, from Records, what stands beside them: ``id``, ``source``,
        ``line``, ``ts``). Null where a message does not match, or where a typed column has no value.
    kinds : mapping
        Name of each slot, in the order of the text, to its kind: "whole", "number", "duration" (seconds), "size"
        (bytes), "percent", "boolean", "time"; for text "text", or what the template says of it: "ip", "path", …
    matched : polars.Series of Boolean
        Whether each message is one that the text of the template stands for.
    """

    frame: pl.DataFrame
    kinds: Mapping[str, str]
    matched: pl.Series

    @property
    def unmatched(self) -> int:
        """Count the messages that the text does not stand for."""
        return int((~self.matched).sum())


def values(messages: pl.Series, text: str, *, typed: bool = True) -> Parameters:
    """Read the values that stand in the slots of a text.

    Parameters
    ----------
    messages : polars.Series of String
        Messages; of each only the first line is looked at, and null reads as empty.
    text : str
        The text of a template.
    typed : bool
        Whether values are read as numbers, durations and so on where all of a column are (see
        :func:`oddline.templates._slot_kinds.read`), or left as they stand.

    Examples
    --------
    >>> messages = pl.Series(["user=anna took 3ms", "user=bert took 1.5s", "user gone"])
    >>> found = values(messages, "user=<*> took <NUM>")
    >>> found.frame.rows()
    [('anna', 0.003), ('bert', 1.5), (None, None)]
    >>> dict(found.kinds), found.unmatched
    ({'user': 'text', 'took': 'duration'}, 1)
    >>> values(messages, "user=<*> took <NUM>", typed=False).frame["took"].to_list()
    ['3ms', '1.5s', None]
    """
    if messages.dtype != pl.String:
        raise BadData(f"messages are {messages.dtype}", expected="String")
    _, slots = pieces(text)
    columns = names(text)
    cells, matched = _split_up(first_line(messages).alias("line"), text, len(columns))
    found, kinds = [], {}
    for column, name, slot in zip(cells, columns, slots, strict=False):
        series, kind = _slot_kinds.read(column) if typed else (column, "text")
        found.append(series.alias(name))
        kinds[name] = slot.lower() if typed and kind == "text" and slot in _TEXT_KINDS else kind
    return Parameters(pl.DataFrame(found), kinds, matched)


def summary(parameters: Parameters) -> pl.DataFrame:
    """Sum up the values of each slot, with the columns of :data:`oddline.templates._slot_summary.SUMMARY`.

    Examples
    --------
    >>> messages = pl.Series(["anna took 3 ms", "anna took 5 ms", "bert took 4 ms"])
    >>> found = summary(values(messages, "<*> took <NUM> ms"))
    >>> found.select("slot", "type", "n", "distinct", "common", "median").rows()
    [('value', 'text', 3, 2, 'anna', None), ('took_ms', 'whole', 3, 3, '3', 4.0)]
    """
    return _slot_summary.summary(parameters.frame, parameters.kinds)


def parameters_of(
    templated: pl.DataFrame, templates: pl.DataFrame, template_id: int, *, typed: bool = True
) -> Parameters:
    """Read the values of one template out of templated Records.

    Parameters
    ----------
    templated : polars.DataFrame
        ``message`` and ``template_id``, as a miner gives them; ``id``, ``source``, ``line`` and ``ts``, where they are
        there, stand beside the values.
    templates : polars.DataFrame
        ``templates_`` of the miner.
    template_id : int
        Which one; all others are left out.

    Raises
    ------
    UsageError
        There is no such template.

    Examples
    --------
    >>> from oddline.templates.drain import Drain
    >>> miner = Drain()
    >>> logs = pl.DataFrame({"line": [1, 2, 3], "message": ["job 1 done", "disk full", "job 2 done"]})
    >>> templated = miner.fit_transform(logs)
    >>> parameters_of(templated, miner.templates_, miner.templates_["template_id"][0]).frame.rows()
    [(1, 1), (3, 2)]
    """
    known = templates.filter(pl.col("template_id") == template_id)
    if not known.height:
        raise UsageError(
            f"no template {template_id}",
            expected=f"one of {templates.height} ids; 0 marks lines of no known template, which have no slots",
        )
    rows = templated.select(_needed(templated)).filter(pl.col("template_id") == template_id)
    return _beside(rows, known["text"][0], typed=typed)


def parameters_by_template(
    templated: pl.DataFrame, templates: pl.DataFrame, least: int = 1, *, typed: bool = True
) -> Iterator[tuple[int, Parameters]]:
    """Go through the templates that have at least so many lines, in the order of ``templates``.

    Lines are sorted by template once, so that all templates together cost little more than their lines. Parameters
    are those of :func:`parameters_of`.

    Examples
    --------
    >>> from oddline.templates.drain import Drain
    >>> miner = Drain()
    >>> templated = miner.fit_transform(pl.DataFrame({"message": ["job 1 done", "disk full", "job 2 done"]}))
    >>> [found.frame.height for number, found in parameters_by_template(templated, miner.templates_, 2)]
    [2]
    """
    lean = templated.select(_needed(templated))
    ids = lean["template_id"].to_numpy()
    order = np.argsort(ids, kind="stable")
    wanted = templates["template_id"].to_numpy()
    begin, end = (np.searchsorted(ids[order], wanted, side=side) for side in ("left", "right"))
    for number, text, a, b in zip(wanted.tolist(), templates["text"].to_list(), begin, end, strict=True):
        if b - a >= max(1, least):
            yield number, _beside(lean[order[a:b]], text, typed=typed)


def _needed(templated: pl.DataFrame) -> list[str]:
    """Name the columns that are needed and there."""
    return [name for name in (*BESIDE, "template_id", "message") if name in templated.columns]


def _beside(rows: pl.DataFrame, text: str, *, typed: bool) -> Parameters:
    """Put the values of some Records beside what tells where they are from."""
    found = values(rows["message"], text, typed=typed)
    beside = rows.drop("template_id", "message")
    frame = pl.concat([beside, found.frame], how="horizontal") if found.frame.width else beside
    return Parameters(frame, found.kinds, found.matched)


def _split_up(lines: pl.Series, text: str, slots: int) -> tuple[list[pl.Series], pl.Series]:
    """Give a column a slot, and whether each line matches; equal lines are looked at once."""
    if not slots:
        return [], lines.str.contains(pattern(text)).alias("matched")
    distinct = lines.unique() if (repeated := _repeated(lines)) else lines
    cells = _matched(distinct, text)
    if repeated:
        table = cells.with_columns(line=distinct)
        cells = lines.to_frame().join(table, on="line", how="left", maintain_order="left").drop("line")
    return cells.get_columns(), cells.to_series(0).is_not_null().alias("matched")


def _repeated(lines: pl.Series) -> bool:
    """Tell whether it pays to look for equal lines, which costs about as much as matching them."""
    distinct = lines.to_frame().select(pl.col("line").approx_n_unique()).item()
    return bool(2 * distinct < lines.len())


def _matched(lines: pl.Series, text: str) -> pl.DataFrame:
    """Match lines, the plain ones in one pass, and what is left with the lenient pattern."""
    plain = quick(text)
    if plain is None:
        return lines.str.extract_groups(pattern(text)).struct.unnest()
    first = lines.str.extract_groups(plain).struct.unnest()
    left = np.flatnonzero(first.to_series(0).is_null().to_numpy())
    if not len(left):
        return first
    second = lines.gather(left).str.extract_groups(pattern(text)).struct.unnest()
    place = np.arange(lines.len())
    place[left] = lines.len() + np.arange(len(left))
    return pl.concat([first, second])[place]
