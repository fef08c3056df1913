"""A bundle is a fitted pipeline to be trusted elsewhere: one ``.odd`` file, audited before it is opened.

The file is a zip archive: ``card.json`` says what it is and holds the SHA-256 of every other member;
``state.json`` and the blobs beside it hold the fitted state (see :mod:`oddline.pipeline.state`). Nothing in
it is executed, nothing is unpickled, and a member that the card does not name is refused. The card is not
signed: it tells damage, not who made it.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import sklearn

import oddline
from oddline.core.errors import BundleRefused, CannotCreate, IOFailure, NoInput
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.state import Blobs, put_together, take_apart

FORMAT = 1
LARGEST = 4 * 2**30
"""Bytes after decompression, all members together; a bundle beyond this is refused."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def save(pipeline: Pipeline, path: str | Path) -> dict[str, Any]:
    """Write a fitted pipeline into one ``.odd`` file, and give its card.

    Raises
    ------
    CannotCreate
        If the file cannot be created; what stood there before is untouched.
    IOFailure
        If writing broke off, for example on a full disk; no half-written file is left.
    """
    pipeline.require_fitted()
    blobs: Blobs = {}
    parts = take_apart(pipeline, blobs)
    blobs["state.json"] = json.dumps(parts, allow_nan=False).encode()
    card = _card(pipeline, blobs)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"card.json": json.dumps(card, indent=1).encode(), **blobs}.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    _write(Path(path), buffer.getvalue())
    return card


def load(path: str | Path, into: type[Pipeline] = Pipeline) -> Pipeline:
    """Open a bundle after an audit.

    Raises
    ------
    NoInput
        If there is no such file.
    BundleRefused
        If the file is broken, foreign, of a newer format, too large, or holds what it should not.
    """
    blobs = _audited(_read(Path(path)), str(path))
    pipeline = put_together(into, json.loads(blobs["state.json"]), blobs)
    pipeline.require_fitted()
    return pipeline


def card(path: str | Path) -> dict[str, Any]:
    """Read what a bundle says of itself, without building anything from it."""
    members = _audited(_read(Path(path)), str(path))
    told: dict[str, Any] = json.loads(members["card.json"])
    return told


def _card(pipeline: Pipeline, blobs: Blobs) -> dict[str, Any]:
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(blobs.items())}
    now = datetime.now(UTC)
    identity = hashlib.sha256(json.dumps(digests).encode()).hexdigest()[:5]
    return {
        "format": FORMAT,
        "id": f"{now:%Y%m%dT%H%M%SZ}-{identity}",
        "created": now.isoformat(timespec="seconds"),
        "oddline": oddline.__version__,
        "libraries": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "polars": pl.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "data": pipeline.span_,
        "templates": pipeline.miner_.templates_.height,
        "members": digests,
    }


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NoInput(
            f"{path} does not exist", expected="a bundle made by oddline fit -o FILE.odd"
        ) from error
    except OSError as error:
        raise NoInput(f"{path} cannot be read ({error.strerror})") from error


def _audited(data: bytes, name: str) -> Blobs:
    """Unpack the archive if and only if it holds exactly what its card says, unharmed."""
    expected = "a bundle made by oddline fit -o FILE.odd"
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        if sum(member.file_size for member in archive.infolist()) > LARGEST:
            raise BundleRefused(f"{name} holds more than {LARGEST >> 30} GiB", expected=expected)
        blobs = {member.filename: archive.read(member) for member in archive.infolist()}
        told = json.loads(blobs["card.json"])
        digests, version = dict(told["members"]), int(told["format"])
    except BundleRefused:
        raise
    except Exception as error:
        # zipfile raises a dozen kinds of error for hostile input; each of them means the same here.
        raise BundleRefused(f"{name} is no bundle, or a broken one", expected=expected) from error
    if version > FORMAT:
        raise BundleRefused(
            f"{name} has format {version}", expected=f"at most {FORMAT}", hint="a newer Oddline"
        )
    if set(digests) != set(blobs) - {"card.json"}:
        raise BundleRefused(f"{name} holds other members than its card names", expected=expected)
    for member, digest in digests.items():
        if hashlib.sha256(blobs[member]).hexdigest() != digest:
            raise BundleRefused(f"{name}: {member} was changed after the bundle was made", expected=expected)
    return blobs


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except FileNotFoundError as error:
        raise CannotCreate(
            f"{path}: the folder {path.parent} does not exist", hint="create it first"
        ) from error
    except PermissionError as error:
        raise CannotCreate(f"{path}: permission denied", hint="another place") from error
    except OSError as error:
        raise IOFailure(f"{path} could not be written ({error.strerror})", hint="free some space") from error
    finally:
        beside.unlink(missing_ok=True)
