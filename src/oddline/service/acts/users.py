"""The people of the whole server, for its administrators: shutting out, promoting, a link for a new password."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from oddline.service.acts import session as sessions
from oddline.service.acts.audit import note
from oddline.service.acts.members import named
from oddline.service.asker import Asker
from oddline.service.db.tables import Member, User, Workspace
from oddline.service.door import Desk
from oddline.service.errors import Conflict, Forbidden, NotFound
from oddline.service.paging import page_of
from oddline.service.people import links, passwords
from oddline.service.people.visit import Visit
from oddline.service.schemas.people import ResetLink
from oddline.service.schemas.session import OwnPlace
from oddline.service.schemas.users import ChangeUser, UserShown

__all__ = ["change", "listed", "reset", "reset_link"]


def listed(desk: Desk[Asker], q: str, cursor: str | None, limit: int) -> dict[str, Any]:
    """List people, the newest first."""
    return page_of(desk.db, named(select(User), q), User.id, cursor, limit, lambda user: _shown(desk, user))


def change(desk: Desk[Asker], user_id: str, body: ChangeUser) -> UserShown:
    """Shut somebody out or let them in again; make them an administrator, or no longer.

    Raises
    ------
    Conflict
        If nobody would administer the server any more.
    """
    user = _user(desk, user_id)
    wanted = body.model_dump(exclude_none=True)
    before = {name: getattr(user, name) for name in wanted}
    if wanted == before:
        return _shown(desk, user)
    if user.administrator and user.active and False in wanted.values():
        _keep_an_administrator(desk, user)
    for name, value in wanted.items():
        setattr(user, name, value)
    ended = 0 if user.active else sessions.end_all(desk, user.id)
    note(desk, "user.change", user.id, before=before, after=wanted, sessions_ended=ended)
    return _shown(desk, user)


def _keep_an_administrator(desk: Desk[Asker], user: User) -> None:
    query = select(User.id).where(User.administrator.is_(True), User.active.is_(True)).order_by(User.id)
    left = set(desk.db.scalars(query.with_for_update())) - {user.id}  # held: two cannot demote each other
    if not left:
        raise Conflict("this is the last administrator of the server", hint="make somebody else administrator first")


def reset_link(desk: Desk[Asker], user_id: str) -> ResetLink:
    """Make a link by which somebody sets a new password; it works once, for a day."""
    user = _user(desk, user_id)
    link, key = links.make(desk.db, "reset", user_id=user.id, made_by=desk.asker.user_id, days=1)
    note(desk, "user.reset_link", user.id)
    return ResetLink(link=f"{desk.service.settings.base_url}/reset?key={key}", expires=link.expires)


def reset(visit: Visit, key: str, password: str) -> str:
    """Set a new password by such a link, and give the secret of the session; all others end.

    Raises
    ------
    Forbidden
        If the link does not hold.
    """
    with visit.reading() as desk:
        links.find(desk.db, "reset", key)
    kept = passwords.hashed(password)
    with visit.writing() as desk:
        link = links.find(desk.db, "reset", key, hold=True)
        user = desk.db.get_one(User, link.user_id)
        if not user.active:
            raise Forbidden("this account was shut", hint="ask an administrator of this server")
        links.take(link, user)
        user.password = kept
        ended = sessions.end_all(desk, user.id)
        note(desk, "user.reset", user.id, by=user, sessions_ended=ended)
        return sessions.begin(desk, visit, user, how="reset")


def _user(desk: Desk[Asker], user_id: str) -> User:
    user = desk.db.get(User, user_id)
    if user is None:
        raise NotFound(f"no user {user_id}")
    return user


def _shown(desk: Desk[Asker], user: User) -> UserShown:
    query = select(Workspace, Member.role).join(Member).where(Member.user_id == user.id).order_by(Workspace.slug)
    places = [OwnPlace(slug=place.slug, name=place.name, role=role) for place, role in desk.db.execute(query)]
    return UserShown(
        id=user.id,
        name=user.name,
        email=user.email,
        administrator=user.administrator,
        active=user.active,
        created=user.created,
        last_seen=user.last_seen,
        workspaces=places,
    )
