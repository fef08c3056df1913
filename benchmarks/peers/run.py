"""Runs one peer, in the peers' own environment: reads messages, one a line, and writes a template id for each.

No part of Oddline is imported here, and no code of a peer is copied: settings that a peer publishes are read from
its installed package. A job is a line of JSON on standard input, `{"messages": PATH, "ids": PATH, "system": NAME}`;
the answer, a line of JSON on standard output, is `{"templates": {ID: TEXT}}` or `{"failed": REASON}`.

    python run.py PEER < jobs
    python run.py PEER JOB
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Found = tuple[Iterable[Any], dict[Any, str | None]]


def source(module: str) -> str:
    """Read the text of an installed module without running it."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return Path(spec.origin).read_text(encoding="utf-8")


def lines_of(path: str) -> Iterable[str]:
    with Path(path).open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


# --- Drain3 ----------------------------------------------------------------------------------------------------


def example_masks() -> list[tuple[str, str]]:
    """The masks that Drain3 gives as examples, in a comment of its `masking.py`."""
    commented = [line.lstrip("# ").rstrip(",\n") for line in source("drain3.masking").splitlines() if "#" in line[:1]]
    calls = [
        ast.parse(line, mode="eval").body
        for line in commented
        if line.startswith("MaskingInstruction(r") and line[-1] == ")"
    ]
    return [tuple(ast.literal_eval(argument) for argument in call.args) for call in calls]  # type: ignore[attr-defined,misc]


def drain3(path: str, masks: list[tuple[str, str]]) -> Found:
    from drain3 import TemplateMiner
    from drain3.masking import MaskingInstruction
    from drain3.template_miner_config import TemplateMinerConfig

    settings = TemplateMinerConfig()
    settings.masking_instructions = [MaskingInstruction(pattern, name) for pattern, name in masks]
    miner = TemplateMiner(config=settings)
    ids = [miner.add_log_message(line)["cluster_id"] for line in lines_of(path)]
    return ids, {cluster.cluster_id: cluster.get_template() for cluster in miner.drain.clusters}


# --- logparser -------------------------------------------------------------------------------------------------


def published(parser: str, system: str) -> dict[str, Any]:
    """The settings of one system in logparser's own benchmark of a parser."""
    for node in ast.parse(source(f"logparser.{parser}.benchmark")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "benchmark_settings":
            return dict(ast.literal_eval(node.value)[system])
    raise LookupError(f"logparser.{parser}.benchmark holds no benchmark_settings")


def demonstrated(parser: str) -> list[str]:
    """The masks of logparser's demo of a parser: a system's block ids, addresses, numbers."""
    for node in ast.parse(source(f"logparser.{parser}.demo")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "regex":
            return list(ast.literal_eval(node.value))
    raise LookupError(f"logparser.{parser}.demo holds no regex")


def logparser(make: Callable[[str, str], Any], path: str) -> Found:
    """Run a logparser class; it reads a folder, and writes a table of lines that is read back."""
    import pandas as pd

    folder, name = os.path.split(path)
    with tempfile.TemporaryDirectory() as out:
        make(folder, out).parse(name)
        told = pd.read_csv(Path(out, f"{name}_structured.csv"), usecols=["EventId", "EventTemplate"], dtype=str)
    told["EventTemplate"] = told["EventTemplate"].fillna("")
    texts = told.drop_duplicates("EventId")
    return told["EventId"], dict(zip(texts["EventId"], texts["EventTemplate"], strict=True))


def logparser_drain(path: str, system: str = "", demo: bool = False) -> Found:
    from logparser.Drain import LogParser

    settings: dict[str, Any] = {"rex": demonstrated("Drain")} if demo else {}
    if system:
        told = published("Drain", system)
        settings = {"rex": told["regex"], "st": told["st"], "depth": told["depth"]}
    # keep_para only adds a list of parameters to each line, at some cost.
    return logparser(lambda folder, out: LogParser("<Content>", folder, out, keep_para=False, **settings), path)


def logparser_brain(path: str, system: str = "", demo: bool = False) -> Found:
    from logparser.Brain import LogParser

    settings: dict[str, Any] = {"rex": demonstrated("Brain")} if demo else {}
    if system:
        told = published("Brain", system)
        settings = {"rex": told["regex"], "delimeter": told["delimiter"], "threshold": told["theshold"]}
    # The name is no mere label: the class has rules of its own for the systems that it knows by name.
    return logparser(lambda folder, out: LogParser(system or "log", "<Content>", folder, out, **settings), path)


# --- LogLead ---------------------------------------------------------------------------------------------------


def loglead(path: str, method: str, column: str) -> Found:
    """Mask with LogLead's default masks, then parse with one of its parsers."""
    import polars as pl
    from loglead.enhancers import EventLogEnhancer

    enhancer = EventLogEnhancer(pl.read_lines(path, name="m_message"))
    enhancer.mask()
    text = ""
    if method == "mask":
        text = "e_message_normalized"
        enhancer.df = enhancer.df.with_columns(pl.col(text).rank("dense").alias(column))
    elif method == "parse_tip":
        text = "e_event_tip_template"
        enhancer.parse_tip(templates=True)
    else:
        enhancer.words("e_message_normalized")
        getattr(enhancer, method)()
    found = enhancer.df
    texts = found.unique(column, keep="first", maintain_order=True)
    return found[column], dict(zip(texts[column], texts[text] if text else [None] * texts.height, strict=True))


PEERS: dict[str, Callable[[str, str], Found]] = {
    "drain3": lambda path, _: drain3(path, []),
    "drain3-masks": lambda path, _: drain3(path, example_masks()),
    "logparser-drain": lambda path, _: logparser_drain(path),
    "logparser-drain-demo": lambda path, _: logparser_drain(path, demo=True),
    "logparser-drain-tuned": logparser_drain,
    "logparser-brain": lambda path, _: logparser_brain(path),
    "logparser-brain-demo": lambda path, _: logparser_brain(path, demo=True),
    "logparser-brain-tuned": logparser_brain,
    "loglead-mask": lambda path, _: loglead(path, "mask", "e_mask_id"),
    "loglead-tip": lambda path, _: loglead(path, "parse_tip", "e_event_tip_id"),
    "loglead-brain": lambda path, _: loglead(path, "parse_brain", "e_event_brain_id"),
    "loglead-iplom": lambda path, _: loglead(path, "parse_pliplom", "e_event_pliplom_id"),
    "loglead-spell": lambda path, _: loglead(path, "parse_spell", "e_event_spell_id"),
    "loglead-lenma": lambda path, _: loglead(path, "parse_lenma", "e_event_lenma_id"),
}


def answer(peer: str, job: dict[str, str]) -> dict[str, Any]:
    try:
        with contextlib.redirect_stdout(sys.stderr):
            ids, templates = PEERS[peer](job["messages"], job.get("system", ""))
        with Path(job["ids"]).open("w", encoding="utf-8") as file:
            file.writelines(f"{id_}\n" for id_ in ids)
    except Exception as reason:  # a peer may fail in any way; which, is part of the result
        return {"failed": f"{type(reason).__name__}: {reason}"}
    return {"templates": {str(id_): text for id_, text in templates.items()}}


def main() -> None:
    for line in sys.argv[2:] or sys.stdin:
        print(json.dumps(answer(sys.argv[1], json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
