"""The contract of a miner."""

from __future__ import annotations

from typing import Any

import polars as pl

from oddline.core.schema import TEMPLATED, TEMPLATES, check
from oddline.templates.base import Miner
from oddline.testing._records import records
from oddline.testing._round_trip import round_trip

Subject = type[Miner]

HOSTILE = [
    "",
    " ",
    "\x00",
    "\x1b[31mred\x1b[0m",
    "naïve Größe 日本語 ١٢٣",
    "{" * 500,
    "x" * 100_000,
    "1 " * 5_000,
    "\n\nat f()",
]


def _mined(miner: Subject, events: pl.DataFrame) -> pl.DataFrame:
    return check(miner().fit_transform(events), TEMPLATED, "templated")


def _with_messages(messages: list[str]) -> pl.DataFrame:
    return records(len(messages), odd=False).with_columns(message=pl.Series(messages, dtype=pl.String))


def check_every_event_gets_a_template(miner: Subject) -> None:
    """No event is lost, moved, or left without a template by the run that learnt from it."""
    events = records()
    mined = _mined(miner, events)
    assert mined.height == events.height, f"{mined.height} rows out of {events.height}"
    assert (mined["id"] == events["id"]).all(), "the order changed"
    assert (mined["template_id"] > 0).all(), "an event of the training data counts as unseen"


def check_counts_add_up(miner: Subject) -> None:
    """The counts of the templates add up to the events; ids are unique and known."""
    fitted = miner()
    mined = fitted.fit_transform(records())
    table = check(fitted.templates_, TEMPLATES, "templates")
    assert table["n"].sum() == mined.height, f"{table['n'].sum()} counted of {mined.height}"
    assert table["template_id"].is_unique().all(), "two templates share an id"
    assert set(mined["template_id"]) <= set(table["template_id"]), "an event has a template that is not listed"


def check_finds_the_words_behind_numbers(miner: Subject) -> None:
    """Lines that differ in numbers only share a template; lines with other words do not."""
    mined = _mined(miner, records())
    requests = mined.filter(pl.col("message").str.starts_with("request"))["template_id"]
    failure = mined.filter(pl.col("message").str.starts_with("disk failure"))["template_id"]
    assert requests.n_unique() == 1, f"{requests.n_unique()} templates for one kind of line"
    assert failure.n_unique() == 1, "one line, several templates"
    assert failure[0] not in requests, "a rare event is swallowed by a common template"


def check_transform_agrees_with_fit_transform(miner: Subject) -> None:
    """The same events get the same templates either way."""
    events = records()
    first, second = miner().fit_transform(events), miner().fit(events).transform(events)
    assert first["template_id"].equals(second["template_id"]), "fit_transform and transform disagree"


def check_does_not_depend_on_the_order_of_lines(miner: Subject) -> None:
    """Backwards, the same lines stand together."""
    events = records()
    forth, back = _mined(miner, events), _mined(miner, events.reverse()).reverse()
    pairs = pl.DataFrame({"forth": forth["template_id"], "back": back["template_id"]}).unique()
    assert pairs.height == pairs["forth"].n_unique() == pairs["back"].n_unique(), "other lines stand together"


def check_tells_what_it_has_not_seen(miner: Subject) -> None:
    """A line of another kind gets template 0, and transform learns nothing."""
    fitted = miner().fit(records(odd=False))
    before = fitted.templates_
    mined = fitted.transform(_with_messages(["the flux capacitor of unit seven melted"]))
    assert mined["template_id"].to_list() == [0], f"unseen line got template {mined['template_id'].to_list()}"
    assert fitted.templates_.equals(before), "transform changed the templates"


def check_stands_any_text(miner: Subject) -> None:
    """Empty, enormous, binary and foreign text neither raises nor disappears."""
    mined = _mined(miner, _with_messages(HOSTILE))
    assert mined.height == len(HOSTILE), f"{mined.height} of {len(HOSTILE)} lines left"


def check_parameters_fit_the_mask(miner: Subject) -> None:
    """Lines of one mask have as many parameters."""
    mined = _mined(miner, records())
    sizes = mined.group_by("masked").agg(pl.col("params").list.len().n_unique().alias("sizes"))
    assert (sizes["sizes"] == 1).all(), "lines of one mask differ in the number of their parameters"


def check_survives_a_bundle(miner: Subject) -> None:
    """Loaded elsewhere it gives the same templates."""
    fitted: Any = miner().fit(records())
    fresh = records(seed=1)
    first, second = fitted.transform(fresh), round_trip(fitted).transform(fresh)
    assert first["template_id"].equals(second["template_id"]), "other templates after a bundle"
