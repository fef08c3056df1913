"""Results that are at hand: files of finished scans in a local folder, opened once, shared by all requests."""

from __future__ import annotations

import os
import shutil
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock

from oddline.service.context import Service
from oddline.service.results.findings import Findings
from oddline.service.storage.store import Store

__all__ = ["Shelf", "shelf_of"]

MOST_OPEN = 64
"""Open results at once: each holds a few file descriptors and maps its files."""


class Shelf:
    """Opens results by scan; files come out of the store once, and leave the folder when it grows too large.

    Where the store is a folder of this machine, files are linked and not copied.
    """

    def __init__(self, folder: Path, store: Store, most_bytes: int) -> None:
        self._folder, self._store, self._most = folder, store, most_bytes
        self._open: OrderedDict[str, Findings] = OrderedDict()
        self._lock = Lock()
        self._locks: dict[str, Lock] = {}

    def findings(self, scan_id: str, files: Callable[[], Mapping[str, str]]) -> Findings:
        """Give the results of a scan; ``files`` tells the blob of each of its files, if it is not open yet."""
        with self._lock:
            found = self._open.get(scan_id)
            if found is not None:
                self._open.move_to_end(scan_id)
                return found
            lock = self._locks.setdefault(scan_id, Lock())
        with lock:  # of many who ask for the same at once, one fetches
            with self._lock:
                found = self._open.get(scan_id)
            if found is None:
                found = Findings(self._fetched(scan_id, files()))
                with self._lock:
                    self._open[scan_id] = found
                self._make_room()
        return found

    def forget(self, scan_id: str) -> None:
        """Let go of a scan that was removed, or made anew."""
        with self._lock:
            self._open.pop(scan_id, None)
            self._locks.pop(scan_id, None)
        shutil.rmtree(self._folder / scan_id, ignore_errors=True)

    def _fetched(self, scan_id: str, files: Mapping[str, str]) -> Path:
        folder = self._folder / scan_id
        if folder.is_dir():
            return folder
        self._folder.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(prefix=f".{scan_id}-", dir=self._folder))
        for name, blob in files.items():
            self._bring(blob, made / name)
        try:
            made.rename(folder)
        except OSError:  # another process was quicker: its files are the same
            shutil.rmtree(made, ignore_errors=True)
        return folder

    def _bring(self, blob: str, path: Path) -> None:
        local = self._store.local(blob)
        if local is not None:
            with suppress(OSError):
                os.link(local, path)
                return
        self._store.fetch(blob, path)

    def _make_room(self) -> None:
        """Close and remove what was not asked for longest; what a request still reads stays mapped until it is done."""
        with self._lock:
            used = sum(found.size for found in self._open.values())
            while len(self._open) > 1 and (used > self._most or len(self._open) > MOST_OPEN):
                scan_id, oldest = self._open.popitem(last=False)
                used -= oldest.size
                shutil.rmtree(self._folder / scan_id, ignore_errors=True)


def shelf_of(service: Service) -> Shelf:
    """Give the service's shelf."""
    shelf: Shelf | None = service.shelf
    if shelf is None:
        settings = service.settings
        shelf = service.shelf = Shelf(settings.data_dir / "cache", service.store, settings.cache_bytes)
    return shelf
