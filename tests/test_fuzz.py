"""The targets of `make fuzz` run, and each of them notices what it is there to notice."""

from __future__ import annotations

import random
from importlib import import_module

import polars as pl
import pytest
from fuzz import formats as line_formats
from fuzz import masks, miner, sources, tables
from fuzz.__main__ import TARGETS
from fuzz._mutate import mutate

from oddline.core.errors import IOFailure
from oddline.formats._pattern import PatternFormat
from oddline.formats._table import DelimitedTable
from oddline.templates import _lines
from oddline.templates.drain import Drain

LOG = "\n".join(
    f"Jun 14 15:16:{second:02d} host sshd[{second}]: port {second} is open" for second in range(10)
).encode()


def raw(data: bytes, most: int) -> bytes:
    return data[::-1]


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_pass_and_show_more_than_one_thing(target):
    module = import_module(f"fuzz.{target}")
    shown = [module.check(seed) for seed in list(module.seeds())[::6]]
    assert len({frozenset(facts) for facts in shown}) > 1
    assert all(0 <= fact < 512 for facts in shown for fact in facts)


@pytest.mark.parametrize("target", TARGETS)
def test_changed_seeds_pass(target):
    module = import_module(f"fuzz.{target}")
    chance = random.Random(0)
    seeds = list(module.seeds())
    for number in range(10):
        module.check(mutate(chance.choice(seeds), 4096, number, raw))


def test_a_change_is_the_same_for_the_same_seed_and_keeps_to_the_size():
    made = [mutate(LOG, 300, seed, raw) for seed in range(200)]
    assert made == [mutate(LOG, 300, seed, raw) for seed in range(200)]
    assert len(set(made)) > 100
    assert max(map(len, made)) == 300


def test_a_mask_that_loses_a_value_is_noticed(monkeypatch):
    monkeypatch.setattr(masks, "parameters", lambda text, *_: _lines.parameters(text).list.head(2))
    with pytest.raises(AssertionError, match="slots and 2 values"):
        masks.check(LOG)
    parameters = _lines.parameters
    monkeypatch.setattr(_lines, "parameters", lambda text, *rest: parameters(text, *rest).list.head(2))
    with pytest.raises(AssertionError, match="slots and 2 values"):
        miner.check(b"1" + LOG)


def test_a_miner_that_depends_on_the_order_is_noticed(monkeypatch):
    monkeypatch.setattr(miner, "MINERS", (Drain,))
    fit = Drain._fit
    monkeypatch.setattr(Drain, "_fit", lambda self, records: _in_order(self, fit(self, records), records))
    with pytest.raises(AssertionError, match="order of lines"):
        miner.check(LOG)


def _in_order(fitted, found, records):
    in_order = "".join(records["message"].fill_null(""))
    fitted.templates_ = fitted.templates_.with_columns(text=pl.lit(in_order))
    return found


def test_a_format_that_loses_a_line_is_noticed(monkeypatch):
    parse = PatternFormat.parse
    monkeypatch.setattr(PatternFormat, "parse", lambda self, lines, modified=None: parse(self, lines.head(3), modified))
    seed = next(seed for seed in line_formats.seeds() if b"Jun 14" in seed)
    with pytest.raises(AssertionError, match=r"3 of \d+ lines left"):
        line_formats.check(seed)


def test_a_table_that_fails_without_words_is_noticed(monkeypatch):
    monkeypatch.setattr(DelimitedTable, "_delimiter", lambda self, data: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        tables.check(b"a,b\n1,2\n")


def test_a_source_that_reads_on_where_it_is_cut_is_noticed(monkeypatch):
    monkeypatch.setattr(sources, "split", lambda data: pl.Series(["".join(data.decode().split("\n"))]))
    with pytest.raises(AssertionError, match="two ways to cut differ"):
        sources.check(LOG)


def test_a_refusal_in_words_is_no_crash(monkeypatch):
    def refuse(blob, job):
        raise IOFailure("the pipe broke")

    monkeypatch.setattr(sources, "parts_of", refuse)
    assert 41 in sources.check(LOG)
