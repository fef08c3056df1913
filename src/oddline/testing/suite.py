"""The contracts as tests: every check of a room over every plug-in of it, found by walking the folders.

Run it over one plug-in of your own with
``pytest --pyargs oddline.testing.suite --contracts detectors=my_package.my_idea:MyIdea``
(see :mod:`oddline.testing.plugin`). Without ``--contracts`` it runs over all that are installed.
"""

from __future__ import annotations

from typing import Any

from oddline.testing.checks import Check


def test_contract(contract_check: Check, contract_subject: Any) -> None:
    """Hold one plug-in to one clause of its room's contract."""
    contract_check(contract_subject())
