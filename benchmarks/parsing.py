"""How well templates are mined: grouping and text against the corrected truth of 16 systems, beside the peers.

GA: share of lines whose group is exactly a true group. FGA: F1 over groups, so that rare templates count as
much as common ones. PA and FTA: the same two where the template's text must be right as well. (Jiang et al.,
"A Large-Scale Evaluation for Log Parsing Techniques", ISSTA 2024; the truth as corrected by Khan et al.,
ICSE 2022.) PA by words is milder: a word that holds a slot is a slot, and slots in a row are one. It asks only
which words are parameters, not where in a word they begin, nor how white space is told.

One configuration for all systems, for us and for each peer; where a peer publishes settings for each system, these
are judged as well, and said so. A peer sees the messages alone, as we do. Run with
``python -m benchmarks.parsing [MINER] [--ours]``; only the default miner's result is kept. With `--ours`, or without
the peers' environment, the peers' earlier figures stay: they depend on nothing of ours.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks import peers
from benchmarks._data import RESULTS, data_folder
from oddline.core.folder import load

METRICS = ("GA", "FGA", "PA", "FTA", "PA by words")
OF_TEXT = METRICS[2:]


def generic(text: pl.Expr) -> pl.Expr:
    """Typed slots as ``<*>`` and white space as one blank: how they are written is not what is judged."""
    return text.str.replace_all(r"<:?(?:[A-Z]+|\*):?>", "<*>").str.replace_all(r"\s+", " ").str.strip_chars()


def by_words(text: pl.Expr) -> pl.Expr:
    """Every word that holds a slot as the slot alone, and slots in a row as one."""
    return text.str.replace_all(r"\S*<\*>\S*", "<*>").str.replace_all(r"<\*>(?: <\*>)+", "<*>")


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
        "PA by words": float(
            frame.select(by_words(pl.col("text")) == by_words(pl.col("true_text"))).mean().item() or 0.0
        ),
    }


def truths() -> dict[str, pl.DataFrame]:
    """Give each system's 2,000 messages with the id and text of their true template."""
    return {
        path.parent.name: pl.read_csv(path, infer_schema=False)
        .fill_null("")
        .select(message="Content", true="EventId", true_text="EventTemplate")
        for path in sorted(data_folder().glob("loghub_2k/*/*structured_corrected.csv"))
    }


def ours(truth: pl.DataFrame, miner: str) -> pl.DataFrame:
    """Mine one system's messages."""
    fitted = load("templates", miner)()
    found = fitted.fit_transform(truth.select("message"))
    texts = fitted.templates_.select(found="template_id", text="text")
    frame = truth.with_columns(found=found["template_id"])
    return frame.join(texts, on="found", how="left", maintain_order="left")


def judged(frame: pl.DataFrame, system: str) -> dict[str, Any]:
    """Judge one system; a miner that gives no texts is judged by its groups alone."""
    row: dict[str, Any] = {"system": system, **judge(frame.with_columns(generic(pl.col("text", "true_text"))))}
    return row if frame["text"].null_count() < frame.height else row | dict.fromkeys(OF_TEXT)


def mean_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Average over the systems; no average of what a miner does not give."""
    return {
        metric: None if any(row[metric] is None for row in rows) else sum(row[metric] for row in rows) / len(rows)
        for metric in METRICS
    }


def peer(name: str, systems: dict[str, pl.DataFrame], folder: Path) -> dict[str, Any]:
    """Let one peer parse every system, and judge it; or tell why it could not."""
    jobs = [
        {"system": system, "messages": str(folder / system), "ids": str(folder / f"{name} {system}")}
        for system in systems
    ]
    rows, failed = [], []
    for job, told in zip(jobs, peers.ask(name, jobs), strict=True):
        if "failed" in told:
            failed.append({"system": job["system"], "reason": told["failed"].splitlines()[0]})
            continue
        ids = Path(job["ids"]).read_text(encoding="utf-8").splitlines()
        frame = systems[job["system"]].with_columns(found=pl.Series(ids, dtype=pl.String))
        texts = pl.DataFrame(list(told["templates"].items()), ["found", "text"], orient="row").cast(pl.String)
        rows.append(judged(frame.join(texts, on="found", how="left", maintain_order="left"), job["system"]))
    is_ = peers.PEERS[name]
    row: dict[str, Any] = {"peer": name, "name": is_.name, "settings": is_.settings, "tuned": is_.tuned}
    if failed:
        # A mean over fewer systems would not be comparable.
        return row | {"failed": failed, "rows": rows}
    return row | mean_of(rows) | {"rows": rows}


def all_peers(systems: dict[str, pl.DataFrame]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        for system, truth in systems.items():
            lines = truth["message"].str.replace_all("\n", " ", literal=True) + "\n"
            Path(folder, system).write_text("".join(lines), encoding="utf-8", newline="\n")
        return [peer(name, systems, Path(folder)) for name in peers.PEERS]


def show(name: str, row: dict[str, Any]) -> None:
    figures = (
        f"{row[metric]:{len(metric) + 5}.3f}" if row.get(metric) is not None else f"{'-':>{len(metric) + 5}}"
        for metric in METRICS
    )
    print(f"{name:70} " + " ".join(figures))


def main() -> None:
    miner = next((word for word in sys.argv[1:] if not word.startswith("-")), "drain")
    systems = truths()
    rows = [judged(ours(truth, miner), system) for system, truth in systems.items()]
    rows.append({"system": "mean", **mean_of(rows)})
    print(f"{'':70} " + " ".join(f"{metric:>{len(metric) + 5}}" for metric in METRICS))
    for row in rows:
        show(f"Oddline, {row['system']}", row)
    if miner != "drain":
        return
    kept = RESULTS / "parsing.json"
    if peers.PYTHON.exists() and "--ours" not in sys.argv:
        beside = all_peers(systems)
    else:
        beside = json.loads(kept.read_text(encoding="utf-8")).get("peers", []) if kept.exists() else []
        print(f"the peers were not measured again, their figures are those of an earlier run; {peers.HOW_TO_GET}")
    for row in beside:
        show(f"{row['name']}, {row['settings']}", row)
        for failure in row.get("failed", []):
            print(f"  {failure['system']}: {failure['reason']}")
    kept.write_text(json.dumps({"name": "parsing", "rows": rows, "peers": beside}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
