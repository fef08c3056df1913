"""The one Jinja2 environment of the pages: escapes everything, shows what is hidden, knows the parts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import oddline
from oddline.outputs._hostile import visible
from oddline.web import _filters
from oddline.web.static_files import module, static_url

__all__ = ["environment"]

FOLDER = Path(__file__).parent


@cache
def environment() -> Environment:
    r"""Give the environment; ``ui`` in it holds every macro of ``parts/``.

    Examples
    --------
    >>> environment().from_string("{{ ui.score(97.4) }}").render()
    '<span class="score score-9">97</span>'
    >>> environment().from_string("{{ line }}").render(line="<b>" + chr(0x202E))
    '&lt;b&gt;\\u202e'
    """
    made = Environment(
        loader=FileSystemLoader([FOLDER / "templates", FOLDER / "parts"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters.update({name: getattr(_filters, name) for name in _filters.__all__})
    parts = SimpleNamespace()
    made.globals.update(static_url=static_url, module=module, ui=parts, version=oddline.__version__)
    for path in sorted((FOLDER / "parts").glob("*.html.j2")):
        _collect(made, path.name, parts)
    return made


def _collect(made: Environment, name: str, parts: SimpleNamespace) -> None:
    """Take up the macros of one file; one that begins with ``_`` is the file's own."""
    for word, value in vars(made.get_template(name).module).items():
        if not word.startswith("_"):
            if hasattr(parts, word):
                raise ValueError(f"parts/{name}: there is another macro {word}")
            setattr(parts, word, value)


def _shown(value: Any) -> Any:
    """Let no text onto the page but through here: every unseen character is made visible."""
    return visible(value) if type(value) is str else value  # markup of our own is a subclass of str
