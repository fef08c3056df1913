"""Finds that a pattern alone cannot decide: each judge sees the distinct ones, with what stands about them."""

from __future__ import annotations

import polars as pl

from oddline.formats._checksums import IBAN_LENGTHS, is_card, is_iban

ALONE = r"(?:^|[^0-9A-Za-z_.\-+/])"
"""What stands before a number that is no part of a longer word, version, path or date."""

TAIL = r"(?:[.\-/]?[0-9A-Za-z_]+)*"
"""What makes a number part of a longer one; a find that has it stays."""

CARD_EDGE = r"(?:^|[^0-9A-Za-z_.\-]|[A-Za-z]-)"
CARD = (
    r"[2-6][0-9]{3}(?: [0-9]{4}){3}|[2-6][0-9]{3}(?:-[0-9]{4}){3}|3[0-9]{3}[ -][0-9]{6}[ -][0-9]{5}|[2-6][0-9]{13,18}"
)
CARDS = rf"{CARD_EDGE}(?:{CARD}){TAIL}"

HINT_OF_CARDS = r"(?:^|[^0-9A-Za-z_.\-]|[A-Za-z]-)[2-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]"

SSN = r"(?:00[1-9]|0[1-9][0-9]|[1-57-8][0-9]{2}|6(?:[0-57-9][0-9]|6[0-57-9]))-(?:0[1-9]|[1-9][0-9])-[0-9]{4}"
SSNS = rf"{ALONE}[0-9]{{3}}-[0-9]{{2}}-[0-9]{{4}}{TAIL}"

IBANS = r"(?:^|[^0-9A-Za-z_])[A-Z]{2}[0-9]{2}(?:(?: [0-9A-Z]{4}){2,7}(?: [0-9A-Z]{1,3})?|[0-9A-Z]{11,30})[0-9A-Za-z_]*"

# With the code of a country; as North America writes them; in pairs after a zero, as France does.
PHONE = (
    r"\+[1-9][0-9]{0,2}[ .\-]?(?:\([0-9]{1,4}\)[ .\-]?)?[0-9]{1,5}(?:[ .\-/]?[0-9]{2,5}){1,5}"
    r"|(?:1[ .\-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.\-])[2-9][0-9]{2}[.\-][0-9]{4}"
    r"|0[1-9](?: [0-9]{2}){4}|0[1-9](?:\.[0-9]{2}){4}|0[1-9](?:-[0-9]{2}){4}"
)
ZONE = r":[0-9]{2}(?:[.,][0-9]+)? ?\+[0-9]{4}"
"""The offset of a time zone after a time of day: no telephone."""
HINT_OF_PHONES = r"\+[1-9][0-9]|[2-9][0-9]{2}\)?[ .\-]?[0-9]{3}[.\-][0-9]{4}|0[1-9][ .\-][0-9]{2}[ .\-][0-9]{2}[ .\-]"
LIST = r"(?:^|[^0-9+])[0-9]{1,4}(?: [0-9]{1,4}){5,}"
"""Six numbers and more in a row are a list."""
PHONES = rf"{ZONE}|{LIST}|{ALONE}(?:{PHONE}){TAIL}"

OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4 = rf"{OCTET}(?:\.{OCTET}){{3}}"
ODD_DOTS = r"[0-9]\.[0-9]+\.[0-9]+\.[0-9]+(?:\.[0-9]|_)|_[0-9]+\.[0-9]+\.[0-9]+\.[0-9]"
"""Longer rows of numbers, or underscores at one: a version, or a part of a name."""
DOTTED = r"[A-Za-z]*[0-9]+(?:\.[0-9]+){3,}[A-Za-z]*"

_H = r"[0-9A-Fa-f]{1,4}"
IPV6 = (
    rf"(?:(?:{_H}:){{7}}{_H}|(?:{_H}:){{1,6}}:{_H}|(?:{_H}:){{1,5}}(?::{_H}){{1,2}}|(?:{_H}:){{1,4}}(?::{_H}){{1,3}}"
    rf"|(?:{_H}:){{1,3}}(?::{_H}){{1,4}}|(?:{_H}:){{1,2}}(?::{_H}){{1,5}}|{_H}:(?::{_H}){{1,6}}|:(?::{_H}){{1,7}}"
    rf"|::(?:[Ff]{{4}}:(?:0{{1,4}}:)?)?{IPV4}|(?:{_H}:){{1,4}}:{IPV4})"
)
HINT_OF_COLONS = r"::[0-9A-Fa-f]|[0-9A-Fa-f]::|(?:[0-9A-Fa-f]{1,4}:){6}[0-9A-Fa-f]"
COLONS = r"(?:[0-9A-Za-z_]*:)+[0-9A-Za-z_.]*[0-9A-Za-z_]"

_PAIR = r"[0-9A-Fa-f]{2}"
# Six pairs; eight of them for longer addresses; fourteen as firewalls log them: two addresses and a kind.
_PAIRS = rf"(?:(?::{_PAIR}){{5}}|(?::{_PAIR}){{7}}|(?::{_PAIR}){{13}}|(?:-{_PAIR}){{5}})"
MAC = rf"{_PAIR}{_PAIRS}|(?:[0-9A-Fa-f]{{4}}\.){{2}}[0-9A-Fa-f]{{4}}"
HINT_OF_PAIRS = rf"(?:{_PAIR}[:\-]){{5}}{_PAIR}|(?:[0-9A-Fa-f]{{4}}\.){{2}}[0-9A-Fa-f]{{4}}"
PAIRS = r"[0-9A-Za-z_]+(?:[:.\-][0-9A-Za-z_]+)+"

NAMED = r"(?:[0-9A-Za-z_]*[G-Zg-z_][0-9A-Za-z_]*[:\-])?"
"""A word before an address, as in ``addr:fe80::1``; one of hexadecimal letters only would be a part of it."""

MAILS = (
    r"[\p{L}\p{N}_][\p{L}\p{N}._%+'\-]*(?:@|%40)"
    r"(?:(?:[\p{L}\p{N}\-]+\.)+(?:\p{L}{2,}|xn--[0-9A-Za-z\-]+)|\[[0-9.]{7,15}\]|localhost)"
)
NO_DOMAIN = (
    r"(?i)\.(?:service|socket|slice|target|timer|mount|automount|scope|device|path|swap)$|(?:@|%40)[0-9]x\.[a-z]+$"
)
"""Instances of systemd's units, and pictures for dense screens, are no addresses."""


def cards(finds: pl.Series) -> pl.Series:
    """Mask the finds that are payment cards by their check digit.

    Examples
    --------
    >>> cards(pl.Series(["=4111 1111 1111 1111", " 4111111111111112"])).to_list()
    ['=<CARD>', ' 4111111111111112']
    """
    digits = finds.str.replace_all(r"^[^0-9]*[A-Za-z]-|[^0-9A-Za-z_.]", "")
    return _chosen(finds, is_card(digits), _masked(finds, CARD_EDGE, CARD, "CARD"))


def ibans(finds: pl.Series) -> pl.Series:
    """Mask the finds that begin with a bank account number; capitals that follow it stay.

    Examples
    --------
    >>> ibans(pl.Series([" DE89 3704 0044 0532 0130 00 PAID", " DE88 3704 0044 0532 0130 00"])).to_list()
    [' <IBAN> PAID', ' DE88 3704 0044 0532 0130 00']
    """
    frame = pl.DataFrame({"find": finds}).select(
        edge=pl.col("find").str.extract(r"^([^A-Z]?)", 1), text=pl.col("find").str.replace(r"^[^A-Z]", "")
    )
    length = pl.col("text").str.head(2).replace_strict(IBAN_LENGTHS, default=0, return_dtype=pl.Int64)
    spaces = pl.when(pl.col("text").str.slice(4, 1) == " ").then((length - 1) // 4).otherwise(0)
    frame = frame.with_columns(length=length, end=length + spaces).with_columns(
        head=pl.col("text").str.slice(0, pl.col("end")).str.replace_all(" ", "", literal=True),
        rest=pl.col("text").str.slice(pl.col("end")),
    )
    whole = (pl.col("head").str.len_bytes() == pl.col("length")) & pl.col("rest").str.contains(r"^(?: |$)")
    good = frame.select(whole).to_series() & is_iban(frame["head"])
    return _chosen(finds, good, frame.select(pl.concat_str("edge", pl.lit("<IBAN>"), "rest")).to_series())


def ssns(finds: pl.Series) -> pl.Series:
    """Mask social security numbers of the United States, but for the ranges that are never given out."""
    return _masked(finds, ALONE, SSN, "SSN")


def phones(finds: pl.Series) -> pl.Series:
    """Mask telephone numbers; those with the code of a country have 9 to 15 digits.

    Examples
    --------
    >>> phones(pl.Series([" +49 (30) 1234-5678", " +1000 2024", "(555) 234-5678"])).to_list()
    [' <PHONE>', ' +1000 2024', '<PHONE>']
    """
    digits = finds.str.replace_all(r"[^0-9]", "").str.len_bytes()
    # Ten digits, or eleven with the code of the country, is what the other two ways of writing have anyway.
    return _chosen(finds, (digits >= 9) & (digits <= 15), _masked(finds, ALONE, PHONE, "PHONE"))


def dotted(finds: pl.Series) -> pl.Series:
    """Mask addresses of four numbers; five and more are a version or an object id."""
    return _masked(finds, "", IPV4, "IP")


def colons(finds: pl.Series) -> pl.Series:
    """Mask addresses of version 6, which have a digit in them; times and names of C++ stay.

    Examples
    --------
    >>> colons(pl.Series(["addr:2001:db8::1", "std::vector", "12:34:56", "add::face"])).to_list()
    ['addr:<IP>', 'std::vector', '12:34:56', 'add::face']
    """
    return _chosen(finds, finds.str.contains(r"[0-9]"), _masked(finds, NAMED, IPV6, "IP"))


def pairs(finds: pl.Series) -> pl.Series:
    """Mask addresses of devices; longer rows of pairs are hashes.

    Between hyphens one letter is asked for: six numbers there are a date and a time.

    Examples
    --------
    >>> pairs(pl.Series(["00:1b:44:11:3a:b7", "00-1B-44-11-3A-B7", "24-01-02-03-04-05", "aa:bb"])).to_list()
    ['<MAC>', '<MAC>', '24-01-02-03-04-05', 'aa:bb']
    """
    return _chosen(finds, ~finds.str.contains(r"^[0-9.\-]+$"), _masked(finds, NAMED, MAC, "MAC"))


def mails(finds: pl.Series) -> pl.Series:
    """Mask addresses of mail, but for names that only look like one."""
    return _chosen(finds, ~finds.str.contains(NO_DOMAIN), pl.Series(["<EMAIL>"]).new_from_index(0, finds.len()))


def _masked(finds: pl.Series, edge: str, body: str, slot: str) -> pl.Series:
    """Put a slot for the finds that are an edge and the body and nothing after it."""
    return finds.str.replace(rf"^({edge})(?:{body})$", f"${{1}}<{slot}>")


def _chosen(finds: pl.Series, good: pl.Series, masked: pl.Series) -> pl.Series:
    return masked.zip_with(good, finds)
