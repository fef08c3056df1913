import os
from pathlib import Path

import pytest

from oddline.core.errors import NoInput, UsageError
from oddline.core.folder import plugins
from oddline.sources._open import open_sources, source_of
from tests.sources._helpers import read


@pytest.fixture
def logs(tmp_path, monkeypatch):
    for name in ("a.log", "b.log", "sub/c.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*paths, **options):
    return [part.name for part in open_sources(paths, **options)]


def test_each_path_finds_one_source_and_no_two_want_the_same(logs):
    from oddline.core.folder import load

    for path, expected in {"-": "Stdin", "a.log": "File", "sub": "Folder", "*.log": "Glob", "gone": "File"}.items():
        assert source_of(path).__name__ == expected
        assert [load("sources", name).accepts(path) for name in plugins("sources")].count(True) == 1


def test_paths_keep_their_order(logs):
    assert names("sub", "b.log", "a.log") == ["sub/c.log", "b.log", "a.log"]


def test_a_file_named_in_several_ways_is_read_once(logs):
    (logs / "link.log").symlink_to("a.log")
    assert names("a.log", "./a.log", str(logs / "a.log"), "a.l*", "link.log", ".") == ["a.log", "b.log", "sub/c.log"]


def test_warnings_of_all_paths_come_together(logs):
    (logs / "sub" / "a.png").write_bytes(b"\x89PNG" + bytes(99))
    warnings = []
    assert names("a.log", "sub", warnings=warnings) == ["a.log", "sub/c.log"]
    assert warnings == ["sub: passed over 1 binary (a.png)"]


def test_one_path_that_is_missing_stops_all(logs):
    with pytest.raises(NoInput, match=r"gone\.log does not exist"):
        names("a.log", "gone.log")


def test_no_path_and_standard_input_twice_are_wrong_calls():
    with pytest.raises(UsageError, match="no input"):
        names()
    with pytest.raises(UsageError, match="named twice"):
        names("-", "a.log", "-")


@pytest.mark.data
def test_the_labelled_data_can_be_read():
    root = Path(os.environ.get("ODDLINE_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
    if not (root / "loghub_2k").is_dir():
        pytest.skip("no labelled data here")
    parts = open_sources([str(root / "loghub_2k" / "*" / "*_2k.log")])
    assert len(parts) == 16
    # Counted with wc -l and a possible last line without its end.
    assert all(len(read(part)[0]) == 2000 for part in parts)
