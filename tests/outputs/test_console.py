"""What stands in the terminal: aligned, wrapped, safe, coloured only where a person looks on."""

# ruff: noqa: RUF001 - the outputs write an en dash and a multiplication sign

import io
import re
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from rich.cells import cell_len

from oddline.core.nouns import Cut, Inputs, Reason
from oddline.outputs.console import Console

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


class Tty(io.BytesIO):
    def isatty(self) -> bool:
        return True


def printed(result, stream=None, **options) -> str:
    stream = stream or io.BytesIO()
    Console(**options).write(result, stream)
    return stream.getvalue().decode("utf-8", "strict")


def test_the_head_says_what_was_read(shop):
    assert printed(shop).splitlines()[0] == "app.log · syslog (0.98) · 48,211 lines · 10 templates · 0.21 s"


def test_one_row_an_incident_in_the_order_of_the_result(shop):
    lines = printed(shop).splitlines()
    assert lines[1].split() == ["SEVERITY", "WHEN", "LINES", "SCORE", "WHY"]
    rows = lines[2:7]
    assert [row.split()[1] for row in rows] == ["critical", "high", "medium", "medium", "low"]
    assert [row.split()[0] for row in rows] == ["●", "▲", "◆", "◆", "○"]
    assert "12:04–12:09" in rows[0]
    assert f"{shop.incidents[0].line:,} +187 " in rows[0]
    assert ' 97  "connection to <IP> refused", burst: 188 in 5 min, expected ≤ 2; new' in rows[0]
    assert '"heartbeat from worker <NUM>" is missing, silence' in rows[2]
    assert "09:41 " in rows[3]
    assert lines[-1] == "5 incidents in 233 odd lines of 48,211; cut 62, budget 5; more with --budget N"


def test_columns_stand_under_their_names(shop):
    lines = printed(shop).splitlines()
    why, when = lines[1].index("WHY"), lines[1].index("WHEN")
    assert {row[why - 2 : why] for row in lines[1:7]} == {"  "}
    assert all(row[why] == '"' for row in lines[2:7])
    assert all(row[when - 1] == " " and row[when].isdigit() for row in lines[2:7])


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("name", ["shop", "untimed", "wide", "table", "hostile"])
def test_nothing_is_wider_than_the_terminal_and_reasons_stay_in_their_column(request, name, width):
    lines = printed(request.getfixturevalue(name), width=width, context=2).splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("SEVERITY"))
    assert max(cell_len(line) for line in lines[head:-1]) <= max(width, 70)
    assert not any(line.endswith(" ") for line in lines)


def test_wrapped_reasons_stand_under_why(shop):
    lines = printed(shop, width=80).splitlines()
    why = lines[1].index("WHY")
    wrapped = [line for line in lines[2:-2] if line[0] == " "]
    assert wrapped
    assert all(line[:why].strip() == "" and line[why] != " " for line in wrapped)


def test_into_a_pipe_nothing_is_wrapped_and_nothing_is_coloured(shop, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    text = printed(shop)
    assert len(text.splitlines()) == 1 + 1 + 5 + 2
    assert not CONTROL.search(text)


def test_a_terminal_is_coloured_unless_told_otherwise(shop, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;35m● critical" in printed(shop, Tty())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in printed(shop, Tty())
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in printed(shop, Tty())
    assert "\x1b[" in printed(shop, colour=True)


def test_colour_changes_no_letter(shop):
    coloured = printed(shop, colour=True, width=80, context=1)
    plain = re.sub("\x1b\\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in plain.splitlines()] == printed(shop, width=80, context=1).splitlines()


@pytest.mark.parametrize("options", [{}, {"width": 80, "context": 3}])
def test_log_text_cannot_speak_to_the_terminal(hostile, options):
    text = printed(hostile, **options)
    assert not CONTROL.search(text)
    assert "\\x1b[2J" in text
    assert "\\u202e" in text
    assert "evil\\x1b[31m<b>\\xe9.log" in text


def test_log_text_is_no_markup(hostile):
    text = printed(hostile, colour=True)
    assert "[bold red]not markup[/bold red] :smile:" in text


def test_context_marks_the_odd_lines_and_only_them(shop):
    text = printed(shop, context=2)
    marked = [line for line in text.splitlines() if line.startswith("  ▌ ")]
    unmarked = [line for line in text.splitlines() if re.match(r"    +[\d,]+  \d\d:", line)]
    assert marked
    assert unmarked
    odd = ("refused", "gave up", "heartbeat", "certificate", "9204 ms")
    assert all(any(word in line for word in odd) for line in marked)
    assert not any(any(word in line for word in odd) for line in unmarked)


def test_context_shows_the_lines_before_and_after_with_their_numbers(shop):
    first = shop.incidents[3].line
    shown = re.findall(r"^  [ ▌] +([\d,]+)  09:41", printed(shop, context=2), flags=re.M)
    assert [int(number.replace(",", "")) for number in shown] == list(range(first - 2, first + 3))


def test_context_is_bounded_and_says_what_it_leaves_out(shop):
    text = printed(shop, context=2)
    assert "more odd events, the last at line" in text
    assert len(text.splitlines()) < 120


def test_a_long_event_is_cut_and_it_is_said(wide):
    text = printed(wide, context=1)
    assert "⋮ 48 more lines of this event" in text
    assert "line 10\n" in text
    assert "line 11\n" not in text
    assert max(map(len, text.splitlines())) < 3000


def test_lines_of_other_sources_are_no_context(shop):
    """Two files with the same line numbers do not mix."""
    other = shop.records.with_columns(
        source=pl.lit("other.log", dtype=pl.Categorical()), raw=pl.lit("from the other file")
    )
    text = printed(replace(shop, records=pl.concat([other, shop.records])), context=2)
    assert "from the other file" not in text
    assert text == printed(shop, context=2)


def test_no_odd_lines_is_a_result(quiet):
    lines = printed(quiet).splitlines()
    assert lines[-1] == "No odd lines: the highest score is 58, cut 62, budget 5; show the oddest with --budget N"
    assert len(lines) == 3


def test_an_empty_file_is_a_result(nothing):
    assert printed(nothing).splitlines()[-1] == "No odd lines: there was nothing to judge."


def test_rows_of_a_table_are_called_rows_and_have_no_time(table):
    lines = printed(table).splitlines()
    assert lines[0].startswith("flows.csv · csv (1.00) · 300 rows · ")
    assert lines[-1].startswith("1 incident in 1 odd row of 300;")
    assert " –     201 " in lines[2]


def test_a_log_of_several_days_tells_the_date_and_a_short_one_the_second(wide, hostile):
    assert "2026-11-22 20:00" in printed(wide)
    assert " 00:00:03 " in printed(hostile)


def test_an_incident_over_midnight_tells_both_days(shop):
    long = replace(shop.incidents[0], last_seen=shop.incidents[0].opened + timedelta(days=1))
    assert "11-22 12:04–11-23 12:04" in printed(replace(shop, incidents=(long,)))


def test_many_incidents_are_counted_and_not_all_shown(shop):
    text = printed(replace(shop, incidents=shop.incidents * 30), most=20)
    assert "… and 130 further incidents" in text
    assert len(text.splitlines()) == 2 + 20 + 3


def test_warnings_of_the_reader_are_shown(hostile):
    assert "! evil\\x1b[31m<b>\\xe9.log: 2 bytes\\x1b[5m were no UTF-8" in printed(hostile)


def test_several_files_are_counted(shop):
    inputs = tuple(Inputs(f"logs/{n}", kind, 0.9, 10, 10) for n, kind in enumerate(("syslog", "syslog", "plain")))
    assert printed(replace(shop, inputs=inputs)).startswith("3 files · syslog (0.90) ×2, plain (0.90) · 30 lines")


def test_a_stream_without_unicode_gets_ascii(shop):
    stream = io.BytesIO()
    Console(encoding="ascii", context=1).write(shop, stream)
    text = stream.getvalue().decode("ascii")
    assert "! critical" in text
    assert "expected <= 2" in text


def test_reasons_without_parts_leave_no_stray_punctuation(shop):
    bare = replace(shop.incidents[0], reasons=(Reason("", "", "", 1.0), Reason("new", "", "", 0.0)))
    assert '"connection to <IP> refused", new\n' in printed(replace(shop, incidents=(bare,)))
    assert '"connection to <IP> refused"\n' in printed(replace(shop, incidents=(replace(bare, reasons=()),)))


@pytest.mark.parametrize(
    ("what", "shown"),
    [
        ('"connection to <IP> refused"', '"connection to <IP> refused", 188 times'),
        ('"connection to <*> refused"', '"connection to <IP> refused", 188 times'),
        ('"connection to 10.0.0.7 ref…"', '"connection to <IP> refused", 188 times'),
        ('value 1 of "connection to <*> refused"', '"connection to <IP> refused", value 1: 188 times'),
        ('"connection to <*> lost"', '"connection to <IP> refused", "connection to <*> lost": 188 times'),
        ('"connection to <*>"', '"connection to <IP> refused", "connection to <*>": 188 times'),
    ],
)
def test_a_reason_does_not_say_the_title_again(shop, what, shown):
    told = replace(shop.incidents[0], reasons=(Reason(what, "188 times", "", 1.0),))
    assert shown + "\n" in printed(replace(shop, incidents=(told,)))


def test_a_title_of_slots_alone_gives_way_to_the_strongest_reason(table):
    reasons = (Reason("bytes", "99,999", "0 to 9", 0.9), Reason("flag", "S0", "SF", 0.1))
    slots = replace(table.incidents[0], title="<*>=<NUM> <*>=tcp <*>=<*> <*>=SF", reasons=reasons)
    assert "88  bytes: 99,999, expected 0 to 9; flag: S0, expected SF\n" in printed(replace(table, incidents=(slots,)))


def test_a_cut_that_no_score_reaches_is_told(quiet):
    assert "cut 100, automatic" in printed(replace(quiet, threshold=Cut(99.0, "automatic")))


def test_a_closed_pipe_is_the_callers_affair(shop):
    class Closed(io.BytesIO):
        def write(self, data):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        Console().write(shop, Closed())
