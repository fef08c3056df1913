"""Tab separated tables, Zeek's logs among them."""

from __future__ import annotations

from typing import ClassVar

from oddline.formats._table import DelimitedTable

__all__ = ["Tsv"]


class Tsv(DelimitedTable):
    r"""Text with a tab between cells; lines that begin with ``#`` are comments, Zeek's ``#fields`` names columns.

    Examples
    --------
    >>> table = Tsv().parse_table(b"#separator \\x09\n#fields\tts\tbytes\n1700000000.5\t12\n", "conn.log")
    >>> table["x_bytes"].to_list(), table["ts"].dt.year().to_list()
    ([12], [2023])
    """

    name = "tsv"
    summary = "tab separated tables"
    delimiters: ClassVar[str] = "\t"
