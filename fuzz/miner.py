"""Any log under the miners: every event gets a template, and one text gets the same one however it comes."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator

import polars as pl

from fuzz._samples import PIECES, pick, samples
from fuzz.masks import messages
from oddline.core.schema import TEMPLATED, TEMPLATES
from oddline.core.schema import check as checked
from oddline.templates._masks import SLOT, first_line
from oddline.templates.base import Miner
from oddline.templates.drain import Drain
from oddline.templates.exact import Exact

MINERS: tuple[type[Miner], ...] = (Drain, Drain, Drain, Exact)


def seeds() -> Iterator[bytes]:
    """Give the samples of all formats, each several times with other numbers, and lines of pieces."""
    for text in samples().values():
        yield "\n".join(text.replace("1", str(number)) for number in range(3)).encode()
    yield b"\n".join(b"account " + piece.strip() + b" was locked for user anna" for piece in PIECES)
    yield b"\n".join(b"port %d by ssh2" % number for number in range(40))


def check(data: bytes) -> set[int]:
    """Learn from the lines, and hold every promise of the room against the result."""
    text = messages(data)
    records = pl.DataFrame({"message": pl.concat([text, pl.Series("message", [None], dtype=pl.String)])})
    make = MINERS[pick(data, "miner", len(MINERS))]
    miner = make()
    found = checked(miner.fit_transform(records), TEMPLATED, "templated")
    _templates_add_up(miner, found)
    _values_fit(found)
    order = list(range(records.height))
    random.Random(zlib.crc32(data)).shuffle(order)
    turned = make().fit(records[order])
    assert turned.templates_.equals(miner.templates_), "templates depend on the order of lines"
    assert turned.transform(records).equals(found), "transform after fit disagrees with fit_transform"
    half = make().fit(records.head(len(records) // 2))
    known = half.transform(records)["template_id"]
    assert known.head(len(records) // 2).min() != 0 or len(records) < 2, "a line of training counts as unseen"
    assert set(known) <= {0, *half.templates_["template_id"]}, "a template that is not listed"
    grown = make()
    for piece in (records.slice(len(records) // 2), records.head(len(records) // 2)):
        grown.partial_fit(piece)
    assert grown.templates_.equals(miner.templates_), "what is learnt in pieces is not what is learnt at once"
    one = zlib.crc32(data) % records.height
    alone = half.transform(records[one])["template_id"][0]
    assert alone == known[one], f"line {one} is of template {known[one]} in company and {alone} alone"
    joined = found.height - found["message"].n_unique()
    return {
        min(miner.templates_.height, 20),
        30 + min(joined.bit_length(), 10),
        *(50 for _ in [0] if known.min() == 0),
        *(60 + min(text.count("<"), 10) for text in miner.templates_["text"]),
    }


def _templates_add_up(miner: Miner, found: pl.DataFrame) -> None:
    table = checked(miner.templates_, TEMPLATES, "templates")
    assert table["template_id"].is_unique().all(), "two templates share an id"
    assert 0 not in table["template_id"], "a template has the id of none"
    counts = dict(found.group_by("template_id").len().iter_rows())
    told = {number: n for number, n in table.select("template_id", "n").iter_rows() if n}
    assert told == counts, f"the counts of the templates are {told}, not {counts}"


def _values_fit(found: pl.DataFrame) -> None:
    lines = first_line(found["message"])
    rows = zip(lines.to_list(), found["masked"].cast(pl.String).to_list(), found["params"].to_list(), strict=True)
    for line, masked, values in rows:
        assert masked.count(SLOT) == len(values), f"{masked.count(SLOT)} slots and {len(values)} values: {line!r}"
        put_back = "".join(a + b for a, b in zip(masked.split(SLOT), [*values, ""], strict=True))
        assert put_back == line, f"{line!r} came back as {put_back!r}"
