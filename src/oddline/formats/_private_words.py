"""What stands for private words: secrets after a key, tokens by their looks, names of people."""

from __future__ import annotations

SECRETIVE = (
    r"(?:passw(?:or)?d|passphrase|passcode|passwd|secret(?:[_\- ]?(?:access)?[_\- ]?key)?"
    r"|(?:api|access|private|auth|encryption|signing|account|shared)[_\- ]?key|token|credentials?|\b(?:pass|cvv2?|cvc)"
    r"|(?:j|php)sessid|jsessionid)"
)
"""What the last part of a key says where its value is a secret."""

USERLIKE = r"(?:user(?:[_\- ]?name)?|\blogname|\bacct|\baccount[_\- ]?name)"
LOGINLIKE = r"\b(?:login|account)"
"""These are words of prose too: only an equals sign makes them a key."""

PHONELIKE = r"(?:phone|mobile|cell|fax|telephone|telefon)(?:[_\- ]?(?:no|nr|number))?|\btel"

IS = r"""\\*["'\]]?[ \t]*(?:=>|:=|[:=])[ \t]*"""
"""Between a key and its value: JSON, also within a quoted text, Python, Ruby, logfmt, YAML, headers."""

_REST = r"""(?:<[A-Z]+>|[^\s"',;&])*"""
# Not the rest of a quote or of an arrow that another pattern has dealt with.
WORD = rf"""(?:<[A-Z]+>|\\+[^\s"'\\,;&]|[^\s"',;&>\\]){_REST}"""
NAME = r"""[^\s"'`,;:&()\[\]{}<>=|]+"""
NO_NUMBER = r"""[0-9.\-]*[^0-9.\-\s"'`,;:&()\[\]{}<>=|]""" + rf"(?:{NAME})?"
"""A name without any letter is the number of a user, and stays."""
FILE_NAME = r"""[^\s"'`,;:&()\[\]{}<>=|/\\*?$%]+"""

Said = tuple[str, str]
"""A pattern, and what stands for it."""


def valued(key: str, slot: str, bare: str = WORD) -> tuple[Said, ...]:
    """Patterns of a key with its value, in the three ways to quote and in none.

    A quote that nothing closes goes to the end of the line: the text may have been cut there.
    """
    head = rf"(?i:({key}{IS}))"
    return (
        (rf'(?m){head}\\+"[^"\n]*(?:"|$)', rf"${{1}}\"<{slot}>\""),
        (rf'(?m){head}"(?:\\.|[^"\n])*(?:"|$)', rf'${{1}}"<{slot}>"'),
        (rf"(?m){head}'(?:\\.|[^'\n])*(?:'|$)", rf"${{1}}'<{slot}>'"),
        (rf"{head}{bare}", rf"${{1}}<{slot}>"),
    )


_MARK = r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
KEY_BLOCK: tuple[Said, ...] = ((rf"(?s)-----BEGIN {_MARK}.*?(?:-----END {_MARK}|\z)", "<KEY>"),)
"""A block that nothing ends goes to the end of the text."""

URL: tuple[Said, ...] = (
    (r"""://[^\s/?#"'@:]*:[^\s/"']*@""", "://<USER>:<SECRET>@"),
    (r"""://[^\s/?#"'@:]+@""", "://<USER>@"),
)

_SCHEME = r"(?:bearer|basic|token|negotiate|ntlm|apikey)"
HEADERS: tuple[Said, ...] = (
    # These go on with a list of parts, each of which may tell something.
    (rf"(?i)(authorization{IS}\\*[\"']?)(?:digest|oauth|aws4-hmac-sha256) [^\n]+", "${1}<SECRET>"),
    (
        rf"(?i)(authorization{IS}\\*[\"']?)(?:{_SCHEME} +)?(?:<[A-Z]+>|[^\s\"',;\\])+",
        "${1}<SECRET>",
    ),
    (r"(?i)(cookie\\*\"?[ \t]*:[ \t]*\\*\"?)[^\"\n]+", "${1}<SECRET>"),
    # Eight characters after the first digit: "bearer 5" is one of a telephone network.
    (r"(?i)\b(bearer +)[A-Za-z._~+/\-]*[0-9][A-Za-z0-9._~+/\-]{7,}=*", "${1}<TOKEN>"),
)

BRACKETED: tuple[Said, ...] = ((r"<[^<>\s@]+@[^<>\s@]+>", "<<EMAIL>>"),)
"""As mail servers write an address, be its domain a host of one's own or none that is known."""

JSON_TOKEN: tuple[Said, ...] = ((r"eyJ[A-Za-z0-9_\-]{10,}(?:\.[A-Za-z0-9_\-=]+){0,4}", "<TOKEN>"),)
"""A JSON Web Token: its parts are Base64 of objects, so it begins as every quoted key does."""

_API_KEY = (
    r"\b(?:(?:AKIA|ASIA|ABIA|ACCA|AIDA|AROA)[A-Z0-9]{16}|AIza[A-Za-z0-9_\-]{35}|gh[opsru]_[A-Za-z0-9]{20,}"
    r"|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_\-]{16,}|xox[abeoprs]-[A-Za-z0-9\-]{10,}"
    r"|(?:sk|rk|pk)[_\-](?:live|test|proj|ant)[_\-][A-Za-z0-9_\-]{10,}|sk-[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,}"
    r"|SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}|pypi-[A-Za-z0-9_\-]{30,})"
)
API_KEYS: tuple[Said, ...] = ((_API_KEY, "<KEY>"), (r"(hooks\.slack\.com/services/)[A-Za-z0-9/]+", "${1}<KEY>"))
HINT_OF_API_KEYS = (
    r"A(?:KIA|SIA|BIA|CCA|IDA|ROA|Iza)[0-9A-Za-z_\-]{16}|gh[opsru]_|github_pat_|glpat-|xox[abeoprs]-|[srp]k[_\-](?:live|test|proj|ant)|sk-[A-Za-z0-9]{20}"
    r"|npm_[0-9A-Za-z]{30}|SG\.[0-9A-Za-z]|pypi-|hooks\.slack"
)

SECRETS: tuple[Said, ...] = (
    *valued(SECRETIVE, "SECRET"),
    # A shell's PWD is a folder, so what begins with a slash stays.
    *valued(r"pwd", "SECRET", rf"(?:<[A-Z]+>|[^\s\"',;&/>\\]){_REST}"),
    (rf"(?i)(--[a-z0-9\-]*{SECRETIVE} +){WORD}", "${1}<SECRET>"),
    # Not in capitals alone, as the slots of these masks are.
    (
        r"(<[A-Za-z0-9_:.\-]*(?:[Pp]ass(?:[Ww]or)?d?|[Pp]assphrase|[Ss]ecret|[Tt]oken|[Kk]ey|PASSWORD)>)[^<]+(</)",
        "${1}<SECRET>${2}",
    ),
)

HINT_OF_SECRETS = r"(?i-u:pass|pwd|secret|token|credential|key|cvv|cvc|sess)"
HINT_OF_USERS = r"(?i-u:user|logname|login|acct|account|password for|publickey for|pam for|hostbased for|none for)"
HINT_OF_NUMBERS = r"(?i-u:phone|mobile|cell|fax|tele|tel|ssn)"
HINT_OF_HOMES = r"(?i-u:/home/|[/\\]users[/\\])"

PHONE_WORDS: tuple[Said, ...] = (
    (
        rf"(?i)((?:{PHONELIKE}){IS}\\*[\"']?)(?:\+?[0-9]{{6,15}}\b|[+(]*[0-9](?:[ ()./\-]{{0,2}}[0-9]){{5,14}})",
        "${1}<PHONE>",
    ),
)
SSN_WORDS: tuple[Said, ...] = ((rf"(?i)(\bssn{IS}\\*[\"']?)[0-9]{{9}}\b", "${1}<SSN>"),)

_WHOSE = r"for|by|of|as|from|with|invalid|illegal|unknown|existing|remote|local|system|database|ssh"
USERS: tuple[Said, ...] = (
    *valued(USERLIKE, "USER", NO_NUMBER),
    (rf"(?i)({LOGINLIKE}(?:=|\\*[\"'] ?: ?)\\*[\"']?){NO_NUMBER}", "${1}<USER>"),
    (rf"(?i)\b((?:{_WHOSE}) user(?:name)? ){NAME}", "${1}<USER>"),
    (r"(?i)(\buser(?:name)? )([\"'`])[^\"'`\n]+[\"'`]", "${1}${2}<USER>${2}"),
    (rf"(?i)(\buser ){NAME}( (?:has )?(?:logged|signed|authenticated|connected|disconnected)\b)", "${1}<USER>${2}"),
    (rf"((?:password|publickey|keyboard-interactive/pam|hostbased|none) for ){NAME}( from )", "${1}<USER>${2}"),
)

HOMES: tuple[Said, ...] = (
    (rf"(/home/|/Users/){FILE_NAME}", "${1}<USER>"),
    # A name of several words ends at the next folder.
    (
        rf"(?i)([A-Z]:(?:\\+|/)Users(?:\\+|/)){FILE_NAME}(?: {FILE_NAME}){{1,3}}([\\/])",
        "${1}<USER>${2}",
    ),
    (rf"(?i)([A-Z]:(?:\\+|/)Users(?:\\+|/)){FILE_NAME}", "${1}<USER>"),
)

SUDO: tuple[Said, ...] = (
    (rf"{NAME}( : (?:TTY=|[0-9]+ incorrect password))", "<USER>${1}"),
    (rf"(\(to ){NAME}(\) ){NAME}( on )", "${1}<USER>${2}<USER>${3}"),
)

# As the common log format has it: host, identity, user, and the time in brackets.
VISITOR: tuple[Said, ...] = ((r"^(\S+ \S+ )(?:[^\s\[<\-]|-[^\s])[^\s<]*( \[[0-9]{2}/[A-Z])", "${1}<USER>${2}"),)
HINT_OF_VISITORS = r" \[[0-9]{2}/[A-Z]"
