"""Any bytes as a file: unpacked, listed and cut into lines, or refused in words."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterator

import polars as pl
import zstandard

from fuzz._samples import pick, samples
from oddline.core.errors import OddlineError
from oddline.core.schema import LINES
from oddline.core.schema import check as checked
from oddline.sources._frame import split, split_slowly
from oddline.sources._limits import Limits
from oddline.sources._lines import content, lines, sample
from oddline.sources._parts import Job, parts_of
from oddline.sources._pipe import Pipe
from oddline.sources.base import Part

LIMITS = Limits(unpacked=4 << 20, ratio=100, free=1 << 20, members=20)
CAPS = (1 << 20, 64, 16)


def seeds() -> Iterator[bytes]:
    """Give lines in every compression and archive, and in every encoding."""
    text = "\n".join(samples()[name] for name in ("syslog", "log4j", "json_lines")).encode()
    yield text
    for encoding in ("utf-8-sig", "utf-16", "utf-32", "utf-16-be", "latin-1"):
        yield ("Müller größer Äpfel öde über\n" + text.decode()).encode(encoding)
    yield text.replace(b"\n", b"\r")
    yield text.replace(b"\n", b"\r\n") + b"\0" * 20
    for pack in (gzip.compress, bz2.compress, lzma.compress, zstandard.compress):
        yield pack(text)
        yield pack(text) * 2
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            archive.writestr("a.log", text)
            archive.writestr("d/b.gz", gzip.compress(text))
        yield stream.getvalue()
    for mode in ("w", "w:gz", "w:xz"):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
            for name in ("a.log", "x" * 120):
                member = tarfile.TarInfo(name)
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text))
        yield stream.getvalue()


def check(data: bytes) -> set[int]:
    """List the parts of a pipe that gives these bytes, and read each of them in full."""
    cap = CAPS[pick(data, "cap", len(CAPS))]
    facts = _is_cut(data, cap)
    job = Job(LIMITS)
    try:
        parts = list(parts_of(Pipe(io.BytesIO(data), "made").blob(LIMITS), job))
        for part in parts[:20]:
            warnings: list[str] = []
            for frame in lines(part, line_bytes=cap, warnings=warnings):
                checked(frame, LINES, "lines")
            content(part).decode("utf-8" if not content(part).startswith(b"PAR1") else "latin-1")
            assert all(warnings), "a warning that says nothing"
            facts |= {20 + len(warnings)}
        facts |= {30 + min(len(parts), 4), 36 + min(len(job.warnings), 4)}
    except OddlineError as error:
        assert error.found, "an error that says nothing"
        facts |= {41}
    return facts


def _is_cut(data: bytes, cap: int) -> set[int]:
    """Hold the lines of plain bytes against what they were cut from, in pieces of any size."""
    part = Part("made.log", lambda: io.BytesIO(data))
    warnings: list[str] = []
    frames = list(lines(part, line_bytes=cap, warnings=warnings))
    whole = pl.concat(frames) if frames else pl.DataFrame(schema=LINES)
    small = list(lines(part, line_bytes=cap, chunk_bytes=8 + 4 * pick(data, "chunk", 20)))
    assert whole.equals(pl.concat(small) if small else whole.clear()), "lines depend on how the bytes were cut"
    assert whole["line"].to_list() == list(range(1, whole.height + 1)), "lines are not counted from 1"
    assert (whole["offset"].diff().drop_nulls() > 0).all() or whole.height < 2, "two lines at one place"
    assert (whole["offset"] < len(data)).all(), "a line beyond the end"
    assert not whole["raw"].str.contains("[\n\0]").any(), "an end of line, or NUL, within a line"
    if cap == CAPS[0]:
        first = sample(part)
        assert whole.head(first.height).equals(first), "the sample is no beginning"
    clean = data.decode("utf-8", "backslashreplace").encode()
    assert split(clean).equals(split_slowly(clean)), "two ways to cut differ"
    return {min(whole.height, 5), 10 + len(warnings)}
