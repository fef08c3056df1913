"""The report: one page that needs nothing, in which log text is only ever text."""

# ruff: noqa: RUF001 - the outputs write an en dash and a multiplication sign

import base64
import hashlib
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import polars as pl
import pytest

from oddline.core.nouns import Incident
from oddline.outputs._timeline import Timeline
from oddline.outputs.report import INCIDENTS, PAGE, Report

VOID = {"meta", "link", "br", "img", "hr", "input"}
DAY = datetime(2026, 11, 22, tzinfo=UTC)
MADE = datetime(2026, 11, 22, 3, 14, tzinfo=UTC)
NAMES = ["shop", "untimed", "nothing", "quiet", "hostile", "wide", "table"]


class Page(HTMLParser):
    """Reads a page and remembers its elements; fails on tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        assert len(attrs) == len(dict(attrs)), f"an attribute twice on {tag}"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def written(result, **options) -> str:
    stream = io.BytesIO()
    Report(made=MADE, **options).write(result, stream)
    return stream.getvalue().decode("utf-8", "strict")


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_sound_html_with_no_script_no_style_attribute_and_no_address(request, name):
    text = written(request.getfixturevalue(name), command="oddline scan app.log")
    page = Page(text)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "iframe", "object", "embed", "img", "form", "base", "a", "foreignobject", "image"}
    for tag, attributes in page.elements:
        assert "style" not in attributes
        assert not [a for a in attributes if a.startswith("on")]
        for target in (attributes.get("href"), attributes.get("src")):
            assert target is None or target == "data:," or target.startswith("#"), (tag, target)
    style = text.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    used = {a["href"][1:] for tag, a in page.elements if tag == "use"}
    assert used <= set(ids)
    assert [tag for tag, _ in page.elements].count("h1") == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_allows_its_own_style_sheet_and_nothing_else(request, name):
    text = written(request.getfixturevalue(name))
    policy = next(a["content"] for tag, a in Page(text).elements if a.get("http-equiv") == "Content-Security-Policy")
    style = text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert text.index("Content-Security-Policy") < text.index("<style>")


def test_the_answer_comes_first_as_a_sentence(shop):
    page = Page(written(shop)).text
    assert "connection to <IP> refused, 188 odd lines from 12:04 to 12:09." in re.sub(r"\s+", " ", page)
    assert "4 more incidents: 1 high, 2 medium, 1 low." in page


def test_every_incident_is_there_with_its_lines_in_context(shop):
    page = Page(written(shop))
    titles = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<h3.*?</h3>", written(shop), flags=re.S)]
    assert len(titles) == 5
    marked = [a["class"] for tag, a in page.elements if tag == "li" and "odd" in a.get("class", "")]
    assert {*marked} == {"odd critical", "odd high", "odd medium", "odd low"}
    assert f"{shop.incidents[3].line:,}" in page.text
    assert "certificate for pay.example expires in 3 days" in page.text


def test_it_says_how_it_was_made_and_how_to_make_it_again(shop):
    command = "oddline scan 'my log' --report odd.html"
    page = Page(written(shop, command=command, notes={"Against": "yesterday.log"})).text
    for fact in (command, "yesterday.log", "logs/app.log, 48,211 lines, syslog (0.98)", "odd_lines, cut 62, budget 5"):
        assert fact in page
    assert "22 Nov 2026, 03:14 UTC" in page


def test_the_same_result_gives_the_same_bytes(shop):
    assert written(shop) == written(shop)


def test_hostile_text_is_only_ever_text(hostile):
    text = written(hostile, command="oddline scan '<b>\x1b[2J'")
    assert "<script" not in text
    assert "<img" not in text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", text)
    page = Page(text).text
    assert "<script>alert(1)</script><img src=x onerror=alert(2)>" in page
    assert "\\x1b[2J\\x1b]0;owned\\x07" in page
    assert "user \\u202egnp.exe\\u202c logged in\\u200b\\x00" in page
    assert "{{ 7 * 7 }} {% raw %}" in page
    assert "evil\\x1b[31m<b>\\xe9.log" in page


def test_an_attribute_cannot_be_left(shop):
    evil = replace(shop.incidents[0], title='" onload="alert(1)" x="<IP>', severity="critical")
    page = Page(written(replace(shop, incidents=(evil,))))
    assert not [a for _, a in page.elements if "onload" in a]
    drawn = next(a["aria-label"] for tag, a in page.elements if a.get("role") == "img")
    assert 'onload="alert(1)"' in drawn


def test_an_empty_result_is_a_page(nothing, quiet):
    assert "No odd lines." in Page(written(nothing)).text
    assert "There was nothing to judge" in Page(written(nothing)).text
    assert "The highest score is 58; cut 62, budget 5." in Page(written(quiet)).text


def test_without_time_the_axis_is_line_numbers(untimed):
    page = Page(written(untimed)).text
    assert "All 4,233 lines" in page
    assert "Odd lines per" in page
    assert "UTC" not in page.replace("22 Nov 2026, 03:14 UTC", "")


def test_one_drawing_for_wide_pages_and_one_for_phones(shop):
    drawings = [a for tag, a in Page(written(shop)).elements if tag == "svg" and a.get("role") == "img"]
    assert [a["class"] for a in drawings] == ["wide", "phone"]
    assert "233 odd lines of 48,211. Critical: connection to <IP> refused, 12:04–12:09." in drawings[0]["aria-label"]


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_drawn_lies_on_the_drawing(request, name):
    lies_on_the_drawing(Page(written(request.getfixturevalue(name))))


def test_an_incident_that_goes_on_beyond_the_part_that_is_shown_is_cut_there(shop):
    long = replace(shop.incidents[1], opened=DAY, last_seen=DAY + timedelta(hours=23))
    lies_on_the_drawing(Page(written(replace(shop, incidents=(shop.incidents[0], long)))))


def test_every_row_is_counted_in_its_own_bin(hostile):
    """Forty lines, one a second: forty bins with one line each, the last one too."""
    timeline = Timeline.of(hostile)
    edges, counts = timeline.counts(timeline.focus, 1.0)
    assert counts.sum(axis=0).tolist() == [1] * 40
    assert len(edges) == 40
    assert counts[1:].sum() == len(hostile.anomalies)


def lies_on_the_drawing(page):
    size = (0.0, 0.0)
    for tag, a in page.elements:
        if tag == "svg" and a.get("role") == "img":
            size = tuple(float(n) for n in a["viewbox"].split()[2:])
        if tag == "rect":
            x, y, w, h = (float(a[key]) for key in ("x", "y", "width", "height"))
            assert -1 <= x <= x + w <= size[0] + 1
            assert 0 <= y <= y + h <= size[1]
            assert w > 0
            assert h > 0


def test_a_report_stays_small(shop):
    many: tuple[Incident, ...] = shop.incidents * 200
    text = written(replace(shop, incidents=many))
    assert text.count("<article") == INCIDENTS
    assert "900 more incidents are not shown here" in text
    assert len(text) < 1_000_000
    assert text.count("h.01") <= 2000


def test_long_lines_are_cut_and_it_is_said(wide):
    text = written(wide)
    assert "(99,500 more characters)" in text
    assert len(text) < 200_000


def test_rare_templates_are_listed_with_their_first_line(shop):
    text = written(shop)
    rows = re.findall(r"<tr><td class=\"num\">([\d,]+)</td><td class=\"num\">([\d,]+)</td>", text)
    assert rows[0] == ("1", f"{shop.incidents[3].line:,}")
    assert [int(n) for n, _ in rows] == sorted(int(n) for n, _ in rows)


def test_rows_of_a_table_are_called_rows(table):
    page = Page(written(table)).text
    assert "Odd rows" in page
    assert "Rare templates" not in page


def test_an_incident_of_another_source_names_it(shop):
    other = replace(shop.incidents[1], source="other.log")
    inputs = (*shop.inputs, replace(shop.inputs[0], path="other.log"))
    assert "of other.log" in written(replace(shop, inputs=inputs, incidents=(shop.incidents[0], other)))


def test_times_that_make_no_sense_make_no_harm(shop):
    early = pl.when(pl.col("line") == 1).then(pl.datetime(1, 1, 1, time_zone="UTC", time_unit="us"))
    late = early.when(pl.col("line") == 2).then(pl.datetime(9999, 12, 31, time_zone="UTC", time_unit="us"))
    ts = late.otherwise(pl.col("ts")).cast(shop.scored.schema["ts"])
    Page(written(replace(shop, scored=shop.scored.with_columns(ts=ts))))


# ---- the style sheet ----


def tokens() -> dict[str, str]:
    text = (PAGE / "tokens.css").read_text(encoding="utf-8").split("@media")[0]
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", text))


def test_the_style_sheet_has_what_it_uses_and_uses_what_it_has():
    css = (PAGE / "report.css").read_text(encoding="utf-8")
    used = set(re.findall(r"var\((--[\w-]+)\)", css))
    assert used == set(tokens())
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", css), "raw colours live in tokens.css"


def test_every_class_on_the_page_has_a_rule_and_every_rule_a_class(shop, quiet, hostile):
    css = re.sub(r"/\*.*?\*/", "", (PAGE / "report.css").read_text(encoding="utf-8"), flags=re.S)
    ruled = set(re.findall(r"\.([a-z][\w-]*)", css))
    severe = [
        replace(shop, incidents=tuple(replace(i, severity=s, score=float(10 * n)) for i in shop.incidents))
        for n, s in enumerate(["low", "medium", "high", "critical", "low", "low", "low", "low", "low", "low"])
    ]
    worn: set[str] = set()
    for result in (shop, quiet, hostile, *severe):
        for _, attributes in Page(written(result, command="x")).elements:
            worn |= set((attributes.get("class") or "").split())
    assert ruled - worn == set()
    assert worn - ruled <= {"item"}


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


SEVERITY = ("low", "medium", "high", "critical")
WORDS = [
    *((ink, "bg") for ink in ("text", "text-2", "text-3", "accent-ink")),
    *((f"{name}-ink", "bg") for name in SEVERITY),
    *((ink, f"{name}-soft") for name in SEVERITY for ink in ("text", "text-2")),
    *((f"on-score-{n}", f"score-{n}") for n in range(10)),
]
MARKS = [("low", "bg"), ("high", "bg"), ("critical", "bg"), ("on-critical", "critical"), ("focus", "bg"), ("ok", "bg")]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("pair", "least"), [(p, 4.5) for p in WORDS] + [(p, 3.0) for p in MARKS])
def test_contrast(pair, least, scheme):
    ink, ground = (re.findall(r"#[0-9a-f]{6}", tokens()[f"--{name}"])[scheme] for name in pair)
    assert contrast(ink, ground) >= least, pair
