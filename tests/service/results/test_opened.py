"""A row opened: lines around it, its template, the nearest normal line, reasons, how sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from oddline.core.errors import UsageError
from oddline.service.results._tokens import differing
from oddline.service.results.filters import Filter
from oddline.service.results.why import in_words
from tests.service.results.conftest import scanned


def found(left, q):
    return left.findings.rows(Filter(q=q), sort="line").items


def test_lines_before_and_after_are_those_of_the_file(shop):
    row = found(shop, '"attempt 1 of 3: consuming"')[0]
    lines = shop.findings.row(row.row, before=3, after=2).lines
    physical = Path(row.source).read_text(encoding="utf-8").splitlines()
    assert [line.number for line in lines] == list(range(lines[0].number, lines[-1].number + 1))
    assert all(line.text == physical[line.number - 1].replace("\t", "    ") for line in lines)
    here = [line for line in lines if line.here]
    assert [line.number for line in here] == [row.line, row.line + 1, row.line + 2]
    assert {line.severity for line in here} == {row.severity}
    odd = {(one.source, one.line) for one in shop.result.anomalies}
    assert {(line.source, line.number) for line in lines if line.odd} & odd
    by_row = {line.row: line.odd for line in lines}
    assert by_row == {n: n in {one.row for one in shop.result.anomalies} for n in by_row}


def test_lines_stay_within_their_source_and_more_can_be_asked_for(shop):
    row = found(shop, "source:nginx-access.log")[0].row
    opened = shop.findings.row(row)
    assert not opened.has_before
    assert opened.has_after
    assert opened.lines[0].number == 1
    assert len(opened.lines) == 11
    assert len(shop.findings.around(row, 0, 30)) == 31
    last = found(shop, "source:nginx-error.log")[-1].row
    assert not shop.findings.row(last).has_after
    assert {line.source for line in shop.findings.around(last, 5, 500)} == {shop.findings.summary.sources[2]}


def test_a_long_event_shows_its_beginning_and_says_what_is_left_out(shop):
    row = found(shop, "Traceback source:app.log")[0]
    assert row.lines > 12
    own = [line for line in shop.findings.row(row.row, 0, 0).lines if line.here]
    assert len(own) == row.lines
    assert own[-1].more == 0
    before = [line for line in shop.findings.around(row.row + 1, 1, 0) if not line.here]
    assert len(before) == 12
    assert before[-1].more == row.lines - 12


def test_the_nearest_normal_line_has_its_differing_words_marked(compared):
    row = found(compared, "refused")[0]
    near = compared.findings.row(row.row).nearest
    assert near is not None
    assert compared.findings.row(near.row).row.anomaly is False
    assert near.like == 900
    texts = {mark: "".join(token.text for token in near.this if token.mark == mark) for mark in ("", "now")}
    assert "refused" in texts["now"]
    was = "".join(token.text for token in near.normal)
    assert was in compared.findings.row(near.row).row.text
    assert any(token.mark == "was" and "served" in token.text for token in near.normal)


def test_values_are_what_differs_where_the_wording_is_usual(shop):
    near = shop.findings.row(found(shop, "900000")[0].row).nearest
    assert "900000" in " ".join(token.text for token in near.this if token.mark)
    assert near.like > 100
    assert "order" in "".join(token.text for token in near.normal if not token.mark)


def test_a_row_of_a_table_has_a_nearest_row_column_by_column(flows):
    row = found(flows, "catalogue exported")[0]
    near = flows.findings.row(row.row).nearest
    names = [token.text.strip() for token in near.this if token.text.endswith("=")]
    assert "latency_ms=" in names
    assert "timestamp=" not in names, "a time differs on every row"
    assert "request_id=" not in names, "and so does an id"
    marked = {token.text for token in near.this if token.mark}
    assert "catalogue exported" in marked
    other = flows.findings.row(near.row)
    assert other.row.anomaly is False
    ours = flows.findings.row(row.row).fields
    assert {name for name in ours if ours[name] == other.fields[name]} >= {"service", "level", "method", "status"}


def test_of_a_wide_table_only_what_differs_is_shown(flows, monkeypatch):
    monkeypatch.setattr("oddline.service.results._nearest.NARROW", 5)
    near = flows.findings.row(found(flows, "catalogue exported")[0].row).nearest
    for tokens in (near.normal, near.this):
        assert all(token.mark for token in tokens[1:-1:2])
        assert tokens[-1].text.endswith("columns agree")


def test_of_many_lines_of_one_wording_the_one_with_the_same_values_is_nearest(tmp_path):
    lines = [f"job {n % 40} done on node {n % 7}" for n in range(400)]
    lines[395] = "job 17 failed on node 4"
    (tmp_path / "jobs.log").write_text("\n".join(lines) + "\n")
    left = scanned(tmp_path / "left", tmp_path / "jobs.log", changes={"budget": 1})
    near = left.findings.row(395).nearest
    assert "".join(token.text for token in near.normal) == "job 17 done on node 4"
    assert [token.text for token in near.normal if token.mark] == ["done"]


def test_a_usual_row_opens_too(shop):
    usual = shop.findings.rows(sort="score").items[0]
    opened = shop.findings.row(usual.row)
    assert (opened.nearest, opened.reasons, opened.incident) == (None, (), None)
    assert opened.template.count > 100


def test_reasons_have_shares_and_the_incident_is_named(shop):
    worst = shop.result.anomalies[0]
    opened = shop.findings.row(worst.row)
    assert [why.share for why in opened.reasons] == [reason.share for reason in worst.reasons]
    assert [why.seen for why in opened.reasons] == [reason.seen for reason in worst.reasons]
    incident = shop.result.incidents[opened.incident.number]
    assert worst.id in incident.anomaly_ids
    assert opened.incident.fingerprint == incident.fingerprint
    assert opened.row.confidence == pytest.approx(worst.confidence)


def test_the_template_tells_how_often_and_what_changed(compared):
    template = compared.findings.row(found(compared, "refused")[0].row).template
    assert (template.count, template.before, template.change) == (8, 0, "new")
    usual = compared.findings.row(0).template
    assert (usual.count, usual.change) == (900, "same")


def test_a_session_shows_its_own_lines(sessions):
    row = found(sessions, "gave up")[0]
    opened = sessions.findings.row(row.row)
    assert opened.events_total == 4
    assert [line.text.split(f"job={row.key} ")[1] for line in opened.events] == [
        "opened",
        "read 12 rows",
        "disk is full",
        "gave up",
    ]
    assert all(line.here for line in opened.events)
    assert [line.odd for line in opened.events] == [True, False, False, False], "as in the report"
    assert opened.nearest is None


def test_neighbours_can_be_gone_to(flows):
    last = flows.findings.summary.rows - 1
    assert (flows.findings.row(0).older, flows.findings.row(0).newer) == (None, 1)
    assert (flows.findings.row(last).older, flows.findings.row(last).newer) == (last - 1, None)


@pytest.mark.parametrize("row", [-1, 10**9])
def test_a_row_that_is_not_there_is_refused(flows, row):
    with pytest.raises(UsageError, match="0 to 2139"):
        flows.findings.row(row)
    with pytest.raises(UsageError):
        flows.findings.around(0, 501, 0)


def test_no_line_reaches_the_eye_as_it_is(hostile):
    opened = [hostile.findings.row(row, 2, 2) for row in range(90, 115)]
    shown = repr(opened)
    assert not set(shown) & set("\x1b\x07\x00\u202e\n")
    assert max(len(line.text) for one in opened for line in one.lines) < 2100
    assert max(len(one.row.text) for one in opened) == 20_000


def test_words_that_agree_are_not_marked():
    was, now = differing("a b c", "a x c")
    assert [(token.text, token.mark) for token in was] == [("a ", ""), ("b", "was"), (" c", "")]
    assert [(token.text, token.mark) for token in now] == [("a ", ""), ("x", "now"), (" c", "")]
    assert [token.mark for token in differing("same", "same")[0]] == [""]
    assert differing("", "new") == ((), differing("", "new")[1])


def test_marks_lose_no_letter():
    one, other = "  two  spaces\tand tab ", "two spaces and  a tab"
    for side, text in zip(differing(one, other), (one, other), strict=True):
        assert "".join(token.text for token in side) == text
    long = " ".join(map(str, range(1000)))
    assert "".join(token.text for token in differing(long, "x")[0]) == long


@pytest.mark.parametrize(
    ("surprise", "words"),
    [
        (None, "most normal lines score so high"),
        (1.0, "one normal line in 10 scores so high"),
        (3.5, "one normal line in 3,200 scores so high"),
        (6.2, "one normal line in 1.6 million scores so high"),
        (9.5, "one normal line in 3.2 billion scores so high"),
    ],
)
def test_surprise_in_words(surprise, words):
    assert in_words(surprise, "line") == words
