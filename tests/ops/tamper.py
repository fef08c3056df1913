"""Takes a bundle apart and puts it together again, changed, with a card that agrees."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

Members = dict[str, bytes]


def members_of(path: Path) -> Members:
    """Give name and bytes of each member."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def agreeing(members: Members) -> Members:
    """Make the card tell the truth about the other members."""
    card = json.loads(members["card.json"])
    card["members"] = {name: hashlib.sha256(data).hexdigest() for name, data in members.items() if name != "card.json"}
    return members | {"card.json": json.dumps(card).encode()}


def pack(path: Path, members: Members, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write members into an archive."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def remade(source: Path, target: Path, change: Callable[[Members], object], *, agree: bool = True) -> Path:
    """Copy a bundle with a change to its members, by default with a card made to agree."""
    members = members_of(source)
    change(members)
    return pack(target, agreeing(members) if agree else members)
