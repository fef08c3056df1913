"""What the files of a folder say of the miner: masks from ``oddline.toml``, corrections of templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from oddline.cli import _config, _rules


def settings(rules: Path | None = None) -> dict[str, Any]:
    """Give the parameters of the miner that are set, none if there are no such files."""
    told = {"masks": _config.setting("masks"), "rules": _rules.read(rules or Path(_rules.FILE))}
    return {name: value for name, value in told.items() if value}


def differing(miner: Any, told: dict[str, Any]) -> list[str]:
    """Name what a model's miner has otherwise than these settings."""
    return [name for name, value in told.items() if getattr(miner, name, None) != value]
