"""What a user wants otherwise than the preset has it."""

from __future__ import annotations

from typing import Any

from oddline.core.errors import UsageError

PARTS = ("feature", "threshold")
"""Parts whose parameters are set with their name before them: ``feature.most=50``."""


def changes(
    parts: dict[str, str | None],
    settings: dict[str, Any],
    *,
    seed: int,
    budget: int | None = None,
    quantile: float | None = None,
    miner: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Give the arguments of a preset: parts by name, parameters by part; what is not told is left out.

    Raises
    ------
    UsageError
        If a quantile and another threshold are told.

    Examples
    --------
    >>> changes({"detector": "ngram", "feature": None}, {"order": 2, "feature.longest": 99}, seed=0)
    {'detector': 'ngram', 'seed': 0, 'settings': {'order': 2}, 'feature_settings': {'longest': 99}}
    """
    if quantile is not None:
        if parts.get("threshold") not in {None, "quantile"}:
            raise UsageError(f"--quantile beside --threshold {parts['threshold']}", expected="one of them")
        parts, settings = parts | {"threshold": "quantile"}, settings | {"threshold.q": quantile}
    told: dict[str, Any] = parts | {"budget": budget, "seed": seed, "miner_settings": miner or None}
    told["settings"] = {key: value for key, value in settings.items() if key.partition(".")[0] not in PARTS} or None
    for part in PARTS:
        own = {key.partition(".")[2]: value for key, value in settings.items() if key.partition(".")[0] == part}
        told[f"{part}_settings"] = own or None
    return {key: value for key, value in told.items() if value is not None}
