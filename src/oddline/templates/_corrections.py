"""What people say about templates: keep this one, join those, tell these apart.

A rule names templates by their texts, so that it can be read, versioned and used on other logs. It goes before
everything that is found by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from oddline.core.errors import ConfigError
from oddline.templates._ids import fingerprints
from oddline.templates._lines import Codes
from oddline.templates._masks import SLOT, VARIABLE, collapse
from oddline.templates._slot_pattern import pattern, pieces

RULED: dict[str, Any] = {"rule": pl.Int32, "value": pl.String, "template_id": pl.UInt32}

_FORMS = "{pin = TEXT}, {merge = [TEXT, TEXT, ...], text = TEXT} or {split = TEXT, slot = NUMBER}; each may have an id"


@dataclass(frozen=True)
class Rule:
    """One thing that was said: lines that read like one of ``texts`` are of the template ``text``.

    ``slot`` counts from 1: then each word that stands there makes a template of its own. ``id`` is the id that the
    template keeps; without one it gets a fingerprint of the rule.
    """

    texts: tuple[str, ...]
    text: str
    slot: int = 0
    id: int = 0

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Rule:
        """Read a rule as it stands in a file.

        Raises
        ------
        ConfigError
            If it is none.

        Examples
        --------
        >>> Rule.read({"split": "VM <*> by host", "slot": 1})
        Rule(texts=('VM <*> by host',), text='VM <*> by host', slot=1, id=0)
        """
        verbs = [verb for verb in ("pin", "merge", "split") if verb in told]
        verb = verbs[0] if len(verbs) == 1 else ""
        texts: Any = told[verb] if verb == "merge" else [told.get(verb)]
        slot, number = told.get("slot", 0), told.get("id", 0)
        sound = (
            isinstance(texts, list)
            and all(isinstance(text, str) and text.strip() for text in texts)
            and isinstance(told.get("text", ""), str)
            and (type(number) is int and 0 <= number < 1 << 32)
            and len(texts) >= (2 if verb == "merge" else 1)
            and set(told)
            <= {"id", *{"pin": ["pin"], "merge": ["merge", "text"], "split": ["split", "slot"]}.get(verb, ())}
        )
        if not sound:
            raise ConfigError(f"no rule about templates: {dict(told)}", expected=_FORMS)
        slots = len(pieces(texts[0])[1])
        if verb == "split" and not (type(slot) is int and 1 <= slot <= slots):
            raise ConfigError(
                f"no slot {slot} in {texts[0]!r}",
                expected=f"a number from 1 to {slots}" if slots else "a text with a slot, such as <*>",
            )
        return cls(tuple(texts), told.get("text") or texts[0], slot, number)

    def patterns(self, variable: str) -> list[str]:
        """Give the patterns of the masked lines that this rule is about."""
        masked = pl.DataFrame({"text": self.texts}).select(collapse(pl.col("text"), variable)).to_series()
        return [pattern(text) for text in masked]

    def named(self, value: str) -> str:
        """Give the text of the template for the word in the slot."""
        if not self.slot:
            return self.text
        around, slots = pieces(self.text)
        fills = [f"<{slot}>" for slot in slots]
        fills[self.slot - 1] = value
        return "".join(a + b for a, b in zip(around, [*fills, ""], strict=True))


class Rules:
    """All rules, in their order: the first one that a line reads like counts."""

    def __init__(self, told: Sequence[Mapping[str, Any]] | None = None, variable: str = VARIABLE) -> None:
        self.rules = [Rule.read(each) for each in told or ()]
        self._patterns = [rule.patterns(variable) for rule in self.rules]

    def __bool__(self) -> bool:
        return bool(self.rules)

    def assign(self, masked: pl.Series) -> pl.DataFrame:
        """Give each masked line the ``rule`` that is about it, or -1, and the ``value`` that stands in its slot.

        Examples
        --------
        >>> rules = Rules([{"pin": "job <NUM> done"}, {"split": "VM <*>", "slot": 1}])
        >>> rules.assign(pl.Series(["VM Started", "job <*> done", "disk full"])).rows()
        [(1, 'Started'), (0, ''), (-1, '')]
        """
        line = pl.col("line")
        number, value = pl.lit(-1, pl.Int32), pl.lit("")
        for place, (rule, patterns) in reversed(list(enumerate(zip(self.rules, self._patterns, strict=True)))):
            about = pl.any_horizontal(line.str.contains(each) for each in patterns)
            number = pl.when(about).then(pl.lit(place, pl.Int32)).otherwise(number)
            if rule.slot:
                word = line.str.extract(patterns[0], rule.slot).fill_null("")
                value = pl.when(about).then(word).otherwise(value)
            else:
                value = pl.when(about).then(pl.lit("")).otherwise(value)
        return masked.alias("line").to_frame().select(rule=number, value=value)

    def templates(self, assigned: pl.DataFrame, taken: set[int]) -> tuple[pl.DataFrame, list[str]]:
        """Give an id and a text to each rule, and word in its slot, that is about a line at all."""
        about = assigned.filter(pl.col("rule") >= 0).unique().sort("rule", "value")
        pairs = [(self.rules[number], value) for number, value in about.select("rule", "value").iter_rows()]
        keys = ["\0".join(("rule", *rule.texts, str(rule.slot), value)) for rule, value in pairs]
        own = fingerprints(keys, taken | {rule.id for rule, _ in pairs})
        ids = [
            rule.id if rule.id and not rule.slot else int(number) for (rule, _), number in zip(pairs, own, strict=True)
        ]
        ruled = about.with_columns(template_id=pl.Series(ids, dtype=pl.UInt32))
        return ruled, [rule.named(value) for rule, value in pairs]

    def place(self, masked: pl.Series, ruled: pl.DataFrame) -> tuple[Codes, np.ndarray]:
        """Give the template of each masked line that a rule is about (0: a new word), and tell which these are."""
        assigned = self.assign(masked)
        found = assigned.join(ruled, on=["rule", "value"], how="left", maintain_order="left")
        return found["template_id"].fill_null(0).to_numpy(), (assigned["rule"] >= 0).to_numpy()


def splittable(text: str, slot: int, masked: pl.Series, variable: str = VARIABLE) -> bool:
    """Tell whether words stand in a slot: numbers are masked, and cannot be told apart again."""
    rule = Rule.read({"split": text, "slot": slot})
    words = masked.str.extract(rule.patterns(variable)[0], slot).drop_nulls()
    return bool((words.str.contains(SLOT, literal=True).not_() & (words != "")).any())
