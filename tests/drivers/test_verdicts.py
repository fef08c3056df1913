"""Verdicts on tables: those of ``detect``, by the short road where the table is plain."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import pytest

import oddline
from oddline.core.errors import BadData, UsageError
from oddline.drivers import verdicts as driver
from oddline.drivers._category import Unusual
from oddline.drivers._cells import PAD, Cells
from oddline.drivers._kept import Kept
from oddline.drivers._rapid import Rapid
from oddline.drivers._read import Tables
from oddline.drivers.verdicts import VERDICTS, verdicts

SERVICES = ("http", "smtp", "ftp", "ssh")


def text(rows: int, seed: int = 0, *, header: bool = True) -> str:
    """Make a table of network records: sizes, shares, words."""
    random = np.random.default_rng(seed)
    lines = ["ms,bytes,share,proto,flag"] if header else []
    for _ in range(rows):
        size = int(random.lognormal(6, 1))
        proto = SERVICES[min(int(random.exponential(0.8)), 3)]
        lines.append(f"{random.integers(0, 9)},{size},{random.random():.2f},{proto},{'SF' if size % 7 else 'REJ'}")
    return "\n".join(lines) + "\n"


def model(detector: str, data: str, tmp_path: Path, **settings: object) -> oddline.library.Model:
    path = tmp_path / "train.csv"
    path.write_text(data)
    return oddline.pipeline("rows", detector=detector, **settings).fit(oddline.read(path))


def by_the_ordinary_road(fitted: oddline.library.Model, path: Path, **options: object) -> pl.DataFrame:
    return fitted.detect(oddline.read(path, **options)).scored


def same(told: pl.DataFrame, scored: pl.DataFrame) -> None:
    assert told.schema == pl.Schema(VERDICTS)
    assert told["line"].to_list() == scored["line"].to_list()
    assert told["anomaly"].to_list() == scored["anomaly"].to_list()
    for name in ("surprise", "score", "confidence"):
        np.testing.assert_allclose(told[name], scored[name], rtol=1e-6, atol=1e-6)


@pytest.fixture
def no_ordinary_road(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the ordinary road was taken")

    monkeypatch.setattr(driver, "read_records", refuse)


@pytest.mark.parametrize("detector", ["mahalanobis", "kmeans_ensemble", "odd_rows", "isolation_forest"])
def test_the_short_road_tells_what_detect_tells(detector: str, tmp_path: Path, no_ordinary_road: None) -> None:
    fitted = model(detector, text(900), tmp_path)
    path = tmp_path / "new.csv"
    # A value that training did not have, sizes beyond all, negative ones, and the rows of training themselves.
    path.write_text(text(900) + "3,99999999,0.50,gopher,SF\n-4,-100000,0.10,http,REJ\n2,7,0.33,smtp,NEW\n")
    told = verdicts(fitted, path)
    same(told, by_the_ordinary_road(fitted, path))
    assert told["anomaly"].any()


@pytest.fixture
def by_words_alone(monkeypatch: pytest.MonkeyPatch, no_ordinary_road: None) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("Polars was asked to read")

    monkeypatch.setattr(Rapid, "read", refuse)


@pytest.mark.parametrize("detector", ["mahalanobis", "kmeans_ensemble", "isolation_forest"])
@pytest.mark.parametrize("header", [True, False])
def test_plain_cells_are_read_by_words(detector: str, header: bool, tmp_path: Path, by_words_alone: None) -> None:
    fitted = model(detector, text(900), tmp_path)
    path = tmp_path / "new.csv"
    odd = "3,9999999999,0.50,gopher,SF\n99,7,9.99,a_longer_word,REJ\n4,70000,0.00,longest_of_16_by,Ä\n"
    path.write_text(text(900, header=header) + odd + "2,7,0.33,smtp,NEW")  # no end of the last line
    tables = Tables() if header else Tables(header=False, columns=("ms", "bytes", "share", "proto", "flag"))
    told = verdicts(fitted, path, tables=tables)
    same(told, by_the_ordinary_road(fitted, path, tables=tables))
    assert told["anomaly"].any()


def test_stretches_of_all_kinds_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_ordinary_road: None
) -> None:
    fitted = model("mahalanobis", text(400), tmp_path)
    path = tmp_path / "new.csv"
    odd = "-5,20,0.5,http,SF\n1,20,1e-3,http,SF\n1,20,0.5,a_word_of_seventeen,SF\n"
    path.write_text(text(600, seed=8) + odd + text(600, seed=9, header=False))
    monkeypatch.setattr(driver, "HEAD", 4000)
    monkeypatch.setattr(driver, "STRETCH", 2000)
    taken = []
    read = Rapid.read
    monkeypatch.setattr(Rapid, "read", lambda *given, **told: taken.append(1) or read(*given, **told))
    same(verdicts(fitted, path), by_the_ordinary_road(fitted, path))
    assert 1 <= len(taken) <= 2


STRANGE = (
    *(
        "",
        "-",
        "+5",
        ".",
        "1.",
        ".5",
        "1e3",
        "007",
        " 1",
        "1 ",
        "nan",
        "-0",
        "-7",
        "1.5",
        "9" * 17,
        "é",
        "1\r",
        "1\x00",
    ),
    *("a" * 16, "a" * 17, "é" * 8, "é" * 9, "#x", "true", "12", "x\x00", "NA", "x\x1fy", "1,2"),
)


@pytest.mark.parametrize("seed", range(4))
def test_strange_cells_are_refused_or_read_as_polars_reads_them(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    fitted = model("mahalanobis", text(400), tmp_path)
    names = ["ms", "bytes", "share", "proto", "flag"]
    read = 0
    for share in [0.0, 0.02, 0.1] * 60:
        lines = []
        for _ in range(random.randrange(1, 9)):
            numbers = [str(random.randrange(10 ** random.randrange(1, 17))) for _ in "12"]
            cells = [*numbers, f"{random.random() * 9:.2f}", random.choice(SERVICES), random.choice(("SF", "b" * 12))]
            lines.append(",".join(random.choice(STRANGE) if random.random() < share else cell for cell in cells))
        data = "".join(f"{line}\n" for line in lines).encode()
        try:
            told = driver._by_cells(Rapid(fitted), bytes(PAD) + data, PAD + len(data), names, ",", 0)
        except Unusual:
            continue  # the ordinary road tells what these say
        if told is not None:
            np.testing.assert_allclose(told, driver._by_frame(Rapid(fitted), data, names, ",", 0), rtol=1e-9)
            read += 1
    assert 60 <= read < 180


def test_words_alike_are_told_apart_however_late_they_come(tmp_path: Path) -> None:
    category = Rapid(model("mahalanobis", text(400), tmp_path)).categories[0][0]
    many = [f"{n:03}_of_suffix" for n in range(400)]
    for words in (["http"], *([word] for word in many), ["http", *many]):
        data = bytes(PAD) + "".join(f"{word}\n" for word in words).encode()
        codes = category.codes_of(Cells(data, PAD, len(data), ord(","), 1, Kept()), 0)
        assert [category.values_met()[code] for code in codes] == words


def test_numbers_that_grow_along_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_words_alone: None
) -> None:
    fitted = model("mahalanobis", text(400), tmp_path)
    path = tmp_path / "new.csv"
    rows = [f"{n},{2**n},{n / 7:.2f},http,SF" for n in range(14) for _ in range(40)]
    path.write_text("\n".join(["ms,bytes,share,proto,flag", *rows]) + "\n")
    monkeypatch.setattr(driver, "HEAD", 500)
    monkeypatch.setattr(driver, "STRETCH", 500)
    same(verdicts(fitted, path, workers=1), by_the_ordinary_road(fitted, path))


def test_many_words_and_many_combinations(tmp_path: Path, no_ordinary_road: None) -> None:
    random = np.random.default_rng(0)
    small = random.integers(0, 16, size=(6_000, 5))
    lines = [f"u{random.integers(0, 700)},{','.join(map(str, row))}" for row in small.tolist()]
    data = "\n".join(["user,a,b,c,d,e", *lines]) + "\n"
    fitted = model("kmeans_ensemble", data, tmp_path)
    same(verdicts(fitted, tmp_path / "train.csv"), by_the_ordinary_road(fitted, tmp_path / "train.csv"))


@pytest.mark.parametrize("scale", ["quantile", "minmax", "none"])
def test_other_scales_of_columns(scale: str, tmp_path: Path, no_ordinary_road: None) -> None:
    from oddline.features.columns import Columns

    fitted = model(
        "mahalanobis", text(400), tmp_path, feature=Columns(scale=scale, category="onehot", log=scale != "none")
    )
    path = tmp_path / "new.csv"
    path.write_text(text(300, seed=2))
    same(verdicts(fitted, path), by_the_ordinary_road(fitted, path))


def test_any_cut_into_stretches_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = model("mahalanobis", text(400), tmp_path)
    path = tmp_path / "new.csv"
    path.write_text(text(3000, seed=3).removesuffix("\n"))
    whole = verdicts(fitted, path)
    monkeypatch.setattr(driver, "STRETCH", 1000)
    monkeypatch.setattr(driver, "TAIL", 7)
    cut = verdicts(fitted, path, workers=3)
    assert cut.height == 3000
    np.testing.assert_allclose(cut["surprise"], whole["surprise"], rtol=1e-9)


def test_missing_cells_are_told_as_detect_tells_them(tmp_path: Path, no_ordinary_road: None) -> None:
    for data in (text(400), text(400) + "1,,0.50,http,SF\n2,44,0.20,,SF\n"):
        fitted = model("mahalanobis", data, tmp_path)
        path = tmp_path / "new.csv"
        path.write_text(text(100, seed=4) + ",33,0.10,ssh,SF\n5,50,,,\n")
        same(verdicts(fitted, path), by_the_ordinary_road(fitted, path))


@pytest.mark.parametrize(
    "rows",
    [
        '1,20,0.50,"http",SF\n',  # quotes
        "1,20,0.50,http,SF\n\n1,30,0.50,http,SF\n",  # a blank line
        "1,20,0.50,http,SF\n# a note\n1,30,0.50,http,SF\n",
        "1,many,0.50,http,SF\n",  # no number
        "1,20,0.50,80,SF\n",  # a number among words
        "1,20,0.50,http,SF,more\n",  # a cell too many
        "1,20,0.50,http\n",  # one too few
        "1.5,20,0.50,http,SF\n",  # not whole any more
        "99999999999999,20,inf,http,SF\n",
        "1,20,0.50,http,SF\r\n",
    ],
)
def test_odd_tables_are_told_as_detect_tells_them(rows: str, tmp_path: Path) -> None:
    fitted = model("mahalanobis", text(400), tmp_path)
    path = tmp_path / "new.csv"
    path.write_bytes((text(60, seed=5) + rows + text(20, seed=6, header=False)).encode())
    same(verdicts(fitted, path), by_the_ordinary_road(fitted, path))


def test_a_table_without_a_header_is_named_by_the_caller(tmp_path: Path, no_ordinary_road: None) -> None:
    fitted = model("mahalanobis", text(400), tmp_path)
    path = tmp_path / "new.csv"
    path.write_text(text(50, seed=7, header=False))
    names = ("ms", "bytes", "share", "proto", "flag")
    told = verdicts(fitted, path, tables=Tables(header=False, columns=names))
    assert told["line"].to_list() == list(range(1, 51))
    with pytest.raises(BadData, match="share"):
        verdicts(fitted, path, tables=Tables(header=False, columns=("ms", "bytes", "x", "proto", "flag")))


def test_a_budget_of_stories_needs_scan(tmp_path: Path) -> None:
    fitted = model("mahalanobis", text(100), tmp_path, budget=3)
    with pytest.raises(UsageError, match="budget"):
        verdicts(fitted, tmp_path / "train.csv")


def test_texts_and_times_take_the_ordinary_road(tmp_path: Path) -> None:
    lines = ["when,what,ms"] + [
        f"2026-01-02 03:{n // 60:02}:{n % 60:02},the job {n} is done now,{n % 7}" for n in range(200)
    ]
    path = tmp_path / "train.csv"
    path.write_text("\n".join(lines) + "\n")
    fitted = oddline.pipeline("rows", detector="mahalanobis").fit(oddline.read(path))
    with pytest.raises(Exception, match="numbers and categories"):
        Rapid(fitted)
    same(verdicts(fitted, path), by_the_ordinary_road(fitted, path))
