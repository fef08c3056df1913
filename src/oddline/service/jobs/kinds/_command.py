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
    >>> command_of({"detector": "knn", "settings": {"k": 9}, "seed": 3}, ["a b.log"], ["good.log"])
    "oddline scan 'a b.log' --baseline good.log --detector knn --set k=9 --seed 3"
    """
    tables = request.get("tables") or {}
    told: list[tuple[str, Any]] = [
        *(("--baseline", name) for name in baseline),
        ("--model", model and f"{model.removesuffix('.odd')}.odd"),
        *((f"--{name}", request.get(name)) for name in FLAGS),
        *(("--set", f"{key}={value}") for key, value in (request.get("settings") or {}).items()),
        ("--seed", request.get("seed") or None),
        ("--columns", "columns.txt" if tables.get("columns") else None),
        *(("--drop", name) for name in tables.get("drop") or ()),
        ("--label-column", tables.get("label_column")),
    ]
    words = [word for flag, value in told if value not in {None, ""} for word in (flag, str(value))]
    switches = ["--no-header"] * (tables.get("header") is False) + ["--mask-pii"] * bool(request.get("mask_pii"))
    return shlex.join(["oddline", verb, *names, *words, *switches])
