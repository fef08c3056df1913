"""The pytest plug-in: holds plug-ins, ours and others', to the contracts of their rooms.

``pytest --pyargs oddline.testing.suite --contracts detectors=my_package.my_idea:MyIdea`` runs the detectors' contract
over a class that need not be installed as a plug-in. ``--contracts detectors=my_idea`` names an installed one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from oddline.core import folder
from oddline.core.errors import UsageError

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--contracts``."""
    parser.addoption(
        "--contracts",
        action="append",
        default=[],
        metavar="ROOM=NAME|MODULE:CLASS",
        help="hold this plug-in to the contract of its room (may be given several times)",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test that asks for ``contract_check`` and ``contract_subject`` one pair a clause and plug-in."""
    if "contract_check" not in metafunc.fixturenames:
        return
    from oddline.testing.checks import checks

    cases = [
        (check, make, f"{room}-{name}-{check.name}")
        for room, name, make in _subjects(metafunc.config.getoption("--contracts"))
        for check in checks(room)
    ]
    metafunc.parametrize(
        ("contract_check", "contract_subject"),
        [case[:2] for case in cases],
        ids=[case[2] for case in cases],
    )


def _subjects(wanted: list[str]) -> list[tuple[str, str, Callable[[], Any]]]:
    """List room, name and maker of each plug-in to be held to its contract."""
    from oddline.testing.checks import rooms_with_contract, subject

    if not wanted:
        return [
            (room, name, partial(subject, room, name))
            for room in rooms_with_contract()
            for name in folder.plugins(room)
        ]
    return [_foreign(text) if ":" in text else _installed(text) for text in wanted]


def _installed(text: str) -> tuple[str, str, Callable[[], Any]]:
    from oddline.testing.checks import subject

    room, _, name = text.partition("=")
    folder.find(room, name)
    return room, name, partial(subject, room, name)


def _foreign(text: str) -> tuple[str, str, Callable[[], Any]]:
    room, _, place = text.partition("=")
    module, _, name = place.partition(":")
    if not room or not name:
        raise UsageError(f"--contracts {text!r}", expected="ROOM=NAME or ROOM=MODULE:CLASS")
    return room, name, lambda: getattr(import_module(module), name)
