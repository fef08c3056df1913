"""``oddline verdicts``: one row in, one row out."""

from __future__ import annotations

import polars as pl
import pytest

from oddline.cli.main import main


def write(path, rows, *, odd=False):
    lines = ["ms,host", *(f"{n % 7},web{n % 3}" for n in range(rows)), *(["99999,elsewhere"] if odd else [])]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


@pytest.fixture
def model(tmp_path):
    told = tmp_path / "m.odd"
    arguments = [
        write(tmp_path / "train.csv", 300),
        "--detector",
        "mahalanobis",
        "--format",
        "csv",
        "-o",
        str(told),
        "-q",
    ]
    assert main(["fit", *arguments]) == 0
    return str(told)


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_a_row_a_row(model, tmp_path, suffix, capfdbinary):
    output = tmp_path / f"out{suffix}"
    asked = write(tmp_path / "new.csv", 120, odd=True)
    assert main(["verdicts", asked, "--model", model, "-o", str(output), "-q"]) == 0
    told = pl.read_parquet(output) if suffix == ".parquet" else pl.read_csv(output)
    assert told.columns == ["line", "score", "surprise", "anomaly", "confidence"]
    assert told["line"].to_list() == list(range(2, 123))
    assert told.filter("anomaly")["line"].to_list() == [122]
    assert b"121 rows, 1 of them anomalies" in capfdbinary.readouterr().err


def test_another_ending_is_refused_before_anything_is_read(tmp_path):
    assert main(["verdicts", "nowhere.csv", "--model", "nowhere.odd", "-o", str(tmp_path / "out.html")]) == 2


def test_a_table_that_is_not_there(model, tmp_path):
    assert main(["verdicts", str(tmp_path / "nowhere.csv"), "--model", model, "-o", str(tmp_path / "out.csv")]) == 66
    assert not (tmp_path / "out.csv").exists()
