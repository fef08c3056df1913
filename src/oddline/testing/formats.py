"""The contract of a format; the subject is a built format, as half of them are data and not classes."""

from __future__ import annotations

from typing import Any

import polars as pl

from oddline.core.alike import ALIKE, KIND
from oddline.core.schema import LINES, RECORDS, check
from oddline.formats._stretches import read_stretches, stretches
from oddline.formats._turns import Clocks
from oddline.formats.base import Format, LineFormat, TableFormat

RUBBISH = [
    "",
    " ",
    "\\x00\\xff",
    "\x1b[31mred",
    '{"a": [1, {"b": ',
    "2024-13-45T99:99:99Z boo",
    "<9999>not a priority",
    "日本語のログ ١٢٣",
    "x" * 5_000,
    "[" * 2_000,
    "Traceback (most recent call last):",
    "\tat a.b.C(D.java:1)",
]


def _lines(texts: list[str]) -> pl.DataFrame:
    """Lay texts out as a source gives them."""
    sizes = [len(text.encode()) + 1 for text in texts]
    return pl.DataFrame(
        {
            "source": ["made.log"] * len(texts),
            "line": range(1, len(texts) + 1),
            "offset": [sum(sizes[:number]) for number in range(len(texts))],
            "raw": texts,
        }
    ).cast(LINES)  # type: ignore[arg-type]


def _samples(form: Format) -> list[dict[str, Any]]:
    return list(getattr(form, "samples", []))


def _parsed(form: Format, texts: list[str]) -> pl.DataFrame:
    if isinstance(form, TableFormat):
        return check(form.parse_table("\n".join(texts).encode(), "made.log"), RECORDS, "records")
    assert isinstance(form, LineFormat), f"{form!r} reads neither lines nor bytes"
    return check(form.parse(_lines(texts)), RECORDS, "records")


def check_says_what_it_is(form: Format) -> None:
    """It has a name and a summary."""
    assert form.name, "no name"
    assert len(form.summary) > 5, f"the summary is {form.summary!r}"


def check_samples_become_what_they_say(form: Format) -> None:
    """Each sample line parses to exactly what stands beside it."""
    for sample in _samples(form):
        found = _parsed(form, sample["line"].split("\n")).row(0, named=True)
        for column, wanted in sample.items():
            if column != "line":
                assert found[column] == wanted, f"{sample['line']!r}: {column} is {found[column]!r}, not {wanted!r}"


def check_recognises_its_samples(form: Format) -> None:
    """It claims its own samples, line by line."""
    heads = [sample["line"].split("\n")[0] for sample in _samples(form)]
    if heads:
        share = form.recognise(pl.Series(heads, dtype=pl.String))
        assert share >= 0.99, f"recognises {share:.2f} of its own samples"


def check_recognises_with_a_share(form: Format) -> None:
    """Whatever it is shown, the answer is a share between 0 and 1."""
    for texts in (RUBBISH, [], ["a,b,c", "1,2,3"], ["", ""]):
        share = form.recognise(pl.Series(texts, dtype=pl.String))
        assert 0.0 <= share <= 1.0, f"recognises {share} of {texts[:2]}"


def check_rubbish_is_kept(form: Format) -> None:
    """Lines of any other kind never raise, and none is lost."""
    if isinstance(form, LineFormat):
        records = _parsed(form, RUBBISH)
        assert records["lines"].sum() == len(RUBBISH), f"{records['lines'].sum()} of {len(RUBBISH)} lines left"
        kept = "\n".join(records["raw"])
        for text in RUBBISH:
            assert text in kept, f"lost {text[:40]!r}"


def check_stands_no_lines(form: Format) -> None:
    """No lines, no events, and the same columns."""
    if isinstance(form, LineFormat):
        assert _parsed(form, []).height == 0


def check_ids_tell_events_apart(form: Format) -> None:
    """Every event has an id of its own, the same on each reading."""
    texts = [sample["line"] for sample in _samples(form)] or RUBBISH
    if isinstance(form, LineFormat):
        whole = "\n".join(texts).split("\n") * 3
        first, second = _parsed(form, whole)["id"], _parsed(form, whole)["id"]
        assert first.is_unique().all(), "two events share an id"
        assert first.equals(second), "a second reading gives other ids"


def check_any_cut_gives_the_same_events(form: Format) -> None:
    """Lines read piece by piece are the events of all lines at once, wherever the pieces end."""
    if not isinstance(form, LineFormat):
        return
    once = [line for sample in _samples(form) for line in sample["line"].split("\n")]
    once += [text for text in RUBBISH if len(text) < 100] + ["one more", "\tat a.b.C(D.java:2)"]
    lines = _lines(once * 8)
    reach = int(lines["offset"][-1]) // 4
    forced = any(stretch.forced for stretch in stretches([lines], form.prepare(lines), reach=reach))
    whole = _in_pieces(form, lines, lines.height, reach) if forced else form.prepare(lines).parse(lines)
    for size in (1, 3, len(once)):
        found = _in_pieces(form, lines, size, reach)
        assert found["line"].equals(whole["line"]), (
            f"{found.height} events in pieces of {size} lines, {whole.height} at once"
        )
        wrong = [name for name in whole.columns if name not in found.columns or not found[name].equals(whole[name])]
        assert not wrong, f"in pieces of {size} lines, {', '.join(wrong)} are not what they are at once"


def check_kinds_change_nothing(form: Format) -> None:
    """Told which lines differ in their digits only, it gives the same events, and of one kind only such as do."""
    if not isinstance(form, LineFormat) or not form.keeps_lines:
        return
    plain = ["job 1 done", "job 2 done", "12:01:02 up", "12:61:02 up", "1700000000.5 up", "0700000000.5 up"]
    for texts in (plain, [*plain, *RUBBISH]):
        lines = _lines(texts)
        found = form.parse(lines.with_columns(pl.col("raw").str.replace_all("[0-9]", "0").alias(ALIKE)))
        assert found.drop(KIND, strict=False).equals(form.parse(lines)), "kinds of lines change what is read"
        if KIND in found.columns:
            alike = found.select(KIND, text=pl.col("message").str.replace_all("[0-9]", "0"))
            assert alike.n_unique() == alike[KIND].n_unique(), "messages of one kind differ in more than digits"


def _in_pieces(form: LineFormat, lines: pl.DataFrame, size: int, reach: int) -> pl.DataFrame:
    prepared = form.prepare(lines)
    told = stretches(lines.iter_slices(size), prepared, reach=reach)
    return pl.concat(read_stretches(told, prepared, None, Clocks()), how="diagonal_relaxed")
