"""The one place that says how to install what is optional."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from oddline.core.errors import MissingExtra


def need(module: str, *, extra: str) -> Any:
    """Import an optional library, or say which extra brings it.

    Examples
    --------
    >>> need("json", extra="deep").dumps([1])
    '[1]'
    >>> need("no_such_module", extra="deep")
    Traceback (most recent call last):
    oddline.core.errors.MissingExtra: no_such_module is not installed. Try: pip install 'oddline[deep]'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or module.split(".", maxsplit=1)[0] != error.name.split(".")[0]:
            raise
        raise MissingExtra(module, extra) from error
