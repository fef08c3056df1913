"""Named fields into Records: which key is the time, the level, the message, whatever a library calls it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from oddline.core.schema import LEVEL, TIME
from oddline.formats._levels import LETTERS, MAPS, translate
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
) -> pl.DataFrame:
    """Sort named text columns into ``ts``, ``level``, ``service``, ``message`` and typed ``x_`` columns.

    ``kinds`` gives ``int``, ``float`` or ``bool`` for the columns whose values are known to be that.
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
    used = {names[0] for role, names in roles.items() if names and role != "stack"} | set(roles["stack"])
    others = [name for name in fields.columns if name not in used]
    message = pl.coalesce([pl.col(name) for name in roles["message"]] or [pl.lit(None, pl.String)])
    message = message.fill_null(_compact([*others, *roles["service"][:1]]))
    if roles["stack"]:
        message = pl.concat_str(message, pl.coalesce(roles["stack"]), separator="\n", ignore_nulls=True)
    level = pl.coalesce([translate(pl.col(name), LEVELS) for name in roles["level"]] or [pl.lit(None)])
    service = pl.coalesce([pl.col(name) for name in roles["service"]] or [pl.lit(None)]).cast(pl.String)
    captured = [typed(fields[name], kinds.get(name, "")) for name in others]
    # The times come first: an object without keys gives no columns, but still a row.
    table = ts.alias("__ts").to_frame().hstack(fields.get_columns())
    return table.select(ts="__ts", level=level.cast(LEVEL), service=service, message=message).with_columns(
        *(column.alias(name) for column, name in zip(captured, column_names(others), strict=True))
    )


def _compact(names: Sequence[str]) -> pl.Expr:
    parts = [pl.concat_str(pl.lit(f"{name}="), pl.col(name)) for name in names]
    return pl.concat_str(parts, separator=" ", ignore_nulls=True) if parts else pl.lit("")


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
