"""Lines that are JSON objects, as columns of text; a line that is none stays out without harm to the others."""

from __future__ import annotations

import io
import json
from collections import Counter

import polars as pl
from polars.exceptions import ComputeError

from oddline.formats._pairs import Unnamed

MAX_FIELDS = 48
"""Columns taken from one log; more is a sign that keys are data."""
LATE = ("message", "msg", "stack_trace", "stacktrace", "exc_info", "exception", "stack")
"""Keys that are read though the sample has none of them: an error may be the first to have a stack."""
NAME = r'"([^"\\]*)"[ \t]*:'
PAIR = r'"(?P<key>(?:[^"\\]|\\.)*)"(?:[ \t]*:[ \t]*(?:"(?P<text>(?:[^"\\]|\\.)*)"|(?P<value>[^\s,{}\[\]"]+)))?'
"""A string, and if it is a key of something plain, that. All strings are matched, so that none is entered half-way."""
_DEPTH = 3
_RARE = 50
_BATCH = 100_000
_SAMPLE = 400


class Keys:
    """The keys of a sample of objects, with nested ones as ``outer.inner``, and what their values are.

    ``paths`` is what is decoded, ``kinds`` the part of it that becomes columns. ``spoken`` are those of them that hold
    more than a word; ``unnamed`` knows the other keys.
    """

    def __init__(self, raw: pl.Series) -> None:
        step = max(1, raw.len() // _SAMPLE)
        counts: Counter[tuple[str, ...]] = Counter()
        kinds: dict[tuple[str, ...], set[str]] = {}
        names: set[str] = set()
        sample = [_loads(text) for text in pl.concat([raw.head(_SAMPLE), raw.gather_every(step)])]
        for value in sample:
            names.update(_names(value))
            for path, kind in _paths(value):
                counts[path] += 1
                kinds.setdefault(path, set()).add(kind)
        order = {path: place for place, path in enumerate(counts)}
        chosen = sorted(counts, key=lambda path: (-counts[path], order[path]))[:MAX_FIELDS]
        countless = len(counts) > MAX_FIELDS
        if countless:
            # Where keys are data, a column is for those that come again and again.
            chosen = [path for path in chosen if counts[path] * _RARE >= len(sample)]
            names = {path[-1] for path in chosen}
        columns = sorted(chosen, key=order.__getitem__)
        self.paths = [*columns, *((key,) for key in LATE if (key,) not in chosen)]
        self.kinds = {".".join(path): _kind(kinds[path]) for path in columns}
        self.spoken = {".".join(path) for path in columns if kinds[path] & {"words", "nested"}}
        self.unnamed = Unnamed(NAME, PAIR, names | set(LATE), countless)


def _loads(text: str | None) -> object:
    # A line longer than this tells no more about the keys than a shorter one.
    if text is None or len(text) > 100_000:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _paths(value: object, prefix: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    found = []
    for key, item in value.items() if isinstance(value, dict) else ():
        path = (*prefix, str(key))
        if isinstance(item, dict) and item and len(path) < _DEPTH:
            found += _paths(item, path)
        elif item is not None:
            found.append((path, _kind_of(item)))
    return found


def _kind_of(item: object) -> str:
    if isinstance(item, dict | list):
        return "nested"
    return "words" if isinstance(item, str) and " " in item else type(item).__name__


def _names(value: object) -> set[str]:
    """Give all keys of an object, however deep they are."""
    found, left = set[str](), [value]
    while left:
        item = left.pop()
        if isinstance(item, dict):
            found.update(map(str, item))
        left.extend(item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
    return found


def _kind(kinds: set[str]) -> str:
    if kinds == {"int"}:
        return "int"
    if kinds <= {"int", "float"}:
        return "float"
    return "bool" if kinds == {"bool"} else ""


def decode(raw: pl.Series, paths: list[tuple[str, ...]]) -> tuple[pl.DataFrame, pl.Series]:
    """Decode objects to text columns, one a path, and tell which lines were objects.

    Numbers, truth values and nested values come as their JSON text.

    Examples
    --------
    >>> fields, good = decode(pl.Series(['{"a": 1, "b": {"c": "x"}}', "no"]), [("a",), ("b", "c")])
    >>> fields.rows(), good.to_list()
    ([('1', 'x'), (None, None)], [True, False])
    """
    frames = [_batch(raw.slice(start, _BATCH), paths) for start in range(0, max(1, raw.len()), _BATCH)]
    table = pl.concat([frame for frame, _ in frames])
    return table, pl.concat([good for _, good in frames])


def _batch(raw: pl.Series, paths: list[tuple[str, ...]]) -> tuple[pl.DataFrame, pl.Series]:
    good = raw.str.contains(r"^[ \t]*\{").fill_null(False)
    # Half a surrogate pair is all that the reader of many lines takes and the one of a single line does not: no line
    # may be an object in one company and none in another.
    half = good & raw.str.contains(r"\\u[dD][89a-fA-F]").fill_null(False)
    if half.any():
        good &= ~half | raw.zip_with(half, pl.Series([None], dtype=pl.String)).str.json_path_match("$").is_not_null()
    tops = list(dict.fromkeys(path[0] for path in paths)) or [""]
    table = _read(raw.filter(good), tops)
    if table is None:
        good &= raw.str.json_path_match("$").is_not_null().fill_null(False)
        table = _read(raw.filter(good), tops)
    if table is None:
        table = _slowly(raw.filter(good), tops)
    columns = {".".join(path): _descend(table, path) for path in paths}
    found = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    if good.all():
        return found, good
    places = pl.DataFrame({"good": good}).select(
        pl.when("good").then(pl.col("good").cum_sum() - 1).cast(pl.UInt32)
    ).to_series()  # fmt: skip
    return found.select(pl.all().gather(places)), good


def _read(raw: pl.Series, keys: list[str]) -> pl.DataFrame | None:
    """Read all lines at once; None if one of them spoils it."""
    if raw.is_empty():
        return pl.DataFrame(schema=dict.fromkeys(keys, pl.String))
    text = "\n".join(raw.to_list()) if raw.len() == 1 else raw.str.join("\n").item()
    try:
        table = pl.read_ndjson(io.BytesIO(text.encode()), schema=dict.fromkeys(keys, pl.String), ignore_errors=True)
    except ComputeError:
        return None
    return table if table.height == raw.len() else None


def _slowly(raw: pl.Series, keys: list[str]) -> pl.DataFrame:
    """Read key by key: every line is valid JSON, but one holds a number or a depth that the reader refuses."""
    names = [key for key in keys if key and not set(key) & set("\"'\\[]")]
    frame = pl.DataFrame({"raw": raw})
    table = frame.select(pl.col("raw").str.json_path_match(f'$["{key}"]').alias(key) for key in names)
    return table.with_columns(pl.lit(None, pl.String).alias(key) for key in keys if key not in names)


def _descend(table: pl.DataFrame, path: tuple[str, ...]) -> pl.Series:
    column = table[path[0]]
    for key in path[1:]:
        if set(key) & set("\"'\\[]"):
            return pl.Series([None], dtype=pl.String).new_from_index(0, table.height)
        column = column.str.json_path_match(f'$["{key}"]')
    return column
