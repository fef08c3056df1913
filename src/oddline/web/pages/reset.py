"""A new password, by a link of an administrator that works once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response

from oddline.service.acts import users
from oddline.service.door import Door
from oddline.service.errors import Refusal
from oddline.service.people import links
from oddline.service.people.visit import Visiting
from oddline.web.pages._entering import blame, let_in
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)


@door.get("/reset", access="public")
def reset_page(visit: Visiting, request: Request, key: str = "") -> Response:
    """Ask for the new password, if the link holds."""
    with visit.reading() as desk:
        links.find(desk.db, "reset", key)
    return render(request, "reset.html.j2", key=key, errors={}, error="")


@door.post("/reset", access="public")
def reset(
    visit: Visiting,
    request: Request,
    key: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Set it, and go in."""
    try:
        return let_in(visit, users.reset(visit, key, password), "/")
    except Refusal as error:
        told = blame(error)
    return render(request, "reset.html.j2", status=told.status, key=key, errors=told.errors, error=told.error)
