"""Text in a mapped file as a Polars series, without a copy: by the Arrow C data interface, which is a stable ABI.

Polars reads Arrow IPC into memory of its own, and a million lines are 150 MB for every open scan. Handed over as
pointers, the bytes stay in the file and the kernel's page cache, and only what looks at them is made anew: 16 bytes a
line, for as long as one query lasts.

Source: the Arrow C data interface and the PyCapsule interface, https://arrow.apache.org/docs/format/CDataInterface.html
"""

from __future__ import annotations

import ctypes
import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


_RELEASE_SCHEMA = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))
_RELEASE_ARRAY = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))

_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.c_void_p),
    ("dictionary", ctypes.c_void_p),
    ("release", _RELEASE_SCHEMA),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.c_void_p),
    ("dictionary", ctypes.c_void_p),
    ("release", _RELEASE_ARRAY),
    ("private_data", ctypes.c_void_p),
]

_lent: dict[int, object] = {}
"""What Polars still looks at, by the number that it was lent under: kept from being unmapped."""

_numbers = itertools.count(1)


def _let_schema_go(schema: Any) -> None:
    schema.contents.release = _RELEASE_SCHEMA()


def _let_array_go(array: Any) -> None:
    _lent.pop(array.contents.private_data, None)
    array.contents.release = _RELEASE_ARRAY()


_release_schema = _RELEASE_SCHEMA(_let_schema_go)
_release_array = _RELEASE_ARRAY(_let_array_go)


_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


class _Lent:
    """One array of text as Polars wants to be handed it."""

    def __init__(self, ends: npt.NDArray[np.int64], data: npt.NDArray[np.uint8]) -> None:
        self._ends, self._data = ends, data

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        del requested_schema
        number = next(_numbers)
        buffers = (ctypes.c_void_p * 3)(None, self._ends.ctypes.data, self._data.ctypes.data)
        schema = _Schema(b"U", b"", None, 0, 0, None, None, _release_schema, None)
        array = _Array(len(self._ends) - 1, 0, 0, 3, 0, buffers, None, None, _release_array, number)
        # Polars moves both structures out of the capsules; the buffers are freed when it is done with them.
        _lent[number] = (self._ends, self._data, buffers)
        self._kept = (schema, array)  # the structures must live until they are moved
        return (
            _new_capsule(ctypes.addressof(schema), b"arrow_schema", None),
            _new_capsule(ctypes.addressof(array), b"arrow_array", None),
        )


def text_series(ends: npt.NDArray[np.int64], data: npt.NDArray[np.uint8]) -> pl.Series:
    """Give UTF-8 text as a series that shares memory with ``data``.

    Parameters
    ----------
    ends
        One place more than there are texts: text *i* is the bytes from ``ends[i]`` up to ``ends[i + 1]``.
    data
        The bytes; they must be valid UTF-8, for nobody checks them again.

    Examples
    --------
    >>> data = np.frombuffer(b"onetwo", dtype=np.uint8)
    >>> text_series(np.array([0, 3, 6]), data).to_list()
    ['one', 'two']
    """
    if len(ends) < 2:
        return pl.Series("", [], dtype=pl.String)
    return pl.Series("", _Lent(np.ascontiguousarray(ends, dtype=np.int64), data))
