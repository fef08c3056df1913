"""Contrast of the tokens, in both schemes and for readers who ask for more, as the design demands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import oddline.web

STATIC = Path(oddline.web.__file__).parent / "static"
TOKENS = (STATIC / "css" / "tokens.css").read_text()
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab|color)a?\(|light-dark\(")
PAIR = re.compile(r"(--[a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
GROUNDS = ("bg", "surface", "surface-2", "surface-3")
SEVERITIES = ("low", "medium", "high", "critical")


def schemes() -> dict[str, dict[str, str]]:
    plain, _, more = TOKENS.partition("@media (prefers-contrast: more)")
    found = {}
    for at, name in ((1, "light"), (2, "dark")):
        found[name] = {one[0][2:]: one[at] for one in PAIR.findall(plain)}
        found[f"{name}, more contrast"] = found[name] | {one[0][2:]: one[at] for one in PAIR.findall(more)}
    return found


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TEXT = [
    *((ink, ground) for ink in ("text", "text-2", "text-3", "accent-ink") for ground in GROUNDS),
    *((f"{name}-ink", ground) for name in SEVERITIES for ground in ("bg", "surface", "surface-2", f"{name}-soft")),
    *((f"on-{name}", name) for name in (*SEVERITIES, "accent")),
    ("on-accent", "accent-hover"),
    *(("text", f"{name}-soft") for name in (*SEVERITIES, "ok", "danger", "info", "accent")),
    *(("text-2", f"{name}-soft") for name in ("critical", "high", "medium", "ok", "danger", "info", "accent")),
    *((f"on-score-{step}", f"score-{step}") for step in range(10)),
    *((f"{mark}-ink", mark) for mark in ("was", "now")),
    *(("danger", ground) for ground in ("surface", "bg", "danger-soft")),
    *(("ok", ground) for ground in ("surface", "ok-soft")),
    ("accent-ink", "accent-soft"),
    ("surface", "danger"),
    ("surface", "series-a"),
    ("surface", "series-b"),
    ("text", "selection"),
]
MARKS = [
    *(("control-line", ground) for ground in ("surface", "bg")),
    *(("focus", ground) for ground in GROUNDS),
    *((name, ground) for name in ("low", "high", "critical") for ground in ("surface", "bg")),
    *(("series-a", ground) for ground in ("surface",)),
    *(("series-b", ground) for ground in ("surface",)),
    ("chart-cut", "surface"),
    ("accent", "surface"),
]


@pytest.mark.parametrize("scheme", schemes())
def test_text_stands_out_from_its_ground(scheme):
    colours = schemes()[scheme]
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", schemes())
def test_marks_and_edges_stand_out_from_their_ground(scheme):
    colours = schemes()[scheme]
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in MARKS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


def test_black_on_white_is_measured_as_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_colours_have_one_home():
    homes = {path.name for path in STATIC.rglob("*.css") if COLOUR.search(path.read_text())}
    homes |= {path.name for path in STATIC.rglob("*.js") if re.search(r"#[0-9a-fA-F]{6}\b", path.read_text())}
    assert homes == {"tokens.css"}


def test_every_token_that_is_used_is_there():
    known = set(re.findall(r"(--[a-z0-9-]+)\s*:", TOKENS)) | {"--venn"}  # set by compare.js
    for path in (*STATIC.rglob("*.css"), *STATIC.rglob("*.js")):
        text = path.read_text()
        used = set(re.findall(r"var\((--[a-z0-9-]+)", text))
        if "chart.js" in text:  # elsewhere "--name" is an option of a command
            used |= set(re.findall(r"\"(--[a-z][a-z0-9-]+)(?: /|\")", text))
        assert used - known == set(), path.name
