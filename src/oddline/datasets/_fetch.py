"""Fetches one file: over HTTPS, bounded, checked by its hash, there as a whole or not at all."""

from __future__ import annotations

import hashlib
import lzma
import os
import tempfile
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import Request, urlopen

from oddline.core.errors import BadData, NoInput

LARGEST = 2 << 30
"""Bytes that are read of one file; no data set here has more."""

PATIENCE = 60
"""Seconds without a byte after which the other side is taken for gone."""


def fetch(url: str, path: Path, sha256: str, *, text: str = "") -> None:
    """Bring a file to ``path``; a name that ends in ``.xz`` is compressed on the way.

    ``text``, if given, is the file itself: small lists that no public place has in this form.

    Raises
    ------
    NoInput
        If it cannot be had from there.
    BadData
        If what came is not what the hash says; nothing is kept.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as plain, lzma.open(plain, "wb") if path.suffix == ".xz" else plain as file:
            told = _write(text.encode(), file) if text else _read(url, file)
        if told != sha256:
            raise BadData(
                f"{url or path.name} is not what it was: SHA-256 {told[:12]}…",
                expected=f"{sha256[:12]}…",
                hint="the public place has changed it; take the data from a folder: ODDLINE_DATA=FOLDER",
            )
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write(data: bytes, file: IO[bytes] | lzma.LZMAFile) -> str:
    file.write(data)
    return hashlib.sha256(data).hexdigest()


def _read(url: str, file: IO[bytes] | lzma.LZMAFile) -> str:
    if not url.startswith("https://"):
        raise NoInput(f"{url} is not fetched", expected="an address that begins with https://")
    digest, total = hashlib.sha256(), 0
    try:
        asked = Request(url, headers={"User-Agent": "oddline"})  # noqa: S310 - https only, see above
        with urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
            while piece := answer.read(1 << 20):
                total += len(piece)
                if total > LARGEST:
                    raise BadData(f"{url} has more than {LARGEST >> 20:,} MiB", expected="a data set of a few hundred")
                digest.update(piece)
                file.write(piece)
    except (URLError, TimeoutError, ConnectionError) as error:
        raise NoInput(
            f"{url} cannot be fetched ({error})",
            expected="a network that reaches it",
            hint="take the data from a folder: ODDLINE_DATA=FOLDER",
        ) from error
    return digest.hexdigest()
