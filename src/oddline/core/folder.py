"""The folder is the registry: a plug-in is a file, and its name is the file's name.

Names and summaries are read from file names and source text, so that listing them wakes nothing: torch
and scikit-learn stay asleep until a plug-in is loaded. Other packages join by the entry-point groups
``oddline.detectors``, ``oddline.features`` and so on, one group a room.
"""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from oddline.core.errors import ServiceUnavailable, UnknownPlugin
from oddline.core.source import tree_of

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Plugin:
    """One plug-in, known by name and not yet imported."""

    room: str
    name: str
    path: Path | None
    entry: EntryPoint | None = None

    @property
    def summary(self) -> str:
        """The first sentence that the file says about itself, without importing it."""
        if self.path is None:
            return f"from the package {self.entry.dist.name}" if self.entry and self.entry.dist else ""
        text = self.path.read_text(encoding="utf-8")
        if self.path.suffix == ".toml":
            return str(tomllib.loads(text).get("summary", ""))
        return (ast.get_docstring(tree_of(text)) or "").split("\n")[0]


def rooms() -> list[str]:
    """List the rooms of the house: the folders of the package.

    Examples
    --------
    >>> "detectors" in rooms()
    True
    """
    return sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))


@cache
def plugins(room: str) -> dict[str, Plugin]:
    """List the plug-ins of a room by name.

    Raises
    ------
    UnknownPlugin
        If there is no such room.

    Examples
    --------
    >>> sorted(plugins("windows"))[:1]
    ['count']
    """
    if room not in rooms():
        raise UnknownPlugin(room, "the rooms", rooms())
    found = {
        path.stem: Plugin(room, path.stem, path)
        for path in sorted((ROOT / room).iterdir())
        if path.suffix in {".py", ".toml"} and not path.stem.startswith("_") and path.stem != "base"
    }
    for entry in _entries().select(group=f"oddline.{room}"):
        found.setdefault(entry.name, Plugin(room, entry.name, None, entry))
    return found


@cache
def _entries() -> Any:  # of another type in Python 3.11 than from 3.12 on; both can select
    """List what other packages bring, of all rooms at once: looking through the packages is what takes time."""
    return entry_points()


def find(room: str, name: str) -> Plugin:
    """Find one plug-in by name; :class:`UnknownPlugin` names the nearest one when there is none.

    Who types ``event-sequences`` means ``event_sequences``.
    """
    known = plugins(room)
    name = name if name in known else name.replace("-", "_")
    if name not in known:
        raise UnknownPlugin(name, room, known)
    return known[name]


def load(room: str, name: str) -> type[Any]:
    """Load the one public class of a plug-in.

    Raises
    ------
    UnknownPlugin
        If there is none of this name.
    ServiceUnavailable
        If it comes from another package, and that one is broken.

    Examples
    --------
    >>> load("detectors", "mahalanobis").__name__
    'Mahalanobis'
    """
    plugin = find(room, name)
    if plugin.entry is not None:
        return _load_entry(plugin.entry)
    module = import_module(f"oddline.{room}.{plugin.name}")
    public: type[Any] = getattr(module, module.__all__[0])
    return public


def home(cls: type[Any]) -> tuple[str, str]:
    """Tell the room and the name under which a class is registered.

    Raises
    ------
    UnknownPlugin
        If the class is nobody's plug-in: a bundle could not find it again.
    """
    parts = cls.__module__.split(".")
    if len(parts) == 3 and parts[0] == "oddline" and parts[2] in plugins(parts[1]):
        module = import_module(cls.__module__)
        # A helper beside the plug-in, in the same file, is not what the name would give back.
        if any(getattr(module, name) is cls for name in getattr(module, "__all__", ())[:1]):
            return parts[1], parts[2]
    for room in rooms():
        for name, plugin in plugins(room).items():
            entry = plugin.entry
            # Only packages of the class's own are woken; an entry may name it where it is re-exported.
            if entry is not None and entry.module.split(".")[0] == parts[0] and _load_entry(entry) is cls:
                return room, name
    raise UnknownPlugin(cls.__qualname__, "any room", [])


def _load_entry(entry: EntryPoint) -> type[Any]:
    try:
        loaded: type[Any] = entry.load()
    except Exception as error:
        package = entry.dist.name if entry.dist else entry.module.split(".")[0]
        raise ServiceUnavailable(
            f"the plug-in {entry.name!r} of the package {package} cannot be loaded ({type(error).__name__}: {error})",
            hint=f"pip install --upgrade {package}, or uninstall it",
        ) from error
    return loaded
