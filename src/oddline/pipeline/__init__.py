"""The rooms in order; the only floor that knows them all.

``oddline.pipeline`` is both this folder and, for users of the library, a call: ``oddline.pipeline("lines")``.
Python binds a sub-package to its parent's attribute as soon as it is imported, so the call has to live on the
module itself; it hands over to the library face, where ``oddline.read`` and ``oddline.load`` live as well.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _CallableModule(ModuleType):
    def __call__(self, preset: str = "lines", **changes: Any) -> Any:
        return import_module("oddline.library").pipeline(preset, **changes)


sys.modules[__name__].__class__ = _CallableModule
