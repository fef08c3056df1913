"""The rules of the careful mask: what is replaced by which slot, and what a line must hold for it to be tried.

A rule's guard is a necessary condition only, so that it never changes what a rule does, just how many lines
it is run over. Order counts: a later rule may join the slots that earlier ones made.
"""

from __future__ import annotations

from typing import NamedTuple

SLOT = "<*>"
"""What stands for a variable in masked text."""

ANY_SLOT = r"<(?:\*|[A-Z]+)>"
"""A slot of any type, as a pattern."""


class Rule(NamedTuple):
    """One replacement.

    ``signs``: signs of :data:`SIGNS` all of which a line must hold; ``A`` stands for any capital, ``é`` for
    anything that is not ASCII, ``"`` for any quote, ``(`` for any bracket that opens. ``word``: a pattern,
    cheaper than the rule's own, that a line must hold too.
    """

    pattern: str
    slot: str
    signs: str = ""
    word: str = ""


SIGNS = {"/": "/", ":": ":", "=": "=", "<": "<", ".": ".", "@": "@", "\\": "\\", '"': "\"'`", "(": "([{"}
"""Signs that guards are made of, and the characters that count as each."""

_S = ANY_SLOT
_EDGE = r"(^|[\s=:,;()\[\]{}\"'|@])"
_METHOD = "GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS|CONNECT|TRACE|PROPFIND"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_MONTH = rf"(?:{_MONTHS})[a-z]*"
_OCTETS = r"(?:<(?:\*|[A-Z]+)>|[0-9A-Fa-f]{1,4}\b)"
_DOMAIN = r"(?:(?:com|net|org|edu|gov|mil|int)(?:\.[a-z]{2})?|(?:ac|co|or|ne)\.[a-z]{2})"
_URL = rf"(?:[^\s\"'<>()\[\],;]|{_S})*"
_IN_PATH = rf"(?:[\w.+@%~$*\-]|{_S})"
_PATH = rf"(?:/{_IN_PATH}+)+/?"
_NAME = r"[\w.@$\\\-]+"

RICH = (
    # Digits of other scripts: whole sub-tokens, as with the first mask.
    Rule(r"[^\s=:,;()\[\]{}\"'|<>]*\p{Nd}[^\s=:,;()\[\]{}\"'|<>]*", SLOT, "é"),
    # A request line of HTTP: what is asked for, and the version of the protocol.
    Rule(rf"\b({_METHOD}) (?:[^\s\"<>]|{_S})+ (?:{_S}|HTTP/)", "${1} <PATH>", "A", f"(?:{_METHOD}) "),
    Rule(rf"\b[A-Za-z][A-Za-z+.\-]*://{_URL}", "<URL>", ":/", "://"),
    Rule(rf" {_PATH}", " <PATH>", "/", " /"),
    Rule(rf"{_EDGE}{_PATH}", "${1}<PATH>", "/", r"(?:^|[\s=:,;()\[\]{}\"'|@])/\S"),
    Rule(rf"{_EDGE}(?:[A-Za-z]:\\|\\\\)(?:[^\s\"'<>|,;()]|{_S})*", "${1}<PATH>", "\\"),
    # Addresses of devices and of version 6 of IP: groups of hexadecimal digits.
    Rule(rf"{_EDGE}{_OCTETS}(?:::?{_OCTETS}){{4,}}", "${1}<HEX>", "<:"),
    Rule(rf"\b[A-Za-z][\w+.\-]*:<URL>(?:[:/\-]{_S})*", "<URL>", "<:", "<URL>"),
    Rule(r"<IP>:<NUM>", "<IP>", "<:", "<IP>:"),
    Rule(r"<TIME>(?::<NUM>)+", "<TIME>", "<:", "<TIME>:"),
    Rule(r"<NUM>:<NUM>:<NUM>", "<TIME>", "<:", "<NUM>:"),
    Rule(rf"{_S}(?:[:/\-]{_S})+", SLOT, "<", ">[:/\\-]<"),
    Rule(
        rf"\b(?:{_DAY},? +)?(?:{_S} +)?{_MONTH} +{_S}(?:,? +{_S})*(?: +[A-Z]{{3,4}} +{_S})?",
        "<TIME>",
        "<A",
        f"(?:{_MONTHS})[a-z]* +<",
    ),
    Rule(r"\b(?:true|false|True|False|TRUE|FALSE)\b", "<BOOL>", "", "true|false|True|False|TRUE|FALSE"),
    Rule(r"(= ?)(?:null|NULL|nil|None|none)\b", "${1}<*>", "=", "null|NULL|nil|None|none"),
    Rule(r"(: ?)(?:null|NULL|nil|None|none)\b", "${1}<*>", ":", "null|NULL|nil|None|none"),
    Rule(r"([(\[] ?)(?:null|NULL|nil|None|none)\b", "${1}<*>", "(", "null|NULL|nil|None|none"),
    Rule(
        rf"\b(?:[A-Za-z0-9\-]+\.)+{_DOMAIN}(?::{_S})?([^\w.\-]|$)",
        "<HOST>${1}",
        ".",
        r"\.(?:com|net|org|edu|gov|mil|int|ac|co|or|ne)\b",
    ),
    Rule(rf"\b(?:[a-z0-9\-]+\.){{2,}}[a-z]{{2,6}}:{_S}", "<HOST>", ".<:"),
    Rule(r"\b(?:[a-f]{8,}|[A-F]{8,})\b", "<HEX>", "", "[a-f]{8}|[A-F]{8}"),
    Rule(rf"\b(for|by|of|as|from) ((?:[a-z]+ )?user) {_NAME}", "${1} ${2} <USER>", "", "user "),
    Rule(rf"\b(password|publickey|login) for {_NAME} from\b", "${1} for <USER> from", "", " for "),
    Rule(rf"({_S} bytes) \({_S} [KMGTP]i?B\)", "${1}", "<(A", r"> bytes \("),
    Rule(r"([\w\])]\s?=\s?)[A-Za-z_\-]+(?:[./][\w./$\-]+)+", "${1}<*>", "="),
    Rule(rf"<({_S}) (?:sec|seconds|ms)\b", "${1}", "<", "<<"),
    Rule(r"(\s)\(\)(\s|$)", "${1}(<*>)${2}", "(", r"\(\)"),
)
"""What needs a closer look than the first mask takes."""

UNIT = rf"({_S}) (?:[kKMGTP]i?)?B\b"
"""An amount of memory: "512 B" and "1.5 KB" are two values of one variable."""

SHAPE = (
    Rule(ANY_SLOT, SLOT, "<A", "<[A-Z]+>"),
    Rule(UNIT, "${1}", "<A", "> [kKMGTP]?i?B"),
    Rule(r"=\"[^\"]*\"", '="<*>"', '="', '="'),
    Rule(r"<\*>(?:[.,:@\-+*_#]+<\*>)+", SLOT, "<", r">[.,:@\-+*_#]"),
    Rule(r"<\*>(?:,? <\*>){2,}", SLOT, "<", "<\\*>,? <\\*>,? <"),
)
"""What does not tell statements apart: types of slots, units, lengths of lists, odd values of keys."""
