"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select

from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.db.tables import Session, User
from oddline.service.db.types import now
from oddline.service.door import Desk
from oddline.service.errors import Stranger
from oddline.service.people import passwords
from oddline.service.people.secrets import digest, new_secret

__all__ = ["begin", "sign_in", "sign_out"]


def sign_in(desk: Desk[Any], email: str, password: str, *, address: str, agent: str) -> str:
    """Begin a session, and give the secret for its cookie.

    Raises
    ------
    Stranger
        If name and password do not go together; nobody learns which of them was wrong.
    """
    user = desk.db.scalar(select(User).where(User.email == func.lower(email.strip())))
    if not passwords.check(user.password if user else None, password) or user is None or not user.active:
        raise Stranger("the e-mail address and the password do not go together")
    note(desk, "session.begin", user.id, details_of=user.email)
    return begin(desk, user, address=address, agent=agent)


def begin(desk: Desk[Any], user: User, *, address: str, agent: str) -> str:
    """Begin a session of somebody who has shown who they are; every sign-in has a new secret."""
    secret = new_secret()
    ends = now() + timedelta(days=desk.service.settings.session_days)
    desk.db.add(Session(id=digest(secret), user_id=user.id, address=address, agent=agent[:200], expires=ends))
    user.last_seen = now()
    return secret


def sign_out(desk: Desk[Asker]) -> None:
    """End the session of who asks."""
    if desk.asker.session_id:
        note(desk, "session.end", desk.asker.user_id)
        desk.db.execute(delete(Session).where(Session.id == desk.asker.session_id))
