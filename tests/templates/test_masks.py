"""The masks: the first runs on every line, the careful one on distinct lines; both must hold on any text."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.templates import _masks
from oddline.templates._masks import LONGEST, collapse, enrich, erase, first_line, parameters, shape
from oddline.templates._rules import RICH, SHAPE
from oddline.templates._slots import _KINDS, _kind

text = st.text(
    alphabet=st.one_of(st.sampled_from("a1<*> =:,;/.\n\t\0"), st.characters(exclude_categories=["Cs"])), max_size=60
)


def collapsed(line: str) -> str:
    return str(pl.select(collapse(pl.lit(line, dtype=pl.String))).item())


@settings(max_examples=300, deadline=None)
@given(line=text)
def test_masking_twice_is_masking_once(line: str) -> None:
    assert collapsed(collapsed(line)) == collapsed(line)


@settings(max_examples=300, deadline=None)
@given(line=text)
def test_parameters_put_back_give_the_line_again(line: str) -> None:
    values = pl.select(parameters(pl.lit(line, dtype=pl.String))).item().to_list()
    pieces = collapsed(line).split("<*>")
    assert len(pieces) == len(values) + 1
    assert "".join(a + b for a, b in zip(pieces, [*values, ""], strict=True)) == line
    assert not any(c in "0123456789" for piece in pieces for c in piece)


def test_first_lines() -> None:
    series = pl.Series("message", ["a\nb", "", None, "\n", "x" * (LONGEST + 5)])
    assert first_line(series).to_list() == ["a", "", "", "", "x" * LONGEST]


def test_types_are_erased() -> None:
    assert pl.select(erase(pl.lit("<NUM> <IP>:<*> <num>"))).item() == "<*> <*>:<*> <num>"


def enriched(*lines: str) -> list[str]:
    return enrich(pl.Series("masked", lines, dtype=pl.String)).to_list()


# Pieces of which masked lines are made, among them all that a rule could trip over.
PIECES = r"""user root started for by of as from password login true false None null = =null :nil (None [ ] ( ) () {}
<*>
<NUM> <IP> <URL> <PATH> <TIME> <HEX> <HOST> <BOOL> <USER> a=b k= x="y / // /var/log/x /a:/b C:\a\b \\srv\x
http:// http: http://h/p?q h.example.org a.b.com.de: root@x.org @ Mon Jan May , UTC bytes KB MB B sec ms < > | '
" ; . .. - _ + # :: ab:cd fe80:: deadbeef cafebabe GET POST \" ? & * ~ $ % é日本 Привет ١٢٣ foo.bar= =foo.bar/baz
jdbc:mysql: <*>=ff <*>:<*> -<*> name=x for 'a b' x/y.py $1 ${1} (?P<x>"""
masked_lines = st.one_of(
    st.lists(st.tuples(st.sampled_from([*PIECES.split(), "\uff13"]), st.sampled_from(["", " "])), max_size=8).map(
        lambda parts: "".join(piece + gap for piece, gap in parts)
    ),
    text.map(collapsed),
)


@settings(max_examples=300, deadline=None)
@given(lines=st.lists(masked_lines, max_size=20))
def test_enriching_twice_is_enriching_once(lines: list[str]) -> None:
    assert enriched(*enriched(*lines)) == enriched(*lines)


@settings(max_examples=100, deadline=None)
@given(lines=st.lists(masked_lines, max_size=20))
def test_each_line_alone_is_masked_as_in_company(lines: list[str]) -> None:
    assert [line for each in lines for line in enriched(each)] == enriched(*lines)
    rich = pl.Series("rich", enriched(*lines), dtype=pl.String)
    assert [line for each in rich for line in shape(pl.Series("rich", [each]))] == shape(rich).to_list()


@settings(max_examples=100, deadline=None)
@given(lines=st.lists(masked_lines, max_size=20))
def test_guards_change_nothing(lines: list[str]) -> None:
    for rules, done in ((RICH, enrich), (SHAPE, shape)):
        plain = pl.Series("masked", lines, dtype=pl.String)
        for rule in rules:
            plain = plain.str.replace_all(rule.pattern, rule.slot)
        assert done(pl.Series("masked", lines, dtype=pl.String)).to_list() == plain.to_list()


def test_lines_beyond_one_slice_are_masked_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_masks, "SLICE", 7)
    monkeypatch.setattr(_masks, "LOOK", 3)
    lines = [
        f"{letter}x read /etc/{letter}" if i % 3 else f"{letter}x true" for i, letter in enumerate("abcdefghij" * 5)
    ]
    expected = [f"{line[:2]} read <PATH>" if "/" in line else f"{line[:2]} <BOOL>" for line in lines]
    assert enriched(*lines) == expected


@pytest.mark.parametrize(
    ("line", "rich"),
    [
        ("open /usr/lib/x.so for <*>", "open <PATH> for <*>"),
        ("open C:\\Windows\\a.dll, done", "open <PATH>, done"),
        ("read modules/disk/part.py twice", "read <PATH> twice"),
        ("either/or and and/or stay", "either/or and and/or stay"),
        ("<b>bold</b> is no path", "<b>bold</b> is no path"),
        ("see https://example.org/a?b=c&d=e now", "see <URL> now"),
        ("see http:<*>=bedroom&page=<*> now", "see <URL> now"),
        ("mail to anna.b@example.org sent", "mail to <EMAIL> sent"),
        ("link ab:<*>:<*>:cd:<*>:ef up", "link <MAC> up"),
        ("from <*>::<*>:ff:<*>:<*> refused", "from <IP> refused"),
        ("key <*>:aa:bb:cc:<*>:<*>:<*>:<*>:<*>:<*> added", "key <HEX> added"),
        ("since Mon Jan <*> <*>:<*>:<*> UTC <*> up", "since <TIME> up"),
        ("id deadbeefcafe, cabbage", "id <HEX>, cabbage"),
        ("GET /a?b=c HTTP is rest", "GET <PATH> HTTP is rest"),
        ('"GET /a\'b"><script> <*>" <*>', '"GET <PATH>" <*>'),
        ("DELETE FROM t", "DELETE FROM t"),
        ("session for user anna at host", "session for user <USER> at host"),
        ("search for 'steel shelf': <*> hits", "search for '<*>': <*> hits"),
        ("the 'main' loop isn't it's", "the 'main' loop isn't it's"),
        ("failed dev=sda state=lost", "failed dev=<*> state=lost"),
        ("<*>=fff rest=x", "<*>=<*> rest=x"),
        ("cached: true, next: None, prev=null", "cached: <BOOL>, next: <*>, prev=<*>"),
        ("trueness nonexistent nullable", "trueness nonexistent nullable"),
    ],
)
def test_what_varies_is_masked_and_the_rest_is_not(line: str, rich: str) -> None:
    assert enriched(line) == [rich]


@pytest.mark.parametrize(
    "line",
    [
        "Служба запущена пользователем Анна",
        "服务器 已启动 连接数 正常",
        "Überprüfung für Größe beendet, café déjà-vu",
        "trueé étrue nullé HEADé",
        "تم بدء الخدمة بنجاح",
    ],
)
def test_words_of_any_script_are_left_whole(line: str) -> None:
    assert collapsed(line) == line
    assert enriched(line) == [line]


@pytest.mark.parametrize(
    ("line", "rich"),
    [
        ("الوقت ١٢٣ ثانية", "الوقت <*> ثانية"),
        ("耗时 \uff13毫秒 完成", "耗时 <*> 完成"),
        ("файл /данные/журнал.txt открыт", "файл <PATH> открыт"),
        ("см. http://пример.рф/страница тут", "см. <URL> тут"),
    ],
)
def test_values_in_other_scripts_are_masked_whole(line: str, rich: str) -> None:
    assert enriched(line) == [rich]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["10.0.0.1", "/10.2.3.4", "10.0.0.0/8"], "IP"),
        (["2024-01-02", "01/02/2024", "31.12.2024", "2024-01-02T10"], "TIME"),
        (["12.2.0", "v1.4", "2.6.11-1.1369"], "VERSION"),
        (["1", "-1.5", "#7", "1,024", "9%", "1e-5", "+3", "2.4GHz"], "NUM"),
        (["3ms", "1.5s", "1h30m", "12µs"], "DURATION"),
        (["5B", "10KB", "1.5GiB", "512K"], "SIZE"),
        (["123e4567-e89b-12d3-a456-426614174000"], "UUID"),
        (["00-1a-2b-3c-4d-5e"], "MAC"),
        (["0xff12", "deadbeef01"], "HEX"),
        (["//10.0.0.1/x"], "URL"),
        (["user1@example.org"], "EMAIL"),
        (["/tmp/a1", "~/x1", "./x1", "a\\b1", "lib/x86/y"], "PATH"),
        (["node1.example.com", "ip-10-0-0-1.ec2.internal"], "HOST"),
        (["sda1", "worker-3", "req_7f"], "ID"),
        (["16383/255/63", "a1?b", "$1"], "*"),
    ],
)
def test_kinds_of_values(values: list[str], kind: str) -> None:
    frame = pl.DataFrame({"value": values})
    assert frame.select(kind=_kind(pl.col("value"), _KINDS))["kind"].to_list() == [kind] * len(values)
