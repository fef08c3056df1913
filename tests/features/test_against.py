"""A log against a good run: new text, odd values, rates that never were; and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from oddline.core.schema import RECORDS
from oddline.features._against import KINDS, Against, wording
from oddline.features._against_words import tell
from oddline.features._reference_rates import MOST_SILENCES, window_for
from oddline.templates.drain import Drain
from oddline.testing._round_trip import round_trip

FOREIGN, BURST, SILENCE, VALUE = (KINDS.index(kind) for kind in ("foreign", "burst", "silence", "value"))


def records(messages: list[str], levels: list[str] | None = None, sources: list[str] | None = None) -> pl.DataFrame:
    """Records of these messages, one a second."""
    count = len(messages)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return pl.DataFrame(
        {
            "id": np.arange(count),
            "source": sources or ["a.log"] * count,
            "line": np.arange(1, count + 1),
            "lines": [1] * count,
            "offset": np.arange(count),
            "ts": [start + timedelta(seconds=second) for second in range(count)],
            "level": levels or ["info"] * count,
            "service": pl.Series([None] * count, dtype=pl.String),
            "message": messages,
            "raw": messages,
        }
    ).cast(RECORDS)  # type: ignore[arg-type]


def good_lines(count: int = 2_000, seed: int = 0) -> list[str]:
    """A shop at work: an order now and then, a heartbeat every ten lines, many requests."""
    random = np.random.default_rng(seed)
    lines = []
    for number in range(count):
        if number % 10 == 0:
            lines.append(f"heartbeat of worker {number // 10} sent")
        elif random.random() < 0.1:
            lines.append(f"order of quantity {random.integers(1, 4)} placed with code {random.choice([200, 201])}")
        elif random.random() < 0.02:
            lines.append("cache was flushed by the janitor")
        else:
            lines.append(f"request served in {random.integers(10, 400)} ms by pool {random.choice(['p1', 'p2'])}")
    return lines


class Judged:
    """A fitted good run, and another log held against it."""

    def __init__(self, good: pl.DataFrame, new: pl.DataFrame) -> None:
        miner = Drain()
        self.against = Against().fit(miner.fit_transform(good))
        self.records = miner.transform(new)
        self.X, self.found = self.against.transform(self.records)

    def told(self, row: int, kind: str) -> str:
        return str(tell(self.against, self.found, self.records, row, kind))


def judged(new: list[str], good: list[str] | None = None) -> Judged:
    return Judged(records(good or good_lines()), records(new))


def test_the_good_run_itself_is_not_odd() -> None:
    assert not judged(good_lines()).X.any()


def test_another_good_run_is_not_odd() -> None:
    assert not judged(good_lines(seed=1)).X.any()


def test_a_new_line_is_told_with_the_nearest_good_one() -> None:
    lines = good_lines(seed=1)
    lines[777] = "order of quantity 2 was rejected"
    one = judged(lines)
    assert np.flatnonzero(one.X.any(axis=1)).tolist() == [777]
    assert one.X[777, FOREIGN] > 2.5
    told = one.told(777, "foreign")
    assert '"rejected"' in told
    assert "nearest" in told
    assert "order of quantity" in told.split("nearest")[1]


def test_a_line_without_a_known_word_is_told_so() -> None:
    one = judged(["zebra!"])
    assert one.told(0, "foreign") == '"zebra!": no word of it is in the good run: "zebra"'


def test_a_line_scores_the_same_in_any_company() -> None:
    odd = ["disk volume broken", "order of quantity 900000 placed with code 500"]
    for at in range(2):
        alone, lines = judged([odd[at]]), good_lines(seed=2)
        lines[5], lines[900] = odd[1 - at], odd[at]
        among = judged(lines)
        assert alone.X[0].any()
        np.testing.assert_array_equal(alone.X[0, [FOREIGN, VALUE]], among.X[900, [FOREIGN, VALUE]])


@pytest.mark.parametrize(
    ("line", "seen", "expected"),
    [
        ("order of quantity 90 placed with code 200", '"90"', "one of"),
        ("order of quantity 2 placed with code 500", '"500"', "one of 20"),
        ("request served in 900000 ms by pool p1", '"900000"', "from 10 to 399"),
        ("request served in 20 ms by pool p7", '"p7"', "one of p"),
    ],
)
def test_an_odd_value_is_told_with_what_is_usual(line: str, seen: str, expected: str) -> None:
    one = judged([*good_lines(seed=1)[:50], line])
    assert np.flatnonzero(one.X[:, VALUE]).tolist() == [50]
    told = one.told(50, "value")
    assert seen in told
    assert expected in told


@pytest.mark.parametrize(
    "line",
    ["heartbeat of worker 1500 sent", "request served in 403 ms by pool p1", "request served in 9 ms by pool p2"],
)
def test_counters_go_on_and_ranges_have_no_sharp_edge(line: str) -> None:
    assert not judged([line]).X.any()


def test_names_of_another_run_are_not_odd() -> None:
    good = [f"session opened by process {5000 + number % 3} on host-a7f3c9d1" for number in range(300)]
    new = [f"session opened by process {7100 + number % 3} on host-b8e2d0c4" for number in range(300)]
    assert not judged(new, good).X.any()


def test_values_of_two_layouts_of_one_template_are_apart() -> None:
    random = np.random.default_rng(0)
    one = [
        f"link 7 closed, {n} bytes ({n / 1024:.2f} KB) sent, {n} bytes received"
        for n in random.integers(2000, 9000, 200)
    ]
    two = [
        f"link 7 closed, {n} bytes sent, {n} bytes ({n / 1024:.2f} KB) received"
        for n in random.integers(2000, 9000, 200)
    ]
    new = [f"link 7 closed, {n} bytes sent, {n} bytes ({n / 1024:.2f} KB) received" for n in (2500, 8000)]
    assert not judged(new, one + two).X.any()
    assert judged(["link 7 closed, 2500 bytes sent, 2500 bytes (8000.55 KB) received"], one + two).X[0, VALUE] > 2


def test_values_that_change_by_the_hour_may_change_again() -> None:
    good = [f"shift of team t{number // 50} at work" for number in range(2_000)]
    assert not judged(["shift of team t77 at work"], good).X.any()
    mixed = [f"shift of team t{number % 40} at work" for number in range(2_000)]
    assert judged(["shift of team t77 at work"], mixed).X[0, VALUE] > 2


def test_a_template_of_one_phase_has_no_rhythm() -> None:
    good = ["warming up the oven", *good_lines(10)] * 10 + good_lines()
    assert not judged(good_lines(6_000, seed=1), good).X[:, SILENCE].any()


def test_a_level_that_a_line_never_had_is_odd() -> None:
    good, new = good_lines(), good_lines(seed=1)[:60]
    levels = ["info"] * 60
    at = next(row for row, line in enumerate(new) if line.startswith("request"))
    levels[at] = "error"
    one = Judged(records(good), records(new, levels))
    assert np.flatnonzero(one.X.any(axis=1)).tolist() == [at]
    assert "level" in one.told(at, "value")


def test_a_burst_is_told_once_and_spans_its_lines() -> None:
    lines = good_lines(seed=1)
    lines[500:500] = ["cache was flushed by the janitor"] * 60
    one = judged(lines)
    burst = np.flatnonzero(one.X[:, BURST])
    assert burst[0] >= 450
    assert set(range(500, 550)) <= set(burst.tolist())
    assert not one.X[:, [FOREIGN, VALUE]].any()
    strongest = int(one.X[:, BURST].argmax())
    assert strongest == burst[0], "the first line is told"
    first, last = one.against.spans(one.found, np.array([strongest]), np.array([BURST]))
    assert first[0] <= 500 <= 559 <= last[0] <= 610
    assert one.X[burst[0], BURST] - one.X[burst[9], BURST] == pytest.approx(1.0)
    assert "times in" in one.told(strongest, "burst")
    assert "of the good run" in one.told(strongest, "burst")


def test_lines_of_no_known_template_are_no_burst() -> None:
    lines = good_lines(seed=1)
    lines[500:500] = [
        f"{word} {word}ing {word}ed" for word in ("".join(chr(97 + int(c)) for c in f"{n:05}") for n in range(90))
    ]
    one = judged(lines)
    assert (one.X[500:590, FOREIGN] > 0).all()
    assert not one.X[:, BURST].any()


def test_a_silence_is_told_by_the_last_line_before_it() -> None:
    lines = [line for row, line in enumerate(good_lines(seed=1)) if not (600 <= row < 1200 and "heartbeat" in line)]
    one = judged(lines)
    assert np.flatnonzero(one.X[:, SILENCE]).tolist() == [590]
    first, last = one.against.spans(one.found, np.array([590]), np.array([SILENCE]))
    assert first[0] == 590
    assert "heartbeat" in lines[int(last[0])]
    assert last[0] > 1100
    assert "missing for" in one.told(590, "silence")


def test_what_is_missing_altogether_is_told_by_the_first_line() -> None:
    lines = [line for line in good_lines(seed=1) if "heartbeat" not in line]
    one = judged(lines)
    assert np.flatnonzero(one.X[:, SILENCE]).tolist() == [0]
    told = one.told(0, "silence")
    assert "heartbeat" in told
    assert "not in these" in told


@pytest.mark.parametrize("height", [1, 20, 300, 1000])
def test_a_run_that_stopped_early_is_not_silent(height: int) -> None:
    assert not judged(good_lines(seed=1)[:height]).X.any()


def test_silences_are_not_many() -> None:
    random = np.random.default_rng(0)
    kinds = [
        f"{first}ing the {second}"
        for first in ("pack", "send", "load", "sort", "fold", "wash")
        for second in ("box", "bag", "jar", "pan", "cup", "pot")
    ]
    good = [kinds[int(random.integers(len(kinds)))] for _ in range(20_000)]
    one = judged(["packing the box"] * 5_000, good)
    assert 0 < len(one.found.silences.at) <= MOST_SILENCES
    assert (one.X[:, SILENCE] > 0).sum() == 1


def test_a_short_good_run_says_nothing_of_rates() -> None:
    assert window_for(199) == 0
    good = ["step one done", "step two done"] * 20
    assert not judged(["step one done"] * 500, good).X.any()


def test_places_are_counted_in_each_file() -> None:
    """A template of one file is not missing while another file is read."""
    good = good_lines()
    other = [f"backup block {number} copied" for number in range(1_500)]
    files = ["a.log"] * len(good) + ["b.log"] * len(other)
    first = records(good + other, sources=files)
    second = records(good_lines(seed=1) + other, sources=files)
    assert not Judged(first, second).X.any()


def test_an_empty_log_is_no_finding_and_no_error() -> None:
    one = judged([])
    assert one.X.shape == (0, len(KINDS))
    empty = Judged(records([]), records(["anything at all"]))
    assert empty.X[0, FOREIGN] > 0


def test_transform_learns_nothing_and_a_bundle_gives_the_same() -> None:
    lines = good_lines(seed=3)
    lines[500:500] = ["cache was flushed by the janitor"] * 60
    lines[100] = "order of quantity 90 placed with code 500"
    one = judged(lines)
    again, _ = one.against.transform(one.records)
    np.testing.assert_array_equal(one.X, again)
    np.testing.assert_array_equal(one.X, round_trip(one.against).transform(one.records)[0])
    assert one.X[:, [BURST, VALUE]].any(axis=0).all()


def test_a_new_line_is_more_surprising_where_new_lines_are_rare() -> None:
    random = np.random.default_rng(0)
    often = good_lines()
    seldom = [
        f"{''.join(random.choice(list('abcdefgh'), 6))} done" if random.random() < 0.5 else line for line in often
    ]
    line = ["disk volume broken"]
    assert judged(line, often).X[0, FOREIGN] > judged(line, seldom).X[0, FOREIGN] + 1.0


@pytest.mark.parametrize("line", ["vm abcdefab-abcd-abcd-bdcc-abcdefabcdef up", "from fa:ce:fe:ed:be:ef"])
def test_identities_without_a_digit_are_no_words(line: str) -> None:
    assert wording(pl.Series([line]))[0].count("0x1") == 1
    known = ["vm 01234567-89ab-cdef-0123-456789abcdef up", "from 00:11:22:33:44:55"]
    assert not judged([line], known).X.any()
