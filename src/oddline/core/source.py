"""Source text as a tree, made for one thread at a time."""

from __future__ import annotations

import ast
from threading import Lock

__all__ = ["expression_of", "tree_of"]

_ONE = Lock()


def tree_of(text: str) -> ast.Module:
    """Parse Python text.

    CPython 3.11 counts how deep it is in a tree for all threads together: two that parse at once may fail with
    ``SystemError: AST constructor recursion depth mismatch``. Fifty clients that ask a fresh server for its
    detectors did.

    Examples
    --------
    >>> ast.get_docstring(tree_of('"A module."'))
    'A module.'
    """
    with _ONE:
        return ast.parse(text)


def expression_of(text: str) -> ast.expr:
    """Parse one expression, such as an annotation.

    Examples
    --------
    >>> ast.unparse(expression_of("float|None"))
    'float | None'
    """
    with _ONE:
        return ast.parse(text, mode="eval").body
