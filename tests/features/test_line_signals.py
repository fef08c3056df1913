"""What a person would call odd in a log, made on purpose, must stand out in its own column."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from oddline.core.nouns import Windows
from oddline.core.schema import LEVEL, TIME
from oddline.features.line_signals import KINDS, LineSignals
from oddline.templates.drain import Drain
from oddline.windows.line import Line

START = datetime(2026, 1, 1, tzinfo=UTC)


def ordinary(count: int, seed: int = 0) -> list[str]:
    random = np.random.default_rng(seed)
    shapes = ("request {} served in {} ms", "worker {} heartbeat ok on port 8080", "cache refreshed for user u{}")
    drawn = random.choice(len(shapes), p=[0.6, 0.3, 0.1], size=count)
    return [shapes[kind].format(*random.integers(10, 90, size=2)) for kind in drawn]


def made(messages: list[str], levels: list[str | None] | None = None, miner: Drain | None = None) -> pl.DataFrame:
    height = len(messages)
    records = pl.DataFrame(
        {
            "id": pl.Series(range(height), dtype=pl.UInt64),
            "source": ["a.log"] * height,
            "line": pl.Series(range(1, height + 1), dtype=pl.UInt32),
            "ts": pl.Series([START + timedelta(seconds=n) for n in range(height)], dtype=TIME),
            "level": pl.Series(levels or [None] * height, dtype=LEVEL),
            "message": pl.Series(messages, dtype=pl.String),
        }
    )
    return (miner or Drain()).fit_transform(records) if miner is None else miner.transform(records)


def signals(records: pl.DataFrame) -> tuple[LineSignals, dict[str, np.ndarray]]:
    feature = LineSignals()
    X = feature.fit_transform(records, Line().assign(records)).X
    return feature, dict(zip(KINDS, X.T, strict=True))


def text(columns: dict[str, np.ndarray]) -> np.ndarray:
    return columns["rare"] + columns["foreign"] + columns["level"]


def test_a_foreign_line_has_the_oddest_text():
    messages = ordinary(1000)
    messages[500] = "kernel oops near unmapped page"
    _, columns = signals(made(messages))
    assert text(columns).argmax() == 500
    assert columns["foreign"][500] > columns["rare"][500] > 0


def test_words_of_failure_and_level_make_a_rare_line_odder():
    plain, failing = ordinary(1000), ordinary(1000)
    plain[300], failing[300] = "volume three was mounted", "volume three could not be mounted"
    plain[700] = failing[700] = "volume seven was mounted twice"
    assert signals(made(plain))[1]["level"][300] == 0
    columns = signals(made(failing))[1]
    assert columns["level"][300] > 0
    assert text(columns)[300] > text(columns)[700]
    levels: list[str | None] = [None] * 1000
    levels[300] = "critical"
    assert signals(made(plain, levels))[1]["level"][300] > 0


def test_a_common_line_is_odd_in_no_way():
    _, columns = signals(made(ordinary(2000)))
    common = [number for number, message in enumerate(ordinary(2000)) if message.startswith("request")]
    for kind in KINDS:
        assert np.median(columns[kind][common]) < 1.0, kind


def test_a_burst_is_told_by_its_first_line_and_spans_all_of_it():
    messages = ordinary(1000)
    messages[400:400] = ["cache refreshed for user u7"] * 60
    feature, columns = signals(made(messages))
    at = int(columns["burst"].argmax())  # the part of the log that it begins in may have a line of it before
    assert 350 < at <= 400
    assert columns["burst"][at] > 2
    assert 0 < columns["burst"][450] < columns["burst"][at]
    first, last = feature.spans(np.array([at]), np.array([KINDS.index("burst")]))
    assert first[0] == at and 459 <= last[0] < 550
    told = feature.describe(made(messages), at, KINDS.index("burst"))
    assert "times in" in told.seen and told.expected.startswith("at most")
    assert told.kind == "burst"


def test_a_burst_of_one_wording_of_a_template_counts():
    random = np.random.default_rng(1)
    messages = [f"GET /{chr(97 + random.integers(26))}{chr(97 + random.integers(26))}/page 200" for _ in range(2000)]
    messages[1000:1000] = ["GET /qq/page 200"] * 60
    _, columns = signals(made(messages))
    assert 1000 <= columns["burst"].argmax() < 1060


def test_a_steady_template_does_not_burst():
    _, columns = signals(made(["tick", "tock"] * 1000))
    assert columns["burst"].max() == 0
    assert columns["silence"].max() == 0


def test_a_silence_is_told_by_the_last_line_before_it():
    messages = ordinary(2000)
    kept = [m for n, m in enumerate(messages) if not (800 <= n < 1300 and "heartbeat" in m)]
    feature, columns = signals(made(kept))
    at = int(columns["silence"].argmax())
    assert "heartbeat" in kept[at] and 780 <= at < 830
    assert columns["silence"][at] > 2
    first, last = feature.spans(np.array([at]), np.array([KINDS.index("silence")]))
    assert first[0] == at
    assert "heartbeat" in kept[last[0]] and last[0] - first[0] > 250
    told = feature.describe(made(kept), at, KINDS.index("silence"))
    assert "silent for" in told.seen and "about" in told.expected


def test_a_silence_at_either_end_has_a_line_that_tells_it():
    messages = ordinary(2000)
    late = [m for n, m in enumerate(messages) if n >= 600 or "heartbeat" not in m]
    feature, columns = signals(made(late))
    at = int(columns["silence"].argmax())
    assert "heartbeat" in late[at]
    assert "from the start" in feature.describe(made(late), at, KINDS.index("silence")).seen
    early = [m for n, m in enumerate(messages) if n < 1400 or "heartbeat" not in m]
    feature, columns = signals(made(early))
    at = int(columns["silence"].argmax())
    assert "heartbeat" in early[at]
    assert "to the end" in feature.describe(made(early), at, KINDS.index("silence")).seen


def test_when_the_whole_log_falls_silent_only_time_shows_it():
    records = made(["tick"] * 1000)
    later = pl.Series([START + timedelta(seconds=n + (300 if n >= 500 else 0)) for n in range(1000)], dtype=TIME)
    assert signals(records)[1]["silence"].max() == 0
    columns = signals(records.with_columns(ts=later))[1]
    assert columns["silence"].argmax() == 499


@pytest.mark.parametrize(("old", "new"), [("port 8080", "port 9999"), ("on port 8080", "on port x8080")])
def test_a_value_never_seen_in_a_fixed_column_is_odd(old, new):
    messages = ordinary(1000)
    at = next(n for n, m in enumerate(messages) if n > 500 and "heartbeat" in m)
    messages[at] = messages[at].replace(old, new)
    feature, columns = signals(made(messages))
    assert columns["value"].argmax() == at
    told = feature.describe(made(messages), at, KINDS.index("value"))
    assert new.split()[-1] in told.seen and "8080" in told.expected


def test_a_number_far_from_the_others_is_odd():
    messages = ordinary(1000)
    at = next(n for n, m in enumerate(messages) if n > 500 and "served" in m)
    messages[at] = "request 55 served in 987654 ms"
    feature, columns = signals(made(messages))
    assert columns["value"].argmax() == at
    assert "mostly within" in feature.describe(made(messages), at, KINDS.index("value")).expected


def test_a_clock_has_no_odd_values():
    messages = [f"beat at {1_700_000_000 + n * 7 + (n > 900) * 9_000_000}" for n in range(1000)]
    assert signals(made(messages))[1]["value"].max() == 0


def test_an_order_never_seen_is_odd():
    messages = ["open door", "close door", "turn key"] * 300
    messages[450:450] = ["open door", "turn key"]
    _, columns = signals(made(messages))
    assert columns["order"].argmax() in (451, 452)


@pytest.mark.parametrize("messages", [[], ["one"], ["one", "one"], ["", ""], ["\x00", "é" * 9]])
def test_tiny_logs_are_no_trouble(messages):
    records = made(messages)
    feature = LineSignals()
    X = feature.fit_transform(records, Line().assign(records)).X
    assert X.shape == (len(messages), len(KINDS))
    assert np.isfinite(X).all()
    again = feature.transform(records, Line().assign(records)).X
    assert again.shape == X.shape and np.isfinite(again).all()
    for row in range(len(messages)):
        for column in range(len(KINDS)):
            assert feature.describe(records, row, column).what


def test_a_window_of_many_lines_has_its_oddest_line():
    messages = ordinary(1000)
    messages[500] = "kernel oops near unmapped page"
    records = made(messages)
    lines = signals(records)[1]
    frame = Line().assign(records).frame[::10]
    windows = Windows(frame, np.repeat(np.arange(100, dtype=np.uint32), 10))
    feature = LineSignals()
    X = feature.fit_transform(records, windows).X
    assert X[50, KINDS.index("foreign")] == lines["foreign"][500:510].max()
    assert "oops" in feature.describe(records, 50, KINDS.index("foreign")).seen


def against(good: list[str], new: list[str]) -> tuple[LineSignals, dict[str, np.ndarray], pl.DataFrame]:
    miner = Drain()
    reference = made(good)
    miner.fit(reference)
    reference = made(good, miner=miner)
    feature = LineSignals().fit(reference, Line().assign(reference))
    records = made(new, miner=miner)
    return feature, dict(zip(KINDS, feature.transform(records, Line().assign(records)).X.T, strict=True)), records


def test_against_a_good_run_what_it_has_is_not_odd_and_what_is_new_is():
    new = ordinary(1000, seed=1)
    new[300] = "kernel oops near unmapped page"
    rare = "a rare line of the good run"
    feature, columns, records = against([*ordinary(1000), rare], [*new, rare])
    assert columns["foreign"][300] == columns["foreign"].max() > 4
    assert text(columns)[1000] == 0
    assert np.median(text(columns)) == 0
    assert "oops" in feature.describe(records, 300, KINDS.index("foreign")).seen


def test_against_a_good_run_rates_and_rhythms_are_those_of_the_good_run():
    noisy = ordinary(1000, seed=1)
    noisy[500:500] = ["cache refreshed for user u7"] * 80
    _, columns, _ = against(ordinary(2000), noisy)
    assert 450 < columns["burst"].argmax() <= 500
    assert columns["burst"].max() > 2
    quiet = [m for m in ordinary(1000, seed=1) if "heartbeat" not in m]
    feature, columns, records = against(ordinary(2000), quiet)
    assert columns["silence"][0] > 2
    assert "not in these" in feature.describe(records, 0, KINDS.index("silence")).seen
    _, columns, _ = against(ordinary(2000), ordinary(1000, seed=2))
    assert columns["burst"].max() < 2
    assert columns["silence"].max() < 2


def test_against_a_good_run_a_new_value_is_odd_even_if_it_is_common_now():
    good = [message.replace("port 8080", "port 80") for message in ordinary(1000)]
    new = [message.replace("port 8080", "port 81") for message in ordinary(1000, seed=1)]
    _, columns, _ = against(good, new)
    beats = [n for n, m in enumerate(new) if "heartbeat" in m]
    assert (columns["value"][beats] > 2).all()
    far = ordinary(1000, seed=1)
    at = next(n for n, m in enumerate(far) if "served" in m)
    far[at] = "request 55 served in 987654 ms"
    _, columns, _ = against(ordinary(1000), far)
    assert columns["value"].argmax() == at


def test_no_kind_fills_the_list_by_having_many():
    random = np.random.default_rng(0)
    messages = ordinary(4000)
    for n in random.choice(4000, 200, replace=False).tolist():
        messages[n] = "event " + "".join(chr(97 + c) for c in random.integers(26, size=12))
    messages[2000:2000] = ["cache refreshed for user u7"] * 60
    _, columns = signals(made(messages))
    assert columns["burst"].max() > np.sort(text(columns))[-30]
