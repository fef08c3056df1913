"""What is said of a row of a table is said of this row, however many are odd."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from oddline.drivers import batch


def scanned(path, **changes):
    return batch.scan(batch.Request(paths=(str(path),), changes=changes))


def test_each_row_is_told_by_its_own_cells(tmp_path):
    draw = np.random.default_rng(0)
    size = draw.normal(100, 1, 8_000).round(3)
    size[::4] = draw.uniform(1_000, 9_000, 2_000).round(3)
    pl.DataFrame({"size": size, "other": draw.normal(0, 1, 8_000).round(3)}).write_csv(tmp_path / "t.csv")
    result = scanned(tmp_path / "t.csv", detector="mahalanobis", threshold="quantile", threshold_settings={"q": 0.8})
    assert len(result.anomalies) > 1_200
    told = 0
    for anomaly in result.anomalies:
        for reason in anomaly.reasons:
            if reason.what.startswith("size"):
                told += 1
                assert float(reason.seen.replace(",", "")) == pytest.approx(
                    float(anomaly.text.split(",")[0]), rel=0.006
                )
    assert told > 1_000


def test_a_session_of_a_table_is_told_by_its_own_event(tmp_path):
    draw = np.random.default_rng(0)
    rows = [{"session": f"s{i // 4}", "size": round(float(draw.normal(100, 1)), 3)} for i in range(800)]
    rows[402]["size"] = 98_765.0  # the third event of session s100
    pl.DataFrame(rows).write_csv(tmp_path / "t.csv")
    result = scanned(tmp_path / "t.csv", window="session:session", feature="columns", detector="mahalanobis", budget=1)
    (worst,) = result.anomalies
    assert worst.key == "s100"
    assert "98765" in worst.reasons[0].seen.replace(",", "")
