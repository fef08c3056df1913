"""Ids sort in the order in which they were made."""

from __future__ import annotations

import time

from oddline.service import ids
from oddline.service.ids import new_id


def test_ids_of_one_millisecond_are_in_order_and_none_is_twice(monkeypatch):
    monkeypatch.setattr(ids, "_last", 0)
    monkeypatch.setattr(time, "time_ns", lambda: 4_000_000_000_000_000_000)
    made = [new_id("scn") for _ in range(1000)]
    assert made == sorted(made)
    assert len(set(made)) == 1000
    monkeypatch.setattr(time, "time_ns", lambda: 3_000_000_000_000_000_000)
    assert new_id("scn") > made[-1], "the clock has gone back"
