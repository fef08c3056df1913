"""Named fields into Records: which key is the time, the level, the message, whatever a library calls it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

import polars as pl

from oddline.core.schema import LEVEL, TIME
from oddline.formats._levels import LETTERS, MAPS, translate
from oddline.formats._pairs import with_pairs
from oddline.formats._time import parse as parse_times
from oddline.formats._turns import Clocks

# What zap, zerolog, slog, logrus, pino, bunyan, winston, Serilog, structlog, python-json-logger, Logstash, ECS,
# GELF, Stackdriver, MongoDB, CloudTrail and OpenTelemetry call these, the commonest first.
TIME_KEYS = (
    "@timestamp", "timestamp", "ts", "time", "@t", "datetime", "date", "t.$date", "eventtime", "asctime", "_time",
    "timeunixnano", "t", "created_at", "when",
)  # fmt: skip
LEVEL_KEYS = (
    "level", "severity", "lvl", "loglevel", "log.level", "levelname", "log_level", "severitytext", "@l", "s",
    "priority",
)  # fmt: skip
MESSAGE_KEYS = (
    "message", "msg", "@m", "short_message", "event", "log", "body", "text", "@mt", "@message", "eventname",
)  # fmt: skip
SERVICE_KEYS = (
    "service.name", "service", "logger", "logger_name", "log.logger", "name", "component", "app", "application",
    "program", "sourcecontext", "eventsource", "c", "module",
)  # fmt: skip
STACK_KEYS = (
    "stack_trace", "stacktrace", "error.stack_trace", "exception.stacktrace", "exc_info", "exception", "stack",
    "err.stack", "@x", "traceback",
)  # fmt: skip
TIME_FORMATS = ("iso", "epoch", "clf", "syslog", "ctime")
LEVELS = LETTERS | MAPS["json"]


def records_of(
    fields: pl.DataFrame,
    kinds: dict[str, str],
    source: pl.Series,
    modified: float | None,
    clocks: Clocks | None = None,
    *,
    spoken: Collection[str] = (),
    unnamed: Callable[[pl.Series], pl.Series] | None = None,
) -> pl.DataFrame:
    """Sort named text columns into ``ts``, ``level``, ``service``, ``message`` and typed ``x_`` columns.

    ``kinds`` names the columns that become ``x_`` ones, and gives ``int``, ``float`` or ``bool`` for those whose values
    are known to be that. A row without a message gets its pairs for one, as ``with_pairs`` writes them: ``spoken``
    are the columns whose values are more than a word, ``unnamed`` tells of keys without a column.
    """
    known = {name.lower(): name for name in reversed(fields.columns)}
    roles = {
        role: [known[key] for key in keys if key in known]
        for role, keys in (
            ("ts", TIME_KEYS), ("level", LEVEL_KEYS), ("message", MESSAGE_KEYS),
            ("service", SERVICE_KEYS), ("stack", STACK_KEYS),
        )
    }  # fmt: skip
    ts = pl.Series("ts", [None], dtype=TIME).new_from_index(0, source.len())
    for name in roles["ts"]:
        if ts.null_count() == 0:
            break
        left = fields[name].zip_with(ts.is_null(), pl.Series([None], dtype=pl.String))
        more = parse_times(left, TIME_FORMATS, modified, source, clocks=clocks, name=f"ts of {name}")
        ts = ts.zip_with(ts.is_not_null(), more)
    # A column of a role that the sample did not show is read where there is one, and takes no other's place.
    firsts = {role: next((name for name in names if name in kinds), None) for role, names in roles.items()}
    used = {*firsts.values(), *roles["stack"]}
    others = [name for name in fields.columns if name in kinds and name not in used]
    pairs = [*others, *([firsts["service"]] if firsts["service"] else [])]
    told = with_pairs(_first(fields, roles["message"], source.len()), fields, pairs, spoken, unnamed)
    message = pl.col("__message")
    if roles["stack"]:
        message = pl.concat_str(message, pl.coalesce(roles["stack"]), separator="\n", ignore_nulls=True)
    level = pl.coalesce([translate(pl.col(name), LEVELS) for name in roles["level"]] or [pl.lit(None)])
    service = pl.coalesce([pl.col(name) for name in roles["service"]] or [pl.lit(None)]).cast(pl.String)
    captured = [typed(fields[name], kinds[name]) for name in others]
    # The times come first: an object without keys gives no columns, but still a row.
    table = pl.DataFrame([ts.alias("__ts"), told.alias("__message"), *fields.get_columns()])
    return table.select(ts="__ts", level=level.cast(LEVEL), service=service, message=message).with_columns(
        *(column.alias(name) for column, name in zip(captured, column_names(others), strict=True))
    )


def _first(fields: pl.DataFrame, names: Sequence[str], count: int) -> pl.Series:
    """Give the first of these columns that says something, row by row."""
    if not names:
        return pl.Series([None], dtype=pl.String).new_from_index(0, count)
    return fields.select(pl.coalesce(names)).to_series()


def typed(column: pl.Series, kind: str) -> pl.Series:
    """Cast a text column to what the sample says that its values are; one that is not becomes null."""
    if kind == "bool":
        return column.replace_strict(["true", "false"], [True, False], default=None, return_dtype=pl.Boolean)
    if kind in ("int", "float"):
        return column.cast(pl.Int64 if kind == "int" else pl.Float64, strict=False)
    return column


def column_names(keys: Sequence[str]) -> list[str]:
    """Give each key a column name of its own.

    Examples
    --------
    >>> column_names(["user.id", "user_id", "größe"])
    ['x_user_id', 'x_user_id_2', 'x_größe']
    """
    names: list[str] = []
    for key in keys:
        stem = "x_" + (re.sub(r"\W+", "_", key[:64]).strip("_").lower() or "field")
        name, count = stem, 1
        while name in names:
            count += 1
            name = f"{stem}_{count}"
        names.append(name)
    return names
