"""How well templates are mined: grouping and text against the corrected truth of 16 systems, and speed.

GA: share of lines whose group is exactly a true group. FGA: F1 over groups, so that rare templates count as
much as common ones. PA and FTA: the same two where the template's text must be right as well. (Jiang et al.,
"A Large-Scale Evaluation for Log Parsing Techniques", ISSTA 2024; the truth as corrected by Khan et al.,
ICSE 2022.) One configuration for all systems. Run with
``python benchmarks/parsing.py [MINER] [--speed]``; only the default miner's result is kept.
"""

from __future__ import annotations

import json
import lzma
import os
import re
import sys
import time
from pathlib import Path
from statistics import median

import polars as pl

from oddline.core.folder import load

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("ODDLINE_DATA", ROOT.parent / "shared" / "data"))
RESULTS = Path(__file__).parent / "results" / "parsing.json"
METRICS = ("GA", "FGA", "PA", "FTA")


def generic(text: pl.Expr) -> pl.Expr:
    """Typed slots as ``<*>`` and white space as one blank: how they are written is not what is judged."""
    return text.str.replace_all(r"<[A-Z]+>", "<*>").str.replace_all(r"\s+", " ").str.strip_chars()


def judge(frame: pl.DataFrame) -> dict[str, float]:
    """Compare the columns ``found``, ``text`` with ``true``, ``true_text``; every figure is from 0 to 1."""
    pairs = frame.group_by("found", "true").agg(pl.len().alias("n"), pl.col("text", "true_text").first())
    both = pairs.with_columns(
        whole=(pl.len().over("found") == 1) & (pl.len().over("true") == 1),
        same=pl.col("text") == pl.col("true_text"),
    )
    right = both.filter("whole")
    exact = right.filter("same")
    groups = frame["found"].n_unique() + frame["true"].n_unique()
    return {
        "GA": int(right["n"].sum()) / frame.height,
        "FGA": 2 * right.height / groups,
        "PA": float((frame["text"] == frame["true_text"]).mean() or 0.0),
        "FTA": 2 * exact.height / groups,
    }


def system(path: Path, miner: str) -> pl.DataFrame:
    """Mine one system's 2,000 lines."""
    truth = pl.read_csv(path, infer_schema=False).fill_null("")
    fitted = load("templates", miner)()
    found = fitted.fit_transform(truth.select(message="Content"))
    texts = fitted.templates_.select(found="template_id", text="text")
    frame = truth.select(true="EventId", true_text="EventTemplate", message="Content").with_columns(
        found=found["template_id"]
    )
    frame = frame.join(texts, on="found", how="left", maintain_order="left")
    return frame.with_columns(generic(pl.col("text", "true_text")))


def speed(miner: str) -> dict[str, float]:
    """Time a log of a million lines: real lines, five times, with their digits rotated."""
    with lzma.open(DATA / "hdfs" / "raw_2pct.log.xz", "rt") as file:
        lines = [re.sub(r"^\d+ \d+ \d+ \w+ \S+: ", "", line[:-1]) for line in file]
    turns = [str.maketrans("0123456789", "".join(str((d + k) % 10) for d in range(10))) for k in range(5)]
    messages = pl.Series("message", [line.translate(turn) for turn in turns for line in lines])
    records = messages.to_frame()
    wall, processor = [], []
    for _ in range(5):
        start, used = time.perf_counter(), time.process_time()
        load("templates", miner)().fit_transform(records)
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return {"lines": records.height, "seconds": median(wall), "cpu_seconds": median(processor)}


def main() -> None:
    miner = next((word for word in sys.argv[1:] if not word.startswith("-")), "drain")
    paths = sorted(DATA.glob("loghub_2k/*/*structured_corrected.csv"))
    rows: list[dict[str, str | float]] = [{"system": path.parent.name, **judge(system(path, miner))} for path in paths]
    rows.append({"system": "mean", **{m: sum(float(r[m]) for r in rows) / len(rows) for m in METRICS}})
    print(f"{'':12} " + " ".join(f"{m:>6}" for m in METRICS))
    for row in rows:
        print(f"{row['system']:12} " + " ".join(f"{row[m]:6.3f}" for m in METRICS))
    result = {"name": "parsing", "rows": rows}
    if "--speed" in sys.argv:
        result["speed"] = speed(miner)
        print(result["speed"])
    if miner != "drain":
        return
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
