"""Registration: an account by invitation, or by oneself where that is open; and joining a further workspace."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from oddline.service.acts import registration
from oddline.service.door import AnyDesk, Door
from oddline.service.errors import Refusal
from oddline.service.people import links
from oddline.service.people.visit import Visit, Visiting
from oddline.service.schemas.people import Register
from oddline.web.pages._entering import blame, let_in
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)


@door.get("/registration", access="public")
def register_page(visit: Visiting, request: Request, key: str = "") -> Response:
    """Ask for name, address and password; whoever has an account is asked whether to join."""
    return _page(visit, request, key)


@door.post("/registration", access="public")
def register(
    visit: Visiting,
    request: Request,
    key: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Make the account, and go in."""
    try:
        body = Register(name=name, email=email, password=password, key=key or None)
        return let_in(visit, registration.register(visit, body), "/")
    except (Refusal, ValidationError) as error:
        told = blame(error)
    errors, words = told.errors, told.error or told.errors.get("key", "")
    given = {"name": name, "email": email, "errors": errors, "error": words}
    return _page(visit, request, key, status=told.status, headers=told.headers, **given)


@door.post("/registration/join", access="signed-in")
def join(desk: AnyDesk, key: Annotated[str, Form()] = "") -> Response:
    """Join another workspace by an invitation, and go there."""
    registration.accept(desk, key)
    return RedirectResponse("/", status_code=303)


def _page(visit: Visit, request: Request, key: str, **given: Any) -> Response:
    with visit.reading() as desk:
        offered = registration.shown(desk, key or None)
        if key and offered.invitation is None:
            links.find(desk.db, "member", key)  # says in words what is wrong with the link
    invited = offered.invitation
    asker = visit.asker
    return render(
        request,
        "registration.html.j2",
        **{"email": (invited.email if invited else None) or ""} | given,
        key=key,
        mode=offered.mode,
        sso_name=offered.oidc,
        invited=invited,
        asker=asker,
        closed=offered.mode == "off" or (offered.mode == "invitation" and invited is None),
    )
