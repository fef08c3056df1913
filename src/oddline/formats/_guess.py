"""Which format is this? Every line format is asked, and the answer comes with how sure we are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from oddline.core import folder
from oddline.formats._events import GOES_ON, shapes
from oddline.formats._pattern import PURE, PatternFormat, without_heads
from oddline.formats.base import Format, LineFormat

_JUDGED = 1_000
# Below this share of heads the lines are someone else's: plain text, in which every line stands for itself.
_ENOUGH = 0.5
# So many lines tell which formats are worth a closer look: one that has half of all lines has more than these of few.
_FEW = 100
_HARDLY = 0.1
# Two formats within this share of each other both fit; the one that demands more of a line says more about it.
_TIE = 0.02


@dataclass(frozen=True)
class Guess:
    """The format of a sample: its name, how sure we are from 0 to 1, who came second, and the format itself."""

    name: str
    confidence: float
    runner_up: str
    runner_up_confidence: float
    format: LineFormat


def load_format(name: str) -> Format:
    """Make the format of this name, be it a ``.toml`` or a ``.py``.

    Examples
    --------
    >>> load_format("plain").specificity
    0
    """
    plugin = folder.find("formats", name)
    if plugin.path is not None and plugin.path.suffix == ".toml":
        return PatternFormat.from_file(plugin.path)
    made: Format = folder.load("formats", name)()
    made.name = plugin.name
    return made


def line_formats() -> dict[str, LineFormat]:
    """Make every format that is read line by line."""
    made = (load_format(name) for name in folder.plugins("formats"))
    return {form.name: form for form in made if isinstance(form, LineFormat)}


def guess(sample: pl.Series, forms: Iterable[Format] | None = None) -> Guess:
    """Guess the format of some lines of a file; what nobody recognises is ``plain``.

    Blank lines, and lines that plainly go on from the one before, count neither for nor against. ``forms`` are all
    formats, where they are at hand.

    Examples
    --------
    >>> guess(pl.Series(["Jun 14 15:16:01 combo sshd[19939]: check pass; user unknown"] * 20)).name
    'syslog'
    """
    judged = _judged(sample)
    known = line_formats() if forms is None else {form.name: form for form in forms if isinstance(form, LineFormat)}
    shares = _shares(judged, known)
    best = max((share for share, _ in shares.values()), default=0.0)
    if judged.is_empty() or best < _ENOUGH:
        nearest = max(shares, key=lambda name: (shares[name][0], name))
        return Guess("plain", round(1.0 - best, 4), nearest, round(best, 4), known["plain"])
    ranked = sorted(
        shares.values(),
        key=lambda pair: (pair[0] >= best - _TIE, pair[1].specificity if pair[0] >= best - _TIE else 0, pair[0]),
        reverse=True,
    )
    share, chosen = ranked[0]
    if isinstance(chosen, PatternFormat):
        chosen.joins_strays = share >= PURE
    second_share, second = ranked[1]
    return Guess(chosen.name, _sure(share, judged.len()), second.name, _sure(second_share, judged.len()), chosen)


def _shares(judged: pl.Series, known: Mapping[str, LineFormat]) -> dict[str, tuple[float, LineFormat]]:
    """Tell the share of each format: those that recognise hardly any of a few lines are asked no further."""
    few = judged.gather_every(max(1, judged.len() // _FEW))
    none = without_heads(few, [form for form in known.values() if isinstance(form, PatternFormat)])
    asked = {
        name: (0.0 if name in none else form.recognise(few), form) for name, form in known.items() if form.specificity
    }
    if few.len() == judged.len():
        return asked
    return {
        name: (form.recognise(judged) if share >= _HARDLY else share, form) for name, (share, form) in asked.items()
    }


def _sure(share: float, n: int) -> float:
    """Hold back a little where few lines were seen (Laplace's rule of succession)."""
    return round((share * n + 1) / (n + 2) if share else 0.0, 4)


def _judged(sample: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"raw": sample.cast(pl.String)}).with_columns(**shapes(pl.col("raw")))
    goes_on = pl.col("blank") | pl.col("inside") | pl.col("indented")
    goes_on |= pl.col("raw").str.head(300).str.contains(GOES_ON)
    opening = frame.filter(~goes_on)
    if opening.is_empty():
        opening = frame.filter(~pl.col("blank"))
    lines = opening["raw"]
    return lines if lines.len() <= _JUDGED else lines.gather_every(lines.len() // _JUDGED + 1)
