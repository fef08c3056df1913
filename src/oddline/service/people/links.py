"""Links that work once: the first set-up, an invitation, a new password. Only the hash of their key is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from oddline.service.db.tables import Invitation, User
from oddline.service.db.types import now
from oddline.service.errors import Forbidden
from oddline.service.people.secrets import digest, new_secret

__all__ = ["Kind", "find", "make", "take"]

Kind = Literal["setup", "member", "reset"]


def make(
    db: Session,
    kind: Kind,
    *,
    role: str = "admin",
    days: int = 7,
    workspace_id: str | None = None,
    email: str | None = None,
    made_by: str | None = None,
    user_id: str | None = None,
) -> tuple[Invitation, str]:
    """Make a link, and give its key, which cannot be had again."""
    key = new_secret()
    link = Invitation(
        kind=kind,
        role=role,
        workspace_id=workspace_id,
        email=email,
        made_by=made_by,
        user_id=user_id,
        digest=digest(key),
        expires=now() + timedelta(days=days),
    )
    db.add(link)
    db.flush()
    return link, key


def find(db: Session, kind: Kind, key: str, *, hold: bool = False) -> Invitation:
    """Find the link of a key; whoever will use it up holds it, so that nobody else does in the same moment.

    Raises
    ------
    Forbidden
        If there is none, or it was used, or it is too old.
    """
    query = select(Invitation).where(Invitation.kind == kind, Invitation.digest == digest(key))
    link = db.scalar(query.with_for_update() if hold else query)
    if link is None:
        raise Forbidden("this link is not valid", hint="ask whoever gave it to you for a new one")
    if link.used:
        raise Forbidden("this link was used already", hint="sign in, or ask for a new one")
    if link.expires <= now():
        raise Forbidden(f"this link ended at {link.expires:%Y-%m-%d %H:%M} UTC", hint="ask for a new one")
    return link


def take(link: Invitation, user: User) -> None:
    """Use a link up."""
    link.used, link.used_by = now(), user.id
