"""Set-up: from the link of the first start to the first administrator and the first workspace."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response
from pydantic import ValidationError

from oddline.service.acts import setup
from oddline.service.door import Door
from oddline.service.errors import Conflict, Refusal
from oddline.service.people import links
from oddline.service.people.visit import Visiting
from oddline.service.schemas.people import SetUp
from oddline.web.pages._entering import blame, let_in
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)


@door.get("/setup", access="public")
def set_up_page(visit: Visiting, request: Request, key: str = "") -> Response:
    """Ask for the first administrator, if the link holds."""
    if not setup.needed(visit.service):
        raise Conflict("this server is set up", hint="sign in; an administrator can invite you")
    with visit.reading() as desk:
        links.find(desk.db, "setup", key)
    return render(request, "setup.html.j2", key=key)


@door.post("/setup", access="public")
def set_up(
    visit: Visiting,
    request: Request,
    key: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    workspace: Annotated[str, Form()] = "",
) -> Response:
    """Make the administrator and the workspace, and go in."""
    try:
        body = SetUp(key=key, name=name, email=email, password=password, workspace=workspace)
        return let_in(visit, setup.make(visit, body), "/")
    except (Refusal, ValidationError) as error:
        told = blame(error)
    return render(
        request,
        "setup.html.j2",
        status=told.status,
        key=key,
        name=name,
        email=email,
        workspace=workspace,
        errors=told.errors,
        error=told.error or told.errors.get("key", ""),
    )
