"""Good pipelines by name."""

from __future__ import annotations

import math
from typing import Any

from oddline.core import folder
from oddline.core.errors import UnknownPlugin, UsageError

GOOD: dict[str, Any] = {"feature": "session_signals", "detector": "odd_sessions", "threshold": "supported"}
KINDS: dict[str, Any] = {"feature": "departures", "detector": "departures", "threshold": "falloff"}
DECLARED: dict[str, Any] = {"feature": "declared", "detector": "declared", "threshold": "declared"}

PRESETS: dict[str, dict[str, Any]] = {
    # One event, one verdict: what an engineer with one text log wants.
    "lines": {"miner": "drain", "window": "line", "feature": "line_signals", "detector": "odd_lines"},
    # One row of a table, one verdict: network records, metrics, events with typed columns.
    "rows": {"miner": "drain", "window": "row", "feature": "columns", "detector": "odd_rows"},
    # The events of one identity, of a span of time or n in a row, one verdict: what a transaction did.
    "sessions": {"miner": "drain", "window": "session"} | GOOD,
    # The same, held against themselves: nobody says which are good.
    "sessions_alone": {"miner": "drain", "window": "session"} | KINDS,
    # What is cut from a log by time or number has no beginning and no end of its own, and so is of no kind.
    "sessions_cut_alone": {"miner": "drain", "window": "session"} | DECLARED,
    # One line of event ids, one verdict: sessions that somebody else has put together.
    "sequences": {"miner": "drain", "window": "row"} | GOOD,
    "sequences_alone": {"miner": "drain", "window": "row"} | KINDS,
}

FEATURE_OF = {"sequence": "sequences"}
"""The feature that a kind of detector asks for, if it is not that of the preset."""

COUNTS = "counts"
"""The feature of sessions for any other detector of tables."""

ANY_UNIT = "bulk"
"""The threshold of a log alone for scores of any unit: those of the presets know in what their detectors score."""

SEQUENCE_WINDOW = "count:20"
"""Windows for a detector of sequences where lines would be judged one by one: the length of the DeepLog paper's."""


def preset_for(*, tabular: bool, sequences: bool, window: str | None, alone: bool = False) -> str:
    """Choose the preset: by what was read, what is to be judged together, and whether there is a good run.

    Examples
    --------
    >>> preset_for(tabular=False, sequences=False, window="time:5m")
    'sessions'
    """
    if sequences:
        return "sequences_alone" if alone else "sequences"
    if tabular:
        return "rows"
    if window in {None, "line", "row"}:
        return "lines"
    if not alone:
        return "sessions"
    return "sessions_alone" if window.partition(":")[0] == "session" else "sessions_cut_alone"


def preset(
    name: str,
    *,
    settings: dict[str, Any] | None = None,
    miner_settings: dict[str, Any] | None = None,
    feature_settings: dict[str, Any] | None = None,
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
    told = {key: value for key, value in changes.items() if value is not None}
    parameters = PRESETS[name] | _suiting(name, told, settings) | told
    for room, part, chosen in (
        ("templates", "miner", miner_settings),
        ("features", "feature", feature_settings),
        ("detectors", "detector", settings),
        ("thresholds", "threshold", threshold_settings),
    ):
        if chosen:
            built = folder.load(room, parameters[part])()
            usual = built.get_params()
            if "random_state" in usual and "seed" in parameters:
                built.set_params(random_state=parameters["seed"])
            built.set_params(**chosen)
            for key, value in chosen.items():
                _same_kind(key, value, usual[key])
            parameters[part] = built
    return parameters


def _suiting(name: str, told: dict[str, Any], settings: dict[str, Any] | None) -> dict[str, str]:
    """Give the feature, threshold and window that the chosen detector needs, where the preset's would not do."""
    detector = told.get("detector")
    if detector is None:
        return {}
    built = folder.load("detectors", detector)() if isinstance(detector, str) else detector
    if settings:
        built = built.__class__(**built.get_params(deep=False)).set_params(**settings)
    of_sessions = COUNTS if name.startswith("se") else None
    feature = built.feature or FEATURE_OF.get(built.consumes) or of_sessions
    suiting = {"feature": feature} if feature else {}
    alone = name.endswith("_alone")
    if alone and built.feature != PRESETS[name]["feature"]:
        suiting["threshold"] = ANY_UNIT
    if built.consumes == "sequence" and PRESETS[name]["window"] == "line":
        suiting["window"] = SEQUENCE_WINDOW
    return suiting


def _same_kind(key: str, value: Any, usual: Any) -> None:
    """Refuse words where a number stands by default; what has no default, or a special one, takes anything."""
    kinds = {bool: (bool, "true or false"), int: (int, "a whole number"), float: (int | float, "a number")}
    kind, words = kinds.get(type(usual), (object, ""))
    no_number = isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value))
    if not isinstance(value, kind) or (no_number and kind not in {bool, object}):
        raise UsageError(f"{key}={value}", expected=f"{words}, such as {usual}".lower())
