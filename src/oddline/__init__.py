"""Oddline finds the odd lines in logs, and says why.

Examples
--------
>>> import oddline
>>> oddline.__version__
'0.1.0'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oddline.library import load, pipeline, read

__version__ = "0.1.0"
__all__ = ["load", "pipeline", "read"]


def __getattr__(name: str) -> Any:
    """Wake the library when it is first asked for, so that ``import oddline`` stays quick."""
    if name not in __all__:
        raise AttributeError(f"module 'oddline' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("oddline.library"), name)
