"""Masks of the user's own: what is refused, and with which words."""

from __future__ import annotations

import pytest

from oddline.core.errors import ConfigError
from oddline.templates._own_masks import LONGEST, checked


def test_good_masks_come_back_as_they_are():
    masks = {"ORDER": "ORD-[A-Z]{4}", "X": r"\bx\d+\b", "LONG": "a" * LONGEST}
    assert checked(masks) == masks
    assert list(checked(masks)) == list(masks), "their order is the order in which they are applied"
    assert checked({}) == {}


@pytest.mark.parametrize("name", ["order", "ORDER1", "ORDER_ID", "", "Order", "É", "A B", "A\n", 3])
def test_names_that_no_slot_can_have(name):
    with pytest.raises(ConfigError, match="no name of a slot"):
        checked({name: "x"})


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("(", "unclosed group"),
        (r"(a)\1", "backreferences"),
        ("(?=x)x", "look-around"),
        ("x)(y", "unopened group"),
        (r"\w{1000}{1000}", "size limit"),
        ("a" * (LONGEST + 1), "1,001 characters"),
        (3, "is 3"),
        (["x"], "in quotes"),
        (None, "in quotes"),
    ],
)
def test_patterns_that_are_none(pattern, word):
    with pytest.raises(ConfigError, match=word):
        checked({"GOOD": "x", "BAD": pattern}, "here")
    with pytest.raises(ConfigError, match=r"^here: BAD "):
        checked({"GOOD": "x", "BAD": pattern}, "here")


@pytest.mark.parametrize("pattern", ["", "x*", "x|", "$", "^", r"\b", r"\B", r"\bx*", r"(?m)$", "(?x) # nothing", "é?"])
def test_patterns_that_fit_nothing_at_all(pattern):
    with pytest.raises(ConfigError, match="empty text"):
        checked({"BAD": pattern})
