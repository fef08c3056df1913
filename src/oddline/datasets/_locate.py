"""Where labelled data lie, and how they come here: from a folder, or from their public place, checked by their hash.

A data set is a TOML file of this folder. Its paths are those of the folder that ``ODDLINE_DATA`` names, and of the
cache that is filled from the public places. Each file's SHA-256 is that of its content, decompressed.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from oddline.core import folder
from oddline.core.errors import NoInput
from oddline.datasets._fetch import fetch


@dataclass(frozen=True)
class File:
    """One file of a data set: its place, the hash of its content, and where it comes from, if from anywhere."""

    path: str
    sha256: str
    url: str = ""
    text: str = ""


@dataclass(frozen=True)
class DataSet:
    """What there is to know of a data set."""

    name: str
    summary: str
    home: str
    licence: str
    cite: str
    files: tuple[File, ...]


def data_set(name: str) -> DataSet:
    """Read what a data set says of itself.

    Raises
    ------
    UnknownPlugin
        If there is none of this name.

    Examples
    --------
    >>> data_set("nsl_kdd").files[0].path
    'nsl-kdd/KDDTrain+.txt.xz'
    """
    plugin = folder.find("datasets", name)
    assert plugin.path is not None
    told = tomllib.loads(plugin.path.read_text(encoding="utf-8"))
    files = tuple(File(**file) for file in told.pop("file"))
    return DataSet(plugin.name, files=files, **told)


def cache() -> Path:
    """Give the folder that fetched data are kept in."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "oddline" / "data"


def missing(known: DataSet, place: Path) -> list[File]:
    """List the files of a data set that a folder has not."""
    return [file for file in known.files if not (place / file.path).is_file()]


def located(name: str, place: Path | None = None) -> Path:
    """Give the folder that a data set's paths are relative to; what is nowhere is fetched.

    ``place``, if given, must have it. Else ``ODDLINE_DATA`` is looked at, then the cache, which is filled.

    Raises
    ------
    NoInput
        If it is not there and cannot be fetched: it says from where to get it.
    """
    known = data_set(name)
    for told, whence in ((place, "--data"), (_named(), "ODDLINE_DATA")):
        if told is not None and not missing(known, told):
            return told
        if told is not None and place is not None:
            names = ", ".join(file.path for file in missing(known, told)[:5])
            raise NoInput(f"{whence} {told} has no {names}", expected=f"the data set {name} ({known.home})")
    return _fetched(known)


def _fetched(known: DataSet) -> Path:
    lacking = missing(known, cache())
    if by_hand := [file.path for file in lacking if not (file.url or file.text)]:
        raise NoInput(
            f"the data set {known.name} is not here, and {by_hand[0]} cannot be fetched: it was made from {known.home}",
            expected=f"a folder with {', '.join(by_hand[:5])}",
            hint="--data FOLDER, or ODDLINE_DATA=FOLDER",
        )
    for file in lacking:
        fetch(file.url, cache() / file.path, file.sha256, text=file.text)
    return cache()


def changed(known: DataSet, place: Path) -> list[str]:
    """List the files of a data set whose content is not what the hash says."""
    return [
        file.path for file in known.files if (place / file.path).is_file() and _hash(place / file.path) != file.sha256
    ]


def _named() -> Path | None:
    told = os.environ.get("ODDLINE_DATA")
    return Path(told) if told else None


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
