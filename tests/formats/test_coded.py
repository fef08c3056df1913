"""The formats that are code: JSON in its dialects, logfmt, containers, the journal."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from oddline.core.schema import RECORDS, check
from oddline.formats._guess import guess, load_format
from oddline.formats.base import LineFormat
from tests.formats._frames import frame


def parse(name: str, *raw: str) -> pl.DataFrame:
    made = load_format(name)
    assert isinstance(made, LineFormat)
    return check(made.parse(frame(*raw)), RECORDS, name)


def objects(*values: dict[str, Any]) -> list[str]:
    return [json.dumps(value) for value in values]


@pytest.mark.parametrize(
    ("event", "level", "service", "message"),
    [
        ({"level": "info", "ts": 1700000000.5, "logger": "shop", "msg": "hi"}, "info", "shop", "hi"),
        ({"level": 50, "time": 1700000000500, "pid": 7, "msg": "hi"}, "error", None, "hi"),
        ({"@timestamp": "2023-11-14T22:13:20.500Z", "log.level": "WARN", "message": "hi"}, "warning", None, "hi"),
        ({"@timestamp": "2023-11-14T22:13:20.5Z", "log": {"level": "error"}, "service": {"name": "s"}, "message": "hi"},
         "error", "s", "hi"),
        ({"@t": "2023-11-14T22:13:20.5000000Z", "@mt": "hi", "@l": "Fatal"}, "critical", None, "hi"),
        ({"timestamp": 1700000000.5, "level": 3, "short_message": "hi"}, "error", None, "hi"),
        ({"t": {"$date": "2023-11-14T22:13:20.500+00:00"}, "s": "W", "c": "NETWORK", "msg": "hi"},
         "warning", "NETWORK", "hi"),
        ({"event": "hi", "level": "debug", "timestamp": "2023-11-14T22:13:20.5Z"}, "debug", None, "hi"),
        ({"severity": "ERROR", "time": "2023-11-14T22:13:20.5Z", "message": "hi", "stack_trace": "a\n  at b"},
         "error", None, "hi\na\n  at b"),
    ],
    ids=["zap", "pino", "ecs_dotted", "ecs_nested", "serilog", "gelf", "mongodb", "structlog", "stack"],
)  # fmt: skip
def test_dialects_of_json(event: dict[str, Any], level: str, service: str | None, message: str) -> None:
    row = parse("json_lines", *objects(event)).row(0, named=True)
    assert (row["level"], row["service"], row["message"]) == (level, service, message)
    assert row["ts"].isoformat() == "2023-11-14T22:13:20.500000+00:00"


def test_other_keys_become_typed_columns() -> None:
    records = parse("json_lines", *objects({"msg": "a", "n": 1, "ok": True, "f": 1, "user": {"id": "u", "tags": [1]}},
                                           {"msg": "b", "n": 2, "ok": False, "f": 1.5}))  # fmt: skip
    found = {name: dtype for name, dtype in records.schema.items() if name.startswith("x_")}
    assert found == {
        "x_n": pl.Int64,
        "x_ok": pl.Boolean,
        "x_f": pl.Float64,
        "x_user_id": pl.String,
        "x_user_tags": pl.String,
    }


def test_an_object_without_a_message_reads_as_pairs() -> None:
    assert parse("json_lines", *objects({"level": "info", "a": 1, "b": "x"}))["message"].to_list() == ["a=1 b=x"]


def test_a_line_is_an_object_or_none_in_any_company() -> None:
    half = '{"msg":"\\ud800"}'
    messages = [parse("json_lines", half, other)["message"][0] for other in ('{"msg":"a"}', '{"msg":', "banner")]
    assert messages == [half] * 3


def test_keys_are_bounded() -> None:
    records = parse("json_lines", *objects(*({f"key{number}": number} for number in range(500))))
    assert len(records.columns) < len(RECORDS) + 60
    assert records.height == 500


@pytest.mark.parametrize(
    "bad",
    ['{"a":', "banner", "", "null", "[1]", '{"a":1} x', '{"a":NaN}', '{"a":1e400}', '{"a":"\\ud800"}', "{'a':1}",
     "[" * 5000, '{"a":' * 5000, '{"a":"' + "x" * 100_000 + '"}', "{}", '{"a":1,"a":2}', '{"":1}', '{"\'":{"]":1}}'],
    ids=range(17),
)  # fmt: skip
def test_a_broken_line_spoils_no_other(bad: str) -> None:
    good = objects({"msg": "first", "n": 1}, {"msg": "last", "n": 2})
    records = parse("json_lines", good[0], bad, good[1])
    assert records["lines"].sum() == 3
    assert records["message"][0] == "first"
    assert records["message"][-1] == "last"
    assert records["x_n"].drop_nulls().to_list() == [1, 2]
    if (bad.strip() and bad[:2] not in ('{"', "{}")) or bad in ('{"a":', '{"a":1} x', '{"a":NaN}'):
        assert records["message"][1] == bad


def test_json_that_wraps_is_told_from_json_that_does_not() -> None:
    docker = objects({"log": "a\n", "stream": "stdout", "time": "2024-01-01T00:00:00Z"})
    journal = objects({"__REALTIME_TIMESTAMP": "1700000000000000", "MESSAGE": "a", "PRIORITY": "6"})
    other = objects({"msg": "a", "level": "info"})
    assert [guess(pl.Series(lines * 20)).name for lines in (docker, journal, other)] == [
        "docker",
        "journald",
        "json_lines",
    ]


def docker(*entries: tuple[str, str]) -> pl.DataFrame:
    lines = [
        {"log": text, "stream": stream, "time": f"2024-01-01T00:00:{place:02d}Z"}
        for place, (stream, text) in enumerate(entries)
    ]
    return parse("docker", *objects(*lines))


def test_docker_joins_pieces_and_traces_of_one_stream() -> None:
    records = docker(
        ("stdout", "long "), ("stderr", "Traceback (most recent call last):\n"), ("stdout", "line\n"),
        ("stderr", '  File "a.py", line 1, in f\n'), ("stderr", "KeyError: 1\n"), ("stdout", "end\n"),
    )  # fmt: skip
    assert records.select("line", "lines", "message", "x_stream").rows() == [
        (1, 2, "long line", "stdout"),
        (2, 3, 'Traceback (most recent call last):\n  File "a.py", line 1, in f\nKeyError: 1', "stderr"),
        (6, 1, "end", "stdout"),
    ]


def test_docker_reads_the_level_inside() -> None:
    records = docker(("stderr", "2024-01-01 00:00:00,000 ERROR no basket\n"), ("stdout", "\n"))
    assert records.select("level", "message").rows()[0] == ("error", "no basket")
    assert records["lines"].sum() == 2


def test_cri_never_merges_streams() -> None:
    at = "2024-01-01T00:00:00.000000001Z"
    records = parse(
        "cri", f"{at} stdout P a", f"{at} stderr P x", f"{at} stdout F b", f"{at} stderr F y", f"{at} stdout F c"
    )
    assert records.select("message", "lines", "x_stream").rows() == [
        ("ab", 2, "stdout"), ("xy", 2, "stderr"), ("c", 1, "stdout"),
    ]  # fmt: skip


def test_cri_keeps_what_is_no_cri() -> None:
    records = parse("cri", "banner", "2024-01-01T00:00:00Z stdout F a", "2024-01-01T00:00:00Z stdout F ")
    assert records["message"].to_list()[:2] == ["banner", "a"]
    assert records["lines"].sum() == 3


def test_journal() -> None:
    entry = {
        "__REALTIME_TIMESTAMP": "1700000000000001", "PRIORITY": "4", "MESSAGE": "slow",
        "_SYSTEMD_UNIT": "a.service", "_HOSTNAME": "h", "_PID": "7",
    }  # fmt: skip
    other = {**entry, "MESSAGE": list("übel\x1b".encode()), "SYSLOG_IDENTIFIER": "prog"}
    broken = {**entry, "MESSAGE": [255, 300, 1]}
    records = parse("journald", *objects(entry, other, broken), "-- Boot 1234 --")
    assert records["message"].to_list() == ["slow", "übel\x1b", "[255, 300, 1]", "-- Boot 1234 --"]
    assert records["service"].to_list() == ["a.service", "prog", "a.service", None]
    assert records["level"].to_list() == ["warning"] * 3 + [None]
    assert records["ts"][0].microsecond == 1
    assert records["x_host"][0] == "h"


def test_logfmt() -> None:
    records = parse(
        "logfmt",
        'ts=2024-01-01T00:00:00.5Z caller=main.go:7 msg="no \\"level\\" level=info here" level=error took=1.5 n=3',
        "ts=2024-01-01T00:00:01Z caller=main.go:8 level=info msg=ok took=2 n=x",
        "panic: no pairs",
    )
    assert records["level"].to_list() == ["error", "info", "critical"]
    assert records["message"].to_list() == ['no "level" level=info here', "ok", "panic: no pairs"]
    assert records["x_took"].to_list() == [1.5, 2.0, None]
    assert records["x_n"].to_list() == ["3", "x", None]
    assert records["x_caller"][1] == "main.go:8"


def test_logfmt_is_told_from_text_with_a_pair_in_it() -> None:
    form = load_format("logfmt")
    assert isinstance(form, LineFormat)
    assert form.recognise(pl.Series(["level=info msg=hi n=1"])) == 1.0
    assert form.recognise(pl.Series(["x=1", "user=root logged in from here", "a b c=d e=f"])) == 0.0
