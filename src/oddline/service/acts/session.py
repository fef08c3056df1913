"""Signing in and out, and the sessions that one has."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session as Database

from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.db.tables import Member, Session, User, Workspace
from oddline.service.db.types import now
from oddline.service.door import Desk
from oddline.service.errors import Forbidden, NotFound, Stranger, TooMany
from oddline.service.people import passwords
from oddline.service.people.accounts import by_email
from oddline.service.people.pace import source
from oddline.service.people.secrets import digest, new_secret
from oddline.service.people.visit import Visit
from oddline.service.schemas.session import SessionShown

__all__ = ["begin", "choose", "current", "end", "end_all", "end_others", "listed", "person", "sign_in", "sign_out"]


def sign_in(visit: Visit, email: str, password: str) -> str:
    """Begin a session, and give the secret for its cookie.

    Failed tries are counted by address and by name. Who is signed in somewhere is not shut out from there, though a
    stranger elsewhere tries their name.

    Raises
    ------
    Stranger
        If name and password do not go together; nobody learns which of them was wrong.
    TooMany
        If there were too many failed ones.
    """
    name = email.strip().lower()
    with visit.reading() as desk:
        user = by_email(desk.db, name)
        familiar = user is not None and _knows(desk.db, user, visit.address)
    keys = (f"address {source(visit.address)}",) if familiar else (f"address {source(visit.address)}", f"name {name}")
    allowed = visit.service.settings.limits.sign_ins_per_quarter_hour
    try:
        visit.service.pace.attempt(keys, allowed)
    except TooMany:
        visit.service.metrics.refused.labels("too-many").inc()
        raise
    if not passwords.check(user.password if user else None, password) or user is None or not user.active:
        visit.service.metrics.refused.labels("wrong").inc()
        with visit.writing() as desk:
            note(desk, "session.refuse", name[:320])
        raise Stranger("the e-mail address and the password do not go together")
    visit.service.pace.forgive(keys, allowed)
    better = passwords.renewed(user.password or "", password)
    with visit.writing() as desk:
        if better:
            desk.db.execute(update(User).where(User.id == user.id).values(password=better))
        return begin(desk, visit, user, how="password")


def _knows(db: Database, user: User, address: str) -> bool:
    here = (Session.user_id == user.id) & (Session.address == address) & (Session.expires > now())
    return db.scalar(select(Session.id).where(here).limit(1)) is not None


def begin(desk: Desk[Any], visit: Visit, user: User, *, how: str, workspace_id: str | None = None) -> str:
    """Begin a session of somebody who has shown who they are.

    Every sign-in has a new secret, and ends the session that the browser had before.
    """
    secret = new_secret()
    if visit.cookie:
        desk.db.execute(delete(Session).where(Session.id == digest(visit.cookie)))
    desk.db.execute(delete(Session).where(Session.user_id == user.id, Session.expires <= now()))
    session = Session(
        id=digest(secret),
        user_id=user.id,
        workspace_id=workspace_id or _first(desk.db, user),
        address=visit.address,
        agent=visit.agent[:200],
        expires=now() + timedelta(days=desk.service.settings.session_days),
    )
    desk.db.add(session)
    desk.db.execute(update(User).where(User.id == user.id).values(last_seen=now()))
    note(desk, "session.begin", _name(session.id), by=user, workspace=session.workspace_id, how=how)
    return secret


def _first(db: Database, user: User) -> str | None:
    """Find the workspace that somebody worked in last, or their first one."""
    last = select(Session.workspace_id).join(
        Member, (Member.workspace_id == Session.workspace_id) & (Member.user_id == Session.user_id)
    )
    found = db.scalar(last.where(Session.user_id == user.id).order_by(Session.last_seen.desc()).limit(1))
    first = select(Member.workspace_id).where(Member.user_id == user.id).order_by(Member.created).limit(1)
    return found or db.scalar(first)


def sign_out(desk: Desk[Asker]) -> None:
    """End the session of who asks."""
    if desk.asker.session_id:
        note(desk, "session.end", _name(desk.asker.session_id))
        desk.db.execute(delete(Session).where(Session.id == desk.asker.session_id))


def person(desk: Desk[Asker]) -> str:
    """Give the session of who asks; a token may not do what only a person may.

    Raises
    ------
    Forbidden
        If a token asks: one that was lost would let its finder in for good.
    """
    if desk.asker.session_id is None:
        raise Forbidden("a token may not do this", hint="sign in with a browser")
    return desk.asker.session_id


def listed(desk: Desk[Asker]) -> list[SessionShown]:
    """List the sessions of who asks, the last seen first."""
    mine = person(desk)
    query = select(Session).where(Session.user_id == desk.asker.user_id, Session.expires > now())
    return [_shown(one, mine) for one in desk.db.scalars(query.order_by(Session.last_seen.desc()))]


def current(desk: Desk[Asker]) -> SessionShown:
    """Show the session of who asks."""
    mine = person(desk)
    return _shown(desk.db.get_one(Session, mine), mine)


def end(desk: Desk[Asker], name: str) -> None:
    """End one of one's own sessions.

    Raises
    ------
    NotFound
        If there is none of that id.
    """
    person(desk)
    query = select(Session).where(Session.user_id == desk.asker.user_id)
    for session in desk.db.scalars(query):
        if _name(session.id) == name:
            note(desk, "session.end", name)
            desk.db.delete(session)
            return
    raise NotFound(f"no session {name}")


def end_others(desk: Desk[Asker]) -> None:
    """Sign out everywhere else."""
    note(desk, "session.end_others", ended=end_all(desk, desk.asker.user_id, but=person(desk)))


def end_all(desk: Desk[Any], user_id: str, *, but: str | None = None) -> int:
    """End all sessions of somebody, but perhaps one, and tell how many there were."""
    query = select(Session).where(Session.user_id == user_id, Session.id != (but or ""))
    ended = desk.db.scalars(query).all()
    for session in ended:
        desk.db.delete(session)
    return len(ended)


def choose(desk: Desk[Asker], slug: str) -> None:
    """Work in another workspace from now on.

    Raises
    ------
    NotFound
        If it is none of theirs.
    """
    mine = person(desk)
    query = select(Workspace.id).join(Member).where(Member.user_id == desk.asker.user_id, Workspace.slug == slug)
    found = desk.db.scalar(query)
    if found is None:
        raise NotFound(f"you are no member of a workspace {slug!r}")
    desk.db.execute(update(Session).where(Session.id == mine).values(workspace_id=found))
    note(desk, "session.choose", slug, workspace=found)


def _name(session_id: str) -> str:
    """Give the id that is shown: a part of the hash, from which nothing follows."""
    return f"ses_{session_id[:20]}"


def _shown(session: Session, mine: str) -> SessionShown:
    return SessionShown(
        id=_name(session.id),
        address=session.address,
        agent=session.agent,
        created=session.created,
        last_seen=session.last_seen,
        expires=session.expires,
        current=session.id == mine,
    )
