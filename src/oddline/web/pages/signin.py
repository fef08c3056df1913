"""Sign-in: an e-mail address and a password, then on to where one wanted to go; and signing out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from oddline.service.acts import registration, session
from oddline.service.acts.oidc import REASONS
from oddline.service.door import AnyDesk, Door
from oddline.service.errors import Refusal
from oddline.service.people.cookie import drop_cookie
from oddline.service.people.visit import Visit, Visiting
from oddline.web.pages._entering import Blame, blame, let_in, own_path
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
ELSEWHERE = "The single sign-on did not work. Try again, or ask an administrator of this server."


@door.get("/signin", access="public")
def sign_in_page(
    visit: Visiting,
    request: Request,
    wanted: Annotated[str, Query(alias="next")] = "/",
    error: str = "",
) -> Response:
    """Ask who it is; whoever is known goes on."""
    if visit.asker is not None:
        return RedirectResponse(own_path(wanted), status_code=303)
    return _page(visit, request, wanted, told=Blame(error=REASONS.get(error, ELSEWHERE) if error else "", status=200))


@door.post("/signin", access="public")
def sign_in(
    visit: Visiting,
    request: Request,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Let in, or say why not; what was written stays in the form, but for the password."""
    try:
        return let_in(visit, session.sign_in(visit, email, password), wanted)
    except Refusal as error:
        return _page(visit, request, wanted, email=email, told=blame(error))


def _page(visit: Visit, request: Request, wanted: str, *, email: str = "", told: Blame) -> Response:
    with visit.reading() as desk:
        offered = registration.shown(desk, None)
    return render(
        request,
        "signin.html.j2",
        status=told.status,
        headers=told.headers,
        email=email,
        error=told.error,
        next=own_path(wanted),
        sso_name=offered.oidc,
        registration=offered.mode,
        set_up=offered.set_up,
    )


@door.post("/signout", access="signed-in")
def sign_out(desk: AnyDesk) -> Response:
    """End the session, here only."""
    session.sign_out(desk)
    answer = RedirectResponse("/signin", status_code=303)
    drop_cookie(answer, desk.service)
    return answer


@door.post("/workspace", access="signed-in")
def work_in(
    desk: AnyDesk,
    slug: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Work in another workspace from now on."""
    session.choose(desk, slug)
    return RedirectResponse(own_path(wanted), status_code=303)
