"""Sign in, sign out, and who am I."""

from __future__ import annotations

from fastapi import Response

from oddline.service.acts import me as own
from oddline.service.acts import session as acts
from oddline.service.door import AnyDesk, Door
from oddline.service.paging import Page
from oddline.service.people.cookie import drop_cookie, set_cookie
from oddline.service.people.visit import Visiting
from oddline.service.schemas.session import ChooseWorkspace, Me, MeChange, PasswordChange, SessionShown, SignIn

door = Door("", "session")


@door.post("/session", access="public", status_code=204)
def sign_in(visit: Visiting, body: SignIn, answer: Response) -> None:
    """Sign in; the answer sets the session's cookie."""
    set_cookie(answer, visit.service, acts.sign_in(visit, body.email, body.password))


@door.get("/session", access="signed-in")
def current(desk: AnyDesk) -> SessionShown:
    """Show the session that asks."""
    return acts.current(desk)


@door.delete("/session", access="signed-in", status_code=204)
def sign_out(desk: AnyDesk, answer: Response) -> None:
    """Sign out."""
    acts.sign_out(desk)
    drop_cookie(answer, desk.service)


@door.post("/session/workspace", access="signed-in")
def choose(desk: AnyDesk, body: ChooseWorkspace) -> dict[str, str]:
    """Work in another workspace from now on."""
    acts.choose(desk, body.workspace)
    return {"workspace": body.workspace}


@door.get("/sessions", access="signed-in")
def sessions(desk: AnyDesk) -> Page[SessionShown]:
    """List the browsers in which one is signed in."""
    items = acts.listed(desk)
    return Page[SessionShown](items=items, total=len(items))


@door.delete("/sessions", access="signed-in", status_code=204)
def end_others(desk: AnyDesk) -> None:
    """Sign out everywhere else."""
    acts.end_others(desk)


@door.delete("/sessions/{session}", access="signed-in", status_code=204)
def end(desk: AnyDesk, session: str) -> None:
    """Sign out somewhere else."""
    acts.end(desk, session)


@door.get("/me", access="signed-in")
def me(desk: AnyDesk) -> Me:
    """Tell who is signed in, where, as what."""
    return own.shown(desk)


@door.patch("/me", access="signed-in")
def change_me(desk: AnyDesk, body: MeChange) -> Me:
    """Change one's name and preferences."""
    own.change(desk, body)
    return own.shown(desk)


@door.post("/me/password", access="signed-in", status_code=204)
def new_password(visit: Visiting, body: PasswordChange) -> None:
    """Set a new password; all other sessions end."""
    own.new_password(visit, body)
