"""A file is there whole or not at all."""

import io
import os
import resource
import stat
import threading
from pathlib import Path

import pytest

from oddline.core.errors import CannotCreate, IOFailure
from oddline.outputs import _atomic
from oddline.outputs._atomic import atomic
from oddline.outputs.csv import Csv
from oddline.outputs.parquet import Parquet


def left_in(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_is_there_when_the_block_ends_and_not_before(tmp_path):
    target = tmp_path / "out.csv"
    with atomic(target) as file:
        file.write(b"half")
        file.flush()
        assert not target.exists()
    assert target.read_bytes() == b"half"
    assert left_in(tmp_path) == ["out.csv"]


def test_an_ordinary_file_has_ordinary_permissions_and_an_old_one_keeps_its_own(tmp_path):
    new, plain, old = tmp_path / "new", tmp_path / "plain", tmp_path / "old"
    plain.write_bytes(b"")
    old.write_bytes(b"old")
    old.chmod(0o640)
    for target in (new, old):
        with atomic(target) as file:
            file.write(b"x")
    assert new.stat().st_mode == plain.stat().st_mode
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


@pytest.mark.parametrize("mishap", [ValueError("bug"), KeyboardInterrupt(), SystemExit(1)])
def test_whatever_goes_wrong_the_old_file_stands_and_nothing_is_left(tmp_path, mishap):
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    with pytest.raises(type(mishap)), atomic(target) as file:
        file.write(b"new")
        raise mishap
    assert target.read_bytes() == b"old"
    assert left_in(tmp_path) == ["out.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk to fill")
@pytest.mark.parametrize("output", [Csv(), Parquet()])
def test_a_full_disk_is_told_and_nothing_is_left(tmp_path, monkeypatch, shop, output):
    def on_a_full_disk(name, path, flags):
        path.write_bytes(b"half")
        return _atomic._Recorder(os.open("/dev/full", os.O_WRONLY), "wb")

    monkeypatch.setattr(_atomic, "_open", on_a_full_disk)
    with pytest.raises(IOFailure, match=r"No space left on device.*free some space"), atomic(tmp_path / "o") as f:
        output.write(shop, f)
    assert left_in(tmp_path) == []


def test_a_file_that_may_grow_no_further_is_told(tmp_path, shop):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(IOFailure, match="ulimit -f"), atomic(tmp_path / "out.csv") as file:
            Csv().write(shop, file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert left_in(tmp_path) == []


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(CannotCreate, match="is a folder"), atomic(tmp_path):
        pass


def test_a_missing_folder_is_told_with_the_command_that_makes_it(tmp_path):
    with pytest.raises(CannotCreate, match="mkdir -p"), atomic(tmp_path / "no" / "out.csv"):
        pass


def test_a_file_on_the_way_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CannotCreate), atomic(tmp_path / "file" / "out.csv"):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_one_may_not_write_to_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(CannotCreate, match="a folder that you may write to"), atomic(tmp_path / "out.csv"):
        pass


def test_a_link_is_followed_and_stays_a_link(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    with atomic(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_pipe_is_written_straight(tmp_path):
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    with atomic(pipe) as file:
        file.write(b"through")
    reader.join(timeout=10)
    assert got == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_what_the_shell_opened_for_appending_is_appended_to(tmp_path):
    log = tmp_path / "log"
    log.write_bytes(b"before ")
    number = os.open(log, os.O_WRONLY | os.O_APPEND)
    try:
        with atomic(f"/dev/fd/{number}") as file:
            file.write(b"after")
    finally:
        os.close(number)
    assert log.read_bytes() == b"before after"


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no such folder")
def test_a_file_in_a_folder_of_devices_is_a_file_like_others():
    target = Path(f"/dev/shm/oddline-{os.getpid()}.csv")
    try:
        with atomic(target) as file:
            file.write(b"x")
        assert target.read_bytes() == b"x"
    finally:
        target.unlink(missing_ok=True)


def test_a_device_is_written_straight():
    with atomic("/dev/null") as file:
        file.write(b"gone")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)  # noqa: PTH116


def test_a_reader_that_had_enough_is_no_failure_of_ours():
    read, write = os.pipe()
    os.close(read)
    try:
        with pytest.raises(BrokenPipeError), atomic(f"/dev/fd/{write}") as file:
            file.write(b"x" * (4 << 20))
    finally:
        os.close(write)


def test_a_name_cannot_speak_to_the_terminal(tmp_path):
    with pytest.raises(CannotCreate) as told, atomic(tmp_path / "\x1b[2J" / "out.csv"):
        pass
    assert "\x1b" not in str(told.value)


def test_it_is_a_binary_file_that_others_can_write_to(tmp_path):
    with atomic(tmp_path / "o") as file:
        assert file.writable()
        assert isinstance(file, io.BufferedIOBase)
