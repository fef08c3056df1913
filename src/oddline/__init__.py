"""Oddline finds the odd lines in logs, and says why.

Examples
--------
>>> import oddline
>>> oddline.__version__
'0.1.0'
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
__all__ = ["load", "pipeline", "read"]

_HOMES = {
    "read": "oddline.drivers.batch",
    "pipeline": "oddline.pipeline.presets",
    "load": "oddline.ops.bundle",
}


def __getattr__(name: str) -> Any:
    """Wake a part of the library when it is first asked for, so that ``import oddline`` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'oddline' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
