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
_APART = r"\s=:,;()\[\]{}\"'|<>"
_LIST = r"\s,;()\[\]{}\"'|<>"
_EDGE = r"(^|[\s=:,;()\[\]{}\"'|@])"
_METHOD = "GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS|CONNECT|TRACE|PROPFIND"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_OCTET = r"(?:<(?:\*|NUM|ID|HEX|SIZE|DURATION)>|[0-9A-Fa-f]{1,4}\b)"
_OCTETS = r"(?::+[^:\s]+){4}"
_DOMAIN = r"(?:(?:com|net|org|edu|gov|mil|int)(?:\.[a-z]{2})?|(?:ac|co|or|ne)\.[a-z]{2})"
_URL = rf"(?:[^\s\"'<>()\[\],;]|{_S})*"
_SCHEMES = r"(?:[A-Za-z][\w+.\-]*:)"
_IN_PATH = rf"(?:[\w.+@%~$*\-]|{_S})"
_PATH = rf"(?:/{_IN_PATH}+)+/?"
_NAME = r"[\w.@$\\\-]+"
_KEYS = (
    "logname|ruser|acct|account|host|hostname|rhost|addr|address|file|filename|path|dir|dev"
    "|device|exe|comm|name|url|email|id|uuid|session|database|db|topic|queue|bucket|pod|container|image"
)
_PREPOSITIONS = "for|of|from|to|with|by|in|at|as|on|named|called"
_NOTHING = "(?:null|NULL|nil|None|none)"

_LITERAL = (
    # Digits of other scripts: whole sub-tokens, as with the first mask.
    Rule(rf"[^{_APART}]*[\p{{Nd}}--[0-9]][^{_APART}]*", SLOT, "é"),
    Rule(rf"\b{_SCHEMES}+//{_URL}", "<URL>", ":/", "://"),
    Rule(rf" {_PATH}", " <PATH>", "/", " /"),
    Rule(rf"{_EDGE}{_PATH}", "${1}<PATH>", "/", r"(?:^|[\s=:,;()\[\]{}\"'|@])/\S"),
    Rule(rf"{_EDGE}(?:[A-Za-z]:\\|\\\\)(?:[^\s\"'<>|,;()]|{_S})*", "${1}<PATH>", "\\"),
    Rule(r"\b[\w.+\-]+@(?:[\w\-]+\.)+[A-Za-z]{2,}\b", "<EMAIL>", "@."),
    # What is said to be a name: the value of a key that names a thing, a quoted value after a preposition.
    # A user is not among them: that it was root, and not a guest, is left for the lines that are alike to tell.
    Rule(rf"\b({_KEYS})=[^{_APART}]+(?:=[^{_APART}]+)*", "${1}=<*>", "="),
    Rule(rf"\b({_PREPOSITIONS}) '[^'<>]+'", "${1} '<*>'", '"', " '"),
    Rule(r"\b(?:[\w.+\-]+/)+[\w.+\-]*\w\.[A-Za-z]{1,5}\b", "<PATH>", "/."),
    Rule(r"\b(?:true|false|True|False|TRUE|FALSE)\b", "<BOOL>", "", "true|false|True|False|TRUE|FALSE"),
    Rule(rf"(= ?){_NOTHING}\b", "${1}<*>", "=", _NOTHING),
    Rule(rf"(: ?){_NOTHING}\b", "${1}<*>", ":", _NOTHING),
    Rule(rf"([(\[] ?){_NOTHING}\b", "${1}<*>", "(", _NOTHING),
    Rule(r"\b(?:[a-f]{8,}|[A-F]{8,})\b", "<HEX>", "", "[a-f]{8}|[A-F]{8}"),
    Rule(
        rf"\b(?:[A-Za-z0-9\-]+\.)+{_DOMAIN}(?::{_S})?([^\w.\-]|$)",
        "<HOST>${1}",
        ".",
        r"\.(?:com|net|org|edu|gov|mil|int|ac|co|or|ne)\b",
    ),
    Rule(rf"\b(?:[a-z0-9\-]+\.){{2,}}[a-z]{{2,6}}:{_S}", "<HOST>", ".<:", "[a-z]:<"),
    Rule(rf"\b(for|by|of|as|from) ((?:[a-z]+ )?user) {_NAME}", "${1} ${2} <USER>", "", "user "),
    Rule(rf"\b(password|publickey|login) for {_NAME} from\b", "${1} for <USER> from", "", " for "),
    Rule(r"([\w\])]\s?=\s?)[A-Za-z_\-]+(?:[./][\w./$\-]+)+", "${1}<*>", "=", "[./]"),
    # Fingerprints and addresses: groups of hexadecimal digits.
    Rule(rf"{_EDGE}{_OCTET}(?::{_OCTET}){{8,}}", "${1}<HEX>", "<:", _OCTETS),
    Rule(rf"{_EDGE}{_OCTET}(?:::?{_OCTET}){{6,}}", "${1}<IP>", "<:", _OCTETS),
    Rule(rf"{_EDGE}{_OCTET}(?::{_OCTET}){{5}}", "${1}<MAC>", "<:", _OCTETS),
    Rule(rf"{_EDGE}{_OCTET}(?:::?{_OCTET}){{4,}}", "${1}<IP>", "<:", _OCTETS),
    # The value of a key that varies itself.
    Rule(rf"({_S}=)[^{_LIST}](?:[^{_LIST}]|{_S})*", "${1}<*>", "<=", ">="),
)

_JOINING = (
    Rule(rf"(^|\s)<({_S}(?:[:/\-]{_S})*) (?:sec|seconds|ms)(\s|$)", "${1}${2}${3}", "<", "<<"),
    Rule(rf"({_S} bytes) \({_S} [KMGTP]i?B\)", "${1}", "<(A", r"> bytes \("),
    Rule(rf"\b{_SCHEMES}+<URL>{_URL}", "<URL>", "<:", "<URL>"),
    Rule(
        rf"\b{_SCHEMES}*(?:https?|ftp|wss?):(?:<(?:\*|[A-SU-Z][A-Z]*)>|<TIME>[:/\-]{_S}){_URL}",
        "<URL>",
        "<:",
        "(?:http|ftp|ws)s?:<",
    ),
    Rule(r"<IP>:<NUM>", "<IP>", "<:", "<IP>:"),
    Rule(r"<TIME>(?::<NUM>)+", "<TIME>", "<:", "<TIME>:"),
    Rule(r"<NUM>:<NUM>:<NUM>", "<TIME>", "<:", "<NUM>:"),
    Rule(rf"{_S}(?:[:/\-]{_S})+", SLOT, "<", ">[:/\\-]<"),
    Rule(
        rf"(?:\b{_DAY},? +)?(?:{_S}[ :/\-]+|\b)(?:{_MONTHS})[a-z]* +<(?:\*|NUM)>(?:,? +{_S})*(?: +[A-Z]{{3,4}} +{_S})?",
        "<TIME>",
        "<A",
        f"(?:{_MONTHS})[a-z]* +<",
    ),
    Rule(r" \(\)\B", " (<*>)", "(", r" \(\)"),
    # A request line of HTTP: what is asked for, and the version of the protocol.
    Rule(rf"\b({_METHOD}) (?:[/*]|{_S}|[a-z]+:)\S* <\*>([\"']|$)", "${1} <PATH>${2}", "<A", f"(?:{_METHOD}) "),
    Rule(rf"\b({_METHOD}) (?:/|<(?:PATH|URL)>|{_S}[=?&;])(?:[^\s\"'<>]|{_S})*", "${1} <PATH>", "A", f"(?:{_METHOD}) "),
)

RICH = (*_LITERAL, *_JOINING)
"""What needs a closer look than the first mask takes: text to slots first, then slots that are one value together."""

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
