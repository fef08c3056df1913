"""What is recognised in real logs, and how many of their lines tell a time and a level.

``recognised.json`` holds what was agreed; ``ODDLINE_UPDATE_GOLDEN=1`` writes it anew, to be read before it is kept.
"""

from __future__ import annotations

import json
import lzma
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from oddline.core.schema import RECORDS, check
from oddline.formats._guess import guess
from tests.formats._frames import frame

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("ODDLINE_DATA", ROOT.parent / "shared" / "data"))
GOLDEN = Path(__file__).with_name("recognised.json")
LOGHUB = [
    "Android", "Apache", "BGL", "HDFS", "HPC", "Hadoop", "HealthApp", "Linux", "Mac", "OpenSSH", "OpenStack",
    "Proxifier", "Spark", "Thunderbird", "Windows", "Zookeeper",
]  # fmt: skip
FILES = [
    *(f"loghub_2k/{system}/{system}_2k.log" for system in LOGHUB),
    "linux/Linux.log.xz", "web/apache_logs_10k.log.xz", "web/acunetix.txt.xz", "hdfs/head_20k.log.xz",
    "bgl/bgl2_100k.log.xz", "openstack/kalaki/openstack-nova-sample.log.xz",
    "openstack/kalaki/openstack-vm-destroy-immediately-after-create.log.xz",
]  # fmt: skip
# The columns of these systems' structured files that hold the level; the others' lines have none.
HAVE_LEVEL = ["Android", "Apache", "BGL", "HDFS", "Hadoop", "OpenStack", "Spark", "Windows", "Zookeeper"]

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason="no labelled data here (ODDLINE_DATA)"),
]


def read(name: str) -> pl.DataFrame:
    data = (DATA / name).read_bytes()
    text = (lzma.decompress(data) if name.endswith(".xz") else data).decode("utf-8", "backslashreplace")
    return frame(*text.replace("\r\n", "\n").removesuffix("\n").split("\n"))


def measure(name: str) -> dict[str, Any]:
    lines = read(name)
    raw = lines["raw"]
    found = guess(pl.concat([raw.head(500), raw[500:].gather_every(max(1, (raw.len() - 500) // 500))]))
    records = check(found.format.parse(lines, 1_700_000_000.0), RECORDS, name)
    assert records["lines"].sum() == lines.height
    return {
        "format": found.name,
        "confidence": round(found.confidence, 2),
        "events": records.height,
        **{
            column: round(1 - records[column].null_count() / records.height, 3) for column in ("ts", "level", "service")
        },
    }


def golden() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}
    return told


@pytest.mark.parametrize("name", FILES)
def test_recognised_as_agreed(name: str) -> None:
    measured = measure(name)
    if os.environ.get("ODDLINE_UPDATE_GOLDEN"):
        rows = golden() | {name: measured}
        lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(rows[key])}" for key in FILES if key in rows)
        GOLDEN.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    assert measured == golden().get(name)


@pytest.mark.parametrize("system", LOGHUB)
def test_a_loghub_system_has_time_and_level_where_its_lines_have(system: str) -> None:
    told = golden()[f"loghub_2k/{system}/{system}_2k.log"]
    assert told["format"] not in ("plain", "iso")
    assert told["ts"] == 1.0
    if system in HAVE_LEVEL:
        assert told["level"] == 1.0


@pytest.mark.parametrize("system", LOGHUB)
def test_messages_are_those_of_the_truth(system: str) -> None:
    truth = pl.read_csv(DATA / f"loghub_2k/{system}/{system}_2k.log_structured_corrected.csv", infer_schema=False)[
        "Content"
    ]
    lines = read(f"loghub_2k/{system}/{system}_2k.log")
    messages = guess(lines["raw"]).format.parse(lines)["message"]
    same = (messages.str.strip_chars() == truth.str.strip_chars().fill_null("")).mean()
    assert isinstance(same, float)
    assert same > 0.98
