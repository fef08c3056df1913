"""Names of files that strangers chose, made safe for headers and for disks."""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["attachment"]


def attachment(name: str) -> str:
    r"""Give the Content-Disposition of a download (RFC 6266), whatever characters the name holds.

    Examples
    --------
    >>> attachment('a"b.csv')
    'attachment; filename="a_b.csv"; filename*=UTF-8\'\'a%22b.csv'
    """
    plain = "".join(char if char.isascii() and char.isprintable() and char not in '"\\\\/' else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
