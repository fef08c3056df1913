"""`oddline scan FILE --json` over every kind of log in the labelled data: valid, documented, and exit 0 or 1."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from oddline.cli.main import main

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("ODDLINE_DATA", ROOT.parent / "shared" / "data"))

pytestmark = [pytest.mark.data, pytest.mark.skipif(not DATA.is_dir(), reason="no labelled data; set ODDLINE_DATA")]

LOGS = (
    [f"loghub_2k/{path.name}/{path.name}_2k.log" for path in sorted((DATA / "loghub_2k").glob("*")) if path.is_dir()]
    + ["hdfs/raw_2pct.log.xz", "bgl/bgl2_100k.log.xz", "linux/Linux.log.xz", "nsl-kdd/KDDTest+.txt.xz"]
    + [f"web/{path.name}" for path in sorted((DATA / "web").glob("*.xz"))]
    + [f"openstack/kalaki/{path.name}" for path in sorted((DATA / "openstack" / "kalaki").glob("*.xz"))]
    if DATA.is_dir()
    else ["none"]
)
CASES = sorted(path.name for path in (DATA / "ci-logs").glob("*")) if DATA.is_dir() else ["none"]
ANOMALY = {"id", "source", "line", "lines", "key", "ts", "text", "template", "score", "surprise", "severity"}
ANOMALY |= {"confidence", "reasons"}


def scanned(capfdbinary, *arguments):
    code = main(["scan", *map(str, arguments), "--json"])
    out, told = capfdbinary.readouterr()
    assert code in (0, 1), told
    return json.loads(out)


def sound(result):
    """The object holds together: documented keys, counts that agree, scores on their scales, reasons in words."""
    documented = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "json.md").read_text(encoding="utf-8")))
    assert set(result) <= documented
    assert result["version"] == 1
    assert result["events"] == sum(item["events"] for item in result["inputs"])
    known = {anomaly["id"] for anomaly in result["anomalies"]}
    for anomaly in result["anomalies"]:
        assert set(anomaly) >= ANOMALY
        assert 0 <= anomaly["score"] <= 100
        assert anomaly["surprise"] >= 0
        assert anomaly["line"] >= 1
        assert anomaly["reasons"]
        assert anomaly["reasons"][0]["what"]
    for incident in result["incidents"]:
        assert set(incident["anomaly_ids"]) <= known
        assert incident["count"] == len(incident["anomaly_ids"])
        assert incident["severity"] in {"low", "medium", "high", "critical"}


@pytest.mark.parametrize("name", LOGS)
def test_scan_of_one_file(name, capfdbinary):
    result = scanned(capfdbinary, DATA / name)
    sound(result)
    assert result["events"] > 0


@pytest.mark.parametrize("name", LOGS)
def test_a_budget_is_kept(name, capfdbinary):
    if "hdfs" in name or "bgl2" in name or "nsl" in name:
        pytest.skip("the large ones are scanned once, above")
    result = scanned(capfdbinary, DATA / name, "--budget", 3)
    sound(result)
    assert len(result["incidents"]) <= 3


@pytest.mark.parametrize("name", CASES)
def test_scan_against_a_good_run(name, capfdbinary):
    folder = DATA / "ci-logs" / name
    good, failed = next(folder.glob("*.good*")), next(folder.glob("*.fail*"))
    result = scanned(capfdbinary, failed, "--baseline", good)
    sound(result)
    assert result["anomalies"], "a failed run, and nothing is new in it"
