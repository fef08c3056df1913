"""A request whose act needs several short transactions: it checks a password, or leaves a trace though it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from oddline.service.asker import COOKIE, Asker, address_of
from oddline.service.context import Service
from oddline.service.door import Desk, Serving, Visitor

__all__ = ["Visit", "Visiting"]


@dataclass(frozen=True)
class Visit:
    """Who comes, from where, with which browser and which cookie."""

    service: Service
    asker: Asker | None
    address: str
    agent: str = ""
    cookie: str | None = None

    @contextmanager
    def reading(self) -> Iterator[Desk[Any]]:
        """Give a desk for reading."""
        with self.service.reading() as db:
            yield Desk(self.service, db, self.asker, self.address)

    @contextmanager
    def writing(self) -> Iterator[Desk[Any]]:
        """Give a desk for writing; what it did is committed in the end."""
        with self.service.writing() as db:
            yield Desk(self.service, db, self.asker, self.address)


def _visit(request: Request, service: Serving, asker: Visitor) -> Visit:
    agent = request.headers.get("user-agent", "")
    return Visit(service, asker, address_of(request), agent, request.cookies.get(COOKIE))


Visiting = Annotated[Visit, Depends(_visit)]
