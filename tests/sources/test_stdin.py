import gzip
import io
import sys

import pytest

from oddline.core.errors import BadData, IOFailure, NoInput
from oddline.sources import _pipe
from oddline.sources._lines import sample
from oddline.sources.stdin import Stdin
from tests.sources._helpers import read

TEXT = b"first line\nsecond line\n" * 50


@pytest.fixture
def piped(monkeypatch):
    def pipe(data):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        (part,) = Stdin("-").parts()
        return part

    return pipe


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_what_is_piped_in_is_read(piped, pack):
    part = piped(pack(TEXT))
    assert (part.name, part.size, part.modified) == ("stdin", None, None)
    assert read(part) == (TEXT.decode().splitlines(), [])
    assert part.consumed() == len(pack(TEXT))


def test_the_beginning_can_be_looked_at_before_reading(piped):
    part = piped(TEXT)
    assert sample(part, size=100).height > 0
    assert read(part)[0] == TEXT.decode().splitlines()
    assert read(part)[0] == TEXT.decode().splitlines()


def test_a_long_pipe_cannot_be_read_twice(piped, monkeypatch):
    monkeypatch.setattr(_pipe, "REMEMBERED", 20_000)
    part = piped(TEXT * 100)
    assert len(read(part)[0]) == 10_000
    with pytest.raises(IOFailure, match=r"stdin is a pipe and was read once already. Try: save it to a file"):
        read(part)


def test_an_archive_can_be_piped_in(monkeypatch):
    import tarfile

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.log")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed.getvalue())))
    (part,) = Stdin("-").parts()
    assert part.name == "stdin/a.log"
    assert read(part)[0] == TEXT.decode().splitlines()


def test_nothing_piped_in_is_an_empty_part(piped):
    assert read(piped(b"")) == ([], [])


def test_binary_input_is_refused(piped):
    with pytest.raises(BadData, match="stdin looks binary: an ELF program"):
        piped(b"\x7fELF" + bytes(100))


def test_a_terminal_is_no_input(monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", terminal)
    with pytest.raises(NoInput, match=r"standard input is the terminal.*journalctl"):
        Stdin("-").parts()


def test_a_closed_input_is_no_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(NoInput, match="standard input is closed"):
        Stdin("-").parts()


def test_it_accepts_the_dash_only():
    assert Stdin.accepts("-")
    assert not Stdin.accepts("a.log")
