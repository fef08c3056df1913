"""One command is made where one is asked for; all of them where a person may mean any."""

from __future__ import annotations

import pytest

from oddline.cli import main as face


@pytest.fixture
def made(monkeypatch, tmp_path):
    """What commands an application was asked for, in a folder without settings."""
    monkeypatch.chdir(tmp_path)
    asked = []
    whole = face.application
    monkeypatch.setattr(face, "application", lambda only=None: asked.append(only) or whole(only))
    return asked


def test_one_command_is_made_alone(made, capfd):
    assert face.main(["plugins", "--help"]) == 0
    assert made == ["plugins"]
    told = capfd.readouterr().out
    assert "oddline plugins" in told


@pytest.mark.parametrize("arguments", [[], ["--help"], ["main"], ["scann", "app.log"], ["--version"]])
def test_all_are_made_where_none_is_named(made, arguments):
    face.main(arguments)
    assert made == [None]


def test_a_near_name_is_proposed(made, capfd):
    assert face.main(["scann"]) == 2
    assert "scan" in capfd.readouterr().err.replace("scann", "")


def test_settings_of_any_command_are_known(made, tmp_path, capfd):
    (tmp_path / "oddline.toml").write_text("[templates]\ntop = 3\n")
    assert face.main(["plugins", "outputs"]) == 0
    assert made == [None]
    (tmp_path / "oddline.toml").write_text("[nothing]\ntop = 3\n")
    assert face.main(["plugins"]) != 0
    assert "no command" in capfd.readouterr().err
