"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from oddline.sources._compression import CODECS
from oddline.sources._decode import recognise
from oddline.sources._tar import is_tar

HEAD = 8192
"""How many bytes decide."""

Kind = Literal["empty", "text", "table", "packed", "zip", "tar", "binary"]

_FOREIGN = (
    (b"\x7fELF", "an ELF program", ""),
    (b"\x89PNG", "a PNG picture", ""),
    (b"\xff\xd8\xff", "a JPEG picture", ""),
    (b"GIF8", "a GIF picture", ""),
    (b"%PDF-", "a PDF document", "copy its text into a file"),
    (b"SQLite format 3\0", "an SQLite database", "export the table: sqlite3 -csv FILE 'select * from …'"),
    (b"LPKSHHRH", "a systemd journal", "journalctl --file FILE -o json, and scan what it prints"),
    (b"ElfFile\0", "a Windows event log", "export it as text, CSV or JSON lines"),
    (b"\xd4\xc3\xb2\xa1", "a packet capture", "export it as text or CSV"),
    (b"\xa1\xb2\xc3\xd4", "a packet capture", "export it as text or CSV"),
    (b"\x0a\x0d\x0d\x0a", "a packet capture", "export it as text or CSV"),
    (b"\xca\xfe\xba\xbe", "a compiled class", ""),
    (b"ARROW1\0\0", "an Arrow file", "save it as Parquet"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first, and give the folder"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it first, and give the folder"),
    (b"\x04\x22\x4d\x18", "an lz4 file", "unpack it first: lz4 -d FILE"),
    (b"\x1f\x9d", "a compress (.Z) file", "unpack it first: gzip -d FILE"),
    (b"LZIP", "an lzip file", "unpack it first: lzip -d FILE"),
)


@dataclass(frozen=True)
class Look:
    """What the first bytes say; ``what`` names the compression, or what a binary file is."""

    kind: Kind
    what: str = ""
    hint: str = ""


def look(head: bytes) -> Look:
    r"""Tell what a file is from its first ``HEAD`` bytes.

    Examples
    --------
    >>> look(b"Jun 14 15:16:01 combo sshd: hello\n").kind
    'text'
    >>> look(b"\x7fELF\x02\x01\x01").what
    'an ELF program'
    """
    if not head:
        return Look("empty")
    if codec := _codec(head):
        return Look("packed", codec)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Look("zip")
    if head.startswith(b"PAR1"):
        return Look("table", "parquet")
    if is_tar(head):
        return Look("tar")
    foreign = next((Look("binary", what, hint) for magic, what, hint in _FOREIGN if head.startswith(magic)), None)
    return foreign or (Look("binary", "a binary file") if _looks_binary(head) else Look("text"))


def _codec(head: bytes) -> str:
    """Name the compression that begins like this; nothing if none does."""
    for codec, (_, beginnings) in CODECS.items():
        if beginnings and head.startswith(beginnings) and (codec != "bzip2" or head[3:4].isdigit()):
            return codec
    return ""


def _looks_binary(head: bytes) -> bool:
    r"""Tell binary from text by control characters: a log may hold NULs (a crash leaves runs of them) and colours.

    In random bytes one of ten is a control character; in text hardly any besides white space, ``\b`` and escape.
    """
    encoding = recognise(head)
    text = head[encoding.mark :]
    if encoding.width > 1:
        text = text.decode(encoding.name, "ignore").encode()
    if not text:
        return False
    counts = np.bincount(np.frombuffer(text, dtype=np.uint8), minlength=256)
    usual = sum(int(counts[byte]) for byte in b"\x00\b\t\n\v\f\r\x1b")
    controls = int(counts[:32].sum()) - usual + int(counts[127])
    return bool(controls > 0.05 * len(text) or counts[0] > 0.5 * len(text))
