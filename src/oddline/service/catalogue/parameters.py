"""Parameters of a constructor as JSON Schema, and values held against it."""

from __future__ import annotations

import ast
import math
from typing import Any

from oddline.service.catalogue.source import MARKER, Parameter

__all__ = ["OURS", "fits", "schema_of"]

OURS = frozenset({"random_state", "checkpoint", "files", "path", "job", "encoder"})
"""What nobody sets over the wire: the seed is the request's own, and the others name files of this machine."""

OBJECTS = frozenset({"Detector", "Feature"})
"""What may be given in Python instead of a name; over the wire there are names only."""

MOST_ITEMS = 1_000

NAMES = {"int": "integer", "float": "number", "str": "string", "bool": "boolean", "Member": "string"}


def schema_of(parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """Give the JSON Schema of an object that holds the parameters.

    Examples
    --------
    >>> rate = Parameter("rate", ast.parse("float | None", mode="eval").body, 0.5, "How fast.")
    >>> schema_of((rate, Parameter("random_state", None)))["properties"]
    {'rate': {'type': ['number', 'null'], 'default': 0.5, 'description': 'How fast.'}}
    """
    shown = (parameter for parameter in parameters if parameter.name not in OURS)
    return {
        "type": "object",
        "properties": {parameter.name: _property(parameter) for parameter in shown},
        "additionalProperties": False,
    }


def _property(parameter: Parameter) -> dict[str, Any]:
    told = _type(parameter.type)
    if parameter.default is not MARKER:
        default = parameter.default
        told["default"] = list(default) if isinstance(default, tuple) else default
    if parameter.words:
        told["description"] = parameter.words
    return told


def _type(written: ast.expr | None) -> dict[str, Any]:
    """Translate a type as it is written; what JSON has no word for may be anything."""
    if isinstance(written, ast.Name):
        return {"type": NAMES[written.id]} if written.id in NAMES else {}
    if isinstance(written, ast.BinOp):
        return _either(written)
    if isinstance(written, ast.Subscript) and isinstance(written.value, ast.Name):
        return _generic(written.value.id, written.slice)
    return {}


def _either(written: ast.BinOp) -> dict[str, Any]:
    sides = [side for side in _sides(written) if not (isinstance(side, ast.Name) and side.id in OBJECTS)]
    nullable = any(isinstance(side, ast.Constant) and side.value is None for side in sides)
    types = [_type(side) for side in sides if not isinstance(side, ast.Constant)]
    if len(types) == 1:
        told = types[0]
        if nullable and isinstance(told.get("type"), str):
            told["type"] = [told["type"], "null"]
        return told
    if all(set(one) == {"type"} and isinstance(one["type"], str) for one in types):
        return {"type": [one["type"] for one in types] + ["null"] * nullable}
    return {}


def _sides(written: ast.expr) -> list[ast.expr]:
    if isinstance(written, ast.BinOp):
        return [*_sides(written.left), *_sides(written.right)]
    return [written]


def _generic(name: str, inside: ast.expr) -> dict[str, Any]:
    items = list(inside.elts) if isinstance(inside, ast.Tuple) else [inside]
    if name == "Literal":
        return {"enum": [ast.literal_eval(item) for item in items]}
    if name in {"tuple", "list"}:
        told: dict[str, Any] = {"type": "array"}
        endless = name == "list" or (isinstance(items[-1], ast.Constant) and items[-1].value is Ellipsis)
        if items and (endless or len({ast.dump(item) for item in items}) == 1):
            told["items"] = _type(items[0])
        if not endless:
            told |= {"minItems": len(items), "maxItems": len(items)}
        return told
    if name == "dict":
        return {"type": "object", "additionalProperties": _type(items[-1]) or True}
    return {}


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Tell whether a value is of a schema's type; numbers are finite, and truth is no number.

    Examples
    --------
    >>> fits(3, {"type": "number"}), fits(True, {"type": "integer"}), fits("a", {"enum": ["a"]})
    (True, False, True)
    >>> fits([1, "a"], {"type": "array", "items": {"type": "integer"}})
    False
    """
    if "enum" in schema:
        return isinstance(value, str) and value in schema["enum"]
    kinds = schema.get("type")
    if kinds is None:
        return True
    return any(_is(value, kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _is(value: Any, kind: str, schema: dict[str, Any]) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if kind == "array":
        fewest, most = schema.get("minItems", 0), schema.get("maxItems", MOST_ITEMS)
        right = isinstance(value, list | tuple) and fewest <= len(value) <= most
        return right and all(fits(item, schema.get("items", {})) for item in value)
    if kind == "object":
        inside = schema.get("additionalProperties")
        return isinstance(value, dict) and (inside is True or all(fits(one, inside or {}) for one in value.values()))
    return {
        "integer": number and isinstance(value, int),
        "number": number,
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "null": value is None,
    }[kind]
