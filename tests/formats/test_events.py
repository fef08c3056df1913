"""Which physical lines make one event."""

from __future__ import annotations

import polars as pl
import pytest

from oddline.formats import _events
from oddline.formats._events import fold, trace_joins
from oddline.formats._guess import load_format
from oddline.formats._pattern import PatternFormat
from oddline.formats.base import LineFormat
from tests.formats._frames import frame

PYTHON = [
    "starting",
    "Traceback (most recent call last):",
    '  File "a.py", line 3, in main',
    "    run()",
    "    ^^^^^",
    "KeyError: 'x'",
    "",
    "During handling of the above exception, another exception occurred:",
    "",
    "Traceback (most recent call last):",
    '  File "a.py", line 5, in main',
    "    raise Oops",
    "shop.errors.Oops",
    "done",
]
JAVA = [
    "starting",
    'Exception in thread "main" java.lang.IllegalStateException: no basket',
    "\tat com.example.Cart.add(Cart.java:17)",
    "\tat java.base/java.lang.Thread.run(Thread.java:829)",
    "Caused by: java.io.IOException: disk",
    "\tat com.example.Disk.write(Disk.java:3) ~[app.jar:1.0]",
    "\t... 12 more",
    "\tSuppressed: java.lang.Exception: close",
    "done",
]
NODE = [
    "starting",
    "TypeError: Cannot read properties of undefined (reading 'id')",
    "    at Cart.add (/srv/app/cart.js:17:5)",
    "    at async Promise.all (index 0)",
    "    at /srv/app/main.js:3:1",
    "    at new Cart (/srv/app/cart.js:1:1)",
    "    at Object.<anonymous> (/srv/app/main.js:1:1)",
    "done",
]
GO = [
    "starting",
    "panic: runtime error: invalid memory address or nil pointer dereference",
    "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48f0a1]",
    "",
    "goroutine 1 [running]:",
    "main.(*Cart).Add(0x0, {0x4b2f3c, 0x5})",
    "\t/srv/app/cart.go:17 +0x21",
    "created by main.main in goroutine 7",
    "\t/srv/app/main.go:8 +0x1d",
    "done",
]
DOTNET = [
    "starting",
    "Unhandled exception. System.InvalidOperationException: no basket",
    " ---> System.IO.IOException: disk",
    "   at Shop.Disk.Write(String path) in C:\\src\\Disk.cs:line 3",
    "   --- End of inner exception stack trace ---",
    "   at Shop.Cart.Add(Int32 id) in C:\\src\\Cart.cs:line 17",
    "done",
]
RUBY = [
    "starting",
    "cart.rb:17:in `add': no basket (RuntimeError)",
    "\tfrom main.rb:3:in `<main>'",
    "done",
]
RUST = [
    "starting",
    "thread 'main' panicked at src/main.rs:2:5: no basket",
    "stack backtrace:",
    "   0: std::panicking::begin_panic",
    "             at /rustc/abc/library/std/src/panicking.rs:1:2",
    "   1: shop::cart::add",
    "done",
]
PHP = [
    "starting",
    "PHP Fatal error:  Uncaught Exception: no basket in /srv/cart.php:17",
    "#0 /srv/main.php(3): add()",
    "#1 {main}",
    "done",
]


def plain(*raw: str) -> pl.DataFrame:
    made = load_format("plain")
    assert isinstance(made, LineFormat)
    return made.parse(frame(*raw))


@pytest.mark.parametrize(
    "lines",
    [PYTHON, JAVA, NODE, GO, DOTNET, RUBY, RUST, PHP],
    ids=["python", "java", "node", "go", "dotnet", "ruby", "rust", "php"],
)
def test_a_stack_trace_is_one_event_in_plain_text(lines: list[str]) -> None:
    records = plain(*lines)
    assert records["line"].to_list() == [1, 2, len(lines)]
    assert records["lines"].to_list() == [1, len(lines) - 2, 1]
    assert records["raw"][1] == "\n".join(lines[1:-1])


def test_two_tracebacks_are_two_events() -> None:
    once = ["Traceback (most recent call last):", '  File "a.py", line 3, in main', "KeyError: 1"]
    assert plain(*once, *once)["lines"].to_list() == [3, 3]


@pytest.mark.parametrize(
    "lines",
    [
        ["Installing:", "  gcc.x86_64      4.8", "  make.x86_64     3.8", "  zlib.x86_64     1.2"],
        ["    one", "    two", "    three"],
        ["+ set -e", "\techo at home", "    at the end of the day", "error: no"],
        ["{", '  "a": 1', "}"],
        ["Traceback is what we print (most recent call last): maybe", "  not a frame"],
    ],
)
def test_ordinary_indented_text_is_not_swallowed(lines: list[str]) -> None:
    assert plain(*lines)["lines"].to_list() == [1] * len(lines)


def test_blank_lines_are_counted_and_say_nothing() -> None:
    records = plain("", "", "a", "", "b", "   ")
    assert records["lines"].to_list() == [2, 2, 2]
    assert records["message"].to_list() == ["", "a", "b"]


def head_format(*, joins_strays: bool = True) -> PatternFormat:
    made = load_format("log4j")
    assert isinstance(made, PatternFormat)
    made.joins_strays = joins_strays
    return made


HEAD = "2015-10-18 18:01:47,978 ERROR [main] org.apache.hadoop.Main: "


def test_lines_without_a_head_join_the_event_before_them() -> None:
    records = head_format().parse(frame(HEAD + "query", "SELECT a", "FROM b", "", HEAD + "next"))
    assert records["lines"].to_list() == [4, 1]
    assert records["message"].to_list() == ["query\nSELECT a\nFROM b", "next"]


def test_lines_before_the_first_head_stand_alone() -> None:
    records = head_format().parse(frame("banner", "second banner", HEAD + "x"))
    assert records["lines"].to_list() == [1, 1, 1]
    assert records["ts"].null_count() == 2


def test_a_line_with_a_head_of_its_own_kind_is_not_swallowed() -> None:
    records = head_format().parse(
        frame(HEAD + "x", "2015-10-18 18:01:48 other program", "WARNING: disk is slow", HEAD + "y")
    )
    assert records["lines"].to_list() == [1, 1, 1, 1]
    assert records["level"].to_list() == ["error", None, "warning", "error"]
    assert records["ts"].null_count() == 1


def test_where_strays_are_common_only_what_plainly_goes_on_joins() -> None:
    lines = [HEAD + "x", "tags: worker-0", "  indented under a stray", HEAD + "y", "  indented under a head",
             HEAD + "z", "java.io.IOException: disk", "\tat a.B.c(D.java:1)"]  # fmt: skip
    records = head_format(joins_strays=False).parse(frame(*lines))
    assert records["lines"].to_list() == [1, 1, 1, 2, 3]


def test_a_runaway_event_is_cut_and_goes_on_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_events, "MAX_LINES", 10)
    records = head_format().parse(frame(HEAD + "x", *["stray"] * 24))
    assert records["lines"].to_list() == [10, 10, 5]
    assert records["ts"].null_count() == 0
    monkeypatch.setattr(_events, "MAX_LINES", 1000)
    monkeypatch.setattr(_events, "MAX_BYTES", 1000)
    records = head_format().parse(frame(HEAD + "x", *["s" * 300] * 9))
    assert max(records["raw"].str.len_bytes().to_list()) < 1400
    assert records["lines"].sum() == 10


def test_sources_are_never_joined() -> None:
    both = pl.concat([frame(HEAD + "x", source="a"), frame("stray", "\tat a.B.c(D.java:1)", source="b")])
    records = head_format().parse(both)
    assert records.select("source", "lines").rows() == [("a", 1), ("b", 2)]


def test_groups_are_folded_apart() -> None:
    table = frame("a1", "b1", "a2", "b2").with_columns(lines=pl.lit(1, pl.UInt32), message="raw")
    group = pl.Series([1, 2, 1, 2], dtype=pl.UInt32)
    folded = fold(table, pl.Series([True, True, False, False]), group)
    assert folded["message"].to_list() == ["a1\na2", "b1\nb2"]
    assert trace_joins(pl.Series(["x", "y", "\tat a.B.c(D.java:1)"]), group[:3]).to_list() == [False, False, True]


def test_any_cut_between_events_gives_the_same_events() -> None:
    lines = frame(*PYTHON, *JAVA, *GO)
    whole = load_format("plain").parse(lines)  # type: ignore[attr-defined]
    for cut in whole["line"].to_list():
        parts = [load_format("plain").parse(part) for part in (lines[: cut - 1], lines[cut - 1 :])]  # type: ignore[attr-defined]
        assert pl.concat(parts).equals(whole)


def test_how_common_strays_are_decides_where_nobody_guessed() -> None:
    form = load_format("log4j")
    assert isinstance(form, LineFormat)
    assert form.parse(frame(*[HEAD + "x"] * 99, "stray")).height == 99
    assert form.parse(frame(*[HEAD + "x"] * 80, *["stray"] * 20)).height == 100
