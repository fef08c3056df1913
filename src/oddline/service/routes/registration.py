"""How people come in: the first set-up, registration, a new password."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from oddline.service.acts import registration, setup, users
from oddline.service.door import Door, OpenDesk
from oddline.service.people.cookie import set_cookie
from oddline.service.people.visit import Visiting
from oddline.service.schemas.people import Register, Registration, Reset, SetUp

door = Door("", "registration")


@door.post("/setup", access="public", status_code=204)
def set_up(visit: Visiting, body: SetUp, answer: Response) -> None:
    """Make the first administrator and workspace, by the link that the first start prints; signs in."""
    set_cookie(answer, visit.service, setup.make(visit, body))


@door.get("/registration", access="public")
def shown(desk: OpenDesk, key: Annotated[str | None, Query(max_length=200)] = None) -> Registration:
    """Tell who may register, and what an invitation is to."""
    return registration.shown(desk, key)


@door.post("/registration", access="public", status_code=204)
def register(visit: Visiting, body: Register, answer: Response) -> None:
    """Make an account; signs in."""
    set_cookie(answer, visit.service, registration.register(visit, body))


@door.post("/reset", access="public", status_code=204)
def reset(visit: Visiting, body: Reset, answer: Response) -> None:
    """Set a new password by a link of an administrator; signs in, and ends all other sessions."""
    set_cookie(answer, visit.service, users.reset(visit, body.key, body.password))
