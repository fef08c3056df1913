"""Requests that are sent again where that is safe, and answers made into values or errors."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar
from uuid import uuid4

from oddline.client.problems import ServiceDown, problem_from
from oddline.core.optional import need

if TYPE_CHECKING:
    import httpx2
    from pydantic import BaseModel

__all__ = ["ROOT", "Wire"]

ROOT = "/api/v1"
AGAIN = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may do: nothing was done."""

LONGEST_WAIT = 30.0
PIECE = 1 << 20

Made = TypeVar("Made", bound="BaseModel")


class Wire:
    """A connection: what is asked goes out, what is answered comes back typed.

    Parameters
    ----------
    http
        The HTTP client, with base address and headers.
    retries
        How often a request is sent again after it failed on the way, or was put off.
    pause
        Seconds before the first time; each further pause is twice as long, and drawn.
    """

    def __init__(self, http: httpx2.Client, *, retries: int = 5, pause: float = 0.25) -> None:
        self.http, self.retries, self.pause = http, retries, pause

    def ask(self, method: str, path: str, *, again: bool = True, **more: Any) -> httpx2.Response:
        """Send a request, and give its answer.

        Raises
        ------
        ServiceProblem
            If the service refuses it, or cannot be reached.
        """
        httpx = need("httpx2", extra="client")
        headers = dict(more.pop("headers", None) or {})
        if method == "POST":  # sent again with the same key, it is done once
            headers.setdefault("Idempotency-Key", uuid4().hex)
        params = wired(more.pop("params", None))
        for attempt in range(self.retries + 1):
            last = attempt == self.retries or not again
            try:
                answer: httpx2.Response = self.http.request(method, ROOT + path, headers=headers, params=params, **more)
            except httpx.TransportError as error:
                if last:
                    raise unreachable(error) from error
                self.wait(attempt)
                continue
            if answer.status_code in AGAIN and not last:
                self.wait(attempt, answer.headers.get("retry-after", ""))
                continue
            if answer.is_error:
                raise problem_from(answer.status_code, _members(answer))
            return answer
        raise AssertionError("the last attempt answers or raises")

    def wait(self, attempt: int, told: str = "") -> None:
        """Wait as long as the service asks for, or a little longer each time."""
        drawn = self.pause * 2**attempt * random.uniform(0.5, 1.0)  # noqa: S311 - a pause is no secret
        time.sleep(min(LONGEST_WAIT, max(drawn, float(told) if told.isdigit() else 0.0)))

    def get(self, made: type[Made], path: str, /, **params: Any) -> Made:
        """Read one thing."""
        return made.model_validate_json(self.ask("GET", path, params=params).content)

    def send(self, kind: type[Made], method: str, path: str, body: Mapping[str, Any] | None = None) -> Made:
        """Send JSON, and give what is answered."""
        content: dict[str, Any] = {} if body is None else {"json": dict(body)}
        return kind.model_validate_json(self.ask(method, path, **content).content)

    def each(self, made: type[Made], path: str, /, **params: Any) -> Iterator[Made]:
        """Give all items of a list, page by page, as they are wanted."""
        cursor: str | None = None
        while True:
            page = self.ask("GET", path, params=params | {"cursor": cursor}).json()
            yield from map(made.model_validate, page["items"])
            cursor = page.get("next")
            if cursor is None:
                return

    def save(self, path: str, target: str | Path | BinaryIO, /, **params: Any) -> int:
        """Stream an answer into a file, and tell how many bytes it has; a file that breaks off is not left there."""
        if not isinstance(target, str | Path):
            return self._pour(path, target, params)
        unfinished = Path(f"{target}.part")
        try:
            with unfinished.open("wb") as file:
                size = self._pour(path, file, params)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        return size

    def _pour(self, path: str, file: BinaryIO, params: dict[str, Any]) -> int:
        size = 0
        with self.streamed(path, params) as answer:
            for piece in answer.iter_bytes(PIECE):
                size += file.write(piece)
        return size

    @contextmanager
    def streamed(self, path: str, params: Mapping[str, Any], **more: Any) -> Iterator[httpx2.Response]:
        """Open an answer that is read as it comes."""
        httpx = need("httpx2", extra="client")
        try:
            with self.http.stream("GET", ROOT + path, params=wired(params), **more) as answer:
                if answer.is_error:
                    answer.read()
                    raise problem_from(answer.status_code, _members(answer))
                yield answer
        except httpx.TransportError as error:
            raise unreachable(error) from error


def unreachable(error: Exception) -> ServiceDown:
    """Make the error for a service that does not answer."""
    return ServiceDown(503, {"title": f"the service cannot be reached ({error})", "hint": "is the address right?"})


def wired(params: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    """Write parameters as the service reads them: what is None is left out, a list is repeated.

    Examples
    --------
    >>> wired({"q": None, "anomalies": True, "severity": ["high", "critical"], "limit": 5})
    [('anomalies', 'true'), ('severity', 'high'), ('severity', 'critical'), ('limit', '5')]
    """
    pairs: list[tuple[str, Any]] = []
    for name, value in (params or {}).items():
        values = value if isinstance(value, list | tuple | set | frozenset) else [value]
        pairs += [(name, _written(one)) for one in values if one is not None]
    return pairs


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _members(answer: httpx2.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"title": f"the service answered {answer.status_code}"}
