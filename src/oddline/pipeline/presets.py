"""Good pipelines by name."""

from __future__ import annotations

import math
from typing import Any

from oddline.core import folder
from oddline.core.errors import UnknownPlugin, UsageError

PRESETS: dict[str, dict[str, Any]] = {
    # One event, one verdict: what an engineer with one text log wants.
    "lines": {"miner": "drain", "window": "line", "feature": "line_signals", "detector": "odd_lines"},
    # One row of a table, one verdict: network records, metrics, events with typed columns.
    "rows": {"miner": "drain", "window": "row", "feature": "columns", "detector": "odd_rows"},
}


def preset(
    name: str,
    *,
    settings: dict[str, Any] | None = None,
    miner_settings: dict[str, Any] | None = None,
    threshold_settings: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Give the parameters of a preset, with changes; ``settings`` are parameters of the detector, others of their part.

    Raises
    ------
    UnknownPlugin
        If there is no such preset.
    UsageError
        If a part has no such parameter.

    Examples
    --------
    >>> preset("rows", detector="mahalanobis")["detector"]
    'mahalanobis'
    """
    if name not in PRESETS:
        raise UnknownPlugin(name, "presets", PRESETS)
    parameters = PRESETS[name] | {key: value for key, value in changes.items() if value is not None}
    for room, part, told in (
        ("templates", "miner", miner_settings),
        ("detectors", "detector", settings),
        ("thresholds", "threshold", threshold_settings),
    ):
        if told:
            built = folder.load(room, parameters[part])()
            usual = built.get_params()
            if "random_state" in usual and "seed" in parameters:
                built.set_params(random_state=parameters["seed"])
            built.set_params(**told)
            for key, value in told.items():
                _same_kind(key, value, usual[key])
            parameters[part] = built
    return parameters


def _same_kind(key: str, value: Any, usual: Any) -> None:
    """Refuse words where a number stands by default; what has no default, or a special one, takes anything."""
    kinds = {bool: (bool, "true or false"), int: (int, "a whole number"), float: (int | float, "a number")}
    kind, words = kinds.get(type(usual), (object, ""))
    no_number = isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value))
    if not isinstance(value, kind) or (no_number and kind not in {bool, object}):
        raise UsageError(f"{key}={value}", expected=f"{words}, such as {usual}".lower())
