"""What varies by its looks alone: found in one pass over every line, and more carefully on distinct lines only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import polars as pl

from oddline.templates._rules import ANY_SLOT, RICH, SHAPE, SIGNS, SLOT, UNIT, Rule

__all__ = ["ANY_SLOT", "SLOT", "UNIT", "collapse", "enrich", "erase", "first_line", "parameters", "shape"]

_APART = r"\s=:,;()\[\]{}\"'|<>"
VARIABLE = rf"<\*>|[^{_APART}]*[0-9][^{_APART}]*"
"""A sub-token that holds a digit. A literal ``<*>`` counts as one too: else a message that holds one would
have fewer parameters than its masked text has slots."""

LONGEST = 4096
"""Characters of a first line that are read; what follows tells no more about which statement wrote it."""


def first_line(message: pl.Series) -> pl.Series:
    """Give the first line of each message, cut at :data:`LONGEST` characters; null reads as empty.

    Most logs hold neither long nor multi-line messages, and then nothing is copied.
    """
    if message.null_count():
        message = message.fill_null("")
    if (message.str.len_bytes() > LONGEST).any():
        message = message.str.head(LONGEST)
    if message.str.contains("\n", literal=True).any():
        message = message.str.extract(r"^([^\n]*)", 1)
    return message


def collapse(message: pl.Expr, variable: str = VARIABLE) -> pl.Expr:
    r"""Replace every sub-token that holds a digit; doing it twice changes nothing.

    Examples
    --------
    >>> lines = pl.DataFrame({"line": ["src: /10.0.0.1:50010 took 3ms", "disk sda1 (ro)"]})
    >>> lines.select(collapse(pl.col("line")))["line"].to_list()
    ['src: <*>:<*> took <*>', 'disk <*> (ro)']
    """
    return message.str.replace_all(variable, SLOT)


def parameters(message: pl.Expr, variable: str = VARIABLE) -> pl.Expr:
    """List what :func:`collapse` replaced, in order: lines of equal masked text give lists of equal length.

    Examples
    --------
    >>> pl.select(parameters(pl.lit("src: /10.0.0.1:50010 took 3ms"))).item().to_list()
    ['/10.0.0.1', '50010', '3ms']
    """
    return message.str.extract_all(variable)


SLICE = 100_000
"""Lines that rules are run over in one go: with fewer, setting up the patterns would be what costs."""

LOOK = 10_000
"""Lines whose bytes are looked at in one go: more would not fit a processor's cache, nor memory if they are long."""

_BIT = {sign: 1 << place for place, sign in enumerate([*SIGNS, "A", "é"])}


def _table() -> npt.NDArray[np.uint16]:
    """Give for each byte the signs that it stands for."""
    table = np.zeros(256, dtype=np.uint16)
    for sign, characters in SIGNS.items():
        table[np.frombuffer(characters.encode(), dtype=np.uint8)] |= _BIT[sign]
    table[ord("A") : ord("Z") + 1] |= _BIT["A"]
    table[0x80:] |= _BIT["é"]
    return table


_SIGNS_OF = _table()


def _signs(lines: pl.Series) -> npt.NDArray[np.uint16]:
    """Tell for each line which signs it holds, in one look at its bytes."""
    return np.concatenate([_looked_at(lines.slice(at, LOOK)) for at in range(0, lines.len(), LOOK)])


def _looked_at(lines: pl.Series) -> npt.NDArray[np.uint16]:
    joined = lines.str.join("\n").cast(pl.Binary).item() + b"\n"
    lengths = lines.str.len_bytes().to_numpy().astype(np.int64) + 1
    begin = lengths.cumsum() - lengths
    return np.asarray(np.bitwise_or.reduceat(_SIGNS_OF[np.frombuffer(joined, dtype=np.uint8)], begin))


def _applied(lines: pl.Series, rules: tuple[Rule, ...]) -> pl.Series:
    """Run rules one after the other, each over those lines only that it can change."""
    if not lines.len():
        return lines
    signs = _signs(lines)
    lines = lines.clone()
    for rule in rules:
        needed = sum(_BIT[sign] for sign in rule.signs)
        rows = np.flatnonzero((signs & needed) == needed)
        some = lines if len(rows) == lines.len() else lines.gather(rows)
        if rule.word and len(rows):
            held = some.str.contains(rule.word).to_numpy()
            rows, some = rows[held], some.filter(pl.Series(held))
        if len(rows):
            some = some.str.replace_all(rule.pattern, rule.slot)
            lines = some if len(rows) == lines.len() else lines.scatter(rows, some)
            signs[rows] |= _BIT["<"] | _BIT["A"]  # of a slot
    return lines


def _each_slice(lines: pl.Series, rules: tuple[Rule, ...]) -> pl.Series:
    """Run rules on all cores."""
    slices = [lines.slice(at, SLICE) for at in range(0, lines.len(), SLICE)]
    if len(slices) < 2:
        return _applied(lines, rules)
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        return pl.concat(pool.map(lambda part: _applied(part, rules), slices), rechunk=True)


def enrich(masked: pl.Series) -> pl.Series:
    """Mask what needs a closer look: meant for distinct masked lines only.

    Each line is masked on its own: what else is in the Series does not matter.

    Examples
    --------
    >>> enrich(pl.Series(["open /etc/passwd by user root: false"])).to_list()
    ['open <PATH> by user <USER>: <BOOL>']
    """
    return _each_slice(masked, RICH)


def shape(rich: pl.Series) -> pl.Series:
    """Forget what does not tell statements apart: types of slots, units, lengths of lists, odd values of keys.

    Examples
    --------
    >>> shape(pl.Series(["read <NUM> kB of <PATH>", "pages <NUM> <NUM> <NUM> <NUM>"])).to_list()
    ['read <*> of <*>', 'pages <*>']
    """
    return _each_slice(rich, SHAPE)


def erase(text: pl.Expr) -> pl.Expr:
    """Forget the types of slots."""
    return text.str.replace_all(ANY_SLOT, SLOT)
