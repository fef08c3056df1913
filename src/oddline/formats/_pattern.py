r"""A format that a pattern can say: one ``.toml`` file, with the sample lines that are its tests and its page.

::

    summary = "What it is, and who writes it."
    specificity = 5                  # how much it demands of a line; 1 (a time) to 9
    pattern = '(?P<ts>...) (?P<level>[A-Z]+) (?P<service>\S+): '   # the head; what follows is the message
    time = ["%Y-%m-%d %H:%M:%S"]     # strptime, or "epoch", or a name in _time.NAMED
    levels = "words"                 # a name in _levels.MAPS, or a table of its own
    message = ["method", "path"]     # the groups that make up the message, if it is not the rest of the line
    types = { bytes = "int" }        # of captured groups: "int" or "float"; else text
    null = "-"                       # the text that stands for nothing
    within = 512                     # the head ends within so many characters
    level_in_text = true             # where there is no level field, look for a word near the start
    wraps = true                     # other logs travel in its messages: join the stack traces in these

    [[sample]]
    line = "..."
    ts = 2024-01-02T03:04:05Z        # and so on: what it must become

``%{ISO}``, ``%{LEVEL}`` and ``%{MONTH}`` stand for a time, a level word and a month. A pattern that names a
group ``head`` itself ends the head there and only looks at what comes after it; a group ``millis`` is added to
the time. Blanks and colour escapes before a head belong to it. Groups other than ``ts``, ``level``, ``service``
and ``message`` become columns ``x_GROUP``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import polars as pl

from oddline.core.errors import ConfigError
from oddline.core.schema import LEVEL
from oddline.formats._bare import LEVEL_FIRST, TIMES, bare
from oddline.formats._events import GOES_ON, finish, fold, stands_alone, trace_joins
from oddline.formats._levels import MAPS, in_text, translate
from oddline.formats._regex import ascii_classes
from oddline.formats._time import parse as parse_times
from oddline.formats.base import LineFormat

_CORE = ("head", "ts", "level", "service", "message")
_MACROS = {
    "%{ISO}": r"\d{4}[-/.]\d\d[-/.]\d\d[T _-]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d| [+-]\d{4})?",
    "%{MONTH}": r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)",
    "%{LEVEL}": r"(?i:FATAL|CRITICAL|CRIT|EMERG|SEVERE|ALERT|PANIC|ERROR|ERR|WARNING|WARN|WRN|NOTICE|INFO|INF|"
    r"DEBUG|DBG|FINEST|FINER|FINE|TRACE|VERBOSE)",
}
# From this share of heads on, the rare line without one is a further line of a message.
PURE = 0.95
# So few lines are not worth waking the cores for.
FEW = 2_000
_BEFORE = r"(?:\x{FEFF}|[ \t]|\x1b\[[0-9;]*m)*"
_TYPES: dict[str, type[pl.DataType]] = {"int": pl.Int64, "float": pl.Float64}
_KEYS = {
    "summary", "specificity", "pattern", "time", "levels", "message", "types",
    "null", "within", "level_in_text", "wraps", "sample",
}  # fmt: skip


class PatternFormat(LineFormat):
    """A line format read from a ``.toml`` file.

    ``joins_strays`` says what becomes of a line that has no head and is not plainly part of a trace: True
    joins it to the event before it, False lets it stand alone. Where such lines are common they are another
    program's output and not a message's next line, so the guess sets it by their share in the sample; None
    leaves it to the share in the sample of a part, or in the lines that are parsed.
    """

    def __init__(self, name: str, spec: Mapping[str, Any], *, joins_strays: bool | None = None) -> None:
        unknown = sorted(set(spec) - _KEYS)
        if unknown or "pattern" not in spec:
            raise ConfigError(
                f"format {name}: " + (f"unknown {', '.join(unknown)}" if unknown else "no pattern"),
                expected="keys out of " + ", ".join(sorted(_KEYS)),
            )
        self.name = name
        self.summary = str(spec.get("summary", ""))
        self.specificity = int(spec.get("specificity", 5))
        self.joins_strays = joins_strays
        self.samples: list[dict[str, Any]] = list(spec.get("sample", []))
        pattern = str(spec["pattern"])
        for macro, regex in _MACROS.items():
            pattern = pattern.replace(macro, regex)
        pattern = ascii_classes(pattern)
        if "(?P<head>" not in pattern:
            pattern = f"(?P<head>{pattern})"
        self._pattern = "^" + pattern.replace("(?P<head>", "(?P<head>" + _BEFORE, 1)
        self._time: list[str] = list(spec.get("time", []))
        levels = spec.get("levels", "words")
        self._levels: Mapping[str, str] = MAPS[levels] if isinstance(levels, str) else levels
        self._message: list[str] = list(spec.get("message", []))
        self._types: Mapping[str, str] = spec.get("types", {})
        self._null: str | None = spec.get("null")
        self._within = int(spec.get("within", 512))
        self._level_in_text = bool(spec.get("level_in_text", False))
        self._wraps = bool(spec.get("wraps", False))

    @classmethod
    def from_file(cls, path: Path) -> PatternFormat:
        """Read a format from its file; the file's name is the format's."""
        return cls(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))

    def recognise(self, sample: pl.Series) -> float:
        """Tell the share of lines whose head fits and whose time is one."""
        if sample.is_empty():
            return 0.0
        heads = self._take_apart(pl.DataFrame({"raw": sample.cast(pl.String)}))
        fits = heads["head"].is_not_null()
        if "ts" in heads.columns and self._time and fits.any():
            fits &= parse_times(heads["ts"], self._time).is_not_null() | heads["ts"].is_null()
        return float(fits.sum()) / sample.len()

    def prepare(self, sample: pl.DataFrame) -> Self:
        """Settle by a sample what becomes of a line without a head."""
        made = super().prepare(sample)
        if made.joins_strays is None:
            frame = made._take_apart(sample)
            table = frame.select("source", "raw", "head")
            made.joins_strays = _strays_are_rare(table, trace_joins(table["raw"], table["source"].to_physical()))
        return made

    def cuts(self, lines: pl.DataFrame) -> pl.Series:
        """Tell the heads that begin a line and, in what they carry, look like no part of a trace."""
        frame = self._take_apart(lines)
        matched, indented = frame["head"].is_not_null(), frame["raw"].str.contains(r"^[ \t]")
        alone = matched & ~indented
        if self._wraps:
            return alone & stands_alone(
                frame.select(pl.when(matched).then("message").otherwise(pl.lit(" "))).to_series()
            )
        if self.joins_strays is False:
            alone |= stands_alone(frame["raw"]) & ~frame["raw"].str.head(300).str.contains(GOES_ON)
        return alone

    def parse(self, lines: pl.DataFrame, modified: float | None = None) -> pl.DataFrame:
        """Turn lines into Records, the groups of the pattern as ``x_`` columns."""
        frame = self._take_apart(lines)
        matched = frame["head"].is_not_null()
        if "ts" in frame.columns:
            frame = frame.with_columns(
                parse_times(frame["ts"], self._time, modified, frame["source"], clocks=self.clocks)
            )
            if "x_millis" in frame.columns:
                millis = pl.col("x_millis").cast(pl.Int64, strict=False)
                frame = frame.with_columns(ts=pl.col("ts") + pl.duration(milliseconds=millis)).drop("x_millis")
        opens = matched
        if not matched.all():
            frame, opens = self._place_others(frame, matched, modified)
        events = fold(frame.drop("head").with_columns(lines=pl.lit(1, pl.UInt32)), opens)
        if self._wraps:
            joins = trace_joins(events["message"], events["source"].to_physical())
            events = fold(events, ~joins)
        return finish(events)

    def _take_apart(self, lines: pl.DataFrame) -> pl.DataFrame:
        near = pl.col("raw").str.head(self._within)
        parts = lines.lazy().with_columns(near.str.extract_groups(self._pattern).alias("__parts"))
        lazy = parts.unnest("__parts")
        names = lazy.collect_schema().names()
        groups = [name for name in names if name not in lines.columns and name not in ("head", "ts")]
        if self._null is not None:
            lazy = lazy.with_columns(pl.col(name).replace(self._null, None) for name in groups)
        rest = pl.col("raw").str.strip_prefix(pl.col("head"))
        if "message" in names:
            rest = pl.col("message")
        elif self._message:
            rest = pl.concat_str(self._message, separator=" ", ignore_nulls=True)
        message = pl.when(pl.col("head").is_null()).then("raw").otherwise(rest).fill_null("")
        level = translate(pl.col("level"), self._levels) if "level" in names else pl.lit(None, LEVEL)
        extra = [name for name in groups if name not in _CORE]
        frame = (
            lazy.with_columns(message=message, level=level)
            .with_columns(pl.col(name).cast(_TYPES[kind], strict=False) for name, kind in self._types.items())
            .rename({name: f"x_{name}" for name in extra})
            .collect(engine="in-memory" if lines.height < FEW else "streaming")
        )
        if not self._level_in_text:
            return frame
        return frame.with_columns(pl.coalesce("level", in_text(frame["message"])))

    def _place_others(
        self, frame: pl.DataFrame, matched: pl.Series, modified: float | None
    ) -> tuple[pl.DataFrame, pl.Series]:
        """Read the lines without a head as bare text, and tell which lines open an event."""
        numbered = frame.with_row_index("__row")
        others = numbered.filter(~matched)
        parts = bare(others["raw"])
        parts = parts.with_columns(
            parse_times(parts["ts"], TIMES, modified, others["source"], clocks=self.clocks, name="other")
        )
        own = parts["head"].is_not_null() | others["raw"].str.contains(LEVEL_FIRST)
        parts = parts.select("ts", "level", "message").rename(lambda name: f"__{name}")
        merged = numbered.join(
            parts.with_columns(others["__row"], own.alias("__own")), on="__row", how="left", maintain_order="left"
        )
        columns = {"level": pl.coalesce("level", "__level"), "message": pl.coalesce("__message", "message")}
        if "ts" in frame.columns:
            columns["ts"] = pl.coalesce("ts", "__ts")
        opens = self._opens(merged.select("source", "raw", "head", own=pl.col("__own").fill_null(False)))
        return merged.with_columns(**columns).drop("__row", "__ts", "__level", "__message", "__own"), opens

    def _opens(self, table: pl.DataFrame) -> pl.Series:
        """Tell which lines open an event; ``own`` says which have a head, if not this format's."""
        raw, matched = pl.col("raw"), pl.col("head").is_not_null()
        indented, goes_on = raw.str.contains(r"^[ \t]"), raw.str.head(300).str.contains(GOES_ON)
        table = table.with_columns(traced=trace_joins(table["raw"], table["source"].to_physical()))
        joins_strays = self.joins_strays
        if joins_strays is None:
            joins_strays = _strays_are_rare(table, table["traced"])
        if joins_strays:
            joins = matched.cum_max().over("source")
        else:
            # An indented line goes with the last one that is not, if that one has a head.
            under_head = pl.when((~indented & (raw != "")) | matched).then(matched).forward_fill()
            joins = (indented & under_head) | (matched.shift(1) & goes_on)
        opens = matched | (pl.col("own") & ~pl.col("traced")) | ~(joins | pl.col("traced"))
        return table.select(opens.fill_null(True)).to_series()


def without_heads(sample: pl.Series, forms: Iterable[PatternFormat]) -> set[str]:
    """Tell which formats find no head in any of these lines, all in one query: one for each costs ten times as much."""
    near = {form.name: pl.col("raw").str.head(form._within).str.contains(form._pattern).any() for form in forms}
    found = pl.DataFrame({"raw": sample.cast(pl.String)}).select(**near)
    return {name for name in near if not found[name][0]}


def _strays_are_rare(table: pl.DataFrame, traced: pl.Series) -> bool:
    """Tell whether lines that neither have a head nor plainly go on are few beside the heads."""
    goes_on = pl.col("raw").str.contains(r"^[ \t]") | pl.col("raw").str.head(300).str.contains(GOES_ON)
    matched = pl.col("head").is_not_null()
    strays, heads = table.select((~matched & ~goes_on & ~traced).sum(), heads=matched.sum()).row(0)
    return bool(heads >= PURE * (heads + strays))
