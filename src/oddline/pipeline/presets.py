"""Good pipelines by name."""

from __future__ import annotations

from typing import Any

from oddline.core.errors import UnknownPlugin

PRESETS: dict[str, dict[str, Any]] = {
    # One event, one verdict: what an engineer with one text log wants.
    "lines": {"window": "line", "feature": "line_signals", "detector": "odd_lines"},
    # One row of a table, one verdict: network records, metrics, events with typed columns.
    "rows": {"window": "row", "feature": "columns", "detector": "odd_rows"},
}


def preset(name: str, **changes: Any) -> dict[str, Any]:
    """Give the parameters of a preset, with changes.

    Raises
    ------
    UnknownPlugin
        If there is no such preset.

    Examples
    --------
    >>> preset("rows", detector="mahalanobis")["detector"]
    'mahalanobis'
    """
    if name not in PRESETS:
        raise UnknownPlugin(name, "presets", PRESETS)
    return PRESETS[name] | {key: value for key, value in changes.items() if value is not None}
