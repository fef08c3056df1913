"""Single sign-on by OpenID Connect."""

from __future__ import annotations

import base64
import json
from typing import Annotated

from fastapi import Cookie, Query
from fastapi.responses import RedirectResponse

from oddline.service.acts import oidc as acts
from oddline.service.acts.oidc import NotLetIn
from oddline.service.context import Service
from oddline.service.door import Door, Serving
from oddline.service.people.cookie import set_cookie
from oddline.service.people.oidc import Flow, local_path
from oddline.service.people.secrets import new_secret
from oddline.service.people.visit import Visiting

door = Door("/session/oidc", "session")
COOKIE, PATH, SECONDS = "oddline_oidc", "/api/v1/session/oidc", 600
Short = Annotated[str, Query(max_length=2048)]


@door.get("", access="public", status_code=303, response_class=RedirectResponse)
def begin(service: Serving, next: Short = "/", key: Annotated[str, Query(max_length=200)] = "") -> RedirectResponse:  # noqa: A002
    """Go to the issuer to sign in; `key` is that of an invitation."""
    flow = Flow(new_secret())
    try:
        answer = RedirectResponse(acts.begin(service, flow), status_code=303)
    except NotLetIn as refused:
        return _sorry(refused.code)
    kept = base64.urlsafe_b64encode(json.dumps([flow.secret, local_path(next), key]).encode()).decode()
    secure = service.settings.cookies_are_secure
    answer.set_cookie(COOKIE, kept, max_age=SECONDS, path=PATH, httponly=True, samesite="lax", secure=secure)
    return answer


@door.get("/callback", access="public", status_code=303, response_class=RedirectResponse)
def finish(
    visit: Visiting,
    code: Short = "",
    state: Short = "",
    oddline_oidc: Annotated[str | None, Cookie(include_in_schema=False)] = None,
) -> RedirectResponse:
    """Come back from the issuer; signs in."""
    flow, after, key = _kept(oddline_oidc)
    try:
        secret = acts.finish(visit, flow, code=code, state=state, key=key or None)
    except NotLetIn as refused:
        return _forget(_sorry(refused.code), visit.service)
    answer = RedirectResponse(after, status_code=303)
    set_cookie(answer, visit.service, secret)
    return _forget(answer, visit.service)


def _kept(cookie: str | None) -> tuple[Flow | None, str, str]:
    """Read our cookie; whatever else is in there is no flow of ours."""
    try:
        secret, after, key = json.loads(base64.urlsafe_b64decode(cookie or ""))
        return Flow(str(secret)), local_path(str(after)), str(key)
    except (ValueError, TypeError):
        return None, "/", ""


def _sorry(code: str) -> RedirectResponse:
    return RedirectResponse(f"/signin?error={code}", status_code=303)


def _forget(answer: RedirectResponse, service: Service) -> RedirectResponse:
    """Drop the cookie: a flow is gone through once."""
    secure = service.settings.cookies_are_secure
    answer.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax", secure=secure)
    return answer
