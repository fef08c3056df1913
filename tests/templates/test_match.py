"""Which lines are held against patterns at all, and which of them fit."""

from __future__ import annotations

import random

import polars as pl

from oddline.templates._match import hopeful, match

WORDS = ["a", "b", "key=1", "key=2", "<*>", "é"]


def test_no_line_that_fits_is_passed_over() -> None:
    chance = random.Random(0)
    rows = [[chance.choice(WORDS) for _ in range(chance.randint(0, 3))] for _ in range(60)]
    patterns = pl.DataFrame(
        {
            "template_id": range(1, 61),
            "words": rows,
            "modes": [[chance.randint(0, 2) for _ in row] for row in rows],
        },
        schema={"template_id": pl.UInt32, "words": pl.List(pl.String), "modes": pl.List(pl.UInt8)},
    )
    blanks = ["", " ", "\u2003", "  a"]
    shapes = pl.Series([*blanks, *(" ".join(chance.choices(WORDS, k=chance.randint(1, 4))) for _ in range(3_000))])
    passed = 0
    for _ in range(20):
        some = patterns.sample(6, seed=chance.randint(0, 1 << 30))
        fits = pl.Series(match(shapes, some) > 0)
        chosen = hopeful(shapes, some)
        assert set(fits.arg_true()) <= set(chosen)
        passed += shapes.len() - chosen.len()
    assert passed > 10_000, "nothing was put to the test"


def test_prose_is_hardly_looked_at() -> None:
    patterns = pl.DataFrame(
        {"template_id": [1], "words": [["disk", "full"]], "modes": [[1, 1]]},
        schema={"template_id": pl.UInt32, "words": pl.List(pl.String), "modes": pl.List(pl.UInt8)},
    )
    shapes = pl.Series(["disk full", "it was a dark night", "disk empty", ""])
    assert hopeful(shapes, patterns).to_list() == [0, 2]
    assert match(shapes, patterns).tolist() == [1, 0, 0, 0]
