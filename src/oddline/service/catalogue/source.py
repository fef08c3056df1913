"""A plug-in's class as its source text tells it: its constructor, its class attributes, its documentation.

Read and not imported: importing all detectors takes seconds and a hundred megabytes, in a process that has to answer.
What other packages bring is imported, for their text may be anywhere.
"""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from oddline.core.folder import ROOT, Plugin, load
from oddline.core.source import expression_of, tree_of

__all__ = ["Parameter", "Read", "read"]

MARKER = object()
"""Stands for a default that is no constant."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a constructor: its type as it is written, its default, its words."""

    name: str
    type: ast.expr | None
    default: Any = None
    words: str = ""


@dataclass(frozen=True)
class Read:
    """A class: what it is called, its words, its parameters, and its constant class attributes with those it inherits.

    ``derived`` are attributes that it works out from its parameters.
    """

    name: str
    words: str
    parameters: tuple[Parameter, ...]
    attributes: dict[str, Any] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()


@cache
def read(plugin: Plugin) -> Read:
    """Read the class of a plug-in.

    Examples
    --------
    >>> from oddline.core.folder import find
    >>> told = read(find("detectors", "isolation_forest"))
    >>> told.name, [parameter.name for parameter in told.parameters][:1], told.attributes["consumes"]
    ('IsolationForest', ['n_estimators'], 'table')
    """
    if plugin.path is None:
        return _imported(plugin)
    if plugin.path.suffix != ".py":
        return Read(plugin.name, "", ())
    tree = _tree(plugin.path)
    name = next((names[0] for names in _exported(tree) if names), "")
    node = _classes(tree)[name]
    attributes, derived = _attributes(tree, node)
    return Read(name, _prose(ast.get_docstring(node) or ""), _parameters(tree, node), attributes, frozenset(derived))


@cache
def _tree(path: Path) -> ast.Module:
    return tree_of(path.read_text(encoding="utf-8"))


def _exported(tree: ast.Module) -> list[list[str]]:
    assigned = (node for node in tree.body if isinstance(node, ast.Assign))
    return [
        ast.literal_eval(node.value)
        for node in assigned
        if isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"
    ]


def _classes(tree: ast.Module) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _bases(tree: ast.Module, node: ast.ClassDef) -> list[tuple[ast.Module, ast.ClassDef]]:
    """Find the bases that are ours: in the same file, or imported from another of ours."""
    found = []
    for base in node.bases:
        name = base.id if isinstance(base, ast.Name) else ""
        home = tree if name in _classes(tree) else _home(tree, name)
        if home is not None and name in _classes(home):
            found.append((home, _classes(home)[name]))
    return found


def _home(tree: ast.Module, name: str) -> ast.Module | None:
    for node in tree.body:
        imported = isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names)
        if imported and isinstance(node, ast.ImportFrom) and (node.module or "").startswith("oddline."):
            path = ROOT.joinpath(*str(node.module).split(".")[1:]).with_suffix(".py")
            return _tree(path) if path.is_file() else None
    return None


def _attributes(tree: ast.Module, node: ast.ClassDef) -> tuple[dict[str, Any], set[str]]:
    attributes: dict[str, Any] = {}
    derived: set[str] = set()
    for home, base in reversed(_bases(tree, node)):
        inherited, worked_out = _attributes(home, base)
        attributes |= inherited
        derived |= worked_out
    for item in node.body:
        name, value = _assigned(item)
        if name and value is not None:
            attributes[name] = _constant(value)
            derived.discard(name)
        elif isinstance(item, ast.FunctionDef) and any(_is_property(one) for one in item.decorator_list):
            derived.add(item.name)
    return attributes, derived


def _assigned(item: ast.stmt) -> tuple[str, ast.expr | None]:
    if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
        return item.target.id, item.value
    if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
        return item.targets[0].id, item.value
    return "", None


def _is_property(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id == "property"


def _constant(value: ast.expr) -> Any:
    try:
        return ast.literal_eval(value)
    except ValueError:
        return MARKER


def _parameters(tree: ast.Module, node: ast.ClassDef) -> tuple[Parameter, ...]:
    words = _documented(ast.get_docstring(node) or "")
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            arguments = item.args
            taken = [*arguments.posonlyargs, *arguments.args][1:]
            defaults = [None] * (len(taken) - len(arguments.defaults)) + [_constant(one) for one in arguments.defaults]
            pairs = zip(taken, defaults, strict=True)
            return tuple(Parameter(one.arg, one.annotation, value, words.get(one.arg, "")) for one, value in pairs)
    for home, base in _bases(tree, node):
        if inherited := _parameters(home, base):
            return inherited
    return ()


def _documented(docstring: str) -> dict[str, str]:
    """Read the section of parameters, as numpydoc has it: names, and indented words below."""
    section = re.search(r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", docstring, re.MULTILINE | re.DOTALL)
    words: dict[str, str] = {}
    names: list[str] = []
    for line in section[1].splitlines() if section else ():
        if line and not line[0].isspace():
            names = [name.strip() for name in line.partition(" : ")[0].split(",")]
        else:
            words |= {name: f"{words.get(name, '')} {line.strip()}".strip() for name in names}
    return words


def _prose(docstring: str) -> str:
    """Give the text before the first section."""
    return re.split(r"^\S.*\n-{3,}\n", docstring, maxsplit=1, flags=re.MULTILINE)[0].strip()


def _imported(plugin: Plugin) -> Read:
    cls = load(plugin.room, plugin.name)
    docstring = inspect.getdoc(cls) or ""
    words = _documented(docstring)
    parameters = tuple(
        Parameter(
            name,
            expression_of(str(one.annotation)) if isinstance(one.annotation, str) else None,
            None if one.default is one.empty else one.default,
            words.get(name, ""),
        )
        for name, one in inspect.signature(cls).parameters.items()
    )
    told = {name: getattr(cls, name, None) for name in ("consumes", "online", "supervised", "needs", "feature")}
    derived = frozenset(name for name, value in told.items() if isinstance(value, property))
    return Read(cls.__name__, _prose(docstring), parameters, {**told}, derived)
