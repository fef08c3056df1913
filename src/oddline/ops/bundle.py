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
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import sklearn

import oddline
from oddline.core.errors import BundleRefused, NoInput
from oddline.detectors.base import Detector
from oddline.explain.base import Explainer
from oddline.features.base import Feature
from oddline.outputs._atomic import atomic
from oddline.pipeline.pipeline import Pipeline
from oddline.pipeline.state import Blobs, put_together, take_apart
from oddline.templates.base import Miner
from oddline.thresholds.base import Threshold

FORMAT = 1
LARGEST = 4 * 2**30
"""Bytes after decompression, all members together; a bundle beyond this is refused."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_EXPECTED = "a bundle made by oddline fit -o FILE.odd"
_MAGIC = b"PK\x03\x04"
_MEMBER = re.compile(r"(card|state)\.json|[a-z]+-[0-9]+\.(npy|arrow|skops)")
_PIECE = 1 << 20
_PARTS = {"miner_": Miner, "feature_": Feature, "detector_": Detector, "threshold_": Threshold, "explainer_": Explainer}


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
    with atomic(path) as file:
        file.write(buffer.getbuffer())
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
    try:
        pipeline = put_together(into, json.loads(blobs["state.json"]), blobs)
    except (KeyError, ValueError, RecursionError) as error:
        if isinstance(error, BundleRefused):
            raise
        raise BundleRefused(f"{path}: the state of the bundle is broken", expected=_EXPECTED) from error
    for name, kind in _PARTS.items():
        if not isinstance(getattr(pipeline, name, None), kind):
            raise BundleRefused(f"{path}: the bundle has no fitted {kind.__name__.lower()}", expected=_EXPECTED)
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


def _read(path: Path) -> bytearray:
    try:
        with path.open("rb") as file:
            data = bytearray(file.read(len(_MAGIC)))
            # What is no bundle is not read to its end, which it may not have (/dev/zero).
            if data != _MAGIC:
                raise BundleRefused(f"{path} is no bundle, or a broken one", expected=_EXPECTED)
            while len(data) <= LARGEST and (piece := file.read(_PIECE)):
                data += piece
            return data
    except FileNotFoundError as error:
        raise NoInput(f"{path} does not exist", expected=_EXPECTED) from error
    except OSError as error:
        raise NoInput(f"{path} cannot be read ({error.strerror})") from error


def _audited(data: bytes | bytearray, name: str) -> Blobs:
    """Unpack the archive if and only if it holds exactly what its card says, unharmed."""
    try:
        blobs = _unpacked(data, name)
        told = json.loads(blobs["card.json"])
        digests, version = dict(told["members"]), told["format"]
    except BundleRefused:
        raise
    except Exception as error:
        # zipfile raises a dozen kinds of error for hostile input; each of them means the same here.
        raise BundleRefused(f"{name} is no bundle, or a broken one", expected=_EXPECTED) from error
    if type(version) is not int or not 1 <= version <= FORMAT:
        raise BundleRefused(f"{name} has format {version!r}", expected=f"at most {FORMAT}", hint="a newer Oddline")
    if set(digests) != set(blobs) - {"card.json"}:
        raise BundleRefused(f"{name} holds other members than its card names", expected=_EXPECTED)
    for member, digest in digests.items():
        if hashlib.sha256(blobs[member]).hexdigest() != digest:
            raise BundleRefused(f"{name}: {member} was changed after the bundle was made", expected=_EXPECTED)
    return blobs


def _unpacked(data: bytes | bytearray, name: str) -> Blobs:
    """Read the members by pieces: zipfile believes the size that the archive declares only after decompression.

    Only DEFLATE is taken, because zipfile can bound the pieces of no other compression.
    """
    blobs: Blobs = {}
    total = 0
    archive = zipfile.ZipFile(io.BytesIO(data))
    for member in archive.infolist():
        if not _MEMBER.fullmatch(member.filename) or member.filename in blobs:
            raise BundleRefused(f"{name} holds a member {member.filename[:100]!r}", expected=_EXPECTED)
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise BundleRefused(f"{name} is compressed by another method than DEFLATE", expected=_EXPECTED)
        pieces = []
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                total += len(piece)
                if total > LARGEST:
                    raise BundleRefused(f"{name} holds more than {LARGEST >> 20:,} MiB", expected=_EXPECTED)
                pieces.append(piece)
        blobs[member.filename] = b"".join(pieces)
    return blobs
