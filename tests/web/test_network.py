"""What the modules say to the API, in Chromium: requests, problems, events, uploads, forms."""

# ruff: noqa: E501 - a script of the page is one line

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.web.site import Site
from tests.web.test_shell import expect

FILE = "new File([new Uint8Array(2500).map((_, i) => i % 251)], 'edge <3>.log', {lastModified: 5})"


def run(page: Any, module: str, code: str) -> Any:
    """Run some lines with the names of a module at hand."""
    return page.evaluate(f"import('/static/x/js/{module}.js').then(async (m) => {{ {code} }})")


# ---- requests ----


def test_what_changes_something_carries_the_form_key_and_an_idempotency_key(visit, site):
    page = visit("/")
    answer = run(page, "api", "return m.api.post('tokens', {name: 'ci'})")
    assert answer == {"id": "tok_1"}
    method, path, headers, body = site.acts[-1]
    assert (method, path, json.loads(body)) == ("POST", "/api/v1/tokens", {"name": "ci"})
    assert headers["x-csrf-token"] == "key-1"
    assert headers["x-oddline-workspace"] == "payments"
    assert len(headers["idempotency-key"]) == 32
    run(page, "api", "return m.api.post('tokens', {name: 'ci'})")
    assert site.acts[-1][2]["idempotency-key"] != headers["idempotency-key"]


def test_a_problem_is_told_in_sentences(visit, site):
    page = visit("/")
    site.broken = 1
    told = run(page, "api", "try { await m.api.get('rows') } catch (e) { return [e.status, e.message, e.hint] }")
    assert told == [422, "The search is no search. Take the bracket away.", "take the bracket away"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"status": 413}, "That is larger than is allowed."),
        ({"status": 0}, "The server cannot be reached."),
        ({"status": 422, "title": "too wide", "expected": "2,000 columns", "hint": "drop some"}, "Too wide. Expected 2,000 columns. Drop some."),
    ],
)  # fmt: skip
def test_words_of_a_problem(visit, told, words):
    assert visit("/").evaluate("(told) => import('/static/x/js/api.js').then((m) => m.words(told))", told) == words


def test_reading_is_tried_again_and_a_refusal_is_not(visit, site):
    page = visit("/", still=True)
    answers = ["503", "429", "200"]

    def answer(route: Any) -> None:
        status = int(answers.pop(0))
        route.fulfill(
            status=status, body='{"items": []}', content_type="application/json", headers={"retry-after": "1"}
        )

    page.route("**/api/v1/flaky", answer)
    page.evaluate("import('/static/x/js/api.js').then(m => m.api.get('flaky')).then(a => { window.got = a }); 0")
    for _ in range(40):
        page.clock.run_for(500)
        page.wait_for_timeout(25)  # the network has its own clock
        if page.evaluate("window.got"):
            break
    assert page.evaluate("window.got") == {"items": []}
    assert answers == []
    answers[:] = ["404", "200"]
    assert run(page, "api", "try { await m.api.get('flaky') } catch (e) { return e.status }") == 404
    assert answers == ["200"]


def test_lists_and_nothing_in_a_query(visit):
    page = visit("/")
    code = "return m.address('rows', {a: ['x', 'y'], b: null, c: '', d: 0, e: 'p&q'})"
    assert run(page, "api", code) == "/api/v1/rows?a=x&a=y&d=0&e=p%26q"


def test_an_older_answer_that_comes_late_is_nobodys(visit):
    page = visit("/")
    code = """
      const open = [];
      const ask = m.latest((signal, name) => new Promise((done) => open.push(() => done(name))));
      const answers = [ask('old'), ask('new')];
      open[1]();
      open[0]();
      return (await Promise.all(answers)).map((one) => one ?? null);"""
    assert run(page, "api", code) == [None, "new"]


# ---- events ----


def test_events_go_on_after_the_line_is_cut(visit, site):
    page = visit("/")
    run(
        page,
        "events",
        "window.heard = []; window.line = m.listen('events', {on: {progress: (data, id) => heard.push([data.n, id])}}); return 0",
    )
    expect_heard(page, [[1, "1"], [2, "2"], [3, "3"], [4, "4"], [5, "5"], [6, "6"]])
    assert site.heard[:3] == ["0", "2", "4"]
    page.evaluate("line.close()")


def expect_heard(page: Any, wanted: list[Any]) -> None:
    for _ in range(80):
        if page.evaluate("heard") == wanted:
            return
        page.wait_for_timeout(100)
    assert page.evaluate("heard") == wanted


def test_a_lost_connection_is_told_and_tried_again_at_once_by_a_button(visit, site):
    page = visit("/", still=True)
    page.route("**/api/v1/events", lambda route: route.abort())
    run(
        page,
        "events",
        "window.heard = []; window.line = m.listen('events', {on: {progress: (data) => heard.push(data.n)}}); return 0",
    )
    notice = page.locator("[data-notices] .notice")
    expect(notice).to_contain_text("The connection was lost at")
    expect(notice).to_contain_text("Trying again in")
    page.unroute("**/api/v1/events")
    expect(notice.get_by_role("button", name="Now")).to_be_visible()
    page.evaluate("document.querySelector('[data-notices] button').click()")
    expect(notice).to_have_count(0)
    page.evaluate("line.close()")


def test_a_refused_stream_is_not_asked_for_again(visit, site):
    page = visit("/")
    tries = []

    def refuse(route: Any) -> None:
        tries.append(1)
        route.fulfill(status=404, body='{"title": "no job job_1"}', content_type="application/problem+json")

    page.route("**/api/v1/events", refuse)
    code = "return new Promise((done) => m.listen('events', {on: {error: (problem) => done(problem.message)}}))"
    assert run(page, "events", code) == "No job job_1."
    page.wait_for_timeout(300)
    assert len(tries) == 1


def test_events_are_read_as_the_standard_says(visit):
    page = visit("/")
    code = """
      const got = [];
      const read = m.parser((one) => got.push([one.event, one.data, one.id]));
      for (const piece of [':hello\\n\\nid: 7\\ndata: a\\nda', 'ta:b\\n\\n', 'event: end\\r\\ndata\\r\\n\\r\\n', 'event: none\\n\\n']) read(piece);
      return got;"""
    assert run(page, "events", code) == [["message", "a\nb", "7"], ["end", "", "7"]]


# ---- uploads ----


def test_a_file_goes_in_parts_and_tells_how_far_it_is(visit, site):
    page = visit("/")
    code = f"""
      const told = [];
      const one = new m.Upload({FILE}, {{part: 1000, progress: (sent, total) => told.push([sent, total])}});
      return [await one.start(), told.at(-1), told.length > 3];"""
    assert run(page, "upload", code) == [{"id": "upl_0", "bytes": 2500}, [2500, 2500], True]
    assert site.uploads["upl_0"]["data"] == bytes(number % 251 for number in range(2500))
    assert site.uploads["upl_0"]["name"] == "edge <3>.log"
    assert page.evaluate("localStorage.length") == 0


def test_a_part_that_failed_is_sent_again_from_where_the_service_is(visit, site):
    page = visit("/", still=True)
    site.broken = 2
    page.evaluate(
        f"import('/static/x/js/upload.js').then(m => new m.Upload({FILE}, {{part: 1000}}).start()).then(a => {{ window.got = a }}); 0"
    )
    for _ in range(40):
        page.clock.run_for(1000)
        page.wait_for_timeout(25)
        if page.evaluate("window.got"):
            break
    assert page.evaluate("window.got") == {"id": "upl_0", "bytes": 2500}
    assert len(site.uploads["upl_0"]["data"]) == 2500


def test_a_part_whose_answer_was_lost_is_not_sent_twice(visit, site):
    page = visit("/")
    site.lost = 1
    code = f"return new m.Upload({FILE}, {{part: 1000}}).start()"
    assert run(page, "upload", code) == {"id": "upl_0", "bytes": 2500}
    assert site.uploads["upl_0"]["data"] == bytes(number % 251 for number in range(2500))


def test_the_service_knows_best_where_a_file_is(visit, site):
    page = visit("/")
    half(page, site)
    page.evaluate("one.progress = () => {}; one.sent = 300; one.resume()")
    for _ in range(50):
        if page.evaluate("window.got || window.failed"):
            break
        page.wait_for_timeout(50)
    assert page.evaluate("window.got") == {"id": "upl_0", "bytes": 2500}


def half(page: Any, site: Site) -> None:
    """Send one part, then hold."""
    code = f"""
      window.one = new m.Upload({FILE}, {{part: 1000, progress: (sent) => {{ if (sent >= 1000) one.pause(); }}}});
      one.start().then((a) => {{ window.got = a }}, (e) => {{ window.failed = e.name }});
      return 0;"""
    run(page, "upload", code)
    for _ in range(50):
        if len(site.uploads.get("upl_0", {"data": b""})["data"]) == 1000:
            return
        page.wait_for_timeout(50)
    raise AssertionError("the first part did not arrive")


def test_a_paused_file_goes_on(visit, site):
    page = visit("/")
    half(page, site)
    page.wait_for_timeout(150)
    assert len(site.uploads["upl_0"]["data"]) == 1000
    page.evaluate("one.progress = () => {}; one.resume()")
    for _ in range(50):
        if page.evaluate("window.got"):
            break
        page.wait_for_timeout(50)
    assert page.evaluate("window.got.bytes") == 2500


def test_a_file_goes_on_after_the_page_was_closed(visit, site):
    page = visit("/")
    half(page, site)
    page.goto(site.url + "/scans")
    page.wait_for_selector("html[data-ready]")
    code = f"const one = new m.Upload({FILE}, {{part: 1000}}); return [await one.start(), one.resumed]"
    assert run(page, "upload", code) == [{"id": "upl_0", "bytes": 2500}, True]
    assert len(site.uploads) == 1


def test_a_cancelled_file_is_dropped(visit, site):
    page = visit("/")
    half(page, site)
    page.evaluate("one.cancel()")
    for _ in range(50):
        if page.evaluate("window.failed"):
            break
        page.wait_for_timeout(50)
    assert page.evaluate("window.failed") == "AbortError"
    assert site.uploads["upl_0"]["gone"] is True
    assert page.evaluate("localStorage.length") == 0


def test_a_file_is_dropped_or_chosen(visit):
    page = visit("/")
    page.evaluate(
        "document.querySelector('.drop').addEventListener('files', (e) => { window.files = e.detail.files.map((f) => f.name) }); 0"
    )
    page.get_by_role("button", name="Drop files here").set_input_files(
        {"name": "a.log", "mimeType": "text/plain", "buffer": b"a"}
    )
    assert page.evaluate("window.files") == ["a.log"]
    drop = """() => {
      const carried = new DataTransfer();
      carried.items.add(new File(['b'], 'b.log'));
      const zone = document.querySelector('.drop');
      zone.dispatchEvent(new DragEvent('dragenter', {dataTransfer: carried, bubbles: true}));
      const over = zone.classList.contains('over');
      zone.dispatchEvent(new DragEvent('drop', {dataTransfer: carried, bubbles: true}));
      return [over, zone.classList.contains('over'), window.files];
    }"""
    assert page.evaluate(drop) == [True, False, ["b.log"]]


# ---- forms and buttons that need no script ----


def form(page: Any) -> None:
    page.evaluate("""() => {
      const form = document.createElement('form');
      form.dataset.api = 'POST /tokens';
      form.dataset.say = 'Token made.';
      for (const [name, type, value] of [['name', 'text', 'ci'], ['days', 'number', '30'], ['limits.rows', 'number', '5'], ['on', 'checkbox', ''], ['none', 'text', '']]) {
        const label = document.createElement('label');
        label.className = 'field';
        const input = Object.assign(document.createElement('input'), {name, type, value, id: `x-${name}`});
        label.append(name, input);
        form.append(label);
      }
      form.append(Object.assign(document.createElement('button'), {type: 'submit', textContent: 'Make token'}));
      document.querySelector('main').prepend(form);
    }""")


def test_a_form_is_sent_as_json(visit, site):
    page = visit("/")
    form(page)
    page.get_by_role("button", name="Make token").click()
    expect(page.get_by_role("status").filter(has_text="Token made.")).to_be_visible()
    assert json.loads(site.acts[-1][3]) == {"name": "ci", "days": 30, "limits": {"rows": 5}, "on": False}


def test_what_was_wrong_stands_beside_the_field(visit, site):
    page = visit("/")
    form(page)
    site.broken = 1
    page.get_by_role("button", name="Make token").click()
    field = page.locator("#x-name")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    assert page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text() == "is taken"
    page.get_by_role("button", name="Make token").click()
    expect(page.get_by_role("status").filter(has_text="Token made.")).to_be_visible()
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_a_button_asks_before_it_calls(visit, site):
    page = visit("/")
    page.evaluate("""() => {
      const button = Object.assign(document.createElement('button'), {textContent: 'Revoke', type: 'button'});
      Object.assign(button.dataset, {api: 'POST /tokens', body: '{"name": "x"}', confirm: 'Programs that use it stop working.', confirmTitle: 'Revoke the token?', confirmYes: 'Revoke it', say: 'Revoked.'});
      document.querySelector('main').prepend(button);
    }""")
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog", name="Revoke the token?").get_by_role("button", name="Keep").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert site.acts == []
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_role("status").filter(has_text="Revoked.")).to_be_visible()
    assert json.loads(site.acts[-1][3]) == {"name": "x"}


# ---- words and times: as the server writes them ----


def test_numbers_sizes_and_spans_read_as_the_server_writes_them(visit):
    from oddline.web import _filters

    page = visit("/")
    sizes = [0, 999, 1_000, 6_134_000, 99_950_000, 137_000_000, 2_000_000_000, 18_400_000_000]
    spans = [0, 0.214, 4.2, 12, 59.6, 289, 5400, 36_000, 259_200, 266_400]
    shares = [0, 0.004, 0.78, 0.9996, 1]
    code = "return [%s.map((n) => m.size(n)), %s.map((n) => m.duration(n)), %s.map((n) => m.percent(n)), m.number(48211), m.number(0.927, 2)]"
    told = run(page, "words", code % (sizes, spans, shares))
    assert told == [
        [_filters.size(one) for one in sizes],
        [_filters.duration(one) for one in spans],
        [_filters.percent(one) for one in shares],
        "48,211",
        "0.93",
    ]


def test_times_read_as_the_server_writes_them(visit):
    from datetime import UTC, datetime, timedelta

    from oddline.web import _filters

    page = visit("/", timezone_id="Asia/Seoul")
    noon = datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)
    steps = [3, 130, 3580, 7200, 80_000, 90_000, 200_000, 864_000, -130, -10_800, -90_000, -400_000]
    moments = [noon - timedelta(seconds=step) for step in steps]
    code = "const now = Date.parse('%s'); return %s.map((at) => [m.ago(at, now), m.clock(at), m.full(at)])"
    told = run(page, "time", code % (_filters.iso(noon), json.dumps([_filters.iso(one) for one in moments])))
    assert told == [[_filters.ago(one, noon), _filters.clock(one), _filters.full(one)] for one in moments]


def test_hidden_characters_are_shown_as_the_server_shows_them(visit):
    from oddline.outputs._hostile import visible

    page = visit("/")
    codes = [*range(0x300), *range(0x1100, 0x1200), *range(0x17A0, 0x1820), *range(0x2000, 0x2080), 0x3164, 0xFEFF, 0xFFA0, *range(0xFFF0, 0x10000), *range(0xE0000, 0xE0080), 0x1F600]  # fmt: skip
    text = "".join(map(chr, codes))
    shown = page.evaluate("([text]) => import('/static/x/js/text.js').then((m) => m.visible(text))", [text])
    assert shown == visible(text)


def test_no_element_is_made_that_runs_something(visit):
    page = visit("/")
    code = """
      const tried = [];
      for (const attributes of [{onclick: 'x'}, {style: 'x'}, {srcdoc: 'x'}]) { try { m.el('a', attributes); tried.push('made'); } catch (e) { tried.push(e.name); } }
      return [tried, m.el('a', {href: ' JavaScript:alert(1)'}).outerHTML, m.el('a', {href: '/x', title: '\\u202e'}, '<b>').outerHTML];"""
    assert run(page, "text", code) == [["TypeError"] * 3, "<a></a>", '<a href="/x" title="\\u202e">&lt;b&gt;</a>']


def test_data_of_the_page_is_read_back(visit):
    assert run(visit("/"), "page", "return m.readData('told')") == {"words": "</template><script>alert(1)</script>"}
