"""The recipe for a detector in CONTRIBUTING.md, followed to the letter in a copy of the package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import oddline

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the package with the file of the recipe in it, and nothing else changed."""
    root = tmp_path_factory.mktemp("copied")
    shutil.copytree(Path(oddline.__file__).parent, root / "oddline", ignore=shutil.ignore_patterns("__pycache__"))
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    name, code = re.search(r"<!-- example: (\S+) -->\n```python\n(.*?)```", text, re.DOTALL).groups()
    assert len([line for line in code.splitlines() if line.strip()]) <= 30
    (root / "oddline" / name).write_text(code, encoding="utf-8")
    return root


def _run(copied, *arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copied,
        env=os.environ | {"PYTHONPATH": str(copied)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_recipe_gives_a_name_on_the_command_line(copied):
    listed = _run(copied, "-m", "oddline", "plugins", "detectors")
    assert re.search(r"far_from_median +Distance from the median", listed.stdout), listed.stdout + listed.stderr


def test_the_recipe_gives_a_page_in_the_docs(copied):
    page = _run(copied, "-m", "oddline", "plugins", "detectors", "far_from_median")
    assert "The largest deviation of any column" in page.stdout, page.stdout + page.stderr


def test_the_recipe_scans(copied):
    log = copied / "app.log"
    log.write_text("".join(f"job {n} done\n" for n in range(200)) + "disk failure\n")
    done = _run(copied, "-m", "oddline", "scan", str(log), "--detector", "far_from_median", "--budget", "3", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["detector"] == "far_from_median"
    assert "disk failure" in told["anomalies"][0]["text"]


def test_the_recipe_gets_the_whole_contract(copied):
    from oddline.testing.checks import checks

    done = _run(
        copied, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs", "oddline.testing.suite",
        "--contracts", "detectors=far_from_median",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(list(checks('detectors')))} passed" in done.stdout


def test_the_example_of_the_recipe_runs(copied):
    done = _run(copied, "-m", "doctest", str(copied / "oddline" / "detectors" / "far_from_median.py"))
    assert done.returncode == 0, done.stdout
