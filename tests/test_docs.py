"""The documents tell the truth: every command, option and plug-in is in them, and every link leads somewhere."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest
import typer

from oddline.cli.main import application
from oddline.cli.plugins import LISTED
from oddline.core import folder

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])


def _builder():
    spec = importlib.util.spec_from_file_location("build", ROOT / "docs" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_has_a_page_for_everything(tmp_path):
    made = {path.relative_to(tmp_path).as_posix() for path in _builder().build(tmp_path)}
    for room in LISTED:
        for name in folder.plugins(room):
            assert f"{room}/{name}.md" in made
            text = (tmp_path / room / f"{name}.md").read_text(encoding="utf-8")
            assert len(text.split("\n", 2)[2].strip()) > 20, f"{room}/{name} says nothing"


def test_every_option_says_what_it_does():
    group = typer.main.get_command(application())
    for name, command in group.commands.items():
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"oddline {name} {parameter.name}"


def test_every_option_of_scan_is_in_the_guide():
    text = (ROOT / "docs" / "first-steps.md").read_text(encoding="utf-8") + (ROOT / "docs" / "reading.md").read_text(
        encoding="utf-8"
    )
    group = typer.main.get_command(application())
    options = {option for parameter in group.commands["scan"].params for option in parameter.opts if "--" in option}
    missing = sorted(option for option in options if f"{option}" not in text)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_pages_quote_the_measured_figures():
    """Each table between `results` marks is what `python -m benchmarks._tables` makes of benchmarks/results."""
    from benchmarks._tables import PAGES, filled

    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert filled(text) == text, "run python -m benchmarks._tables"
        assert "<!-- results:" in text


def test_results_are_whole():
    for path in sorted((ROOT / "benchmarks" / "results").glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        assert set(told) >= {"name", "rows"}, path.name
        assert told["rows"], path.name


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        named = re.findall(r"`make ((?:[a-z]+ ?)+)`", page.read_text(encoding="utf-8"))
        missing = {target for call in named for target in call.split()} - targets
        assert not missing, f"{page.name} names {missing}"
