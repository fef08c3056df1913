"""What can be chosen: detectors with their settings, formats, windows and so on; and whether a choice is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

from oddline.core import folder
from oddline.core.errors import OddlineError, UnknownPlugin
from oddline.pipeline.presets import PRESETS
from oddline.service.catalogue.order import FEATURED, in_words
from oddline.service.catalogue.parameters import OURS, fits, schema_of
from oddline.service.catalogue.source import Read, read
from oddline.service.errors import NotFound, Unprocessable
from oddline.service.schemas.catalogue import Detector, Plugins, PluginShown

__all__ = ["AUTO", "ROOMS", "detector", "detectors", "plugins", "refuse_ours", "validate"]

AUTO = "auto"
"""Leaves the choice to Oddline, as naming no detector does."""

ROOMS = ("formats", "windows", "thresholds", "features", "templates", "outputs")
PARTS = {"feature": "features", "threshold": "thresholds", "miner": "templates"}
"""Settings of other parts than the detector are written ``feature.most``."""

MODULES = {"deep": ("torch", "safetensors"), "pyod": ("pyod",), "sigma": ("sigma",), "tune": ("optuna",)}
"""What an extra brings."""

AUTOMATIC = Detector(
    name=AUTO,
    title="Zero configuration",
    summary="Oddline chooses by what it reads: lines, rows of a table, or sessions.",
    words="Nothing has to be known beforehand, and nothing has to be set: the choice that was measured to be best.",
    featured=True,
    zero_config=True,
    consumes="any",
    suits=["lines", "rows", "sessions"],
    parameters={"type": "object", "properties": {}, "additionalProperties": False},
)


@cache
def detectors() -> tuple[Detector, ...]:
    """List all detectors: the zero-configuration choice, those that people ask for, the others by name.

    Examples
    --------
    >>> [one.title for one in detectors()][:3]
    ['Zero configuration', 'Isolation Forest', 'One-Class SVM']
    """
    first = list(FEATURED)
    names = sorted(folder.plugins("detectors"), key=lambda name: (first.index(name) if name in first else 99, name))
    return (AUTOMATIC, *(shown for name in names if (shown := _shown(name)) is not None))


def detector(name: str) -> Detector:
    """Tell about one detector.

    Raises
    ------
    NotFound
        If there is none of this name; the nearest name goes with it.
    """
    try:
        wanted = name if name == AUTO else folder.find("detectors", name).name
        return next(one for one in detectors() if one.name == wanted)
    except (UnknownPlugin, StopIteration) as error:
        hint = error.hint if isinstance(error, UnknownPlugin) else ""
        raise NotFound(f"no detector {name[:64]!r}", hint=hint) from error


def plugins(room: str) -> Plugins:
    """List what is in a room.

    Raises
    ------
    NotFound
        If there is no such room, or nothing to choose in it.
    """
    if room not in ROOMS:
        raise NotFound(f"no room {room[:64]!r}", expected="one of " + ", ".join(ROOMS))
    return _room(room)


@cache
def _room(room: str) -> Plugins:
    items = []
    for name, plugin in folder.plugins(room).items():
        told = _read(room, name)
        schema = schema_of(told.parameters) if told and room not in {"formats", "outputs"} else None
        items.append(PluginShown(name=name, summary=plugin.summary, parameters=schema))
    return Plugins(room=room, items=items)


def _read(room: str, name: str) -> Read | None:
    """Read a plug-in; one of another package that is broken is not there."""
    try:
        return read(folder.find(room, name))
    except OddlineError:
        return None


def _shown(name: str) -> Detector | None:
    told = _read("detectors", name)
    if told is None:
        return None
    needs = _needs(told)
    consumes: Literal["table", "sequence"] = "sequence" if _fact(told, "consumes", "table") == "sequence" else "table"
    return Detector(
        name=name,
        title=in_words(name),
        summary=folder.find("detectors", name).summary,
        words=told.words,
        featured=name in FEATURED,
        zero_config=any(preset["detector"] == name for preset in PRESETS.values()),
        consumes=consumes,
        suits=_suits(name, consumes),
        supervised=bool(_fact(told, "supervised", False)),
        online=bool(_fact(told, "online", False)),
        needs=needs,
        installed=all(find_spec(module) is not None for module in MODULES.get(needs, ())),
        parameters=schema_of(told.parameters),
    )


def _needs(told: Read) -> str:
    """Tell the extra that a detector asks for, or the feature that it cannot do without."""
    feature = _read("features", str(told.attributes["feature"])) if told.attributes.get("feature") else None
    return str(_fact(told, "needs", "") or (_fact(feature, "needs", "") if feature else ""))


def _fact(told: Read, name: str, usual: Any) -> Any:
    """Give a class attribute; one that hangs on the members of a detector is that of its usual members."""
    if name not in told.derived:
        return told.attributes.get(name, usual)
    members = [parameter.default for parameter in told.parameters]
    named = [one for value in members for one in (value if isinstance(value, tuple) else (value,))]
    known = folder.plugins("detectors")
    facts = [_fact(read(known[one]), name, usual) for one in named if isinstance(one, str) and one in known]
    return next((fact for fact in facts if fact != usual), usual)


def _suits(name: str, consumes: str) -> list[Literal["lines", "rows", "sessions"]]:
    """Tell what a detector can judge: what its preset is for, or whatever becomes what it consumes."""
    for kind in ("lines", "rows", "sessions"):
        presets = (preset["detector"] for key, preset in PRESETS.items() if key.startswith(kind))
        if name in presets:
            return [kind]
    return ["lines", "sessions"] if consumes == "sequence" else ["lines", "rows", "sessions"]


def validate(
    chosen: str | None, settings: dict[str, Any] | None, *, feature: str | None = None, threshold: str | None = None
) -> None:
    """Check a choice of detector and settings; a setting of another part is written ``feature.most``.

    Raises
    ------
    Unprocessable
        If there is no such detector, feature, threshold or setting, or a setting has a value of another type. What
        names files of this machine is no setting here.
    """
    for room, name in (("detectors", chosen), ("features", feature), ("thresholds", threshold)):
        if name is not None and not (room == "detectors" and name == AUTO):
            _check_name(room, name)
    refuse_ours(settings or {})
    for key, value in (settings or {}).items():
        part, dot, inner = key.partition(".")
        if not dot:
            _check(key, key, value, [_properties("detectors", chosen)] if chosen not in {None, AUTO} else [])
            continue
        if part not in PARTS:
            raise Unprocessable(f"no setting {key[:64]!r}", expected="one of the detector's, or " + _prefixes())
        told = {"feature": feature, "threshold": threshold}.get(part)
        names = [told] if told is not None else list(folder.plugins(PARTS[part]))
        _check(key, inner, value, [_properties(PARTS[part], name) for name in names])


def refuse_ours(settings: Any) -> None:
    """Refuse settings, by their names, that are not a user's to set: of parts, of inner detectors, and within values.

    Raises
    ------
    Unprocessable
        If one names a file of this machine, or the seed.
    """
    for key in _names(settings):
        if OURS & set(re.split(r"\.|__", key)):
            raise Unprocessable(
                f"{key[:64]} is not set here", hint="the seed is told by `seed`; files of the server by nobody"
            )


def _names(value: Any) -> Iterator[str]:
    """Give the names in a value at any depth: PyOD's own settings are one value of ours."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from _names(inner)


def _prefixes() -> str:
    return ", ".join(f"{part}.NAME" for part in PARTS)


def _check_name(room: str, name: str) -> None:
    try:
        folder.find(room, name)
    except UnknownPlugin as error:
        raise Unprocessable(error.found, expected=error.expected, hint=error.hint) from error


def _properties(room: str, name: str | None) -> dict[str, Any]:
    told = _read(room, str(name))
    properties: dict[str, Any] = schema_of(told.parameters)["properties"] if told else {}
    return properties


def _check(key: str, name: str, value: Any, choices: list[dict[str, Any]]) -> None:
    """Check one setting against those that may be meant."""
    known = [properties[name] for properties in choices if name in properties]
    if not known:
        names = sorted({one for properties in choices for one in properties})
        expected = "one of " + ", ".join(names) if names else "none: choose a detector to set something of it"
        raise Unprocessable(f"no setting {key[:64]!r}", expected=expected, field=key[:64])
    if not any(fits(value, schema) for schema in known):
        said = known[0].get("enum") or known[0].get("type")
        words = " or ".join(str(one) for one in said) if isinstance(said, list) else str(said)
        raise Unprocessable(f"{key} = {str(value)[:64]!r}", expected=words, field=key)
