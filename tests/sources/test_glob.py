import os

import pytest

from oddline.core.errors import NoInput
from oddline.sources.glob import Glob


@pytest.fixture
def logs(tmp_path, monkeypatch):
    for name in ("a.log", "b.log", "c.txt", "sub/d.log", "sub/deep/e.log", ".hidden.log", ".git/f.log"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("line\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.log", ["a.log", "b.log"]),
        ("[ab].log", ["a.log", "b.log"]),
        ("?.txt", ["c.txt"]),
        ("**/*.log", ["a.log", "b.log", "sub/d.log", "sub/deep/e.log"]),
        ("sub/*", ["sub/d.log", "sub/deep/e.log"]),
        ("s*", ["sub/d.log", "sub/deep/e.log"]),
        (".*.log", [".hidden.log"]),
        ("./*.log", ["a.log", "b.log"]),
        ("sub/../*.log", ["sub/../a.log", "sub/../b.log"]),
    ],
)
def test_what_a_pattern_names(logs, pattern, expected):
    assert [part.name for part in Glob(pattern).parts()] == expected


def test_an_absolute_pattern(logs):
    parts = Glob(str(logs / "*.log")).parts()
    assert [os.path.relpath(part.name, logs) for part in parts] == ["a.log", "b.log"]


@pytest.mark.parametrize("pattern", ["*.nothing", "missing/*.log", "**x/*.log", "[", "/*nothing*/*"])
def test_a_pattern_without_a_match_is_no_input(logs, pattern):
    with pytest.raises(NoInput, match="no file matches"):
        Glob(pattern).parts()


def test_it_accepts_patterns_only(logs):
    assert Glob.accepts("*.log")
    assert not Glob.accepts("a.log")
    assert not Glob.accepts("-")
    (logs / "x[1].log").touch()
    assert not Glob.accepts("x[1].log")
