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
from oddline.core.errors import OddlineError, UnknownPlugin, UsageError

if TYPE_CHECKING:
    import pytest

Subject = tuple[str, str, Callable[[], Any]]
"""A room, the name of a plug-in, and what loads it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--contracts``."""
    parser.addoption(
        "--contracts",
        action="append",
        default=[],
        metavar="ROOM=NAME|MODULE:CLASS",
        help="hold this plug-in to the contract of its room (may be given several times)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a ``--contracts`` that names nothing before anything runs."""
    import pytest

    try:
        for text in config.getoption("--contracts"):
            _wanted(text)
    except OddlineError as error:
        raise pytest.UsageError(str(error)) from error


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


def _subjects(wanted: list[str]) -> list[Subject]:
    """List room, name and maker of each plug-in to be held to its contract."""
    from oddline.testing.checks import rooms_with_contract, subject

    if not wanted:
        return [
            (room, name, partial(subject, room, name))
            for room in rooms_with_contract()
            for name in folder.plugins(room)
        ]
    return [_wanted(text) for text in wanted]


def _wanted(text: str) -> Subject:
    """Read one ``--contracts``.

    Raises
    ------
    UsageError
        If it is not ``ROOM=NAME`` or ``ROOM=MODULE:CLASS``, or names no room with a contract, or no plug-in.
    """
    from oddline.testing.checks import rooms_with_contract

    room, _, place = text.partition("=")
    if not room or not place.strip(":") or place.startswith(":") or place.endswith(":"):
        raise UsageError(f"--contracts {text!r}", expected="ROOM=NAME or ROOM=MODULE:CLASS")
    if room not in rooms_with_contract():
        raise UnknownPlugin(room, "the rooms with a contract", rooms_with_contract())
    return _foreign(room, place) if ":" in place else _installed(room, place)


def _installed(room: str, name: str) -> Subject:
    from oddline.testing.checks import subject

    folder.find(room, name)
    return room, name, partial(subject, room, name)


def _foreign(room: str, place: str) -> Subject:
    module, _, name = place.partition(":")

    def made() -> Any:
        found = getattr(import_module(module), name)
        return found() if room == "formats" else found  # a format's checks take it built, as it may be data

    return room, name, made
