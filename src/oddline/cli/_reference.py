"""The page of a plug-in, read from its source text: nothing is imported to show it."""

from __future__ import annotations

import ast
import tomllib

from oddline.core.folder import Plugin


def page(plugin: Plugin) -> str:
    r"""Give the reference page of a plug-in as Markdown.

    Examples
    --------
    >>> from oddline.core.folder import find
    >>> print(page(find("windows", "line")).split("\n")[0])
    # line
    """
    if plugin.path is None:
        return f"# {plugin.name}\n\n{plugin.summary}\n"
    text = plugin.path.read_text(encoding="utf-8")
    body = _of_toml(text) if plugin.path.suffix == ".toml" else _of_python(text)
    return f"# {plugin.name}\n\n{body.strip()}\n"


def _of_toml(text: str) -> str:
    told = tomllib.loads(text)
    samples = "\n".join(sample["line"] for sample in told.get("sample", []))
    return f"{told.get('summary', '')}\n\nLines like these:\n\n```text\n{samples}\n```\n"


def _of_python(text: str) -> str:
    tree = ast.parse(text)
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))
    pages = (f"## {node.name}({_parameters(node)})\n\n{ast.get_docstring(node) or ''}" for node in classes)
    return "\n\n".join([ast.get_docstring(tree) or "", *pages])


def _parameters(node: ast.ClassDef) -> str:
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            arguments = item.args
            arguments.args = arguments.args[1:]
            return ast.unparse(arguments)
    return ""
