"""The benchmarks measure what they say: figures worked out by hand, and a plot that shows the measured ones."""

from __future__ import annotations

import json
import os
import sys

import polars as pl
import pytest
from benchmarks import _parsing_inputs as inputs
from benchmarks import injection
from benchmarks._data import RESULTS
from benchmarks._parsing_plot import PLOT, plot
from benchmarks._usage import Failed, measure
from benchmarks.parsing import METRICS, by_words, generic, judge, mean_of
from benchmarks.parsing_scale import drawn
from benchmarks.peers import PEERS, REQUIREMENTS


def written(form, text):
    return pl.select(form(pl.lit(text))).item()


def test_slots_are_judged_alike_however_they_are_written():
    assert written(generic, "to <IP>  and <:NUM:> or <:*:>\tor <*> ") == "to <*> and <*> or <*> or <*>"
    assert written(generic, "<b> stays") == "<b> stays"


def test_by_words_a_word_with_a_slot_is_a_slot_and_slots_in_a_row_are_one():
    assert written(by_words, "at /<*>:<*> <*> of blk_<*>, done") == "at <*> of <*> done"


def test_figures_are_those_worked_out_by_hand():
    """Group 1 is right in lines and text, 2 in lines alone, 3 and 4 share a true group."""
    frame = pl.DataFrame(
        [
            ("1", "a <*>", "A", "a <*>"),
            ("1", "a <*>", "A", "a <*>"),
            ("2", "b", "B", "b <*>"),
            ("3", "c <*>", "C", "c <*>"),
            ("4", "c x<*>", "C", "c <*>"),
        ],
        ["found", "text", "true", "true_text"],
        orient="row",
    )
    told = judge(frame)
    assert told == pytest.approx({"GA": 3 / 5, "FGA": 4 / 7, "PA": 3 / 5, "FTA": 2 / 7, "PA by words": 4 / 5})


def test_a_miner_without_texts_has_no_mean_of_them():
    rows = [dict.fromkeys(METRICS, 0.5), dict.fromkeys(METRICS, 1.0) | {"PA": None}]
    assert mean_of(rows) == dict.fromkeys(METRICS, 0.75) | {"PA": None}


def test_every_peer_is_pinned_and_named():
    pinned = [line for line in REQUIREMENTS.read_text().splitlines() if not line.startswith("#")]
    assert [line for line in pinned if "==" not in line] == []
    names = [(peer.name, peer.settings) for peer in PEERS.values()]
    assert len(set(names)) == len(names)
    assert all(peer.name.split()[1][0].isdigit() for peer in PEERS.values())


def test_a_process_is_not_charged_with_what_its_parent_holds():
    held = b"x" * (200 << 20)
    used = measure([sys.executable, "-S", "-c", "sum(range(10**6))"])
    assert len(held) > 0
    assert used.cpu_s > 0
    assert used.peak_mib < 100


def test_what_fails_is_no_measurement():
    with pytest.raises(Failed, match="ended with 3"):
        measure([sys.executable, "-S", "-c", "raise SystemExit(3)"])


def test_byte_code_is_allowed_where_it_is_switched_off():
    told = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    check = "import os; raise SystemExit('PYTHONDONTWRITEBYTECODE' in os.environ)"
    assert measure([sys.executable, "-S", "-c", check], told).cpu_s > 0


def test_a_sample_is_taken_at_regular_intervals(tmp_path):
    path = tmp_path / "log"
    path.write_text("".join(f"{number}\n" for number in range(1000)))
    assert list(inputs.sample_of(path, 4)) == ["0", "250", "500", "750"]


def test_distinct_lines_are_distinct_and_the_same_each_time():
    lines = list(inputs.all_distinct(1000))
    assert len(set(lines)) == 1000
    assert lines == list(inputs.all_distinct(1000))
    assert not any(letter.isdigit() for line in lines for letter in line)


def test_the_plot_shows_the_measured_figures():
    told = json.loads((RESULTS / "parsing_scale.json").read_text(encoding="utf-8"))
    assert plot(drawn(told["rows"])) == PLOT.read_text(encoding="utf-8"), (
        "run python -m benchmarks.parsing_scale --plot"
    )


def test_injection_numbers_templates_by_how_common_they_are() -> None:
    events = pl.DataFrame({"template_id": pl.Series([4_000_000_000, 7, 4_000_000_000, 9, 9, 9], dtype=pl.UInt32)})
    assert injection.Host("log", [], events).template.tolist() == [2, 3, 2, 1, 1, 1]
