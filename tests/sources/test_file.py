import bz2
import gzip
import lzma
import os
import socket
import threading

import pytest
import zstandard

from oddline.core.errors import BadData, IOFailure, NoInput
from oddline.sources._limits import Limits
from oddline.sources._parts import Job
from oddline.sources._refusals import LooksBinary, unreadable
from oddline.sources._stream import Disk, Tally
from oddline.sources.file import File
from tests.sources._helpers import read

TEXT = b"Jun 14 15:16:01 combo sshd[19939]: failure\nJun 14 15:16:02 combo sshd[19937]: check pass\n"


def only(path):
    (part,) = File(str(path)).parts()
    return part


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, bz2.compress, lzma.compress, zstandard.ZstdCompressor().compress]
)
@pytest.mark.parametrize("name", ["app.log", "app.log.gz", "app"])
def test_the_first_bytes_decide_and_not_the_name(tmp_path, pack, name):
    path = tmp_path / name
    path.write_bytes(pack(TEXT))
    os.utime(path, (1_000_000, 1_000_000))
    part = only(path)
    assert (part.name, part.size, part.modified) == (str(path), len(pack(TEXT)), 1_000_000)
    assert read(part) == (TEXT.decode().splitlines(), [])
    assert part.consumed() == part.size


def test_reading_again_does_not_count_twice_against_the_limit(tmp_path):
    path = tmp_path / "a.log.gz"
    path.write_bytes(gzip.compress(TEXT * 1000))
    (part,) = File(str(path), Job(Limits(unpacked=len(TEXT) * 1500))).parts()
    assert read(part) == read(part)


def test_consumed_tells_the_place_on_disk_and_starts_anew(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(TEXT * 100)
    part = only(path)
    with part.open() as stream:
        stream.read(10)
        assert part.consumed() == 10
    with part.open():
        assert part.consumed() == 0


def test_an_empty_file_is_a_part_without_lines(tmp_path):
    (tmp_path / "a.log").touch()
    assert read(only(tmp_path / "a.log")) == ([], [])
    (tmp_path / "a.log").write_bytes(gzip.compress(b""))
    assert read(only(tmp_path / "a.log")) == ([], [])


def test_a_truncated_file_is_read_as_far_as_it_goes(tmp_path):
    path = tmp_path / "a.log.gz"
    rows = [f"{row} {row * 2654435761 % 10**9}" for row in range(50_000)]
    path.write_bytes(gzip.compress("\n".join(rows).encode())[:-1000])
    got, warnings = read(only(path))
    assert len(got) > 45_000
    assert got[:-1] == rows[: len(got) - 1]
    assert "truncated" in warnings[0]


def test_a_file_cut_inside_its_header_is_refused(tmp_path):
    path = tmp_path / "a.log.gz"
    path.write_bytes(gzip.compress(TEXT)[:8])
    with pytest.raises(BadData, match=r"a\.log\.gz is truncated"):
        only(path)


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\x7fELF\x02\x01\x01" + bytes(500), "an ELF program"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "a PNG picture"),
        (b"SQLite format 3\0" + bytes(500), "an SQLite database"),
        (b"LPKSHHRH" + bytes(500), "a systemd journal.*journalctl --file"),
        (bytes(range(256)) * 20, "a binary file"),
        (bytes(5000), "a binary file"),
        (gzip.compress(b"\x7fELF" + bytes(500), mtime=0), "an ELF program"),
        (gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0), "packed twice"),
        (gzip.compress(b"PK\x03\x04" + bytes(99), mtime=0), "packed twice"),
    ],
)
def test_what_is_binary_is_refused_by_its_kind(tmp_path, head, what):
    (tmp_path / "a.log").write_bytes(head)
    with pytest.raises(LooksBinary, match=f"a.log looks binary: .*{what}"):
        only(tmp_path / "a.log")


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        b"PAR1" + bytes(500) + b"PAR1",
        "ein Fehler\n".encode("utf-16"),
        "ein Fehler in der Anlage\n".encode("utf-16-le"),
        b"\x1b[31mred\x1b[0m \x1b[1mbold\x1b[0m\n" * 50,
        "连接被拒绝\n".encode("gbk") * 50,
        b"before the crash\n" * 20 + bytes(200) + b"after it\n" * 10,
        b"a\0b\n",
        b"PK is a word\n",
        b"BZhome\n",
    ],
)
def test_what_is_no_binary_passes(tmp_path, data):
    (tmp_path / "a.log").write_bytes(data)
    part = only(tmp_path / "a.log")
    with part.open() as stream:
        assert stream.read() == data


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(NoInput, match=r"nothing\.log does not exist. Try: check the spelling"):
        only(tmp_path / "nothing.log")
    (tmp_path / "a.log").write_bytes(TEXT)
    with pytest.raises(NoInput, match="does not exist"):
        only(tmp_path / "a.log" / "b.log")
    with pytest.raises(NoInput, match="download it first"):
        only("https://example.org/a.log")


def test_odd_paths_are_told(tmp_path):
    with pytest.raises(NoInput, match="is not a path"):
        only("a\0b")
    with pytest.raises(NoInput, match="is not a path: File name too long"):
        only("a" * 5000)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(NoInput, match="is not a path: Too many levels"):
        only(tmp_path / "loop")


def test_names_are_safe_to_show(tmp_path):
    path = tmp_path / os.fsdecode(b"\xff\x1b[31m.log")
    path.write_bytes(TEXT)
    part = only(path)
    assert part.name == f"{tmp_path}/\\xff\\x1b[31m.log"
    assert len(read(part)[0]) == 2


def test_what_may_not_be_read_is_told(tmp_path):
    (tmp_path / "a.log").write_bytes(TEXT)
    (tmp_path / "a.log").chmod(0)
    if os.geteuid():
        with pytest.raises(NoInput, match="permission denied"):
            only(tmp_path / "a.log")
    assert "permission denied" in str(unreadable("a", PermissionError(13, "Permission denied")))
    assert "ulimit" in unreadable("a", OSError(24, "Too many open files")).hint
    assert isinstance(unreadable("a", OSError(5, "Input/output error")), IOFailure)


def test_a_file_that_vanishes_after_listing_is_told(tmp_path):
    (tmp_path / "a.log").write_bytes(TEXT)
    part = only(tmp_path / "a.log")
    (tmp_path / "a.log").unlink()
    with pytest.raises(NoInput, match="does not exist"):
        part.open()


def test_a_disk_that_fails_is_told(tmp_path):
    class Failing:
        def read(self, size):
            raise OSError(5, "Input/output error")

        def close(self):
            pass

    (tmp_path / "a.log").write_bytes(TEXT)
    with Disk(tmp_path / "a.log", Tally()) as disk:
        disk._file.close()
        disk._file = Failing()
        with pytest.raises(IOFailure, match=r"a\.log broke off while it was read: Input/output error"):
            disk.read(1)


def test_devices_and_sockets_are_refused(tmp_path, monkeypatch):
    with pytest.raises(NoInput, match="/dev/zero is a device"):
        only("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # the address of a socket may not be long
        server.bind("s")
        with pytest.raises(NoInput, match="is a socket"):
            only("s")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_named_pipe_is_read(tmp_path, pack):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(pack(TEXT * 3000),))
    writer.start()
    part = only(tmp_path / "pipe")
    assert read(part)[0] == (TEXT * 3000).decode().splitlines()
    writer.join()
    assert part.size is None and part.consumed() == len(pack(TEXT * 3000))


def test_it_accepts_files_and_what_is_missing(tmp_path):
    assert File.accepts(str(tmp_path / "missing.log"))
    assert not File.accepts(str(tmp_path))
    assert not File.accepts("-")
    assert not File.accepts("*.log")
    (tmp_path / "a[1].log").touch()
    assert File.accepts(str(tmp_path / "a[1].log"))
