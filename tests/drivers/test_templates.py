"""Templates of files, chunk by chunk: nothing is lost, and every line has the template of its event."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from oddline.core.errors import IOFailure, NoInput, UsageError
from oddline.core.telemetry import Telemetry
from oddline.drivers import _spill
from oddline.drivers._chunks import record_chunks
from oddline.drivers._compare import compared
from oddline.drivers.templates import Mining, mine
from oddline.formats import _stretches
from oddline.formats.plain import Plain
from oddline.sources._open import open_sources
from oddline.templates._memory import Memory
from oddline.templates.drain import Drain
from tests.templates.test_incremental import prose

SHOP = Path(__file__).parents[2] / "examples" / "shop"


@pytest.fixture
def written(tmp_path: Path):
    def written(lines: list[str], name: str = "a.log") -> str:
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines))
        return str(path)

    return written


def told(*paths: str) -> tuple[list[tuple[object, ...]], pl.DataFrame]:
    with mine(Mining(paths=paths)) as mined:
        return mined.listing.table.drop("source").rows(), pl.concat(mined.rows())


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut every part into chunks of 4 KiB rather than 16 MiB, but for its first MiB, which tells the encoding."""
    monkeypatch.setattr(_stretches, "REACH", 4096)
    monkeypatch.setitem(record_chunks.__kwdefaults__, "chunk_bytes", 4096)


FILLER = ["filler " + "x" * 1017] * 1024
"""Lines of a MiB, which come as one chunk."""


def chunks_of(path: str) -> int:
    return sum(1 for _ in record_chunks(open_sources([path])[0], Plain()))


def test_counts_add_up_and_each_line_has_a_template() -> None:
    with mine(Mining(paths=(str(SHOP),))) as mined:
        listing, rows = mined.listing, pl.concat(mined.rows())
    assert listing.table["n"].sum() == listing.events == sum(item.events for item in listing.inputs)
    assert listing.table["lines"].sum() == listing.lines == rows.height
    assert listing.lines > listing.events, "the shop has stack traces"
    assert listing.table["share"].sum() == pytest.approx(1)
    for item in listing.inputs:
        assert rows.filter(pl.col("source") == item.path)["line"].to_list() == list(range(1, item.lines + 1))
    by_place = rows.group_by("place").len().sort("place")
    assert by_place["len"].to_list() == listing.table["lines"].to_list()


def test_the_first_and_the_last_time_and_the_first_line_are_told(written) -> None:
    lines = [f"2026-01-0{day} 10:00:0{i} INFO job {i} done" for day in (1, 2) for i in range(5)]
    lines.insert(3, "2026-01-01 10:00:09 INFO disk full")
    with mine(Mining(paths=(written(lines),))) as mined:
        first, second = mined.listing.table.to_dicts()
    assert (first["text"], first["n"], first["line"], first["example"]) == ("job <NUM> done", 10, 1, "job 0 done")
    assert f"{first['first_seen']:%d %H:%M:%S}–{first['last_seen']:%d %H:%M:%S}" == "01 10:00:00–02 10:00:04"  # noqa: RUF001
    assert (second["text"], second["line"]) == ("disk full", 4)


def test_small_chunks_give_the_same(written, request: pytest.FixtureRequest) -> None:
    path = written((SHOP / "app.log").read_text().splitlines() * 5)
    whole = told(path)
    assert chunks_of(path) <= 2
    request.getfixturevalue("small_chunks")
    assert chunks_of(path) > 50
    cut = told(path)
    assert cut[0] == whole[0]
    assert cut[1].equals(whole[1])


def test_the_driver_says_what_the_miner_says(written) -> None:
    lines = [f"job {i} done in {i} ms" for i in range(500)] + ["disk full"] * 3 + prose(50)
    table, _ = told(written(lines))
    miner = Drain().fit(pl.DataFrame({"message": lines}))
    assert [(row[0], row[1], row[2]) for row in table] == miner.templates_.rows()


def test_what_was_forgotten_is_counted_all_the_same(
    written, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Memory.__init__, "__defaults__", (30_000,))
    lines = prose(3_000)
    lines[::10] = [f"job {i} done" for i in range(300)]
    path = written(lines)
    with mine(Mining(paths=(path,))) as mined:
        table, rows = mined.listing.table, pl.concat(mined.rows())
        covered = mined.listing.covered
    assert table["n"].sum() == rows.height == 3_000
    assert table.filter(text="job <NUM> done")["n"].to_list() == [300]
    assert 300 <= covered < 3_000
    places = table.with_row_index("place").filter(text="job <NUM> done")["place"]
    assert rows["place"].gather(range(0, 3_000, 10)).unique().to_list() == places.to_list()


def test_a_table_is_mined_too(written) -> None:
    rows = ["time,level,message", *(f"2026-01-01T00:00:{i:02},info,job {i} done" for i in range(60))]
    with mine(Mining(paths=(written(rows, "a.csv"),))) as mined:
        assert mined.listing.inputs[0].format == "csv"
        assert mined.listing.table["text"].to_list() == ["job <NUM> done"]


def test_two_logs_are_compared(written) -> None:
    before = [f"job {i} done" for i in range(100)] + ["disk full"] * 50 + ["old news"] * 5
    after = [f"job {i} done" for i in range(100)] + ["disk full"] * 5 + ["fresh news"] * 5
    with mine(Mining(paths=(written(before), written(after, "b.log")), apart=True)) as mined:
        found = {row["text"]: row for row in mined.compared().iter_rows(named=True)}
    assert {text: row["change"] for text, row in found.items()} == {
        "fresh news": "new",
        "old news": "gone",
        "disk full": "down",
        "job <NUM> done": "same",
    }
    assert (found["disk full"]["before"], found["disk full"]["after"]) == (50, 5)


def test_a_difference_that_chance_would_make_is_no_change() -> None:
    table = pl.DataFrame({"template_id": pl.Series([1, 2, 3], dtype=pl.UInt32), "text": ["a", "b", "c"]})
    found = compared(table, pl.Series([1, 1000, 1000]), pl.Series([3, 1000, 3000]))
    assert dict(found.select("text", "change").iter_rows()) == {"a": "same", "b": "down", "c": "same"}
    assert compared(table.head(0), pl.Series([]), pl.Series([])).height == 0


def test_the_surprise_is_the_tail_of_a_normal_distribution() -> None:
    """Two equal logs, one template: sqrt(2) standard deviations apart, more or less."""
    table = pl.DataFrame({"template_id": pl.Series([1, 2], dtype=pl.UInt32), "text": ["a", "b"]})
    found = compared(table, pl.Series([100, 10**6]), pl.Series([140, 10**6])).filter(text="a")
    # G-test by hand: 2 (100 ln (100/120) + 140 ln (140/120)) = 6.70 on one degree of freedom, p = .0097.
    assert found["surprise"][0] == pytest.approx(-np.log10(0.0097), abs=0.25)


def test_slots_are_summed_up(written) -> None:
    request = Mining(paths=(written([f"job {i} done in {i} ms" for i in range(101)]),))
    with mine(request) as mined:
        (summary,) = mined.slots(request).values()
    assert summary.select("slot", "median").rows()[0][1] == 50
    with mine(request) as mined, pytest.raises(UsageError, match="stdin"):
        mined.slots(Mining(paths=("-",)))


def test_a_miner_of_ones_own_that_needs_everything_at_once_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oddline.core.folder.load", lambda *_: dict)
    with pytest.raises(UsageError, match="as a whole only"), mine(Mining(paths=(str(SHOP),))):
        pass


def test_nothing_to_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoInput), mine(Mining(paths=(str(tmp_path / "none.log"),))):
        pass


def test_an_empty_log_has_no_templates(written) -> None:
    with mine(Mining(paths=(written([]),))) as mined:
        assert mined.listing.table.height == mined.listing.events == mined.listing.covered == 0
        assert pl.concat(mined.rows()).height == 0
        assert "empty: no events in it" in mined.listing.inputs[0].warnings


def test_a_full_temporary_folder_is_told(written, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_spill.pl.DataFrame, "write_ipc", full)
    with pytest.raises(IOFailure, match="TMPDIR"), mine(Mining(paths=(written(["x"]),))):
        pass


def test_a_side_may_hold_several_files(tmp_path: Path) -> None:
    for side, lines in {"before": ["a", "a", "b"], "after": ["a", "c", "c"]}.items():
        (tmp_path / side).mkdir()
        for number, line in enumerate(lines):
            (tmp_path / side / f"{number}.log").write_text(f"event {line}\n" * 9)
    with mine(Mining(paths=(str(tmp_path / "before"), str(tmp_path / "after")), apart=True)) as mined:
        found = {text: counts for text, *counts in mined.compared().select("text", "before", "after").iter_rows()}
    assert found == {"event a": [18, 9], "event b": [9, 0], "event c": [0, 18]}


def test_a_log_compared_with_itself_is_the_same(written) -> None:
    path = written(["disk full"] * 9 + ["job 1 done"])
    with mine(Mining(paths=(path, path), apart=True)) as mined:
        assert set(mined.compared().select("change", "before").iter_rows()) == {("same", 9), ("same", 1)}
    with mine(Mining(paths=(path, path))) as mined:
        assert mined.listing.events == 10, "named twice, read once"


def test_a_private_key_that_a_chunk_cuts_is_masked_whole(written, small_chunks: None) -> None:
    key = ["".join(chr(65 + (i * j) % 26) for j in range(64)) for i in range(1, 400)]
    lines = [*FILLER, "start", "-----BEGIN PRIVATE KEY-----", *key, "-----END PRIVATE KEY-----", "the end"]
    path = written(lines)
    assert chunks_of(path) > 3
    with mine(Mining(paths=(path,), mask_pii=True)) as mined:
        told = mined.listing.table.select("text", "n", "example").rows()
        assert mined.listing.events == len(lines)
    assert not any(line in str(told) for line in key)
    assert {text for text, _, _ in told} >= {"start", "the end"}


def test_masks_of_ones_own_may_be_what_cannot_be_split(written) -> None:
    request = Mining(paths=(written(["sent ab-x", "sent cd-y"]),), settings={"masks": {"ORDER": "[a-z]+-[a-z]"}})
    with mine(request) as mined, pytest.raises(UsageError, match="holds no words"):
        mined.check_rules([{"split": "sent <ORDER>", "slot": 1}])


def test_progress_goes_on_within_a_file(written, small_chunks: None) -> None:
    told: list[float] = []
    path = written(FILLER * 2)
    with mine(Mining(paths=(path,), telemetry=Telemetry(lambda stage, share: told.append(share)))):
        pass
    assert len({share for share in told if 0 < share < 1}) > 3
