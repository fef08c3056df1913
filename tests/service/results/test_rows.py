"""The table of rows: what a filter lets through, in which order, and what a search finds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from oddline.core.errors import UsageError
from oddline.service.results.filters import Filter, parse
from oddline.service.results.findings import Findings


def every(findings, filter=Filter(), sort="line", **more):  # noqa: A002, B008
    """Go through all pages, and check that they hang together."""
    rows, offset = [], 0
    while offset is not None:
        page = findings.rows(filter, sort, offset, 1000, **more)
        rows += page.items
        offset = page.next_offset
    assert len(rows) == page.total == len({row.row for row in rows})
    return rows


def test_every_row_is_there_as_it_was_scored(shop):
    rows = every(shop.findings)
    scored = shop.result.scored
    assert sorted(row.row for row in rows) == list(range(scored.height))
    for row in rows[::97]:
        was = scored.row(row.row, named=True)
        assert (row.source, row.line, row.ts) == (was["source"], was["line"], was["ts"])
        assert (row.score, row.surprise, row.confidence) == (was["score"], was["surprise"], was["confidence"])
        assert (row.anomaly, row.severity, row.text) == (was["anomaly"], was["severity"], was["text"])


@pytest.mark.parametrize("of", ["shop", "flows", "sessions"])
@pytest.mark.parametrize("sort", ["score", "time", "line", "severity", "confidence"])
def test_rows_come_in_the_order_asked_for(request, of, sort):
    findings = request.getfixturevalue(of).findings
    severities = {None: -1, "low": 0, "medium": 1, "high": 2, "critical": 3}
    keys = {
        "score": lambda row: row.surprise,
        "time": lambda row: row.ts,
        "line": lambda row: (findings.summary.sources.index(row.source), row.line),
        "severity": lambda row: severities[row.severity],
        "confidence": lambda row: row.confidence,
    }
    filter = Filter(anomalies=sort == "severity")  # noqa: A001 - rows without a severity stand last both ways
    for way in ("", "-"):
        found = [keys[sort](row) for row in every(findings, filter, way + sort)]
        assert found == sorted(found, reverse=way == "-")


def test_the_worst_comes_first_and_of_equals_the_first_in_the_input(shop):
    rows = every(shop.findings, sort="-score")
    assert rows[0].score == max(row.score for row in rows)
    equal = [row.row for row in rows if row.surprise == rows[200].surprise]
    assert len(equal) > 1
    assert equal == sorted(equal)


def test_rows_without_a_severity_stand_last_whichever_way(shop):
    for sort in ("severity", "-severity"):
        kinds = [row.severity is None for row in every(shop.findings, sort=sort)]
        assert kinds == sorted(kinds)


def test_pages_begin_anywhere(shop):
    rows = [row.row for row in every(shop.findings, sort="-confidence")]
    page = shop.findings.rows(sort="-confidence", offset=5000, limit=7)
    assert [row.row for row in page.items] == rows[5000:5007]
    assert page.next_offset == 5007
    assert shop.findings.rows(offset=10**9).items == ()


def test_odd_rows_only(shop):
    page = shop.findings.rows(Filter(anomalies=True))
    assert page.total == len(shop.result.anomalies) == page.anomalies
    assert {row.row for row in page.items} == {one.row for one in shop.result.anomalies}
    by_row = {one.row: one for one in shop.result.anomalies}
    for row in page.items:
        assert row.more_reasons == len(by_row[row.row].reasons) - 1
        assert by_row[row.row].reasons[0].seen in row.why


def test_a_reason_beside_a_line_does_not_quote_it_again(compared):
    row = compared.findings.rows(Filter(q="refused")).items[0]
    assert any("connection to" in one.what for one in compared.result.anomalies[0].reasons)
    assert "connection to" not in row.why


def test_severities_choose_and_their_figures_stay(shop):
    every_one = shop.findings.rows(Filter(anomalies=True))
    page = shop.findings.rows(Filter(severities=("high",)))
    assert {row.severity for row in page.items} == {"high"}
    assert page.total == every_one.by_severity["high"] > 0
    assert page.by_severity == every_one.by_severity


def test_figures_on_the_switches_follow_the_other_conditions(shop):
    page = shop.findings.rows(Filter(q="source:app.log", severities=("high",)))
    odd = [one for one in shop.result.anomalies if one.source.endswith("app.log")]
    assert page.anomalies == len(odd) < len(shop.result.anomalies)
    assert page.by_severity["medium"] == sum(one.severity == "medium" for one in odd)


def test_a_search_finds_words_in_any_case(shop):
    found = {row.row for row in every(shop.findings, Filter(q="REFUSED"))}
    texts = shop.result.scored["text"].str.to_lowercase().to_list()
    assert found == {place for place, text in enumerate(texts) if "refused" in text}
    assert found


def test_all_words_must_be_there_and_a_phrase_stands_together(shop):
    texts = [text.lower() for text in shop.result.scored["text"].to_list()]
    found = {row.row for row in every(shop.findings, Filter(q="order refused"))}
    assert found == {place for place, text in enumerate(texts) if "order" in text and "refused" in text}
    phrase = {row.row for row in every(shop.findings, Filter(q='"log-in refused"'))}
    assert phrase == {place for place, text in enumerate(texts) if "log-in refused" in text}
    assert phrase != {row.row for row in every(shop.findings, Filter(q="log-in refused anomaly"))}


@pytest.mark.parametrize("word", ["(a+)+$", "[^x]", "\\d", ".*", "%", "<script>", "привет", "STRASSE"])
def test_a_search_is_no_pattern(hostile, word):
    found = [row.row for row in every(hostile.findings, Filter(q=word))]
    texts = hostile.result.scored["text"].to_list()
    assert found == [place for place, text in enumerate(texts) if word.lower() in text.lower()]


def test_a_search_among_few_and_among_many_finds_the_same(shop, monkeypatch):
    asked = Filter(q="get 503", severities=())
    one_by_one = [row.row for row in every(shop.findings, asked)]
    shop.findings.close()  # forgets what was found
    monkeypatch.setattr("oddline.service.results._query.FEW", 0)
    monkeypatch.setattr("oddline.service.results._texts.STRETCH", 100)
    assert [row.row for row in every(shop.findings, asked)] == one_by_one != []
    odd = Filter(q="connection", anomalies=True)
    in_stretches = [row.row for row in every(shop.findings, odd)]
    monkeypatch.undo()
    shop.findings.close()
    assert [row.row for row in every(shop.findings, odd)] == in_stretches != []


def test_a_search_asked_again_is_not_made_again_and_few_are_kept(shop, monkeypatch):
    findings = Findings(shop.folder)
    first = findings.rows(Filter(q="order"), sort="time")
    monkeypatch.setattr("oddline.service.results._query._found", None)
    assert findings.rows(Filter(q="order"), sort="time") == first
    assert findings.rows(Filter(q="order"), sort="-time", offset=10).total == first.total
    high = findings.rows(Filter(q="order", anomalies=False), limit=1)
    assert high.total == first.total
    with pytest.raises(TypeError):
        findings.rows(Filter(q="order", anomalies=True))
    monkeypatch.undo()
    for number in range(30):
        findings.rows(Filter(q=f"order {number}"))
    assert len(findings.scan.masks) == 8


def test_terms_are_conditions(shop):
    findings, scored = shop.findings, shop.result.scored
    records = shop.result.records
    errors = {row.row for row in every(findings, Filter(q="level:error"))}
    assert len(errors) == (records["level"] == "error").sum()
    assert {row.row for row in every(findings, Filter(q="level:err"))} == errors
    sources = {row.source for row in every(findings, Filter(q="source:NGINX"))}
    assert sources == {one for one in findings.summary.sources if "nginx" in one}
    service = every(findings, Filter(q="service:shop.store"))
    assert len(service) == (records["service"] == "shop.store").sum() > 0
    assert len(every(findings, Filter(q="status:503"))) == (records["x_status"] == "503").sum() > 0
    assert every(findings, Filter(q="status:50")) == []
    number = findings.rows(limit=1).items[0].template
    assert {row.template for row in every(findings, Filter(q=f"template:{number}"))} == {number}
    assert len(every(findings, Filter(q="incident:0"))) == shop.result.incidents[0].count
    assert every(findings, Filter(q="incident:0 severity:high"))
    assert scored.height == len(every(findings, Filter(q="")))


def test_a_term_that_nothing_meets_finds_nothing(shop):
    for q in ("level:none", "template:999999", "template:-1", "template:x", "incident:99999999999999999999", "key:1"):
        assert shop.findings.rows(Filter(q=q)).total == 0


def test_a_colon_in_text_is_text():
    assert parse("12:04:11 http://x a:b level:error", ()).words == ("12:04:11", "http://x", "a:b")
    assert parse('say "level:error"', ()).terms == ()
    assert parse('service:"a b"', {"service"}).terms == (("service", "a b"),)
    assert parse("level:", ()).words == ("level:",)
    assert parse('"unclosed phrase', ()).words == ("unclosed phrase",)
    assert parse('""', ()) == parse("", ())


def test_a_search_has_a_measure(shop):
    with pytest.raises(UsageError, match="1,001 characters"):
        shop.findings.rows(Filter(q="x" * 1001))
    with pytest.raises(UsageError, match="17 words"):
        shop.findings.rows(Filter(q="a " * 17))


def test_spans_of_time_and_of_lines(shop):
    first = shop.findings.summary.first
    since, until = first + timedelta(seconds=60), first + timedelta(seconds=90)
    found = {row.row for row in every(shop.findings, Filter(since=since, until=until))}
    assert found == {n for n, ts in enumerate(shop.result.scored["ts"].to_list()) if since <= ts < until}
    last = shop.findings.summary.last
    assert every(shop.findings, Filter(since=last))
    assert {row.ts for row in every(shop.findings, Filter(until=last))} & {last} == set()
    lines = every(shop.findings, Filter(first_line=4170, last_line=4180))
    assert [(row.source.rsplit("/", 1)[-1], row.line) for row in lines][-1] == ("nginx-access.log", 7)
    with pytest.raises(UsageError, match="zone"):
        shop.findings.rows(Filter(since=since.replace(tzinfo=None)))


def test_by_source_incident_template_confidence_and_rows(shop):
    findings = shop.findings
    source = findings.summary.sources[2]
    assert {row.source for row in every(findings, Filter(source=source))} == {source}
    assert {row.incident for row in every(findings, Filter(incident=1))} == {1}
    assert {row.template for row in every(findings, Filter(template=3))} == {3}
    assert all(
        0.6 <= row.confidence <= 0.7 for row in every(findings, Filter(least_confidence=0.6, most_confidence=0.7))
    )
    assert [row.row for row in every(findings, Filter(only=frozenset({5, 3, 10**9})))] == [3, 5]
    assert findings.rows(Filter(only=frozenset())).total == 0


def test_further_columns_come_if_asked_for(flows):
    rows = flows.findings.rows(fields=("latency_ms", "message"), sort="line").items
    records = flows.result.records
    assert rows[7].fields == {"latency_ms": str(records["x_latency_ms"][7]), "message": records["x_message"][7]}
    assert flows.findings.rows(limit=1).items[0].fields == {}
    with pytest.raises(UsageError, match="no column 'x'"):
        flows.findings.rows(fields=("x",))


@pytest.mark.parametrize("asked", [{"sort": "size"}, {"offset": -1}, {"limit": 0}, {"limit": 1001}])
def test_what_cannot_be_asked_is_refused(flows, asked):
    with pytest.raises(UsageError):
        flows.findings.rows(**asked)
    with pytest.raises(UsageError, match="severity"):
        flows.findings.rows(Filter(severities=("awful",)))


def test_sessions_are_found_by_any_of_their_lines_and_by_their_key(sessions):
    found = every(sessions.findings, Filter(q="gave up"))
    assert {row.key for row in found} == {"40", "77"}
    assert all(row.lines == 4 and row.level == "error" for row in found)
    assert [row.key for row in every(sessions.findings, Filter(q="key:41"))] == ["41"]
    assert "100" in {row.key for row in every(sessions.findings, Filter(q="100"))}
    assert {row.key for row in every(sessions.findings, Filter(q="level:error"))} == {"40", "77"}
    full = next(one for one in sessions.findings.templates().items if "full" in one.text)
    assert {row.key for row in every(sessions.findings, Filter(template=full.number))} == {"40", "77"}


def test_text_is_safe_to_show_and_long_text_is_cut(hostile):
    rows = every(hostile.findings)
    shown = "".join(row.text + row.why + row.reasons for row in rows)
    assert not set(shown) & set("\x1b\x07\x00\u202e")
    assert "\\x1b[2Jcleared \\x07" in shown
    assert "right \\u202eelgnam" in shown
    assert "<script>alert(1)</script>" in shown, "markup is the page's to escape"
    long = next(row for row in rows if row.text.startswith("long"))
    assert (len(long.text), long.letters) == (2000, 300_010)
    assert hostile.findings.rows(Filter(q="tail")).total == 1
