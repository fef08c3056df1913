"""One estimator of PyOD: found by name, built, fitted and asked without a trace on anybody's random numbers."""

from __future__ import annotations

import contextlib
import inspect
import io
import re
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from oddline.core.errors import UnknownPlugin, UsageError
from oddline.core.nouns import Floats
from oddline.core.optional import need

_CLASS = re.compile(r"^class (\w+)\((?:Base\w*Detector)\)", re.MULTILINE)


def known() -> dict[str, str]:
    """List PyOD's estimators: the module of each class, read from the text of its files, none of them imported."""
    models = Path(need("pyod.models", extra="pyod").__path__[0])
    found: dict[str, str] = {}
    # Of two files with the same class, the one with the shorter name is the one that PyOD documents.
    for path in sorted(models.glob("*.py"), key=lambda path: (len(path.stem), path.stem)):
        for name in _CLASS.findall(path.read_text(encoding="utf-8")):
            found.setdefault(name, path.stem)
    return {name: module for name, module in found.items() if not name.startswith("Base")}


def class_of(name: str) -> Any:
    """Import an estimator's class.

    Raises
    ------
    UnknownPlugin
        If PyOD has none of this name.
    UsageError
        If it asks for a library that is not here.
    """
    modules = known()
    if name not in modules:
        raise UnknownPlugin(name, "PyOD", modules)
    try:
        with _muted():
            return getattr(import_module(f"pyod.models.{modules[name]}"), name)
    except ImportError as error:
        raise UsageError(f"PyOD's {name} asks for a library that is not here ({error})") from error


def fitted(name: str, settings: dict[str, Any], rows: Floats, seed: int) -> Any:
    """Give the estimator, fitted on these rows; whatever it draws at random comes from the seed.

    Raises
    ------
    UsageError
        If it does not take the settings, or cannot learn from the rows.
    """
    cls = class_of(name)
    taken = inspect.signature(cls).parameters
    seeded = {"random_state": seed} if "random_state" in taken else {}
    try:
        with quiet(seed):
            model = cls(**(seeded | settings))
            model.fit(rows.copy())
    except Exception as error:  # PyOD and what it calls raise whatever they like
        raise UsageError(
            f"PyOD's {name} cannot learn from {rows.shape[0]} rows of {rows.shape[1]} columns "
            f"({type(error).__name__}: {error})",
            hint="other settings, or more rows",
        ) from error
    return model


def asked(model: Any, rows: Floats, seed: int) -> Floats:
    """Give the scores of rows."""
    with quiet(seed):
        return np.asarray(model.decision_function(rows.copy()), dtype=np.float64).ravel()


@contextlib.contextmanager
def quiet(seed: int) -> Iterator[None]:
    """Seed what estimators without a seed of their own draw from, and put it back; keep prints and warnings in."""
    torch = sys.modules.get("torch")
    before, torch_before = np.random.get_state(), torch.get_rng_state() if torch else None
    np.random.seed(seed)
    if torch:
        torch.manual_seed(seed)
    try:
        with _muted():
            yield
    finally:
        np.random.set_state(before)
        if torch:
            torch.set_rng_state(torch_before)


@contextlib.contextmanager
def _muted() -> Iterator[None]:
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
