r"""Bytes into text: which encoding a stream has, told by its beginning, and how bad bytes survive.

A stream is UTF-8 unless a byte-order mark or a pattern of NULs says UTF-16 or UTF-32. Bytes that are no UTF-8 read
``\xNN`` (a ``NUL`` reads ``\x00``), so that no byte is lost and nothing downstream meets one. A stream that
looks like Latin-1 (single accented letters inside words) has those bytes read as Windows-1252 instead:
``Müller`` is more use to a person than ``M\xfcller``.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import numpy as np

SAMPLE = 1 << 20
"""How much of the beginning decides. It does not depend on how the stream is cut into chunks."""

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le", 4),
    (b"\x00\x00\xfe\xff", "utf-32-be", 4),
    (b"\xef\xbb\xbf", "utf-8", 1),
    (b"\xff\xfe", "utf-16-le", 2),
    (b"\xfe\xff", "utf-16-be", 2),
)
_WINDOWS_1252 = "oddline-windows-1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    r"""Read the bytes that are no UTF-8 as Windows-1252, and the five that it does not define as ``\xNN``."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "backslashreplace"), error.end


codecs.register_error(_WINDOWS_1252, _as_windows_1252)


@dataclass(frozen=True)
class Encoding:
    """How a stream is to be read: ``width`` is bytes a code unit, ``mark`` the length of its byte-order mark.

    ``lone_returns`` says that lines end with a carriage return alone, as on the Macintosh before 2001.
    """

    name: str = "utf-8"
    width: int = 1
    mark: int = 0
    latin: bool = False
    lone_returns: bool = False

    def encode(self, text: str) -> bytes:
        """Write text as this stream would."""
        return text.encode(self.name)

    def utf8(self, data: bytes) -> bytes:
        r"""Turn bytes of this stream into clean UTF-8; what cannot be read stays visible as ``\xNN``.

        Examples
        --------
        >>> Encoding().utf8(b"caf\xe9")
        b'caf\\xe9'
        >>> Encoding("utf-16-le", 2).utf8("café".encode("utf-16-le")).decode()
        'café'
        """
        errors = _WINDOWS_1252 if self.latin else "backslashreplace"
        return data.decode(self.name, errors).encode()


def recognise(sample: bytes) -> Encoding:
    r"""Tell the encoding of a stream from its first ``SAMPLE`` bytes.

    Examples
    --------
    >>> recognise("ÄÖ".encode("utf-16")).name
    'utf-16-le'
    >>> recognise(b"one\rtwo\r").lone_returns
    True
    """
    for mark, name, width in _MARKS:
        # An empty stream with a UTF-32 mark and a UTF-16 one that begins with a NUL look the same; the former wins.
        if sample.startswith(mark):
            return Encoding(name, width, len(mark), lone_returns=_lone(sample[len(mark) :], name))
    if name := _wide(sample[:8192]):
        return Encoding(name, 2, lone_returns=_lone(sample, name))
    return Encoding(latin=_looks_latin(sample), lone_returns=_lone(sample, "utf-8"))


def _lone(sample: bytes, name: str) -> bool:
    """Tell whether lines end with a carriage return alone: there is one, and no line feed.

    A line longer than the sample is cut in any case, so a line feed after it would come too late.
    """
    if name == "utf-8":
        return b"\r" in sample and b"\n" not in sample
    text = sample.decode(name, "replace")
    return "\r" in text and "\n" not in text


def _wide(sample: bytes) -> str:
    """Tell UTF-16 without a mark: mostly ASCII, so that every other byte is NUL and no other one is."""
    if len(sample) < 8:
        return ""
    units = np.frombuffer(sample[: len(sample) // 2 * 2], dtype=np.uint8).reshape(-1, 2) == 0
    even, odd = units.mean(axis=0)
    if odd > 0.7 and even < 0.01:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.01 else ""


def _looks_latin(sample: bytes) -> bool:
    """Tell Latin-1 from broken UTF-8: high bytes are letters, and stand alone beside ASCII letters.

    Four of them are asked for, because one bad byte in a UTF-8 log is damage rather than an alphabet.
    Cyrillic, Greek and East Asian code pages write words of high bytes and are not meant.
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=False)
        return False
    except UnicodeDecodeError:
        pass
    data = np.frombuffer(sample, dtype=np.uint8)
    at = np.flatnonzero(data >= 0x80)
    high = data[at]
    # 0xFE and 0xFF are rare letters and common rubbish.
    letters = (high >= 0xC0) & (high < 0xFE) & (high != 0xD7) & (high != 0xF7)
    folded = data | 0x20
    alphabetic = np.concatenate([[False], (folded >= 0x61) & (folded <= 0x7A), [False]])
    beside = alphabetic[at] | alphabetic[at + 2]
    padded = np.concatenate([[0], data, [0]])
    alone = (padded[at] < 0x80) & (padded[at + 2] < 0x80)
    return bool(len(at) >= 4 and letters.mean() > 0.7 and (beside & alone).mean() > 0.8)
