"""Verdicts held against labels, and two scans held against each other."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.core.errors import BadData, UsageError
from oddline.drivers.batch import Tables
from oddline.ops._labels import labels_of_file, labels_of_tables
from oddline.ops.evaluate import evaluate
from oddline.service.results.compare import compare
from oddline.service.results.filters import Filter
from oddline.service.results.findings import Findings
from oddline.service.results.leave import leave
from tests.service.results.conftest import EXAMPLES


@pytest.fixture(scope="module")
def levels():
    """What the rows of the table call themselves stands for a label."""
    return labels_of_tables([str(EXAMPLES / "cloud" / "events.csv")], "level", Tables())


def test_metrics_are_those_of_evaluate(flows, levels):
    told = flows.findings.measure(levels, normal="INFO", budget=10)
    odd = (flows.result.records["x_level"] != "INFO").to_numpy()
    scored = flows.result.scored
    was = evaluate(odd, scored["surprise"].to_numpy(), scored["anomaly"].to_numpy(), budget=10)
    for name in (
        "precision",
        "recall",
        "f1",
        "accuracy",
        "roc_auc",
        "pr_auc",
        "precision_at_budget",
        "incident_recall",
    ):
        assert told.figures[name] == getattr(was, name), name
    confusion = told.confusion
    assert confusion.hits == int((odd & scored["anomaly"].to_numpy()).sum())
    assert confusion.hits + confusion.misses == told.odd == int(odd.sum())
    assert sum(vars(confusion).values()) == told.rows == len(odd)
    assert {one.name: one.rows for one in told.by_class} == {"INFO": 2099, "WARNING": 31, "ERROR": 10}
    assert [one.odd for one in told.by_class] == [True, True, False]


def test_curves_are_short_and_hold_the_cut(flows, levels):
    told = flows.findings.measure(levels, normal="INFO")
    for curve in (told.roc, told.precision_recall):
        assert 2 <= len(curve.x) == len(curve.y) <= 200
        assert list(curve.x) == sorted(curve.x)
    assert (told.roc.x[0], told.roc.y[0], told.roc.x[-1], told.roc.y[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert (told.roc.cut_x, told.roc.cut_y) == (told.figures["false_alarm_rate"], told.figures["recall"])
    assert (told.precision_recall.cut_x, told.precision_recall.cut_y) == (
        told.figures["recall"],
        told.figures["precision"],
    )
    assert np.trapezoid(told.roc.y, told.roc.x) == pytest.approx(told.figures["roc_auc"], abs=0.01)


def test_thinned_curves_keep_their_area():
    from oddline.service.results._curves import roc

    draw = np.random.default_rng(0)
    odd = draw.random(20_000) < 0.3
    surprise = draw.normal(size=20_000) + odd
    told = evaluate(odd, surprise, surprise > 1)
    curve = roc(odd, surprise, told)
    assert len(curve.x) <= 200
    assert np.trapezoid(curve.y, curve.x) == pytest.approx(told.roc_auc, abs=0.005)


def test_labels_given_to_a_scan_are_kept_with_it(compared):
    told = compared.findings.metrics()
    assert (told.odd, told.rows, told.normal_label) == (8, 908, "-")
    assert told.figures["recall"] == 1.0
    assert compared.findings.summary.labelled
    rows = compared.findings.rows(Filter(q="refused")).items
    assert {row.label for row in rows} == {"refused"}
    assert compared.findings.row(0).row.label == "-"
    names = {one.name: one for one in told.baselines}
    assert set(names) == {"rarest template", "unseen template"}
    assert names["unseen template"].f1 == 1.0
    assert names["rarest template"].recall == pytest.approx(1.0)


def test_a_scan_without_labels_has_no_metrics(shop):
    assert shop.findings.metrics() is None
    assert not shop.findings.summary.labelled
    assert shop.findings.rows(limit=1).items[0].label is None


def test_a_trivial_rule_is_measured_beside(flows, levels):
    (rarest,) = flows.findings.measure(levels, normal="INFO").baselines
    assert rarest.name == "rarest template"
    assert rarest.flagged == len(flows.result.anomalies)
    assert rarest.roc_auc > 0.9, "errors are of rare templates here"


def test_sessions_are_measured_by_key(sessions, tmp_path):
    (tmp_path / "labels.csv").write_text("key,label\n" + "".join(f"{n},{int(n in {40, 77})}\n" for n in range(120)))
    told = sessions.findings.measure(labels_of_file(tmp_path / "labels.csv", None))
    assert (told.odd, told.figures["recall"]) == (2, 1.0)
    assert told.figures["incident_recall"] == 1.0
    assert {one.name for one in told.baselines} == {"rarest template", "unseen template"}
    assert all(one.recall == 1.0 for one in told.baselines)


def test_labels_of_other_rows_are_refused_and_what_is_left_out_is_told(flows, tmp_path):
    (tmp_path / "l.csv").write_text("line,label\n99999,bad\n")
    with pytest.raises(BadData):
        flows.findings.measure(labels_of_file(tmp_path / "l.csv", None))
    (tmp_path / "l.csv").write_text("line,label\n2,bad\n3,normal\n99999,bad\n")
    told = flows.findings.measure(labels_of_file(tmp_path / "l.csv", None))
    assert (told.rows, told.unlabelled, told.unmatched) == (2, 2138, 1)
    assert told.notes == ("no label for 2,138 rows: left out", "no row for 1 label")
    with pytest.raises(UsageError):
        flows.findings.measure(labels_of_file(tmp_path / "l.csv", None), budget=0)


def test_two_scans_of_one_input_are_counted_row_by_row(flows, other_flows):
    told = compare(flows.findings, other_flows.findings).summary
    a, b = (set(one.result.scored["anomaly"].arg_true().to_list()) for one in (flows, other_flows))
    assert (told.both, told.only_a, told.only_b) == (len(a & b), len(a - b), len(b - a))
    assert told.both + told.only_a + told.only_b + told.neither == told.rows == 2140
    assert (told.a.detector, told.b.detector) == ("odd_rows", "isolation_forest")
    assert told.say.startswith(f"They agree on {len(a & b)} of {len(a | b)} odd rows.")
    assert 0 < told.correlation < 1
    assert (told.why, told.metrics_a) == ("", None)
    assert (told.unmatched_a, told.unmatched_b) == (0, 0)


def test_points_of_a_comparison_are_rows_of_both(flows, other_flows):
    points = compare(flows.findings, other_flows.findings).summary.points
    ours, theirs = (one.result.scored for one in (flows, other_flows))
    for a, b, _, part, row in list(zip(*vars(points).values(), strict=True))[::50]:
        assert (a, b) == pytest.approx((ours["score"][row], theirs["score"][row]), abs=0.01)
        odd = (ours["anomaly"][row], theirs["anomaly"][row])
        assert part == {(True, True): "both", (True, False): "only_a", (False, True): "only_b"}.get(odd, "neither")
    assert {"both", "only_a", "only_b"} & set(points.part)


@pytest.mark.parametrize("part", ["both", "only_a", "only_b", "neither", "all"])
def test_rows_of_a_part_in_pages(flows, other_flows, part):
    both = compare(flows.findings, other_flows.findings)
    page = both.rows(part, limit=1000)
    told = both.summary
    assert page.total == {"all": 2140}.get(part, getattr(told, part, None))
    wanted = {"both": (True, True), "only_a": (True, False), "only_b": (False, True), "neither": (False, False)}
    if part != "all":
        assert {(row.odd_a, row.odd_b) for row in page.items} <= {wanted[part]}
    apart = [abs(row.score_a - row.score_b) for row in page.items]
    assert apart == sorted(apart, reverse=True)
    assert all(bool(row.why_a) == row.odd_a and bool(row.why_b) == row.odd_b for row in page.items)
    lines = [row.line for row in both.rows(part, sort="line", limit=1000).items]
    assert lines == sorted(lines)


def test_swapped_they_tell_the_same_the_other_way_round(flows, other_flows):
    one, other = (compare(*pair).summary for pair in ((flows.findings, other_flows.findings),) * 2)
    back = compare(other_flows.findings, flows.findings).summary
    assert one == other
    assert (back.only_a, back.only_b, back.both) == (one.only_b, one.only_a, one.both)
    assert compare(flows.findings, flows.findings).summary.say.startswith("They agree on 4 of 4 odd rows.")


def test_a_search_holds_in_a_comparison(flows, other_flows):
    both = compare(flows.findings, other_flows.findings)
    assert both.rows("all", q="couldn't").total == flows.findings.rows(Filter(q="couldn't")).total > 0
    for asked in ({"part": "none"}, {"sort": "size"}, {"limit": 0}):
        with pytest.raises(UsageError):
            both.rows(**asked)


def test_labels_say_who_is_right(compared, tmp_path):
    leave(compared.result, tmp_path / "other")
    told = compare(Findings(tmp_path / "other"), compared.findings).summary
    assert told.metrics_a is None
    assert told.metrics_b.odd == 8
    assert told.why == ""
    from oddline.service.results.compare import Comparison

    both = Comparison(compared.findings, Findings(tmp_path / "other"))
    both._odd = (both._odd[0], np.zeros(908, dtype=bool))
    assert both.summary.why == f"Of the {both.summary.only_a} that only A finds, 8 are odd by the labels."


def test_parts_of_one_log_meet_where_they_overlap(shop, tmp_path):
    from tests.service.results.conftest import scanned

    alone = scanned(tmp_path / "left", EXAMPLES / "shop" / "app.log")
    told = compare(alone.findings, shop.findings).summary
    assert (told.rows, told.unmatched_a, told.unmatched_b) == (2930, 0, 3000)


def test_scans_of_other_inputs_do_not_compare(shop, flows):
    with pytest.raises(BadData, match="in common"):
        compare(shop.findings, flows.findings)
