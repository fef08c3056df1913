"""Numbers that check themselves: payment cards and bank accounts, told from other digits by their check digits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

_LONGEST_CARD = 19
_LONGEST_IBAN = 34

CARD = (
    r"^(?:4[0-9]{15}(?:[0-9]{3})?|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)"
    r"[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|35[0-9]{14}|(?:6011|6[45][0-9]{2})[0-9]{12}(?:[0-9]{3})?"
    r"|62[0-9]{14,17})$"
)
"""First digits and lengths that payment networks have given out (ISO/IEC 7812), but for 13, long out of use."""

_REGISTRY = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18
FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21
LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18
SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
"""
IBAN_LENGTHS = {told[:2]: int(told[2:]) for told in _REGISTRY.split()}
"""Characters of an account number, by country: the registry that SWIFT keeps for ISO 13616."""


def is_card(digits: pl.Series) -> pl.Series:
    """Tell which texts of digits are numbers of payment cards, by network, length and Luhn's check digit.

    Examples
    --------
    >>> is_card(pl.Series(["4111111111111111", "4111111111111112", "1234567812345670"])).to_list()
    [True, False, False]
    """
    known = digits.str.contains(CARD)
    values = _codes(digits.filter(known).str.zfill(_LONGEST_CARD), _LONGEST_CARD) - ord("0")
    twice = values[:, 1::2] * 2
    sums = values[:, 0::2].sum(axis=1) + (twice - 9 * (twice > 9)).sum(axis=1)
    return _where(known, sums % 10 == 0)


def is_iban(text: pl.Series) -> pl.Series:
    """Tell which texts of capitals and digits are account numbers, by ISO 7064 modulo 97; lengths are not looked at.

    Examples
    --------
    >>> is_iban(pl.Series(["DE89370400440532013000", "DE88370400440532013000"])).to_list()
    [True, False]
    """
    known = text.str.contains(rf"^[A-Z]{{2}}[0-9]{{2}}[0-9A-Z]{{8,{_LONGEST_IBAN - 4}}}$")
    turned = text.filter(known)
    turned = pl.select(turned.str.slice(4) + turned.str.head(4)).to_series()
    codes = _codes(turned.str.pad_start(_LONGEST_IBAN, "0"), _LONGEST_IBAN)
    rest = np.zeros(len(codes), dtype=np.int64)
    for column in codes.T:
        letter = column >= ord("A")
        value = np.where(letter, column - ord("A") + 10, column - ord("0"))
        rest = (rest * np.where(letter, 100, 10) + value) % 97
    return _where(known, rest == 1)


def _codes(text: pl.Series, width: int) -> npt.NDArray[np.int64]:
    """Lay ASCII texts of one width out as a matrix of codes."""
    joined = "".join(text.to_list()).encode()
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, width).astype(np.int64)


def _where(known: pl.Series, good: npt.NDArray[np.bool_]) -> pl.Series:
    told = np.zeros(known.len(), dtype=bool)
    told[known.to_numpy()] = good
    return pl.Series(told)
