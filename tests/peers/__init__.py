"""Real peers for the tests: what Oddline's service talks to, started here and stopped again.

One file a peer. Each has ``PACKAGES`` (of Debian), ``find()``, which says in a sentence what is missing or gives None,
``start()``, a context manager, and ``answers(server)``, which uses the peer once and says what it saw.
``python -m tests.peers`` tries them all, and the fixtures of ``tests.peers.fixtures`` lend them to tests.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = ["NAMES", "peer"]

NAMES = ("postgresql", "s3", "browser")


def peer(name: str) -> ModuleType:
    """Load the file of one peer."""
    return import_module(f"{__name__}.{name}")
