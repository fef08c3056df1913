"""The pytest plug-in that holds others' plug-ins to our contracts."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from oddline.core import folder
from oddline.core.errors import UnknownPlugin, UsageError
from oddline.testing import plugin
from oddline.testing.checks import checks, rooms_with_contract
from tests.contracts.wrong.detectors import WRONG, Distance
from tests.contracts.wrong.formats import RIGHT as RIGHT_FORMAT

FOREIGN = '''
"""Detectors of another package, one of which reads the sign the other way round."""

import numpy as np

from oddline.detectors.base import Detector


class Farthest(Detector):
    """The largest distance from the mean of any column."""

    def _fit(self, X):
        self.mean_ = X.mean(axis=0)

    def _score(self, X):
        return np.abs(X - self.mean_).max(axis=1)


class Nearest(Farthest):
    """The same, with the sign lost on the way."""

    def _score(self, X):
        return -super()._score(X)
'''


def suite(folder, *contracts):
    return subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line",
            "--pyargs", "oddline.testing.suite",
            *(part for text in contracts for part in ("--contracts", text)),
        ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


def test_a_right_one_passes_and_a_wrong_one_fails(tmp_path):
    (tmp_path / "stranger.py").write_text(FOREIGN)
    clauses = len(list(checks("detectors")))
    done = suite(tmp_path, "detectors=stranger:Farthest", "detectors=stranger:Nearest", "windows=line")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "detectors-Nearest-higher_means_more_anomalous" in done.stdout
    assert "Farthest-" not in done.stdout, "a right plug-in failed"
    assert "windows-line" not in done.stdout
    passed = sum(int(line.split(" passed")[0].split()[-1]) for line in done.stdout.splitlines() if " passed" in line)
    failed = sum(int(line.split(" failed")[0].split()[-1]) for line in done.stdout.splitlines() if " failed" in line)
    assert passed + failed == 2 * clauses + len(list(checks("windows")))


def test_a_wrong_call_is_a_usage_error_of_pytest_not_a_traceback(tmp_path):
    done = suite(tmp_path, "detectors:MyIdea")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout + done.stderr
    assert "ROOM=NAME or ROOM=MODULE:CLASS" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "text", ["", "detectors", "detectors=", "=x", "=a:B", "detectors=:B", "detectors=a:", "detectors:B", ":"]
)
def test_what_is_no_contract_is_told(text):
    with pytest.raises(UsageError, match="ROOM=NAME or ROOM=MODULE:CLASS"):
        plugin._wanted(text)


@pytest.mark.parametrize("text", ["detektors=a:B", "cli=scan", "core=a:B", "../detectors=x"])
def test_rooms_without_a_contract_are_told(text):
    with pytest.raises(UnknownPlugin, match="the rooms with a contract"):
        plugin._wanted(text)


def test_names_that_are_not_installed_are_told():
    with pytest.raises(UnknownPlugin, match="Try: mahalanobis"):
        plugin._wanted("detectors=mahalanobiss")


def test_all_that_are_installed_without_a_wish():
    told = {(room, name) for room, name, _ in plugin._subjects([])}
    assert told == {(room, name) for room in rooms_with_contract() for name in folder.plugins(room)}


def test_installed_and_foreign_ones_are_found():
    module = Distance.__module__
    room, name, made = plugin._wanted(f"detectors={module}:{Distance.__qualname__}")
    assert (room, name, made()) == ("detectors", Distance.__qualname__, Distance)
    room, name, made = plugin._wanted("formats=syslog")
    assert made().name == "syslog", "the checks of formats take them built"
    kind = RIGHT_FORMAT if isinstance(RIGHT_FORMAT, type) else type(RIGHT_FORMAT)
    made = plugin._wanted(f"formats={kind.__module__}:{kind.__qualname__}")[2]
    assert isinstance(made(), kind)
    assert WRONG, "there is a wrong detector for each clause"
