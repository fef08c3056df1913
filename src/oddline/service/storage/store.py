"""A store of blobs: each is found by the SHA-256 of what it holds, written once, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, from_url

from oddline.core.errors import IOFailure

__all__ = ["Store", "open_store"]

READ = 4 << 20
"""Bytes that are read at once: a download never holds more of a file than this, whatever its size."""

WRITE = 8 << 20


class Store:
    """Blobs in a folder, or in a bucket of S3, GCS or Azure.

    Examples
    --------
    >>> from obstore.store import MemoryStore
    >>> store = Store(MemoryStore())
    >>> name = store.put(b"one line")
    >>> name[:8], store.get(name), store.put(b"one line") == name
    ('6ddd8602', b'one line', True)
    """

    def __init__(self, objects: Any) -> None:
        self._objects = objects

    def put(self, content: bytes) -> str:
        """Keep bytes, and give their name; what is there already is not written again."""
        name = hashlib.sha256(content).hexdigest()
        with suppress(AlreadyExistsError):
            obstore.put(self._objects, _path(name), content, mode="create")
        return name

    def put_file(self, path: Path) -> tuple[str, int]:
        """Keep a file, and give its name and size; it is read twice, once for the name, and never held whole."""
        with path.open("rb") as file:
            name = hashlib.file_digest(file, "sha256").hexdigest()
        if not self.has(name):
            with path.open("rb") as file:
                obstore.put(self._objects, _path(name), file, chunk_size=WRITE)
        return name, path.stat().st_size

    def get(self, name: str) -> bytes:
        """Give the bytes of a blob."""
        return b"".join(self.chunks(name))

    def chunks(self, name: str, size: int = READ) -> Iterator[bytes]:
        """Give a blob piece by piece.

        Raises
        ------
        IOFailure
            If it is not there.
        """
        try:
            for piece in obstore.get(self._objects, _path(name)).stream(min_chunk_size=size):
                yield bytes(piece)
        except FileNotFoundError as error:
            raise IOFailure(f"the store has lost the blob {name}", hint="restore it from a backup") from error

    def stretch(self, name: str, start: int, length: int) -> bytes:
        """Give some bytes of a blob, without reading the others.

        Raises
        ------
        IOFailure
            If the blob is not there.
        """
        if length <= 0:
            return b""
        try:
            return bytes(obstore.get_range(self._objects, _path(name), start=start, length=length))
        except FileNotFoundError as error:
            raise IOFailure(f"the store has lost the blob {name}", hint="restore it from a backup") from error

    def fetch(self, name: str, path: Path) -> None:
        """Copy a blob into a file."""
        with path.open("wb") as file:
            for piece in self.chunks(name):
                file.write(piece)

    def has(self, name: str) -> bool:
        """Tell whether a blob is there."""
        try:
            obstore.head(self._objects, _path(name))
        except FileNotFoundError:
            return False
        return True

    def local(self, name: str) -> Path | None:
        """Give the path of a blob if the store is a folder of this machine: it can be read in place."""
        if not isinstance(self._objects, LocalStore) or self._objects.prefix is None:
            return None
        return Path(self._objects.prefix) / _path(name)

    def names(self) -> Iterator[tuple[str, int, float]]:
        """List all blobs: name, size in bytes, when written (seconds since 1970)."""
        for batch in obstore.list(self._objects, prefix="blobs"):
            for meta in cast("list[dict[str, Any]]", batch):
                yield str(meta["path"]).rpartition("/")[2], int(meta["size"]), meta["last_modified"].timestamp()

    def remove(self, name: str) -> None:
        """Forget a blob; it is no error if it is gone."""
        with suppress(FileNotFoundError):
            obstore.delete(self._objects, _path(name))


def open_store(url: str, **options: Any) -> Store:
    """Open the store of a URL: ``file:///folder``, ``s3://bucket/prefix``, ``gs://…``, ``az://…``.

    Keys and endpoints come from the environment as those clouds' own tools read them (``AWS_…``, ``GOOGLE_…``,
    ``AZURE_…``); ``options`` go to obstore.
    """
    if url.startswith("file://"):
        folder = Path(url.removeprefix("file://"))
        folder.mkdir(parents=True, exist_ok=True)
        return Store(LocalStore(folder, mkdir=True))
    return Store(from_url(url, **options))


def _path(name: str) -> str:
    if len(name) != 64 or not name.isalnum():
        raise ValueError(f"no name of a blob: {name!r}")
    return f"blobs/{name[:2]}/{name}"
