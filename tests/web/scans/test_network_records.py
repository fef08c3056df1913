"""The network test set with its labels: metrics of a scan, and two detectors side by side, on the pages."""

from __future__ import annotations

import lzma
import os
from pathlib import Path

import pytest

from oddline.drivers.batch import Tables
from oddline.ops._labels import labels_of_tables
from tests.web.scans.conftest import Live

DATA = Path(os.environ.get("ODDLINE_DATA", Path(__file__).parents[4] / "shared" / "data")) / "nsl-kdd"
ROWS, NORMAL = 22_544, 9_711

pytestmark = [pytest.mark.data, pytest.mark.skipif(not DATA.is_dir(), reason="no labelled data; set ODDLINE_DATA")]


@pytest.fixture(scope="module")
def pair(live: Live, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Scan the test set with two detectors, neither of which sees the label."""
    names = [line.split(",")[0] for line in (DATA / "field_names.csv").read_text().splitlines()[1:] if line]
    path = tmp_path_factory.mktemp("records") / "KDDTest+.csv"
    path.write_bytes((",".join(names) + "\n").encode() + lzma.decompress((DATA / "KDDTest+.txt.xz").read_bytes()))
    *_, label, difficulty = names
    told = {"labels": labels_of_tables([str(path)], label, Tables()), "normal": "normal"}
    a, b = (
        live.stage.scan(
            path,
            tables=Tables(drop=(label, difficulty)),
            changes={"detector": name, "threshold": "quantile", "threshold_settings": {"q": 0.95}},
            told=told,
        )
        for name in ("isolation_forest", "one_class_svm")
    )
    return a, b


def test_metrics_are_shown_and_every_row_is_counted(look, pair):
    page = look("", path=f"/scans/{pair[0]}", query="?tab=metrics")
    page.wait_for_selector(".by-class")
    cells = [int(text.split()[0].replace(",", "")) for text in page.locator(".confusion-table td.c").all_inner_texts()]
    assert sum(cells) == ROWS
    assert cells[2] + cells[3] == NORMAL
    page.get_by_role("button", name="All 38 labels").click()
    assert page.locator(".by-class tbody tr").count() == 38


def test_two_detectors_are_measured_beside_each_other(look, pair):
    page = look("", path=f"/compare?a={pair[0]}&b={pair[1]}")
    page.wait_for_selector("#compared tr.pick")
    assert page.locator(".side.a h2").inner_text() == "Isolation Forest"
    assert page.locator(".side.b h2").inner_text() == "One-Class SVM"
    assert page.locator("td.best").count() >= 5
    assert "odd by the labels" in page.locator(".verdict .why").inner_text()
    assert page.locator("#compared tbody .tag").first.inner_text()
