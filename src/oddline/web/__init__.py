"""The web UI: pages rendered from the same acts that the API calls."""

from __future__ import annotations

from typing import Any


def install(app: Any) -> None:
    """Put the pages and the static files on an application."""
    import pkgutil
    from importlib import import_module

    from oddline.web import pages
    from oddline.web.errors import error_page
    from oddline.web.static_files import assets

    app.state.error_page = error_page
    app.mount("/static", assets())
    names = sorted(found.name for found in pkgutil.iter_modules(pages.__path__) if not found.name.startswith("_"))
    for name in names:
        app.include_router(import_module(f"oddline.web.pages.{name}").door.router)


def warm() -> None:
    """Read the templates and compress the static files now, so that nobody's first page waits for that."""
    from oddline.web.environment import environment
    from oddline.web.static_files import assets

    made = environment()
    for name in made.list_templates():
        made.get_template(name)
    assets().compress()
