"""What to type in a terminal for the same result."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

__all__ = ["command_of"]

FLAGS = ("detector", "by", "feature", "threshold", "quantile", "budget", "format")


def command_of(
    request: dict[str, Any], names: Sequence[str], baseline: Sequence[str] = (), model: str = "", verb: str = "scan"
) -> str:
    """Write a request as a command line.

    Examples
    --------
    >>> command_of({"detector": "knn", "settings": {"n_neighbors": 9}, "seed": 3, "tables": {}}, ["a b.log"], ["good.log"])
    "oddline scan 'a b.log' --baseline good.log --detector knn --set n_neighbors=9 --seed 3"
    """
    words = ["oddline", verb, *names]
    for name in baseline:
        words += ["--baseline", name]
    if model:
        words += ["--model", model if model.endswith(".odd") else f"{model}.odd"]
    for name in FLAGS:
        if request.get(name) is not None:
            words += [f"--{name}", str(request[name])]
    for key, value in (request.get("settings") or {}).items():
        words += ["--set", f"{key}={value}"]
    if request.get("seed"):
        words += ["--seed", str(request["seed"])]
    tables = request.get("tables") or {}
    if tables.get("header") is False:
        words.append("--no-header")
    if tables.get("columns"):
        words += ["--columns", "columns.txt"]
    for name in tables.get("drop") or ():
        words += ["--drop", name]
    if tables.get("label_column"):
        words += ["--label-column", tables["label_column"]]
    if request.get("mask_pii"):
        words.append("--mask-pii")
    return shlex.join(words)
