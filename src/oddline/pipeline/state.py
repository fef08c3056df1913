"""Fitted estimators as JSON and named blobs, and back; never a pickle.

What may stand in a fitted attribute is what :func:`encode` knows: JSON values, tuples, NumPy arrays, SciPy
sparse matrices, Polars frames and series, fitted scikit-learn estimators (through skops, against an allow-list)
and Oddline's own estimators. Oddline's classes are found again by the folder registry, or by their place
inside this package, so a bundle cannot name code of its own.
"""

from __future__ import annotations

import io
import math
import re
from importlib import import_module
from typing import Any, TypeVar

import numpy as np
import polars as pl
from scipy import sparse
from sklearn.base import BaseEstimator

from oddline.core import folder
from oddline.core.errors import BundleRefused, OddlineError, UnknownPlugin
from oddline.core.estimator import Estimator

Blobs = dict[str, bytes]
T = TypeVar("T", bound=Estimator)

_FITTED = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*_")
_OWN_MODULE = re.compile(r"[a-z]+\._?[a-z][a-z0-9_]*")


def encode(value: Any, blobs: Blobs) -> Any:
    """Give ``value`` as JSON; what JSON cannot hold goes into ``blobs`` under a new name.

    Raises
    ------
    OddlineError
        If the value is of a kind that no bundle carries: a fault of the estimator that holds it.

    Examples
    --------
    >>> import numpy as np
    >>> blobs: Blobs = {}
    >>> encode({"mean_": np.arange(3)}, blobs)
    {'$dict': [['mean_', {'$array': 'array-0.npy'}]]}
    >>> decode({"$array": "array-0.npy"}, blobs).tolist()
    [0, 1, 2]
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$float": repr(value)}
    if isinstance(value, dict):
        return {"$dict": [[encode(key, blobs), encode(item, blobs)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        return {"$list" if isinstance(value, list) else "$tuple": [encode(item, blobs) for item in value]}
    return _encode_object(value, blobs)


def _encode_object(value: Any, blobs: Blobs) -> Any:
    if isinstance(value, np.ndarray) and value.dtype != object:
        buffer = io.BytesIO()
        np.save(buffer, value, allow_pickle=False)
        return {"$array": _keep(blobs, "array", "npy", buffer.getvalue())}
    if sparse.issparse(value):
        rows = sparse.csr_array(value)
        parts = [encode(part, blobs) for part in (rows.data, rows.indices, rows.indptr)]
        return {"$sparse": [*parts, list(rows.shape)]}
    if isinstance(value, pl.DataFrame):
        buffer = io.BytesIO()
        value.write_ipc(buffer, compression="zstd")
        return {"$frame": _keep(blobs, "frame", "arrow", buffer.getvalue())}
    if isinstance(value, pl.Series):
        return {"$series": [encode(value.to_frame(), blobs), value.name]}
    if isinstance(value, Estimator):
        return {"$estimator": _place(type(value)), **take_apart(value, blobs)}
    if isinstance(value, BaseEstimator):
        import skops.io

        return {"$sklearn": _keep(blobs, "sklearn", "skops", skops.io.dumps(value))}
    raise OddlineError(
        f"a fitted {type(value).__name__} cannot go into a bundle",
        expected="JSON values, arrays, frames, or estimators",
    )


def decode(node: Any, blobs: Blobs) -> Any:
    """Give back what :func:`encode` was given.

    Raises
    ------
    BundleRefused
        If the node asks for anything that is not on the list above.
    """
    if not isinstance(node, dict):
        if node is None or isinstance(node, bool | int | float | str):
            return node
        raise BundleRefused(f"a bare {type(node).__name__} in the bundle's state")
    tags = [key for key in node if key.startswith("$")]
    if len(tags) != 1 or tags[0] not in _DECODERS:
        raise BundleRefused(f"an unknown entry {sorted(node)[:3]} in the bundle's state")
    try:
        return _DECODERS[tags[0]](node, blobs)
    except OddlineError as error:
        if isinstance(error, BundleRefused):
            raise
        raise BundleRefused(f"the bundle's state asks for what is not here: {error}") from error
    except (Exception, pl.exceptions.PanicException) as error:
        # Each library has its own errors for rubbish: Polars, NumPy, skops, zipfile; nesting without end is one too.
        raise BundleRefused(f"a broken {tags[0][1:]} in the bundle's state ({type(error).__name__})") from error


def take_apart(estimator: Estimator, blobs: Blobs) -> dict[str, Any]:
    """Give the parameters and the fitted state of an estimator as JSON and blobs, without its class."""
    return {
        "params": encode(estimator.get_params(deep=False), blobs),
        "state": encode(estimator.state(), blobs),
    }


def put_together(cls: type[T], parts: dict[str, Any], blobs: Blobs) -> T:
    """Build an estimator of this class out of what :func:`take_apart` gave.

    Raises
    ------
    BundleRefused
        If the parts name anything but parameters and fitted attributes.
    """
    if not isinstance(parts, dict) or not set(parts) >= {"params", "state"}:
        raise BundleRefused("no estimator in the bundle's state")
    params, state = decode(parts["params"], blobs), decode(parts["state"], blobs)
    if not isinstance(params, dict) or not set(params) <= set(cls._get_param_names()):
        raise BundleRefused(f"the bundle's state has parameters that {cls.__name__} has not", hint="fit it again")
    if not isinstance(state, dict):
        raise BundleRefused("the bundle's state has no fitted attributes")
    estimator = cls(**params)
    for name, item in state.items():
        if not isinstance(name, str) or not _FITTED.fullmatch(name):
            raise BundleRefused(f"{name!r} is no fitted attribute")
        setattr(estimator, name, item)
    return estimator


def _decode_sparse(node: dict[str, Any], blobs: Blobs) -> Any:
    data, indices, indptr, shape = node["$sparse"]
    arrays = [decode(part, blobs) for part in (data, indices, indptr)]
    matrix = sparse.csr_array(tuple(arrays), shape=tuple(shape))
    matrix.check_format(full_check=True)
    return matrix


def _decode_estimator(node: dict[str, Any], blobs: Blobs) -> Estimator:
    return put_together(_class_at(str(node["$estimator"])), node, blobs)


def _decode_sklearn(node: dict[str, Any], blobs: Blobs) -> Any:
    import skops.io

    data = blobs[node["$sklearn"]]
    untrusted = skops.io.get_untrusted_types(data=data)
    if untrusted:
        raise BundleRefused(f"the bundle holds {', '.join(untrusted)}", expected="scikit-learn's own types only")
    return skops.io.loads(data, trusted=[])


_DECODERS: dict[str, Any] = {
    "$float": lambda node, _: float(node["$float"]),
    "$dict": lambda node, blobs: {decode(key, blobs): decode(item, blobs) for key, item in node["$dict"]},
    "$list": lambda node, blobs: [decode(item, blobs) for item in node["$list"]],
    "$tuple": lambda node, blobs: tuple(decode(item, blobs) for item in node["$tuple"]),
    "$array": lambda node, blobs: np.lib.format.read_array(io.BytesIO(blobs[node["$array"]]), allow_pickle=False),
    "$sparse": _decode_sparse,
    "$frame": lambda node, blobs: pl.read_ipc(io.BytesIO(blobs[node["$frame"]])),
    "$series": lambda node, blobs: decode(node["$series"][0], blobs).to_series().alias(node["$series"][1]),
    "$estimator": _decode_estimator,
    "$sklearn": _decode_sklearn,
}


def _keep(blobs: Blobs, kind: str, suffix: str, data: bytes) -> str:
    name = f"{kind}-{len(blobs)}.{suffix}"
    blobs[name] = data
    return name


def _place(cls: type[Estimator]) -> str:
    """Name a class as ``room/name`` if it is a plug-in, else as ``room.module:Class`` within this package."""
    try:
        return "/".join(folder.home(cls))
    except UnknownPlugin:
        module = cls.__module__.removeprefix("oddline.")
        if module == cls.__module__:
            raise
        return f"{module}:{cls.__qualname__}"


def _class_at(place: str) -> type[Estimator]:
    if "/" in place:
        cls = folder.load(*place.split("/", 1))
    else:
        module, _, name = place.partition(":")
        if not _OWN_MODULE.fullmatch(module) or not (folder.ROOT / (module.replace(".", "/") + ".py")).is_file():
            raise BundleRefused(f"the bundle names a foreign class {place!r}")
        cls = getattr(import_module(f"oddline.{module}"), name)
    if not (isinstance(cls, type) and issubclass(cls, Estimator)):
        raise BundleRefused(f"{place!r} is no estimator")
    return cls
