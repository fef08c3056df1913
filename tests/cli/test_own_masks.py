"""``[masks]`` in ``oddline.toml``: from the file to the miner."""

from __future__ import annotations

from inspect import signature

import pytest

from oddline.cli import _config
from oddline.cli.main import main
from oddline.core.errors import ConfigError, UsageError
from oddline.drivers import batch
from oddline.ops import bundle
from oddline.pipeline.presets import PRESETS, preset
from oddline.templates.drain import Drain
from tests.pipeline.made import log

MASKS = {"ORDER": "ORD-[A-Z]{4}"}
TOLD = "[masks]\nORDER = 'ORD-[A-Z]{4}'\n"


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Run the command in a folder with a log and these settings; give what the driver was asked for."""
    log(tmp_path / "a.log")
    monkeypatch.chdir(tmp_path)
    requests = []
    for name in ("scan", "fit"):
        monkeypatch.setattr(batch, name, lambda request, **more: requests.append(request) or 1 / 0)

    def asked(command, *flags, told=TOLD, code=70):
        (tmp_path / "oddline.toml").write_text(told, encoding="utf-8")
        assert main([command, "a.log", *flags]) == code
        return requests.pop() if requests else None

    return asked


@pytest.mark.parametrize("command", ["scan", "fit"])
def test_the_table_reaches_the_driver(asked, command):
    flags = ["-o", "m.odd"] if command == "fit" else []
    assert asked(command, *flags).changes["miner_settings"] == {"masks": MASKS}
    assert "miner_settings" not in asked(command, *flags, told="").changes
    assert "miner_settings" not in asked(command, *flags, told="[masks]\n").changes


def test_it_stands_beside_the_tables_of_commands(asked):
    request = asked("scan", told=f"{TOLD}[scan]\nbudget = 1\n")
    assert request.changes["budget"] == 1
    assert request.changes["miner_settings"] == {"masks": MASKS}


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ("masks = 3\n", "expected a table"),
        ("[masks]\norder = 'x'\n", "'order' is no name of a slot"),
        ("[masks]\nORDER = '('\n", "unclosed group"),
        ("[masks]\nORDER = 'x*'\n", "empty text"),
        ("[masks.ORDER]\npattern = 'x'\n", "in quotes"),
        ("[mask]\nORDER = 'x'\n", "'mask' is no command and no setting"),
    ],
)
def test_what_is_refused(asked, capsys, told, word):
    assert asked("scan", told=told, code=78) is None
    complaint = capsys.readouterr().err
    assert word in complaint
    assert complaint.startswith("oddline: oddline.toml: ")
    assert complaint.count("\n") == 1


def test_help_looks_at_no_pattern(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "oddline.toml").write_text("[masks]\nORDER = '('\n")
    assert main(["--help"]) == 0


def test_a_setting(tmp_path):
    assert _config.setting("masks", tmp_path) is None
    (tmp_path / "oddline.toml").write_text(TOLD)
    assert _config.setting("masks", tmp_path) == MASKS
    (tmp_path / "oddline.toml").write_text("[masks\n")
    with pytest.raises(ConfigError, match="TOML"):
        _config.setting("masks", tmp_path)


@pytest.mark.parametrize("kind", PRESETS)
def test_settings_of_the_miner(kind):
    made = preset(kind, miner_settings={"similarity": 0.5})
    assert made["miner"].similarity == 0.5
    assert preset(kind)["miner"] == "drain"
    with pytest.raises(UsageError, match="no parameter 'nonsense'"):
        preset(kind, miner_settings={"nonsense": 1})
    with pytest.raises(UsageError, match="a number"):
        preset(kind, miner_settings={"similarity": "near"})


def test_a_model_brings_its_own_masks_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    log(tmp_path / "a.log")
    assert main(["fit", "a.log", "-o", "m.odd"]) == 0
    (tmp_path / "oddline.toml").write_text(TOLD)
    capsys.readouterr()
    model = bundle.load("m.odd")
    monkeypatch.setattr(bundle, "load", lambda path: model)
    assert main(["scan", "a.log", "--model", "m.odd", "-q"]) == 0
    assert "masks of this folder are not those of m.odd" in capsys.readouterr().err
    model.miner_.masks = MASKS
    assert main(["scan", "a.log", "--model", "m.odd", "-q"]) == 0
    assert capsys.readouterr().err == ""
    model.miner_.masks = None
    (tmp_path / "oddline.toml").unlink()
    assert main(["scan", "a.log", "--model", "m.odd", "-q"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.skipif("masks" not in signature(Drain).parameters, reason="the miner takes no masks yet")
def test_a_mask_of_ones_own_from_the_file_to_the_model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    codes = ["".join("ABCDEFGHIJ"[int(digit)] for digit in f"{7 * n % 10_000:04}") for n in range(300)]
    (tmp_path / "a.log").write_text("".join(f"order ORD-{code} was sent\n" for code in codes))
    (tmp_path / "oddline.toml").write_text(TOLD)
    assert main(["fit", "a.log", "-o", "m.odd"]) == 0
    model = bundle.load("m.odd")
    assert model.miner_.get_params()["masks"] == MASKS
    assert model.miner_.templates_["text"].to_list() == ["order <ORDER> was sent"]
    assert main(["scan", "a.log", "--model", "m.odd", "-q"]) == 0
