"""Texts without what is private: a typed slot such as ``<EMAIL>`` or ``<CARD>`` stands for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from oddline.formats import _private_finds as finds
from oddline.formats import _private_words as words
from oddline.formats._candidates import Judge, reworded

MOST_ROUNDS = 8
"""One mask may lay bare another's edge. A text that still changes after so many rounds was made to."""

SAMPLE = 5_000
REPEATS = 0.1
"""Below this share of distinct texts in the sample, each distinct text is masked once."""


@dataclass(frozen=True)
class Rule:
    """What to mask, and the cheap pattern that fits every text in which there is some."""

    needs: str
    mask: Callable[[pl.Series], pl.Series]

    def apply(self, text: pl.Series) -> pl.Series:
        """Mask the texts that the rule touches."""
        return _where(text, text.str.contains(self.needs), self.mask)


def _said(*patterns: words.Said) -> Callable[[pl.Series], pl.Series]:
    """Replace what each pattern fits, one after the other."""

    def mask(text: pl.Series) -> pl.Series:
        for pattern, slot in patterns:
            text = text.str.replace_all(pattern, slot)
        return text

    return mask


def _judged(pattern: str, judge: Judge) -> Callable[[pl.Series], pl.Series]:
    """Replace what a pattern finds and a judge condemns."""
    return lambda text: reworded(text, pattern, judge)


def _mails(text: pl.Series) -> pl.Series:
    return reworded(_said(*words.BRACKETED)(text), finds.MAILS, finds.mails)


def _addresses(text: pl.Series) -> pl.Series:
    """Mask addresses of four numbers: by a pattern alone, but where longer rows of numbers are about."""
    plain = text.str.replace_all(rf"(?-u:\b){finds.IPV4}(?-u:\b)", "<IP>")
    odd = text.str.contains(finds.ODD_DOTS)
    return _with(plain, odd, reworded(text.filter(odd), finds.DOTTED, finds.dotted)) if odd.any() else plain


ADDRESSES = Rule(r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]", _addresses)
RULES = (
    Rule("PRIVATE KEY", _said(*words.KEY_BLOCK)),
    Rule("://", _said(*words.URL)),
    Rule("(?i-u:authorization|cookie|bearer )", _said(*words.HEADERS)),
    Rule("eyJ", _said(*words.JSON_TOKEN)),
    Rule(words.HINT_OF_API_KEYS, _said(*words.API_KEYS)),
    Rule(words.HINT_OF_SECRETS, _said(*words.SECRETS)),
    Rule(words.HINT_OF_USERS, _said(*words.USERS)),
    Rule(words.HINT_OF_NUMBERS, _said(*words.PHONE_WORDS, *words.SSN_WORDS)),
    Rule("@|%40", _mails),
    Rule(words.HINT_OF_HOMES, _said(*words.HOMES)),
    Rule(r" : TTY=| incorrect password|\(to ", _said(*words.SUDO)),
    Rule(words.HINT_OF_VISITORS, _said(*words.VISITOR)),
    Rule(finds.HINT_OF_PAIRS, _judged(finds.PAIRS, finds.pairs)),
    Rule(finds.HINT_OF_COLONS, _judged(finds.COLONS, finds.colons)),
    ADDRESSES,
    Rule(r"[A-Z]{2}[0-9]{2} ?[0-9A-Z]{4}", _judged(finds.IBANS, finds.ibans)),
    Rule(finds.HINT_OF_CARDS, _judged(finds.CARDS, finds.cards)),
    Rule(r"[0-9]{3}-[0-9]{2}-[0-9]{4}", _judged(finds.SSNS, finds.ssns)),
    Rule(finds.HINT_OF_PHONES, _judged(finds.PHONES, finds.phones)),
)
"""In this order: what has a key before what has none, and longer numbers before shorter ones."""

_FIRST_NUMBER = 12
NEEDS = tuple(
    "|".join(rule.needs for rule in rules if rule is not ADDRESSES)
    for rules in (RULES[: _FIRST_NUMBER - 1], RULES[_FIRST_NUMBER - 1 : _FIRST_NUMBER], RULES[_FIRST_NUMBER:])
)
"""Three passes instead of one a rule: words, visitors, numbers. In one pass the automaton outgrows its cache and costs
twenty times as much. Addresses stand in half of all lines of some logs, and have a pass of their own."""


def masked(text: pl.Series) -> pl.Series:
    r"""Mask what is private in texts; doing it twice changes nothing.

    Null stays null. A NUL byte reads ``\x00`` afterwards, as in any text that Oddline reads.

    Examples
    --------
    >>> masked(pl.Series(["mail to ann@example.com from 10.0.0.1", "build 1.2.3", None])).to_list()
    ['mail to <EMAIL> from <IP>', 'build 1.2.3', None]
    """
    seen = text.gather_every(max(1, text.len() // SAMPLE))
    if seen.len() and seen.n_unique() < REPEATS * seen.len():
        distinct = text.unique()
        told = _rounds(distinct)
        new = told.ne_missing(distinct)
        return text.replace(distinct.filter(new), told.filter(new)) if new.any() else text
    return _rounds(text)


def _rounds(text: pl.Series) -> pl.Series:
    """Mask until nothing changes; only texts that changed are looked at again."""
    told = _once(text)
    for _ in range(MOST_ROUNDS - 1):
        new = told.ne_missing(text)
        if not new.any():
            break
        text, told = told, _with(told, new, _once(told.filter(new)))
    return told


def _once(text: pl.Series) -> pl.Series:
    nul = text.str.contains("\0", literal=True)
    if nul.any():
        text = text.str.replace_all("\0", "\\x00", literal=True)
    near = text.str.contains(NEEDS[0]) | text.str.contains(NEEDS[1]) | text.str.contains(NEEDS[2])
    near = near.fill_null(False)
    return _where(_where(text, ~near, ADDRESSES.apply), near, _all_rules)


def _all_rules(text: pl.Series) -> pl.Series:
    for rule in RULES:
        text = rule.apply(text)
    return text


def _where(text: pl.Series, where: pl.Series, mask: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Mask some of the texts; null is none of them."""
    where = where.fill_null(False)
    if not where.any():
        return text
    return mask(text) if where.all() else _with(text, where, mask(text.filter(where)))


def _with(text: pl.Series, where: pl.Series, new: pl.Series) -> pl.Series:
    """Put new texts where they belong."""
    return text.clone().scatter(where.arg_true(), new)
