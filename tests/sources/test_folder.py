import gzip
import os

import pytest

from oddline.core.errors import NoInput
from oddline.sources._parts import Job
from oddline.sources.folder import Folder
from tests.sources._helpers import read


def listed(folder):
    job = Job()
    parts = list(Folder(str(folder), job).parts())
    return [os.path.relpath(part.name, folder) for part in parts], job.warnings


@pytest.fixture
def logs(tmp_path):
    for name, data in {
        "b.log": b"b\n", "a.log": b"a\n", "sub/deep/c.log.gz": gzip.compress(b"c\n"), "B.log": b"B\n",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_all_files_in_the_order_of_their_names(logs):
    assert listed(logs) == (["B.log", "a.log", "b.log", "sub/deep/c.log.gz"], [])


def test_what_is_no_log_is_passed_over_with_a_warning(logs):
    (logs / ".hidden").write_bytes(b"h\n")
    (logs / ".git").mkdir()
    (logs / ".git" / "x").write_bytes(b"x\n")
    (logs / "picture.png").write_bytes(b"\x89PNG" + bytes(99))
    (logs / "program").write_bytes(b"\x7fELF" + bytes(99))
    (logs / "empty.log").touch()
    (logs / "broken.gz").write_bytes(gzip.compress(b"x")[:8])
    os.mkfifo(logs / "pipe")
    (logs / "nowhere").symlink_to(logs / "missing")
    names, warnings = listed(logs)
    assert names == ["B.log", "a.log", "b.log", "sub/deep/c.log.gz"]
    text = "\n".join(warnings)
    for word in (
        "2 hidden (.git, .hidden)", "2 binary (picture.png, program)", "1 empty (empty.log)", "1 not a file (pipe)",
        "2 unreadable (broken.gz, nowhere)", "broken.gz is truncated",
    ):  # fmt: skip
        assert word in text


def test_links_to_files_are_followed_and_links_to_folders_are_not(logs):
    (logs / "link.log").symlink_to(logs / "a.log")
    (logs / "sub" / "circle").symlink_to(logs)
    assert listed(logs)[0] == ["B.log", "a.log", "b.log", "link.log", "sub/deep/c.log.gz"]


def test_the_lines_of_each_file_are_read(logs):
    assert [read(part)[0] for part in Folder(str(logs)).parts()] == [["B"], ["a"], ["b"], ["c"]]


def test_a_folder_without_logs_is_no_input_and_says_what_was_there(tmp_path):
    with pytest.raises(NoInput, match=r"is a folder without logs in it. Try: give another folder"):
        listed(tmp_path)
    (tmp_path / "a.png").write_bytes(b"\x89PNG" + bytes(99))
    with pytest.raises(NoInput, match=r"without logs in it: passed over 1 binary \(a.png\)"):
        listed(tmp_path)


def test_a_file_that_breaks_a_limit_does_not_stop_the_others(logs):
    import bz2

    from oddline.sources._limits import Limits

    (logs / "bomb.bz2").write_bytes(bz2.compress(b"a\n" * 100_000))
    job = Job(Limits(unpacked=1000))
    names = [part.name for part in Folder(str(logs), job).parts()]
    assert len(names) == 4
    assert any("bomb.bz2 unpacks to more than" in warning for warning in job.warnings)


def test_it_accepts_folders_only(logs):
    assert Folder.accepts(str(logs))
    assert not Folder.accepts(str(logs / "a.log"))
    assert not Folder.accepts(str(logs / "missing"))
    assert not Folder.accepts("a" * 5000)
