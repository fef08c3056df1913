"""Names of files that strangers chose, made safe for headers and for disks."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

__all__ = ["MOST_BYTES", "attachment", "file_name"]

MOST_BYTES = 200
"""File systems allow 255 bytes; the rest is for what a job puts before or after it."""

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that nobody sees and that change how others are seen: control, bidi, line separators."""


def attachment(name: str) -> str:
    r"""Give the Content-Disposition of a download (RFC 6266), whatever characters the name holds.

    Examples
    --------
    >>> attachment('a"b.csv')
    'attachment; filename="a_b.csv"; filename*=UTF-8\'\'a%22b.csv'
    """
    plain = "".join(char if char.isascii() and char.isprintable() and char not in '"\\\\/' else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def file_name(sent: str, fallback: str = "upload") -> str:
    r"""Reduce what was sent as a name to the name of a file: never a path, nothing that hides.

    It is taken as it came: what was percent-encoded twice stays encoded once, and names no folder.

    Examples
    --------
    >>> file_name("../../etc/passwd"), file_name(r"C:\logs\app.log"), file_name(r"\\server\share\a.log")
    ('passwd', 'app.log', 'a.log')
    >>> file_name("..%2f..%2fapp.log"), file_name("a\u202egol.exe"), file_name("..")
    ('..%2f..%2fapp.log', 'agol.exe', 'upload')
    """
    name = unicodedata.normalize("NFC", sent.replace("\\", "/").rpartition("/")[2])
    if len(name) > 1 and name[1] == ":" and name[0].isascii() and name[0].isalpha():
        name = name[2:]  # "C:app.log" is a file in the current folder of a drive
    name = "".join(letter for letter in name if unicodedata.category(letter) not in HIDDEN).strip()
    if not name.strip(". ") or name == "-":  # "-" is standard input to the command line
        return fallback
    return _short(name)


def _short(name: str) -> str:
    """Cut a long name in its middle, so that it still ends as it did."""
    if len(name.encode()) <= MOST_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    tail = dot + suffix if stem and len(suffix.encode()) <= 20 else ""
    room = MOST_BYTES - len(tail.encode())
    return name.encode()[:room].decode("utf-8", "ignore") + tail
