import bz2
import gzip
import io
import lzma
import zlib
from functools import cache

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from oddline.core.errors import BadData
from oddline.sources._compression import CODECS, Decompressed
from oddline.sources._limits import Limits, Meter
from oddline.sources._refusals import TooMuch
from oddline.sources._stream import Stream
from tests.sources._helpers import patient

PACK = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "bzip2": lambda data: bz2.compress(data, 1),
    "xz": lzma.compress,
    "zstd": lambda data: zstandard.ZstdCompressor().compress(data),
    "deflate": lambda data: zlib.compress(data, wbits=-15),
}
JOINED = sorted(set(PACK) - {"deflate"})
# Text that packs badly, so that a stream cut in the middle has given something by then.
TEXT = b"".join(b"line %d of %x\n" % (row, row * 2654435761 & 0xFFFFFF) for row in range(30_000))


@cache
def packed_text(codec, size=60_000):
    return PACK[codec](TEXT[:size])


class Bytes(Stream):
    """Packed bytes, at most ``step`` at once."""

    def __init__(self, data, step):
        super().__init__()
        self.inner, self.step, self.position = io.BytesIO(data), step, 0

    def piece(self, size):
        data = self.inner.read(min(size, self.step))
        self.position += len(data)
        return data


def unpack(data, codec, *, step=1 << 17, limits=None):
    inner = Bytes(data, step)
    meter = Meter("a.log", limits or Limits(), lambda: inner.position)
    stream = Decompressed(inner, codec, "a.log", meter)
    return stream.read(), stream.warnings


def test_every_codec_is_tested():
    assert set(PACK) == set(CODECS)


@pytest.mark.parametrize("codec", PACK)
@patient
@given(data=st.binary(max_size=2000), step=st.integers(1, 64), size=st.integers(1, 64))
def test_what_was_packed_comes_back(codec, data, step, size):
    inner = Bytes(PACK[codec](data), step)
    stream = Decompressed(inner, codec, "a", Meter("a", Limits(), lambda: 1))
    assert b"".join(iter(lambda: stream.read(size), b"")) == data
    assert not stream.warnings


@pytest.mark.parametrize("codec", JOINED)
@patient
@given(pieces=st.lists(st.binary(max_size=100), min_size=2, max_size=4), step=st.integers(1, 40))
def test_streams_joined_end_to_end_are_all_read(codec, pieces, step):
    data, warnings = unpack(b"".join(map(PACK[codec], pieces)), codec, step=step)
    assert data == b"".join(pieces)
    assert not warnings


@pytest.mark.parametrize("codec", PACK)
def test_large_streams_come_back(codec):
    assert unpack(packed_text(codec, len(TEXT)), codec) == (TEXT, [])


@pytest.mark.parametrize("codec", PACK)
@patient
@given(share=st.floats(0.0, 0.999))
def test_a_truncated_stream_gives_its_beginning_and_a_warning_or_is_refused(codec, share):
    packed = packed_text(codec)
    try:
        data, warnings = unpack(packed[: int(len(packed) * share)], codec)
    except BadData as error:
        assert "truncated" in error.found
        return
    assert TEXT.startswith(data) and data
    assert len(warnings) == 1 and "truncated" in warnings[0]


@pytest.mark.parametrize("codec", PACK)
def test_most_of_a_truncated_stream_is_read(codec):
    packed = packed_text(codec, len(TEXT))
    data, warnings = unpack(packed[: len(packed) * 9 // 10], codec)
    # bzip2 and zstd give whole blocks only.
    assert len(data) > 0.5 * len(TEXT)
    assert TEXT.startswith(data)
    assert "a.log: truncated" in warnings[0]


@pytest.mark.parametrize("codec", PACK)
@patient
@given(at=st.integers(20, 19_000), bit=st.integers(0, 7))
def test_a_damaged_stream_never_gives_another_error(codec, at, bit):
    packed = bytearray(packed_text(codec))
    packed[at % len(packed)] ^= 1 << bit
    try:
        unpack(bytes(packed), codec)
    except BadData as error:
        assert "a.log is" in error.found


def test_a_wrong_checksum_is_told():
    packed = bytearray(PACK["gzip"](TEXT))
    packed[-8] ^= 1
    data, warnings = unpack(bytes(packed), "gzip")
    assert TEXT.startswith(data) and len(data) > 0.98 * len(TEXT)
    assert "damaged" in warnings[0]


@pytest.mark.parametrize("codec", JOINED)
def test_what_follows_the_end_is_left_out_and_zeros_are_padding(codec):
    packed = PACK[codec](b"log\n")
    assert unpack(packed + b"\0" * 512, codec) == (b"log\n", [])
    assert unpack(packed + b"\0" * 512 + packed, codec) == (b"log\nlog\n", [])
    data, warnings = unpack(packed + b"something else", codec)
    assert data == b"log\n"
    assert "what follows the end" in warnings[0]


def test_a_skippable_frame_of_zstd_is_skipped():
    frame = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"
    assert unpack(frame + PACK["zstd"](b"log\n") + frame, "zstd") == (b"log\n", [])


@pytest.mark.parametrize("codec", ["bzip2", "xz", "zstd"])
def test_a_bomb_is_stopped_by_the_ratio(codec):
    with pytest.raises(TooMuch, match="more than 1000 times its size, as a zip bomb does"):
        unpack(PACK[codec](bytes(8 << 20)), codec, limits=Limits(free=1 << 20))


@pytest.mark.parametrize("codec", PACK)
def test_a_bomb_is_stopped_by_its_size(codec):
    with pytest.raises(TooMuch, match=r"more than 100\.0 kB.*limit on unpacked size is 100000 bytes"):
        unpack(packed_text(codec, len(TEXT)), codec, limits=Limits(unpacked=100_000))


def test_a_short_log_of_one_line_is_no_bomb():
    data = b"the same line again\n" * 1_000_000
    assert unpack(PACK["zstd"](data), "zstd")[0] == data


def pieces_of(packed, codec):
    inner = Bytes(packed, 1 << 17)
    stream = Decompressed(inner, codec, "a", Meter("a", Limits(ratio=10**9), lambda: 1))
    return [len(piece) for piece in iter(lambda: stream.read(1 << 30), b"")]


@pytest.mark.parametrize("codec", sorted(set(PACK) - {"zstd"}))
def test_a_bomb_comes_in_bounded_pieces(codec):
    pieces = pieces_of(PACK[codec](bytes(8 << 20)), codec)
    assert sum(pieces) == 8 << 20 and max(pieces) <= 1 << 20


def test_the_worst_zstd_frame_comes_in_bounded_pieces():
    block = (1 << 1 | (128 << 10) << 3).to_bytes(3, "little") + b"a"  # 128 KiB of one byte, from 4 bytes
    pieces = pieces_of(b"\x28\xb5\x2f\xfd\x00\x38" + block * 2000, "zstd")
    assert sum(pieces) == 2000 * 128 << 10 and max(pieces) <= 64 << 20
