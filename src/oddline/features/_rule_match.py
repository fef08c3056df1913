"""Which events fire which rules: one look at every message, and a closer one at the few that may fire.

All patterns together are one regular expression, which an automaton decides in one pass whatever their number.
What it lets through is mostly little, and of that each distinct text is looked at once by each rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.features._rule_files import Rule

Ints = npt.NDArray[np.int64]

READ = 4096
"""So many characters of a message are looked at: a cause stands at its beginning, a dump of state behind it."""

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def hits(records: pl.DataFrame, rules: Sequence[Rule]) -> tuple[Ints, Ints]:
    """Give, for each time that a rule fires, the row of the event and the place of the rule; in order of the rows.

    Examples
    --------
    >>> rule = {"pattern": ["full"], "unless": [], "fields": {}}
    >>> hits(pl.DataFrame({"message": ["ok", "disk FULL", "ok"]}), [rule])
    (array([1]), array([0]))
    """
    events, fired = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    text = [place for place, rule in enumerate(rules) if rule["pattern"]]
    for place, rows in _by_text(records, rules, text):
        events.append(_with_fields(records, rows, rules[place]))
        fired.append(np.full(len(events[-1]), place))
    for place in sorted(set(range(len(rules))) - set(text)):
        rows = np.arange(records.height)
        kept = _with_fields(records, rows, rules[place])
        unless = rules[place]["unless"]
        if unless and len(kept):
            kept = kept[~_read(records, kept).str.contains(whole(unless)).to_numpy()]
        events.append(kept)
        fired.append(np.full(len(kept), place))
    row, rule = np.concatenate(events), np.concatenate(fired)
    order = np.lexsort((rule, row))
    return row[order], rule[order]


def whole(patterns: Sequence[str]) -> str:
    r"""Join patterns into one that finds what any of them finds, letters large or small.

    ``\b`` becomes ASCII's: Unicode's would take the slow engine for every line with a foreign letter.

    Examples
    --------
    >>> print(whole([r"\bfull\b", "gone"]))
    (?i)(?:(?-u:\b)full(?-u:\b))|(?:gone)
    """
    plain = (_ESCAPED.sub(lambda pair: r"(?-u:\b)" if pair[1] == "b" else pair[0], one) for one in patterns)
    return "(?i)" + "|".join(f"(?:{one})" for one in plain)


def _by_text(records: pl.DataFrame, rules: Sequence[Rule], places: Sequence[int]) -> list[tuple[int, Ints]]:
    """Give the rows in whose messages each of these rules finds a pattern and nothing that excuses it."""
    if not places or not records.height:
        return []
    union = _unions([whole(rules[place]["pattern"]) for place in places])
    message = pl.col("message").str.head(READ)
    near = records.lazy().select(any=pl.any_horizontal([message.str.contains(one) for one in union]))
    rows = np.flatnonzero(near.collect()["any"].fill_null(False).to_numpy()).astype(np.int64)
    if not len(rows):
        return []
    read = _read(records, rows)
    distinct = read.unique(maintain_order=True)
    looks = []
    for place in places:
        look = pl.col("text").str.contains(whole(rules[place]["pattern"]))
        if rules[place]["unless"]:
            look &= ~pl.col("text").str.contains(whole(rules[place]["unless"]))
        looks.append(look.alias(str(place)))
    table = pl.DataFrame({"text": distinct}).lazy().select(pl.col("text"), *looks).collect()
    of_row = (
        pl.DataFrame({"text": read})
        .join(table.select("text", like=pl.int_range(pl.len())), on="text", how="left", maintain_order="left")["like"]
        .to_numpy()
    )
    return [(place, rows[table[str(place)].to_numpy()[of_row]]) for place in places]


def _unions(patterns: list[str]) -> list[str]:
    """Join patterns into as few as the engine takes: very many, or very large ones, are no longer one."""
    from oddline.features._rule_files import refusal

    joined = "|".join(f"(?:{one})" for one in patterns)
    if len(patterns) == 1 or not refusal(joined):
        return [joined]
    middle = len(patterns) // 2
    return _unions(patterns[:middle]) + _unions(patterns[middle:])


def _read(records: pl.DataFrame, rows: Ints) -> pl.Series:
    return records["message"].gather(rows).str.head(READ).fill_null("").alias("text")


def _with_fields(records: pl.DataFrame, rows: Ints, rule: Rule) -> Ints:
    """Keep the rows whose fields are as the rule wants them; a field that is not there is not as wanted."""
    wanted = rule["fields"]
    if not wanted or not len(rows):
        return rows
    columns = {name: column for name in wanted if (column := column_of(name, records.columns))}
    if len(columns) < len(wanted):
        return rows[:0]
    looks = []
    for name, value in wanted.items():
        cell = as_text(columns[name], records.schema[columns[name]])
        looks.append(cell.str.contains(whole([value])) if isinstance(value, str) else cell.is_in(value))
    fits = records.lazy().select(pl.col(set(columns.values())).gather(rows)).select(fits=pl.all_horizontal(looks))
    kept: Ints = rows[fits.collect()["fits"].fill_null(False).to_numpy()]
    return kept


def as_text(column: str, kind: pl.DataType) -> pl.Expr:
    """Give a column as text, a list as its parts with blanks between them.

    Examples
    --------
    >>> frame = pl.DataFrame({"tags": [["a", "b"]], "port": [80]})
    >>> frame.select(as_text(name, kind) for name, kind in frame.schema.items()).row(0)
    ('a b', '80')
    """
    if isinstance(kind, pl.List):
        return pl.col(column).cast(pl.List(pl.String)).list.join(" ")
    return pl.col(column).struct.json_encode() if isinstance(kind, pl.Struct) else pl.col(column).cast(pl.String)


def column_of(name: str, columns: Sequence[str]) -> str | None:
    """Find the column of a field: ``x_NAME`` of what a format captured, or one that all events have.

    Examples
    --------
    >>> column_of("status", ["message", "x_status"]), column_of("level", ["level"]), column_of("other", ["level"])
    ('x_status', 'level', None)
    """
    return next((one for one in (f"x_{name}", name) if one in columns), None)
