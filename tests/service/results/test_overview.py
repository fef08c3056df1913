"""Summary, timeline, templates and incidents of a finished scan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from oddline.core.errors import UsageError
from oddline.drivers import batch
from oddline.outputs._clock import Clock
from oddline.outputs._story import verdict
from oddline.service.results.filters import Filter
from oddline.service.results.findings import Findings
from oddline.service.results.leave import leave


def test_the_summary_says_what_the_report_says(shop):
    told, result = shop.findings.summary, shop.result
    says = verdict(result, Clock.of(result))
    assert told.verdict.words == "".join(text for _, text in says["say"])
    assert (told.verdict.severity, told.verdict.why) == (says["severity"], says["why"])
    assert (told.rows, told.events, told.anomalies) == (result.windows, result.events, len(result.anomalies))
    assert sum(told.incidents_by_severity.values()) == told.incidents == len(result.incidents)
    assert told.name == "4 files"
    assert (told.threshold.cut, told.detector) == (result.threshold.cut, result.detector)
    assert (told.first, told.last) == (result.scored["ts"].min(), result.scored["ts"].max())
    assert told.new_templates is None


def test_the_spark_counts_every_row_and_marks_the_odd_parts(shop):
    spark = shop.findings.summary.spark
    assert sum(spark.volume) == shop.findings.summary.rows
    assert len(spark.volume) == len(spark.worst) == 24
    assert {one for one in spark.worst if one} == {one.severity for one in shop.result.anomalies}


def test_a_summary_is_read_as_it_was_written(compared, tmp_path):
    written = leave(compared.result, tmp_path / "again", against="yesterday.log", seed=7)
    assert Findings(tmp_path / "again").summary == written
    assert written.new_templates == 1
    assert (written.against, written.seed) == ("yesterday.log", 7)


@pytest.mark.parametrize("of", ["shop", "flows", "sessions", "hostile", "compared"])
def test_every_row_is_in_a_bin(request, of):
    findings = request.getfixturevalue(of).findings
    line = findings.timeline(bins=50)
    bins = line.bins
    assert sum(map(sum, (bins.usual, bins.low, bins.medium, bins.high, bins.critical))) == findings.summary.rows
    assert len(bins.start) == len(bins.usual) <= 51
    assert sum(line.whole.usual) + sum(line.whole.odd) == findings.summary.rows
    assert sum(line.whole.odd) == line.odd_total == findings.summary.anomalies == line.odd_shown
    assert line.cut == findings.summary.threshold.score


def test_bins_count_what_is_in_them(shop):
    line = shop.findings.timeline(bins=40)
    seconds = shop.result.scored["ts"].dt.epoch("us").to_numpy() / 1e6
    odd = shop.result.scored["severity"].is_not_null().to_numpy()
    for place, start in enumerate(line.bins.start):
        inside = (seconds >= start) & (seconds < start + line.bins.step)
        assert line.bins.usual[place] == int((inside & ~odd).sum())
        assert line.bins.medium[place] + line.bins.high[place] == int((inside & odd).sum())


def test_a_part_of_the_axis_can_be_looked_at(shop):
    first = shop.findings.summary.first
    start, end = first + timedelta(seconds=200), first + timedelta(seconds=230)
    line = shop.findings.timeline(start, end, bins=30)
    ts = shop.result.scored["ts"].to_list()
    assert sum(line.bins.usual) + line.odd_total == sum(start <= one <= end for one in ts)
    assert all(start.timestamp() <= x <= end.timestamp() for x in line.points.x)
    assert line.whole == shop.findings.timeline().whole
    spans = [(lane.start, lane.end) for lane in line.lanes]
    assert spans
    assert all(one <= end.timestamp() and other >= start.timestamp() for one, other in spans)
    tiny = shop.findings.timeline(start, start + timedelta(milliseconds=500), bins=50)
    assert 1 <= len(tiny.bins.start) <= 51


def test_points_are_rows(shop):
    points = shop.findings.timeline().points
    scored = shop.result.scored
    for x, score, severity, row, incident in zip(*vars(points).values(), strict=True):
        assert score == pytest.approx(scored["score"][row], abs=0.01)
        assert severity == scored["severity"][row]
        assert x == scored["ts"][row].timestamp()
        assert (incident is not None) == (severity is not None)
    assert sum(one is None for one in points.severity) == 1000
    order = [severity for severity in points.severity if severity]
    assert order == sorted(order, key=["low", "medium", "high", "critical"].index), "the worst lie on top"
    assert points == shop.findings.timeline().points


def test_too_many_odd_points_are_thinned_and_it_is_said(shop, monkeypatch):
    monkeypatch.setattr("oddline.service.results.timeline.ODD", 10)
    line = shop.findings.timeline()
    assert line.odd_total == 23
    assert line.odd_shown <= 10
    assert {one for one in line.points.severity if one} == {"medium", "high"}


def test_a_filter_holds_for_the_timeline_too(shop):
    line = shop.findings.timeline(filter=Filter(q="refused"))
    assert sum(line.bins.usual) + line.odd_total == shop.findings.rows(Filter(q="refused")).total


def test_without_time_the_axis_is_lines(hostile):
    findings = hostile.findings
    line = findings.timeline(100, 110, bins=10)
    assert not line.timed
    assert sum(line.bins.usual) + line.odd_total == 11
    for lane in findings.timeline().lanes:
        incident = findings.incident(lane.incident)
        assert (lane.start, lane.end) == (incident.line, incident.last_line)
    with pytest.raises(UsageError, match="no time"):
        findings.timeline(datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(UsageError, match="span"):
        findings.timeline(110, 100)
    with pytest.raises(UsageError, match="bins"):
        findings.timeline(bins=501)


@pytest.mark.parametrize("of", ["shop", "flows", "sessions", "compared"])
def test_templates_count_every_line_once(request, of):
    left = request.getfixturevalue(of)
    items = left.findings.templates(limit=1000).items
    assert sum(one.count for one in items) == left.result.events
    assert all(sum(one.spark) == one.count for one in items)
    assert [one.number for one in sorted(items, key=lambda one: one.number)] == list(range(1, len(items) + 1))
    assert sum(one.count > 0 for one in items) == left.findings.summary.templates
    for one in [one for one in items if one.count][:5]:
        assert "".join(piece.text for piece in one.pieces) == one.text
        row = left.findings.row(one.first_row).row
        assert (row.source, one.first_line) == (one.source, one.first_line)


def test_templates_know_where_they_stand(shop):
    for one in shop.findings.templates(limit=1000).items:
        rows = shop.findings.rows(Filter(template=one.number), sort="line", limit=1000)
        assert rows.total == one.count
        assert rows.items[0].row == one.first_row
        assert rows.anomalies == one.odd
        if one.count <= 1000:
            assert min(row.ts for row in rows.items) == one.first_seen
            assert max(row.ts for row in rows.items) == one.last_seen
            assert max(row.score for row in rows.items) == one.score


def test_changes_against_a_baseline(compared):
    page = compared.findings.templates(sort="-change")
    assert page.by_change == {"new": 1, "gone": 1, "up": 0, "down": 0, "same": 1}
    assert [one.change for one in page.items] == ["new", "gone", "same"]
    new, gone, same = page.items
    assert (new.count, new.before, "refused" in new.text) == (8, 0, True)
    assert (gone.count, gone.before, gone.first_row, gone.score) == (0, 5, None, None)
    assert (same.count, same.before) == (900, 900)
    assert [one.change for one in compared.findings.templates(change=("gone", "new")).items] == ["new", "gone"]
    found = compared.findings.templates(q="NIGHTLY", change=("gone",))
    assert (found.total, found.by_change["new"]) == (1, 0)


def test_without_a_baseline_nothing_has_changed(shop):
    page = shop.findings.templates()
    assert page.by_change is None
    assert {one.change for one in page.items} == {None}


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("count", lambda one: one.count),
        ("score", lambda one: one.score),
        ("text", lambda one: one.text),
        ("first", lambda one: one.first_seen),
        ("last", lambda one: one.last_seen),
    ],
)
def test_templates_in_any_order_and_in_pages(shop, sort, key):
    for way in ("", "-"):
        found = [key(one) for one in shop.findings.templates(sort=way + sort, limit=1000).items]
        assert found == sorted(found, reverse=way == "-")
    first = shop.findings.templates(sort=sort, limit=5)
    second = shop.findings.templates(sort=sort, offset=first.next_offset, limit=5)
    assert first.items + second.items == shop.findings.templates(sort=sort, limit=10).items
    with pytest.raises(UsageError):
        shop.findings.templates(sort="size")
    with pytest.raises(UsageError):
        shop.findings.templates(change=("other",))


@pytest.mark.parametrize("of", ["shop", "flows", "sessions", "compared"])
def test_incidents_are_those_of_the_result(request, of):
    left = request.getfixturevalue(of)
    told = left.findings.incidents()
    assert [one.number for one in told] == list(range(len(left.result.incidents)))
    for one, was in zip(told, left.result.incidents, strict=True):
        for name in ("fingerprint", "severity", "score", "source", "line", "last_line", "count", "opened", "last_seen"):
            assert getattr(one, name) == getattr(was, name), name
        rows = left.findings.rows(Filter(incident=one.number), sort="line").items
        assert len(rows) == one.count
        assert one.first_row == rows[0].row
        assert left.findings.row(one.worst_row).row.surprise == pytest.approx(was.surprise)
        assert one.first_text == rows[0].text.split("\n")[0]
        assert set(one.templates) == {row.template for row in rows}
    assert left.findings.incidents(1, 2) == told[1:3]
    with pytest.raises(UsageError, match="incident"):
        left.findings.incident(len(told))


def test_an_incident_says_when_and_why(shop):
    worst = shop.findings.incidents()[0]
    assert worst.when == "04:55:40"
    assert "".join(piece.text for piece in worst.title) == worst.name
    assert {piece.kind for piece in worst.title} == {"code", "slot"}
    assert worst.said.startswith("words: only here")
    spans = [one for one in shop.findings.incidents() if one.last_seen - one.opened > timedelta(seconds=30)]
    assert all(one.lasted for one in spans)


def test_lines_of_several_inputs_are_counted_through(shop):
    rows = shop.findings.rows(sort="line", offset=2925, limit=10).items
    places = np.array([row.line + 4173 * row.source.endswith("access.log") for row in rows])
    assert (np.diff(places) > 0).all()


def test_an_incident_of_windows_is_shown_by_the_line_that_tells(tmp_path):
    log = str(Path(__file__).parents[3] / "examples" / "shop" / "app.log")
    result = batch.scan(batch.Request(paths=(log,), changes={"window": "time:5s"}))
    leave(result, tmp_path / "files")
    texts = {one.row: one.text.partition("\n")[0] for one in result.anomalies}
    firsts = result.scored["text"].to_list()
    incidents = Findings(tmp_path / "files").incidents()
    assert [one.first_text for one in incidents] == [texts[one.first_row] for one in incidents]
    assert any(texts[one.first_row] != firsts[one.first_row].partition("\n")[0] for one in incidents)
