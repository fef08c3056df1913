"""The checks themselves: each refuses a plug-in that is wrong in just its way, and passes a right one."""

from __future__ import annotations

from importlib import import_module

import pytest

from oddline.testing.checks import checks, rooms_with_contract


def _cases() -> list:
    return list(_pairs())


def _pairs():
    for room in rooms_with_contract():
        module = import_module(f"tests.contracts.wrong.{room}")
        for check in checks(room):
            yield pytest.param(check, module, id=f"{room}-{check.name}")


@pytest.mark.parametrize(("check", "module"), _cases())
def test_refuses_a_wrong_plugin(check, module):
    assert check.name in module.WRONG, f"no plug-in is wrong in the way of {check.name}"
    # Three are wrong by raising ValueError themselves; any other error would be a fault of the check.
    with pytest.raises((AssertionError, ValueError)):
        check(module.WRONG[check.name])


@pytest.mark.parametrize(("check", "module"), _cases())
def test_passes_a_right_plugin(check, module):
    for right in module.RIGHT if isinstance(module.RIGHT, tuple) else (module.RIGHT,):
        check(right)


def test_no_wrong_plugin_is_left_without_its_check():
    for room in rooms_with_contract():
        module = import_module(f"tests.contracts.wrong.{room}")
        assert set(module.WRONG) == {check.name for check in checks(room)}, room
