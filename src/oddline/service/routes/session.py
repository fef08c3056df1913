"""Sign in, sign out, and who am I."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Request, Response

from oddline.service.acts import session as acts
from oddline.service.asker import COOKIE, Asker, address_of
from oddline.service.context import Service
from oddline.service.door import AnyDesk, Door, OpenDesk
from oddline.service.schemas.session import Me, SignIn

door = Door("", "session")


@door.post("/session", access="public", status_code=204)
def sign_in(
    desk: OpenDesk, body: SignIn, request: Request, answer: Response, user_agent: Annotated[str, Header()] = ""
) -> None:
    """Sign in; the answer sets the session's cookie."""
    secret = acts.sign_in(desk, body.email, body.password, address=address_of(request), agent=user_agent)
    set_cookie(answer, desk.service, secret)


@door.delete("/session", access="signed-in", status_code=204)
def sign_out(desk: AnyDesk, answer: Response) -> None:
    """Sign out."""
    acts.sign_out(desk)
    answer.delete_cookie(COOKIE)


@door.get("/me", access="signed-in")
def me(desk: AnyDesk) -> Me:
    """Tell who is signed in, where, as what."""
    return shown(desk.asker)


def shown(asker: Asker) -> Me:
    """Put an asker into words."""
    return Me(
        id=asker.user_id,
        name=asker.name,
        email=asker.email,
        administrator=asker.administrator,
        workspace=asker.workspace,
        workspace_name=asker.workspace_name,
        role=asker.role,
        form_key=asker.form_key,
    )


def set_cookie(answer: Response, service: Service, secret: str) -> None:
    """Put a session's secret where no script can read it and no other site can send it."""
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=service.settings.session_days * 86_400,
        httponly=True,
        samesite="lax",
        secure=service.settings.cookies_are_secure,
    )
