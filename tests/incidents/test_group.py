"""What tells one story stands together, and nothing else does."""

from __future__ import annotations

import numpy as np
import polars as pl

from oddline.incidents.group import Group, group


def frame(rows: list[tuple[int, int, str, float, int, int]], sources: list[str] | None = None) -> pl.DataFrame:
    names = ["row", "template_id", "kind", "surprise", "first", "last"]
    made = pl.DataFrame(rows, schema=names, orient="row")
    return made.with_columns(source=pl.Series(sources or ["a"] * len(rows)))


def stories(found: list[Group]) -> list[list[int]]:
    return [[one.leader, *sorted(set(one.members.tolist()) - {one.leader})] for one in found]


def point(row: int, template: int, surprise: float, kind: str = "rare") -> tuple[int, int, str, float, int, int]:
    return row, template, kind, surprise, row, row


def test_the_oddest_leads_and_stories_come_in_order():
    found = group(frame([point(10, 1, 2.5), point(90, 2, 4.0), point(50, 3, 3.0)]))
    assert stories(found) == [[1], [2], [0]]


def test_odd_lines_near_each_other_join_in_a_chain():
    found = group(frame([point(10, 1, 4.0), point(14, 2, 2.5), point(18, 3, 2.5), point(30, 4, 2.5)]))
    assert stories(found) == [[0, 1, 2], [3]]
    assert (found[0].first, found[0].last) == (10, 18)


def test_ordinary_lines_do_not_lengthen_the_chain():
    found = group(frame([point(10, 1, 4.0), point(13, 2, 0.5), point(16, 3, 3.0)]))
    assert stories(found)[0] == [0]


def test_lines_of_the_same_template_join_if_they_are_about_as_odd():
    found = group(frame([point(10, 1, 4.0), point(500, 1, 3.5), point(900, 1, 2.2)]))
    assert stories(found) == [[0, 1], [2]]


def test_lines_of_another_source_do_not_join_by_being_near():
    found = group(frame([point(10, 1, 4.0), point(11, 2, 3.0)], ["a", "b"]))
    assert len(found) == 2


def test_a_burst_takes_the_lines_of_its_template_in_its_span():
    rows = [(100, 1, "burst", 4.0, 100, 160), *(point(row, 1, 1.0) for row in range(101, 161)), point(130, 2, 3.0)]
    found = group(frame(rows), budget=1)
    assert len(found[0].members) == 61
    assert (found[0].first, found[0].last) == (100, 160)


def test_silences_over_one_span_are_one_story_and_others_are_not():
    rows = [(10, 1, "silence", 4.0, 10, 100), (12, 2, "silence", 3.0, 12, 99), (95, 3, "silence", 2.5, 95, 400)]
    assert stories(group(frame(rows))) == [[0, 1], [2]]


def test_a_silence_does_not_swallow_the_lines_in_its_gap():
    assert len(group(frame([(10, 1, "silence", 4.0, 10, 100), point(50, 1, 3.0), point(11, 2, 3.0)]))) == 3


def test_the_budget_bounds_the_number_of_stories_and_the_order_of_rows_does_not_matter():
    random = np.random.default_rng(0)
    rows = [point(int(row), int(random.integers(9)), float(random.random() * 5)) for row in random.permutation(500) * 3]
    table = frame(rows)
    first = group(table, budget=7)
    assert len(first) == 7
    shuffled = group(table.reverse(), budget=7)
    rows_of = [sorted(table["row"].gather(one.members).to_list()) for one in first]
    assert rows_of == [sorted(table.reverse()["row"].gather(one.members).to_list()) for one in shuffled]


def test_every_candidate_is_in_exactly_one_story_without_a_budget():
    random = np.random.default_rng(1)
    kinds = ["rare", "burst", "silence", "value"]
    rows = []
    for row in range(0, 600, 2):
        kind = kinds[int(random.integers(4))]
        reach = int(random.integers(40)) if kind in ("burst", "silence") else 0
        rows.append((row, int(random.integers(12)), kind, float(random.random() * 5), row, row + reach))
    members = np.concatenate([one.members for one in group(frame(rows))])
    assert sorted(members.tolist()) == list(range(len(rows)))


def test_nothing_to_group():
    assert group(frame([point(1, 1, 1.0)]).clear()) == []
