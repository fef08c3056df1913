"""What every miner of masked lines shares: it remembers them, learns from what it remembers, and places others."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import polars as pl

from oddline.templates._corrections import RULED, Rules
from oddline.templates._ids import fingerprints
from oddline.templates._lines import Codes, Lines, add
from oddline.templates._masks import VARIABLE, enrich, shape
from oddline.templates._match import hopeful, match
from oddline.templates._memory import Memory
from oddline.templates._slots import Slots
from oddline.templates.base import Miner

COMMON_WORD = 10
"""A first word of so many masked lines that fit no pattern makes a template of its own."""


class Learnt(NamedTuple):
    """The templates of what is remembered, numbered from 1: the patterns of their shapes, and their texts."""

    group: Codes
    """One entry a remembered masked line: the number of its template, 0 where it was not looked at."""
    patterns: list[tuple[list[str], list[int]]]
    """Of each template, the words and how each is compared."""
    texts: list[str]
    left: pl.Series
    """The shapes of the lines that were not looked at."""


class Observed(NamedTuple):
    """What became of some messages."""

    codes: Codes
    """One a message: the number of its masked line, which stays the same."""
    first_new: int
    """Codes from here on were not seen before."""
    forgotten: pl.DataFrame
    """``masked``, ``code``, ``n`` of masked lines that had to be forgotten."""


class Incremental(Miner):
    """A miner that goes on learning.

    Whatever it was given, in whatever pieces and order, its templates are a function of the masked lines that
    it remembers and of nothing else.

    Attributes
    ----------
    known_ : polars.DataFrame
        ``masked``, ``code``, ``n``, ``template_id``: what is remembered.
    patterns_ : polars.DataFrame
        ``template_id``, ``words``, ``modes``: what an unknown line is held against.
    rest_ : polars.DataFrame
        ``word``, ``template_id``: templates of prose, by first word; empty for almost every log.
    ruled_ : polars.DataFrame
        ``rule``, ``value``, ``template_id``: templates that a person asked for.
    looks_, guesses_ : polars.DataFrame
        What was seen in the slots.
    counts_ : dict
        ``lines`` seen, ``forgotten`` lines among them, and the next ``code``.
    """

    known_: pl.DataFrame
    patterns_: pl.DataFrame
    rest_: pl.DataFrame
    ruled_: pl.DataFrame
    looks_: pl.DataFrame
    guesses_: pl.DataFrame
    counts_: dict[str, int]

    masks: dict[str, str] | None
    rules: list[dict[str, Any]] | None

    @abstractmethod
    def _learn(self, known: pl.DataFrame, typed: Callable[[pl.DataFrame], pl.Series]) -> Learnt:
        """Find the templates of masked lines (``masked``, ``code``, ``n``), in the order of their texts.

        ``typed`` writes the types of slots into the masked lines that it is given.
        """

    def fit(self, records: pl.DataFrame, y: None = None) -> Self:
        """Learn the templates of Records (only ``message`` is read)."""
        self._fit(records)
        return self

    def fit_transform(self, records: pl.DataFrame, y: None = None) -> pl.DataFrame:
        """Do both with one masking pass."""
        return add(records, *self._fit(records))

    def partial_fit(self, records: pl.DataFrame, y: None = None) -> Self:
        """Learn from further Records: in the end as if all had come at once, in whatever order they come."""
        self.observe(records["message"])
        self.settle()
        return self

    def transform(self, records: pl.DataFrame) -> pl.DataFrame:
        """Add ``template_id``, ``masked`` and ``params``; 0 stands for a message of no known template."""
        self.require_fitted()
        lines = Lines(records["message"], self.variable)
        return add(records, lines, self.place(lines.distinct["masked"]))

    def observe(self, message: pl.Series, kind: pl.Series | None = None) -> Observed:
        """Remember messages without learning from them yet; ``kind`` as :class:`Lines` takes it."""
        return self._observe(Lines(message, self.variable, kind))

    def settle(self) -> None:
        """Learn from what is remembered."""
        memory, slots = self._memory, self._slots
        known = memory.known.sort("masked")
        texts = self._settle_rules(known)
        free = (self.known_["template_id"] == 0).to_numpy()
        learnt = self._learn(known.filter(free), slots.typed)
        ids = fingerprints(_keys(learnt, known.filter(free)), set(self.ruled_["template_id"]))
        self.patterns_ = pl.DataFrame(
            {
                "template_id": ids,
                "words": _lists([words for words, _ in learnt.patterns], pl.String),
                "modes": _lists([modes for _, modes in learnt.patterns], pl.UInt8),
            }
        )
        self.known_ = _with_ids(self.known_, free, np.concatenate([np.zeros(1, dtype=np.uint32), ids])[learnt.group])
        texts = pl.concat([texts, pl.DataFrame({"template_id": ids, "text": pl.Series(learnt.texts, dtype=pl.String)})])
        self.rest_ = pl.DataFrame(schema={"word": pl.String, "template_id": pl.UInt32})
        self.templates_ = pl.concat([texts, self._settle_rest(set(texts["template_id"]), learnt.left)]).unique(
            "template_id", keep="first"
        )
        self.looks_, self.guesses_ = slots.looks, slots.guesses
        forgotten = memory.lines - int(known["n"].sum())
        self.counts_ = {"lines": memory.lines, "forgotten": forgotten, "code": memory.next_code}
        self._count(self.known_["template_id"].to_numpy(), self.known_["n"].to_numpy())

    def place(self, masked: pl.Series) -> Codes:
        """Give the template of each distinct masked line: as known, by a rule, by pattern, or 0."""
        known = self.known_.select("masked", "template_id")
        found = masked.alias("masked").to_frame().join(known, on="masked", how="left", maintain_order="left")
        ids: Codes = found["template_id"].fill_null(0).to_numpy().copy()
        missing = np.flatnonzero(ids == 0)
        if len(missing) and self._rules:
            ids[missing], ruled = self._rules.place(masked.gather(missing), self.ruled_)
            missing = missing[~ruled]
        if len(missing):
            ids[missing] = self._matched(masked.gather(missing))
            missing = missing[ids[missing] == 0]
        if len(missing) and self.rest_.height:
            ids[missing] = self._by_word(masked.gather(missing))
        return ids

    @property
    def variable(self) -> str:
        """What the first mask replaces: what the masks of one's own say, then every sub-token with a digit."""
        return "|".join((*(self.masks or {}).values(), VARIABLE))

    @cached_property
    def _rules(self) -> Rules:
        return Rules(self.rules, self.variable)

    @cached_property
    def _memory(self) -> Memory:
        if "known_" in vars(self):
            return Memory.restored(self.known_, self.counts_["lines"], self.counts_["code"])
        return Memory()

    @cached_property
    def _slots(self) -> Slots:
        kinds = tuple((name, rf"^(?:{pattern})$") for name, pattern in (self.masks or {}).items())
        slots = Slots(self.variable, kinds)
        return slots.restored(self.looks_, self.guesses_) if "known_" in vars(self) else slots

    def _fit(self, records: pl.DataFrame) -> tuple[Lines, Codes]:
        for name in [name for name in vars(self) if name.endswith("_") or name in {"_memory", "_slots", "_rules"}]:
            delattr(self, name)
        lines = Lines(records["message"], self.variable)
        self._observe(lines)
        self.settle()
        ids = self.place(lines.distinct["masked"])
        # Forgotten lines are at hand here, and are counted where they belong.
        self._count(ids, lines.distinct["n"].to_numpy())
        return lines, ids

    def _observe(self, lines: Lines) -> Observed:
        first_new = self._memory.next_code
        codes = self._memory.observe(lines)
        self._slots.observe(lines, codes, first_new)
        return Observed(codes, first_new, self._memory.take_forgotten())

    def _settle_rules(self, known: pl.DataFrame) -> pl.DataFrame:
        """Give lines that a person spoke of their templates, and the ids and texts of these."""
        self.ruled_, texts = pl.DataFrame(schema=RULED), list[str]()
        found = np.zeros(known.height, dtype=np.uint32)
        if self._rules:
            self.ruled_, texts = self._rules.templates(self._rules.assign(known["masked"]), set())
            found, _ = self._rules.place(known["masked"], self.ruled_)
        self.known_ = known.with_columns(template_id=found)
        return self.ruled_.select("template_id", text=pl.Series(texts, dtype=pl.String))

    def _settle_rest(self, taken: set[int], shapes: pl.Series) -> pl.DataFrame:
        """Give lines that fit no pattern a template by their first word, and the others one for all."""
        missing = (self.known_["template_id"] == 0).to_numpy()
        left = self.known_.filter(missing)
        if left.height:
            self.known_ = _with_ids(self.known_, missing, self._fitting(shapes))
            left = self.known_.filter(template_id=0)
        if left.height or self._memory.known.height < self._memory.next_code:
            words = left.select(word=_first_word(pl.col("masked"))).group_by("word").agg(pl.len())
            common = words.filter(pl.col("len") >= COMMON_WORD, pl.col("word") != "").select("word").sort("word")
            words = pl.concat([common, pl.DataFrame({"word": [""]})])
            own = fingerprints([f"rest\0{word}" for word in words["word"]], taken)
            self.rest_ = words.with_columns(template_id=own)
            missing = (self.known_["template_id"] == 0).to_numpy()
            self.known_ = _with_ids(self.known_, missing, self._by_word(left["masked"]))
        return self.rest_.select("template_id", text=pl.concat_str("word", pl.lit(" <*>")).str.strip_chars())

    def _count(self, ids: Codes, n: Any) -> None:
        """Count the lines of each template, and put the commonest first."""
        counts = pl.DataFrame({"template_id": ids, "n": n}).group_by("template_id").agg(pl.col("n").sum())
        table = self.templates_.select("template_id", "text").join(counts, on="template_id", how="left")
        lost = self.counts_["lines"] - int(counts["n"].sum())
        if lost:
            # Lines that were forgotten count as what fits nothing; only a log without end of shapes has any.
            rest = pl.col("template_id") == int(self.rest_.filter(word="")["template_id"][0])
            table = table.with_columns(n=pl.when(rest).then(pl.col("n").fill_null(0) + lost).otherwise("n"))
        table = table.with_columns(pl.col("n").fill_null(0).cast(pl.UInt64))
        self.templates_ = table.sort("n", "text", "template_id", descending=[True, False, False])

    def _matched(self, masked: pl.Series) -> Codes:
        """Hold masked lines against the patterns."""
        return self._fitting(shape(enrich(masked)))

    def _fitting(self, shapes: pl.Series) -> Codes:
        """Give the template that each shape fits, or 0."""
        ids = np.zeros(shapes.len(), dtype=np.uint32)
        rows = hopeful(shapes, self.patterns_)
        some = shapes.gather(rows)
        each = some.unique(maintain_order=True)
        placed = pl.DataFrame({"shape": each, "id": match(each, self.patterns_)})
        frame = some.alias("shape").to_frame().join(placed, on="shape", how="left", maintain_order="left")
        ids[rows.to_numpy()] = frame["id"].to_numpy()
        return ids

    def _by_word(self, masked: pl.Series) -> Codes:
        if self.rest_.height == 1:
            return np.full(masked.len(), self.rest_["template_id"][0], dtype=np.uint32)
        frame = masked.alias("masked").to_frame().select(word=_first_word(pl.col("masked")))
        frame = frame.join(self.rest_, on="word", how="left", maintain_order="left")
        return frame["template_id"].fill_null(self.rest_.filter(word="")["template_id"][0]).to_numpy()


def _keys(learnt: Learnt, known: pl.DataFrame) -> list[str]:
    """Give each template a key that depends on its lines alone.

    It is the pattern, mostly. Words kept apart from the common ones of a column may have the pattern of these; then the
    template with more lines has it to itself, and the others are known by the first of their lines as well.
    """
    keys = ["\0".join((*words, *map(str, modes))) for words, modes in learnt.patterns]
    if len(set(keys)) == len(keys):
        return keys
    table = known.select("masked", "n", group=pl.Series(learnt.group)).filter(pl.col("group") > 0)
    table = table.group_by("group").agg(pl.col("masked").min(), pl.col("n").sum()).sort("group")
    order = table.sort("n", "masked", descending=[True, False])
    taken: set[str] = set()
    for group, masked in order.select("group", "masked").iter_rows():
        if keys[group - 1] in taken:
            keys[group - 1] += f"\0{masked}"
        taken.add(keys[group - 1])
    return keys


def _lists(rows: list[list[Any]], inner: type[pl.DataType]) -> pl.Series:
    """Make a column of lists out of one run of values: Polars makes a Series of each list that it is given."""
    owner = np.repeat(np.arange(len(rows), dtype=np.uint32), [len(row) for row in rows])
    values = pl.Series([value for row in rows for value in row], dtype=inner)
    lists = pl.DataFrame({"row": owner, "list": values}).group_by("row", maintain_order=True).agg("list")
    every = pl.DataFrame({"row": np.arange(len(rows), dtype=np.uint32)})
    found = every.join(lists, on="row", how="left", maintain_order="left")["list"]
    return found.fill_null(pl.Series([[]], dtype=pl.List(inner)).first())


def _with_ids(known: pl.DataFrame, where: Any, found: Codes) -> pl.DataFrame:
    ids = known["template_id"].to_numpy().copy()
    ids[where] = found
    return known.with_columns(template_id=ids)


def _first_word(masked: pl.Expr) -> pl.Expr:
    """The word that a line begins with, or nothing if that is a variable."""
    return masked.str.extract(r"^\s*([^\s<>]+)(?:\s|$)", 1).fill_null("")
