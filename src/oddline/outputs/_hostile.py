r"""Log text is hostile: what it may do to a terminal, a spreadsheet or a reader is undone here.

Three readers, three dangers. A terminal obeys escape sequences (clear the screen, set the title, write to
the clipboard); a spreadsheet runs a cell that begins with ``=``; a human eye is fooled by characters that
turn the direction of text round or have no width (Boucher & Anderson, "Trojan Source", 2021). HTML's own
danger, markup, is undone by Jinja's autoescape and not here.
"""

from __future__ import annotations

import re

import polars as pl

_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls but for tab and line feed; ESC and CSI are among them
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, Arabic mark, fillers
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # no width, line and paragraph ends, bidi overrides, isolates
    "\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"  # fillers, byte order mark, annotations
    "\ud800-\udfff"  # surrogates: bytes of a file name that are no UTF-8
    "\U000e0000-\U000e0fff"  # tags: a whole hidden alphabet
    "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
FORMULA = r"^[=+\-@\t\r\n\x00＝＋－＠]"  # noqa: RUF001 - the full-width ones begin a formula in East Asian editions
"""How a cell begins that a spreadsheet would run (OWASP, "CSV Injection")."""


def visible(text: str) -> str:
    r"""Make every character that is not seen, or that moves others, visible as an escape.

    Tabs and line feeds stay: they are layout, and each place that prints has its own rule for them.

    Examples
    --------
    >>> visible("\x1b[2Jgone \u202egnp.exe")
    '\\x1b[2Jgone \\u202egnp.exe'
    """
    return _UNSEEN.sub(_escape, text) if not text.isascii() or not text.isprintable() else text


def terminal(text: str, width: int = 2000) -> str:
    r"""Make text safe for one line of a terminal; more than ``width`` characters are cut, and it is said.

    Examples
    --------
    >>> terminal("a\tb\nc")
    'a    b↵ c'
    >>> terminal("x" * 30, width=10)
    'xxxxxxxxxx… (20 more characters)'
    """
    cut = text[:width]
    shown = visible(cut).replace("\t", "    ").replace("\n", "↵ ")
    return shown if len(cut) == len(text) else f"{shown}… ({len(text) - width:,} more characters)"


def utf8(text: str, backslash: str = "\\") -> str:
    r"""Make text valid Unicode: a byte of a file name that is no UTF-8 reads ``\xNN``, as in log text.

    Examples
    --------
    >>> utf8("caf\udce9.log")
    'caf\\xe9.log'
    """
    return _SURROGATE.sub(lambda match: _escape(match).replace("\\", backslash), text)


_CONTROLS = {chr(code): f"\\x{code:02x}" for code in (*range(9), *range(11, 13), *range(14, 32), *range(127, 160))}


def cell(column: str) -> pl.Expr:
    r"""Keep a spreadsheet from running a cell, and a terminal that prints the file from obeying it.

    A formula gets an apostrophe before it; a control character reads as its escape.

    Examples
    --------
    >>> pl.DataFrame({"text": ["=1+1", "one", "\x1b[2J"]}).select(cell("text")).to_series().to_list()
    ["'=1+1", 'one', '\\x1b[2J']
    """
    text = pl.col(column).cast(pl.String)
    controls = text.str.contains(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}]")
    text = pl.when(controls).then(text.str.replace_many(_CONTROLS)).otherwise(text)
    return pl.when(text.str.contains(FORMULA)).then("'" + text).otherwise(text).alias(column)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:  # Python's surrogateescape: the byte is in the low half
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
