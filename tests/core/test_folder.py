"""The folder is the registry; another package joins it by entry points."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from oddline.core import folder
from oddline.core.errors import ServiceUnavailable, UnknownPlugin
from oddline.core.estimator import Estimator
from oddline.detectors._shrunk import shrunk_covariance
from oddline.detectors.base import Detector
from oddline.detectors.mahalanobis import Mahalanobis
from oddline.pipeline.pipeline import Pipeline
from tests.pipeline.made import table

FOREIGN = '''
"""A detector of another package."""

import numpy as np

from oddline.detectors.base import Detector


class Farthest(Detector):
    """The largest distance from the mean of any column."""

    def _fit(self, X):
        self.mean_ = X.mean(axis=0)

    def _score(self, X):
        return np.abs(X - self.mean_).max(axis=1)
'''

IN_ANOTHER_PROCESS = """
import json, sys
from oddline.cli.main import main
from oddline.core import folder
from oddline.ops import bundle
import contextlib, io

def run(*arguments):
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")) as out:
        code = main([*arguments])
        out.flush()
        return code, out.buffer.getvalue().decode()

data, model = sys.argv[1:]
told = {"list": run("plugins", "detectors"), "page": run("plugins", "detectors", "farthest")}
told["asleep"] = "stranger" not in sys.modules
told["scan"] = run("scan", data, "--detector", "farthest", "--budget", "1", "--json")
told["fit"] = run("fit", data, "--detector", "farthest", "-o", model, "--quiet")
told["class"] = type(bundle.load(model).detector_).__name__
told["home"] = folder.home(type(bundle.load(model).detector_))
told["with model"] = run("scan", data, "--model", model, "--json")
told["ours"] = folder.load("detectors", "mahalanobis").__module__
told["broken"] = run("scan", data, "--detector", "broken")
print(json.dumps(told))
"""


@pytest.fixture
def stranger(tmp_path):
    """A package that is installed beside us, as far as Python can tell."""
    site = tmp_path / "site"
    (site / "stranger").mkdir(parents=True)
    (site / "stranger" / "far.py").write_text(FOREIGN)
    (site / "stranger" / "__init__.py").write_text("from stranger.far import Farthest\n")
    info = site / "stranger-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[oddline.detectors]\nfarthest = stranger:Farthest\n"
        "broken = stranger:Nothing\nmahalanobis = stranger:Farthest\n"
    )
    return site


def test_another_package_joins_by_an_entry_point(stranger, tmp_path):
    """Listed without being woken, scanned with, and found again by a bundle; it cannot take a name of ours."""
    done = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, str(table(tmp_path / "t.csv")), str(tmp_path / "m.odd")],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(stranger), os.environ.get("PYTHONPATH", "")])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert "farthest " in told["list"][1]
    assert "from the package stranger" in told["list"][1]
    assert told["page"] == [0, "# farthest\n\nfrom the package stranger\n"]
    assert told["asleep"], "listing plug-ins imported one"
    assert told["scan"][0] == told["fit"][0] == told["with model"][0] == 0
    assert json.loads(told["scan"][1])["detector"] == "farthest"
    assert [one["line"] for one in json.loads(told["scan"][1])["anomalies"]][-1] == 202
    assert told["class"] == "Farthest"
    assert told["home"] == ["detectors", "farthest"]
    assert told["ours"] == "oddline.detectors.mahalanobis"
    assert told["broken"][0] == 69
    assert "stranger" in done.stderr
    assert "bug" not in done.stderr


def test_every_room_lists_its_files_only():
    for room in folder.rooms():
        for name, plugin in folder.plugins(room).items():
            assert plugin.name == name
            assert not name.startswith("_")
            assert plugin.path is None or plugin.path.parent.name == room
    assert "base" not in folder.plugins("detectors")
    assert "_distinct" not in folder.plugins("detectors")
    assert set(folder.rooms()) >= {"sources", "outputs", "core", "pipeline"}


def test_every_summary_is_one_sentence_from_the_text():
    for room in ("detectors", "formats", "outputs", "cli"):
        for plugin in folder.plugins(room).values():
            assert plugin.summary, f"{room}/{plugin.name}"
            assert "\n" not in plugin.summary


def test_rooms_and_names_that_do_not_exist():
    with pytest.raises(UnknownPlugin, match=r"no 'detektors' in the rooms.*Try: detectors"):
        folder.plugins("detektors")
    with pytest.raises(UnknownPlugin, match="the rooms"):
        folder.load("../outputs", "csv")
    with pytest.raises(UnknownPlugin, match=r"no 'mahalanobiss' in detectors.*Try: mahalanobis"):
        folder.find("detectors", "mahalanobiss")
    for name in ("base", "_distinct", "../outputs/csv", "mahalanobis.py", ""):
        with pytest.raises(UnknownPlugin):
            folder.load("detectors", name)


def test_a_class_is_at_home_where_its_name_gives_it_back():
    for room in ("detectors", "outputs", "thresholds", "templates"):
        for name in folder.plugins(room):
            assert folder.home(folder.load(room, name)) == (room, name)
    for homeless in (Detector, Estimator, Pipeline, int, type("Local", (Mahalanobis,), {})):
        with pytest.raises(UnknownPlugin, match=homeless.__name__):
            folder.home(homeless)
    assert shrunk_covariance.__module__ == "oddline.detectors._shrunk"


def test_a_helper_beside_a_plugin_is_not_the_plugin():
    helper = type("Helper", (Detector,), {"__module__": "oddline.detectors.mahalanobis"})
    with pytest.raises(UnknownPlugin, match="Helper"):
        folder.home(helper)


def test_an_entry_that_cannot_be_loaded_is_told():
    with pytest.raises(ServiceUnavailable, match="'mine' of the package no_such_package cannot be loaded"):
        folder._load_entry(EntryPoint("mine", "no_such_package.x:Y", "oddline.detectors"))
