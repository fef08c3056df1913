"""The tree of errors as it is drawn is the tree as it is."""

from __future__ import annotations

import re

import pytest

from oddline.core import errors
from oddline.core.errors import OddlineError, UnknownPlugin


def drawn():
    """Read name, parent and exit code of each error from the tree in the docstring."""
    found, above = {}, {}
    for line in errors.__doc__.splitlines():
        match = re.fullmatch(r" {4}((?:[│ ] {3})*(?:[├└]── )?)(\w+) +(\d+) {2}\S.*", line)
        if match:
            depth = len(match[1]) // 4
            above[depth] = match[2]
            found[match[2]] = (above.get(depth - 1), int(match[3]))
    return found


def all_of(cls):
    return [
        cls,
        *(one for child in cls.__subclasses__() if child.__module__ == errors.__name__ for one in all_of(child)),
    ]


def test_the_drawn_tree_is_the_tree():
    actual = {
        cls.__name__: (None if cls is OddlineError else cls.__bases__[0].__name__, cls.exit_code)
        for cls in all_of(OddlineError)
    }
    assert len(actual) > 8
    assert drawn() == actual


def test_each_leads_to_its_exit_code_and_one_line_on_the_command_line(monkeypatch, capfd):
    from oddline.cli import main as face

    for cls in all_of(OddlineError):
        arguments = {"UnknownPlugin": ("x", "room", []), "MissingExtra": ("torch", "deep")}.get(
            cls.__name__, ("so\x1b[1m\nit is",)
        )

        def fails(only, raised=cls, arguments=arguments):
            raise raised(*arguments)

        monkeypatch.setattr(face, "application", fails)
        assert face.main(["scan"]) == cls.exit_code
        told = capfd.readouterr()
        assert told.out == ""
        assert told.err.count("\n") == 1
        assert "\x1b" not in told.err


def test_a_bug_is_told_as_one_and_shown_on_demand(monkeypatch, capfd):
    from oddline.cli import main as face

    monkeypatch.setattr(face, "application", lambda only: 1 / 0)
    assert face.main(["scan"]) == 70
    assert "ZeroDivisionError" in capfd.readouterr().err
    monkeypatch.setenv("ODDLINE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        face.main(["scan"])


def test_words_of_an_error():
    assert str(OddlineError("found")) == "found"
    assert str(OddlineError("found", hint="this")) == "found. Try: this"
    error = OddlineError("found", expected="that", hint="this")
    assert (error.found, error.expected, error.hint) == ("found", "that", "this")


def test_the_nearest_name_is_offered_if_there_is_one():
    assert str(UnknownPlugin("isolation_forrest", "detectors", ["isolation_forest", "mahalanobis"])).endswith(
        "Try: isolation_forest"
    )
    assert "Try" not in str(UnknownPlugin("zzz", "detectors", ["isolation_forest"]))
    assert str(UnknownPlugin("Mine", "any room", [])) == "no 'Mine' in any room"
