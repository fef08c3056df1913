"""How people get an account: by themselves if that is open, or by invitation."""

from __future__ import annotations

from typing import Any

from oddline.service.acts import options
from oddline.service.acts import session as sessions
from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.db.tables import Invitation, User, Workspace
from oddline.service.door import Desk
from oddline.service.errors import Conflict, Forbidden, Refusal
from oddline.service.people import links, passwords
from oddline.service.people.accounts import by_email, join, make_user, make_workspace
from oddline.service.people.pace import source
from oddline.service.people.visit import Visit
from oddline.service.schemas.people import Invited, Register, Registration

__all__ = ["accept", "refuse_other", "register", "shown", "welcome"]


def shown(desk: Desk[Any], key: str | None) -> Registration:
    """Tell who may register, and what a link invites to; a link that does not hold invites to nothing."""
    from oddline.service.acts import setup

    settings = desk.service.settings
    try:
        link = links.find(desk.db, "member", key) if key else None
    except Refusal:
        link = None
    return Registration(
        mode=options.current(desk.db, settings).registration,
        set_up=not setup.needed(desk.service),
        oidc=settings.oidc_name if settings.oidc_issuer else None,
        invitation=_invited(desk, link) if link else None,
    )


def _invited(desk: Desk[Any], link: Invitation) -> Invited:
    return Invited(workspace=desk.db.get_one(Workspace, link.workspace_id).name, role=link.role, email=link.email)


def register(visit: Visit, body: Register) -> str:
    """Make an account, and give the secret of its session.

    With a link one joins the workspace that it is to. Without one, where registration is open, one gets a workspace of
    one's own: a stranger sees nothing of anybody's until somebody lets them in.

    Raises
    ------
    Forbidden
        If registration is closed, or the link does not hold, or is for somebody else.
    Conflict
        If the address has an account.
    TooMany
        If too many were tried from here.
    """
    keys, allowed = (f"registration {source(visit.address)}",), visit.service.settings.limits.sign_ins_per_quarter_hour
    visit.service.pace.attempt(keys, allowed)
    with visit.reading() as desk:
        _check(desk, body)
    kept = passwords.hashed(body.password)
    with visit.writing() as desk:
        link = _check(desk, body, hold=True)
        if link:  # a whole team may come by invitation in a minute; strangers may not
            visit.service.pace.forgive(keys, allowed)
        user = make_user(desk.db, name=body.name, email=body.email, password=kept)
        return sessions.begin(desk, visit, user, how="registration", workspace_id=welcome(desk, user, link))


def _check(desk: Desk[Any], body: Register, *, hold: bool = False) -> Invitation | None:
    mode = options.current(desk.db, desk.service.settings).registration
    if mode == "off":
        raise Forbidden("nobody can register here", hint="ask an administrator of this server")
    if body.key is None and mode != "open":
        raise Forbidden("one registers here by invitation", hint="ask an administrator of your workspace for a link")
    link = links.find(desk.db, "member", body.key, hold=hold) if body.key else None
    if link:
        refuse_other(link, body.email)
    if by_email(desk.db, body.email):
        raise Conflict("this e-mail address has an account already", hint="sign in", field="email")
    return link


def refuse_other(link: Invitation, email: str) -> None:
    """Refuse a link that was made for another address.

    Raises
    ------
    Forbidden
        If it was.
    """
    if link.email and link.email != email:
        raise Forbidden("this invitation is for another e-mail address", field="email")


def welcome(desk: Desk[Any], user: User, link: Invitation | None) -> str:
    """Let a new person into the workspace of a link, or into one of their own; give its id."""
    if link is None:
        place, role = make_workspace(desk.db, f"{user.name}'s workspace").id, "admin"
    else:
        links.take(link, user)
        place, role = str(link.workspace_id), link.role
    join(desk.db, user, place, role)
    note(desk, "user.register", user.id, by=user, workspace=place, role=role, invitation=link.id if link else None)
    return place


def accept(desk: Desk[Asker], key: str) -> None:
    """Join another workspace by an invitation, and work there from now on.

    Raises
    ------
    Forbidden
        If the link does not hold, or is for somebody else.
    """
    sessions.person(desk)
    link = links.find(desk.db, "member", key, hold=True)
    refuse_other(link, desk.asker.email)
    user = desk.db.get_one(User, desk.asker.user_id)
    links.take(link, user)
    place = desk.db.get_one(Workspace, link.workspace_id)
    join(desk.db, user, place.id, link.role)
    note(desk, "invitation.accept", link.id, workspace=place.id, role=link.role)
    sessions.choose(desk, place.slug)
