"""Labelled alerts of a supercomputer's log, found with no configuration: average precision of the line scores.

The first field of each line is the answer and is taken off before anything reads the line. One alert makes 2,040 of
the 2,613 labelled lines, so one template's place decides most of the figure: it proves little alone. Beside it stand
two trivial rankings of the same lines: the level, and how rare the template is.

    python benchmarks/bgl.py [--data FOLDER]
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.metrics import average_precision_score

from oddline.drivers.batch import read_records
from oddline.pipeline.pipeline import Pipeline

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("ODDLINE_DATA", ROOT.parent / "shared" / "data"))
RESULTS = Path(__file__).parent / "results" / "bgl.json"
BAR = 0.75
SHOWN = 20


def main() -> None:
    parser = argparse.ArgumentParser(description="Average precision on the labelled lines of BGL.")
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    text = lzma.decompress((options.data / "bgl" / "bgl2_100k.log.xz").read_bytes()).decode("utf-8", "replace")
    labelled = [line.split(" ", 1) for line in text.split("\n") if line]
    alert = np.array([label for label, _ in labelled])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stripped.log"
        path.write_text("\n".join(line for _, line in labelled) + "\n", encoding="utf-8")
        records = read_records([str(path)]).records
    result = Pipeline(budget=SHOWN).fit_detect(records)
    assert result.scored.height == len(alert), "an event is not a line here"
    seen = result.records
    scores = {
        "zero configuration": result.scored["surprise"].to_numpy(),
        "level alone": seen["level"].to_physical().fill_null(0).to_numpy(),
        "rarity of the template alone": -np.log(seen.select(pl.len().over("template_id")).to_series().to_numpy()),
    }
    truth = alert != "-"
    rows = [
        {"detector": name, "average_precision": round(float(average_precision_score(truth, score)), 4)}
        for name, score in scores.items()
    ]
    line_of = {anomaly.id: anomaly.line for anomaly in result.anomalies}
    shown = {
        str(alert[line_of[number] - 1]) for incident in result.incidents[:SHOWN] for number in incident.anomaly_ids
    }
    kinds = sorted(set(alert[truth].tolist()))
    for row in rows:
        print(f"{row['detector']:32}{row['average_precision']:8.3f}")
    print(f"{'bar':32}{BAR:8.3f}")
    told = ", ".join(sorted(shown & set(kinds)))
    print(f"kinds of alert among the first {SHOWN} incidents: {told} of {', '.join(kinds)}")
    record = {"name": "bgl", "lines": len(alert), "alerts": int(truth.sum()), "rows": rows}
    record |= {"kinds_shown": sorted(shown & set(kinds)), "kinds": kinds}
    RESULTS.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
