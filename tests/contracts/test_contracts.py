"""Every plug-in of every room against every clause of the room's contract."""

from __future__ import annotations

from pathlib import Path

import oddline
from oddline.core import folder
from oddline.testing.checks import checks, rooms_with_contract
from oddline.testing.suite import test_contract  # noqa: F401

ROOT = Path(oddline.__file__).parent

WITHOUT_CONTRACT = {
    "cli",  # a command is tested as a command
    "testing",
    "service",  # routes, acts and pages are tested as such
    "web",
    "client",
    "core",
    "drivers",
    "pipeline",
    "ops",
    "incidents",  # one way to group, not a choice of several
    "datasets",
    "bench",  # a benchmark is measured, not fitted
}


def test_every_file_in_a_room_is_held_to_a_contract():
    for room in rooms_with_contract():
        files = {
            path.stem
            for path in (ROOT / room).iterdir()
            if path.suffix in {".py", ".toml"} and not path.stem.startswith("_") and path.stem != "base"
        }
        assert files == set(folder.plugins(room)), room
        assert files, f"{room} is empty"


def test_every_room_has_a_contract_or_a_reason_to_have_none():
    assert set(folder.rooms()) == set(rooms_with_contract()) | WITHOUT_CONTRACT


def test_every_contract_has_clauses():
    assert {room: len(list(checks(room))) for room in rooms_with_contract() if not list(checks(room))} == {}
