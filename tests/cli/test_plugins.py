"""``oddline plugins`` lists what can be named, and says what is wrong with a name."""

from __future__ import annotations

import pytest

from oddline.cli.main import main
from oddline.cli.plugins import LISTED
from oddline.core import folder


@pytest.fixture
def plugins(capfd):
    def plugins(*arguments, code=0):
        assert main(["plugins", *arguments]) == code
        told = capfd.readouterr()
        return told.err if code else told.out

    return plugins


def test_every_plugin_of_every_room_with_its_sentence(plugins):
    told = plugins().splitlines()
    for room in LISTED:
        assert room in told
        for plugin in folder.plugins(room).values():
            line = next(line for line in told if line.split()[:1] == [plugin.name] and line.startswith("  "))
            assert plugin.summary in told[told.index(line)] or any(plugin.summary in one for one in told)


def test_one_room(plugins):
    told = plugins("detectors").splitlines()
    assert told[0] == "detectors"
    assert [line.split()[0] for line in told[1:]] == list(folder.plugins("detectors"))


def test_a_page_of_each(plugins):
    for room in LISTED:
        for name in folder.plugins(room):
            assert plugins(room, name).startswith(f"# {name}\n\n")
    page = plugins("detectors", "isolation_forest")
    assert "IsolationForest(" in page
    assert "n_estimators: int=100" in page.replace(" = ", "=")
    assert "self" not in page.split("IsolationForest(")[1].split(")")[0]


def test_names_that_do_not_exist(plugins):
    assert "Try: detectors" in plugins("detector", code=2)
    assert "Try: mahalanobis" in plugins("detectors", "mahalanobs", code=2)
    for room in ("core", "cli", "testing", "../outputs"):
        assert "the rooms" in plugins(room, code=2)
