"""Good pipelines by name."""

from __future__ import annotations

from typing import Any

from oddline.core import folder
from oddline.core.errors import UnknownPlugin

PRESETS: dict[str, dict[str, Any]] = {
    # One event, one verdict: what an engineer with one text log wants.
    "lines": {"window": "line", "feature": "line_signals", "detector": "odd_lines"},
    # One row of a table, one verdict: network records, metrics, events with typed columns.
    "rows": {"window": "row", "feature": "columns", "detector": "odd_rows"},
}


def preset(
    name: str,
    *,
    settings: dict[str, Any] | None = None,
    threshold_settings: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Give the parameters of a preset, with changes; ``settings`` are parameters of the detector.

    Raises
    ------
    UnknownPlugin
        If there is no such preset.
    UsageError
        If the detector has no such parameter.

    Examples
    --------
    >>> preset("rows", detector="mahalanobis")["detector"]
    'mahalanobis'
    """
    if name not in PRESETS:
        raise UnknownPlugin(name, "presets", PRESETS)
    parameters = PRESETS[name] | {key: value for key, value in changes.items() if value is not None}
    for room, part, told in (("detectors", "detector", settings), ("thresholds", "threshold", threshold_settings)):
        if told:
            parameters[part] = folder.load(room, parameters[part])().set_params(**told)
    return parameters
