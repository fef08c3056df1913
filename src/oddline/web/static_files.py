"""Static files: read once, named by their content, kept by browsers for a year, sent compressed."""

from __future__ import annotations

import gzip
import hashlib
import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

__all__ = ["Asset", "Assets", "assets", "module", "static_url"]

FOLDER = Path(__file__).parent / "static"
SHEETS = (
    *("tokens", "base", "layout", "controls", "marks", "table", "findings", "states", "float"),
    *("overview", "drop", "new-scan", "compare", "door", "narrow"),
)
"""The order of the cascade: these become one ``css/oddline.css``, so a page asks for one sheet and not for fourteen."""

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
}
YEAR = "public, max-age=31536000, immutable"
IMPORT = re.compile(rb'^(?:import|export|\}) ?[^"\n(]*"(\.[^"\n]+)";', re.MULTILINE)
"""What a module needs before it begins; what it asks for later, by ``import()``, is not meant."""
STYLE_ID = re.compile(rb'getElementById\("([0-9a-f]{64})"\)')


@dataclass(frozen=True)
class Asset:
    """One file as it goes over the wire, plain and compressed."""

    content: bytes
    kind: str
    tag: str

    @classmethod
    def of(cls, name: str, content: bytes) -> Asset:
        """Take up a file."""
        return cls(content, TYPES[Path(name).suffix], hashlib.sha256(content).hexdigest()[:20])

    @cached_property
    def compressed(self) -> bytes:
        """Compressed when it is first asked for, with no time in it: the same content is the same bytes."""
        return gzip.compress(self.content, 6, mtime=0)


class Assets:
    """An ASGI application under ``/static``: ``/static/DIGEST/js/table.js``.

    The digest is that of all files together. Modules import each other by relative addresses, which so carry it
    too: after an upgrade a page never mixes old and new modules. An address with an old digest is answered with
    the file as it is now, and is not kept.

    Parameters
    ----------
    files
        Content by name.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = {name: Asset.of(name, content) for name, content in files.items()}
        whole = hashlib.sha256("\n".join(f"{name} {one.tag}" for name, one in sorted(self._files.items())).encode())
        self.digest = whole.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Give the address of a file.

        Raises
        ------
        KeyError
            If there is no such file: a page that names one has a mistake.
        """
        if name not in self._files:
            raise KeyError(f"no static file {name!r}")
        return f"/static/{self.digest}/{name}"

    def modules(self, name: str) -> list[str]:
        """List a module and all that it imports, itself first.

        A browser that is told of all at once asks for all at once, and not for one level after another.

        Raises
        ------
        KeyError
            If there is no such module, or one imports what is not there.
        """
        found = [name]
        for one in found:
            for imported in IMPORT.findall(self._files[one].content):
                path = posixpath.normpath(posixpath.join(posixpath.dirname(one), imported.decode()))
                if path not in found:
                    found.append(path)
        return found

    def compress(self) -> None:
        """Compress every file now, and not when it is first asked for."""
        for one in self._files.values():
            _ = one.compressed

    def __contains__(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return name in self._files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = await run_in_threadpool(self.answer, scope)  # Plotly takes a while to compress, the first time
        await answer(scope, receive, send)

    def answer(self, scope: Scope) -> Response:
        """Choose what to send: the file, compressed where that is understood, or that nothing has changed."""
        if scope["method"] not in {"GET", "HEAD"}:
            return PlainTextResponse("read only", status_code=405, headers={"allow": "GET, HEAD"})
        path = str(scope["path"]).removeprefix(scope.get("root_path", "")).lstrip("/")
        digest, _, name = path.partition("/")
        found = self._files.get(name)
        if found is None:
            return PlainTextResponse("no such file", status_code=404, headers={"cache-control": "no-store"})
        asked = Headers(scope=scope)
        packed = "gzip" in asked.get("accept-encoding", "")
        tag = f'"{found.tag}{"-gzip" if packed else ""}"'
        headers = {"etag": tag, "vary": "Accept-Encoding", "content-type": found.kind}
        headers["cache-control"] = YEAR if digest == self.digest else "no-cache"
        if tag in asked.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if packed:
            headers["content-encoding"] = "gzip"
        return Response(found.compressed if packed else found.content, headers=headers)


@cache
def assets() -> Assets:
    """Give the files of this installation, read once a process."""
    files = dict(_own())
    files["css/oddline.css"] = b"\n".join(files.pop(f"css/{sheet}.css") for sheet in SHEETS)
    files.update(_plotly())
    return Assets(files)


def static_url(name: str) -> str:
    """Give the address of a static file, which changes with its content."""
    return assets().url(name)


MAIN = "js/main.js"
"""The module of every page."""


@cache
def module(name: str) -> Markup:
    """Give the elements that start a module, and that tell the browser early what it imports."""
    all_of_it = assets().modules(name)
    known = assets().modules(MAIN) if name != MAIN else []
    early = [f'<link rel="modulepreload" href="{static_url(one)}">' for one in all_of_it[1:] if one not in known]
    return Markup("\n".join([*early, f'<script type="module" src="{static_url(name)}"></script>']))  # noqa: S704 - names of our files


def _own() -> Iterator[tuple[str, bytes]]:
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in TYPES:
            yield path.relative_to(FOLDER).as_posix(), path.read_bytes()


def _plotly() -> Iterator[tuple[str, bytes]]:
    """Take Plotly's script out of the installed package, and tell what it would put into the page by itself.

    The bundle holds MapLibre, which adds a style element as soon as it is loaded, unless there is an element with a
    certain id. Our policy forbids such elements, so ``chart.js`` puts an empty one there first. The id changes with
    each version, so it is looked up.
    """
    spec = find_spec("plotly")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "package_data" / "plotly.min.js"
        if path.is_file():
            script = path.read_bytes()
            ids = sorted({found.decode() for found in STYLE_ID.findall(script)})
            yield "vendor/plotly.min.js", script
            yield "vendor/plotly.js", f"export const styles = {json.dumps(ids)};\n".encode()
