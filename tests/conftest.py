"""What every folder of tests may ask for: the real peers."""

from __future__ import annotations

pytest_plugins = ["tests.peers.fixtures"]
