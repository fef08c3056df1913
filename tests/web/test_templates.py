"""Templates: nothing inline, and nothing hostile gets through any part."""

# ruff: noqa: E501 - a call of a part is one line

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

import oddline.web
from oddline.web.environment import environment
from oddline.web.errors import error_page
from oddline.web.rendering import render
from tests.web.site import SHELL

ROOT = Path(oddline.web.__file__).parent
TEMPLATES = sorted(ROOT.rglob("*.j2"))
JS = sorted((ROOT / "static" / "js").rglob("*.js"))
EVIL = "\"'><script>harm()</script><img src=x onerror=harm()>\x1b[2J\u202egnp"
MOMENT = datetime(2026, 11, 21, 12, 4, 11, tzinfo=UTC)


class Reader(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def read(page: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Reader()
    reader.feed(page)
    return reader.tags


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_style_script_or_handlers_in_it(path):
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"javascript:", text, re.IGNORECASE)
    assert not re.search(r"https?://(?!www\.w3\.org)", text), "nothing comes from elsewhere"
    assert not re.search(r"\|\s*safe\b", text), "text is escaped; markup comes from parts"


PARSES_OUR_PAGES = {"live.js", "handover.js"}
"""These read whole pages of our own server, which escaped them; a parsed document runs nothing."""


@pytest.mark.parametrize("path", JS, ids=lambda path: path.name)
def test_no_module_writes_markup(path):
    text = path.read_text()
    words = (
        "insertAdjacentHTML",
        "document.write",
        "DOMParser",
        "eval(",
        "new Function",
        "createContextualFragment",
        "setHTML",
    )
    for word in words:
        assert word not in text or (word == "DOMParser" and path.name in PARSES_OUR_PAGES), word
    assert not re.search(r"(inner|outer)HTML\s*[+]?=(?!=)", text)
    assert not re.search(r"https?://(?!www\.w3\.org)", text)


class Row:
    """Whatever is asked of it and not known is hostile."""

    def __init__(self, **known: Any) -> None:
        self.known = known

    def __getattr__(self, name: str) -> Any:
        return self.known.get(name, EVIL)


PEOPLE_SAY = {
    "job": Row(state="running", share=0.3, can=["cancel"], phases=[(EVIL, EVIL, EVIL, "now")], attempt=2, href="/x"),
    "incident": Row(severity="high", score=3.0, number=3, count=3, pattern=EVIL, why=EVIL, title=EVIL),
    "row": Row(score=3.0, severity="high", confidence=0.3, line=3, row=3, anomaly=True, more_reasons=2),
    "scans": [
        Row(state="done", tally={"low": 3}, volume=[1, 2], odd={1: EVIL}, lines=3, created=MOMENT),
        Row(state="running", share=0.3, lines=None, created=MOMENT),
        Row(state="failed", uploads=[EVIL], lines=None, created=MOMENT),
    ],
    "turned": Row(total=3, first=1, last=2),
    "health": [Row(bad=True, act=(EVIL, f"/{EVIL}")), Row(bad=True, act=None)],
}


CALLS: dict[str, str] = {
    "card": "{% call ui.card(evil, count=1, note=evil, link=(evil, '#'), footer=evil) %}{{ evil }}{% endcall %}",
    "chart": "{{ ui.chart('a', evil, evil) }}",
    "choice": "{{ ui.choice(evil, evil, evil, evil, tag=evil) }}",
    "count": "{{ ui.count(3) }}",
    "data": "{{ ui.data('a', {'evil': evil}) }}",
    "data_table": "{% call ui.data_table('a', evil, src=evil) %}{{ evil }}{% endcall %}",
    "dialog": "{% call ui.dialog('a', evil, evil) %}{{ evil }}{% endcall %}",
    "drop": "{{ ui.drop(evil, evil, name=evil, link=evil, accept=evil) }}",
    "empty": "{% call ui.empty(evil, evil) %}{{ evil }}{% endcall %}",
    "facts": "{{ ui.facts([evil, ('code', evil)]) }}",
    "field": "{{ ui.field(evil, evil, evil, hint=evil, error=evil, placeholder=evil, autocomplete=evil, aside=evil) }}",
    "figures": "{{ ui.figures([(evil, evil, evil)]) }}",
    "form_key": "{{ ui.form_key(evil) }}",
    "head": "{% call ui.head(evil, crumbs=[(evil, '/'), (evil, none)], lede=evil, facts=[evil], tag=evil) %}{{ evil }}{% endcall %}",
    "health_card": "{{ ui.health_card(health, 2) }}",
    "icon": "{{ ui.icon(evil) }}",
    "incident": "{{ ui.incident({'severity': 'high', 'score': 3, 'when': evil, 'lasts': evil, 'source': evil, 'pattern': evil, 'why': evil, 'first': evil, 'state': evil, 'id': evil}, evil) }}",
    "incident_acts": "{% for state in ('open', 'acknowledged', 'muted') %}{{ ui.incident_acts(evil, state, true) }}{% endfor %}",
    "incident_list": "{{ ui.incident_list([incident]) }}",
    "job_card": "{{ ui.job_card(job, true) }}",
    "key": "{{ ui.key(evil) }}",
    "legend": "{{ ui.legend([evil]) }}",
    "log": "{{ ui.log(evil) }}",
    "menu": "{% call ui.menu('a', evil) %}{{ evil }}{% endcall %}",
    "menu_button": "{{ ui.menu_button('a', evil) }}",
    "model_delete": "{{ ui.model_delete(evil, evil, done=evil) }}{{ ui.model_delete(evil, evil) }}",
    "notice": "{% call ui.notice(evil, evil, alert=true) %}{{ evil }}{% endcall %}",
    "panel": "{% call ui.panel('a', 'a') %}{{ evil }}{% endcall %}",
    "pattern": "{{ ui.pattern('<IP> ' ~ evil) }}",
    "phases": "{{ ui.phases([(evil, evil, 'now')]) }}",
    "pieces": "{{ ui.pieces([evil, ('b', evil), ('code', evil), ('slot', evil), ('faint', evil), ('pattern', evil), ('link', evil, '/' ~ evil)]) }}",
    "problem": "{{ ui.problem({'title': evil, 'expected': evil, 'hint': evil}) }}",
    "progress": "{{ ui.progress(3, evil) }}",
    "reasons": "{{ ui.reasons([{'words': evil, 'share': 3.0, 'note': evil}], evil) }}",
    "running": "{% call ui.running(evil, evil, evil, [(evil, evil, 'now')], 3, evil) %}{{ evil }}{% endcall %}",
    "scan_chips": "{{ ui.scan_chips({'low': 3}, []) }}",
    "scan_downloads": "{{ ui.scan_downloads(evil, [evil], {evil: (evil, evil)}) }}",
    "scan_incident": "{{ ui.scan_incident(incident, evil) }}",
    "scan_row": "{{ ui.scan_row(row, evil, evil, evil, verdict=evil, source=true, label=true) }}",
    "scan_table": "{{ ui.scan_table(scans, may=true, choose=true) }}",
    "score": "{{ ui.score(3) }}",
    "search": "{{ ui.search(evil, evil, value=evil) }}",
    "segmented": "{{ ui.segmented(evil, evil, [(evil, evil)]) }}",
    "select": "{{ ui.select(evil, evil, [(evil, evil)], hint=evil, error=evil) }}",
    "severity": "{{ ui.severity(evil, 3) }}{{ ui.severity(evil, 3, word=false) }}",
    "share": "{{ ui.share(3, evil) }}",
    "skeleton": "{{ ui.skeleton() }}",
    "spark": "{{ ui.spark([1, 2], {1: evil}) }}",
    "switch": "{{ ui.switch(evil, name=evil, key=evil) }}",
    "table": "{% call ui.table([(evil, evil)], caption=evil) %}{{ evil }}{% endcall %}",
    "tabs": "{{ ui.tabs(evil, [('a', evil, 3)], 'a') }}",
    "tag": "{{ ui.tag(evil, evil, evil) }}",
    "tally": "{{ ui.tally({'low': 3}) }}",
    "textarea": "{{ ui.textarea(evil, evil, evil, hint=evil, error=evil) }}",
    "time": "{% for form in ('minute', 'second', 'date', 'full', 'ago') %}{{ ui.time(moment, form) }}{{ ui.time(none, form) }}{% endfor %}",
    "toasts": "{{ ui.toasts() }}",
    "toolbar": "{% call ui.toolbar() %}{{ evil }}{% endcall %}",
    "turn": "{{ ui.turn(turned, 'scan') }}",
    "verdict": "{% call ui.verdict(evil, evil, 'high', label=evil) %}{{ evil }}{% endcall %}",
}  # fmt: skip


def draw(source: str, **context: Any) -> str:
    return environment().from_string(source).render(**context)


@pytest.mark.parametrize("name", sorted(vars(environment().globals["ui"])))
def test_no_part_lets_hostile_text_through(name):
    assert name in CALLS, "write a call of the new part, with hostile text wherever text goes"
    page = draw(CALLS[name], evil=EVIL, moment=MOMENT, **PEOPLE_SAY)
    assert page.strip()
    tags = read(page)
    assert not {"script", "img"} & {tag for tag, _ in tags}
    assert not [attrs for _, attrs in tags if any(one.startswith("on") or one == "style" for one in attrs)]
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_hidden_characters_are_shown():
    assert draw("{{ a }}<i title='{{ a }}'>", a="\x1b[2J\u202e") == r"\x1b[2J\u202e<i title='\x1b[2J\u202e'>"


def test_what_is_missing_is_an_error_and_not_an_empty_place():
    with pytest.raises(UndefinedError):
        draw("{{ nobody.name }}")
    with pytest.raises(UndefinedError, match="nothing"):
        draw("{{ ui.nothing() }}")


def test_data_for_a_module_comes_back_as_it_was():
    page = draw("{{ ui.data('scan', value) }}", value={"words": "</template><script>\u202e &amp; 'a' \"b\""})
    reader = Reader()
    reader.feed(page)
    assert [tag for tag, _ in reader.tags] == ["template"]


def test_a_severity_is_word_and_shape():
    assert draw("{{ ui.severity('high') }}") == (
        '<span class="sev high"><svg aria-hidden="true"><use href="#s-high"/></svg>High</span>'
    )
    assert '<span class="vh">high: </span>1,204</span>' in draw("{{ ui.severity('high', 1204, word=false) }}")


def test_a_template_marks_its_slots():
    page = draw("{{ ui.pattern('to <IP> <b> <*>') }}")
    assert page == (
        '<code translate="no" dir="ltr">to <span class="slot">&lt;IP&gt;</span> &lt;b&gt; '
        '<span class="slot">&lt;*&gt;</span></code>'
    )


def test_a_field_names_its_hint_and_its_error():
    page = draw("{{ ui.field('q', 'Quantile', '1.4', hint='h', error='e') }}")
    tags = dict(reversed(read(page)))
    assert tags["label"]["for"] == tags["input"]["id"] == "f-q"
    assert tags["input"]["aria-invalid"] == "true"
    assert tags["input"]["aria-describedby"] == "f-q-error f-q-hint"
    assert {"f-q-hint", "f-q-error"} <= {attrs.get("id") for _, attrs in read(page)}


def asked(path: str = "/", cookie: str = "") -> Request:
    path, _, query = path.partition("?")
    headers = [(b"cookie", cookie.encode())]
    return Request({"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": headers, "server": ("h", 80), "scheme": "http"})  # fmt: skip


@pytest.mark.parametrize(
    ("cookie", "told"), [("", None), ("oddline_theme=dark", "dark"), ('oddline_theme=x"><b>', None)]
)
def test_the_server_writes_the_theme_of_the_cookie(cookie, told):
    page = render(asked(cookie=cookie), "signin.html.j2").body.decode()
    assert read(page)[0][1].get("data-theme") == told


def test_a_page_of_somebody_has_their_form_key_everywhere():
    source = '{% extends "layout.html.j2" %}{% block title %}a{% endblock %}{% block main %}b{% endblock %}'
    tags = read(environment().from_string(source).render(shell=SHELL, theme=""))
    assert ("meta", {"name": "csrf", "content": "key-1"}) in tags
    forms = sum(tag == "form" for tag, _ in tags)
    keys = sum(attrs.get("name") == "form_key" and attrs["value"] == "key-1" for _, attrs in tags)
    assert forms == keys > 0
    current = [attrs["href"] for tag, attrs in tags if tag == "a" and attrs.get("aria-current") == "page"]
    assert current == ["/scans", "/scans"]  # the bar, and the menu of phones


@pytest.mark.parametrize("status", [403, 404, 413, 429, 500, 503, 418])
def test_an_error_says_what_to_do_next(status):
    answer = error_page(asked(), {"status": status, "title": f"no scan {EVIL}", "hint": "look under Scans"})
    page = answer.body.decode()
    assert answer.status_code == status
    assert "Look under Scans." in page
    assert 'href="/"' in page
    assert "<img" not in page


def test_a_stranger_is_led_to_the_sign_in_and_back():
    answer = error_page(asked("/scans?q=a b&tab=x"), {"status": 401, "title": "you are not signed in"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/signin?next=%2Fscans%3Fq%3Da%20b%26tab%3Dx"


def test_where_to_go_after_the_sign_in_stays_in_the_form():
    page = render(asked(), "signin.html.j2", next='/scans?q="><script>', sso_name="Dex").body.decode()
    tags = read(page)
    assert ("input", {"type": "hidden", "name": "next", "value": '/scans?q="><script>'}) in tags
    assert any(attrs.get("href") == "/api/v1/session/oidc?next=/scans%3Fq%3D%22%3E%3Cscript%3E" for _, attrs in tags)
