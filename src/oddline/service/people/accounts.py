"""Making people and workspaces, and letting the one into the other."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from oddline.service.db.tables import Member, User, Workspace
from oddline.service.errors import Conflict

__all__ = ["by_email", "join", "make_user", "make_workspace", "slug_of"]

LONGEST = 40


def by_email(db: Session, email: str) -> User | None:
    """Find a person; addresses are kept in small letters."""
    return db.scalar(select(User).where(User.email == email.strip().lower()))


def make_user(
    db: Session,
    *,
    name: str,
    email: str,
    password: str | None = None,
    subject: str | None = None,
    administrator: bool = False,
) -> User:
    """Make a person; ``password`` is a hash.

    Raises
    ------
    Conflict
        If the address has an account.
    """
    user = User(
        name=name.strip(),
        email=email.strip().lower(),
        password=password,
        subject=subject,
        administrator=administrator,
    )
    db.add(user)
    try:
        db.flush()
    except IntegrityError as error:
        raise Conflict("this e-mail address has an account already", hint="sign in", field="email") from error
    return user


def make_workspace(db: Session, name: str, slug: str | None = None) -> Workspace:
    """Make a workspace; its short name is made of its name if none is given.

    Raises
    ------
    Conflict
        If the short name that was asked for is taken.
    """
    wanted = slug or slug_of(name)
    taken = set(db.scalars(select(Workspace.slug).where(Workspace.slug.startswith(wanted, autoescape=True))))
    if slug and slug in taken:
        raise Conflict(f"there is a workspace {slug!r} already", field="slug")
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    workspace = Workspace(slug=found, name=name.strip())
    db.add(workspace)
    try:
        db.flush()
    except IntegrityError as error:  # somebody made one of this name in the same moment
        raise Conflict(f"there is a workspace {found!r} already", field="slug") from error
    return workspace


def join(db: Session, user: User, workspace_id: str, role: str) -> Member:
    """Let a person into a workspace; who is there already keeps their role.

    A link that was meant for a viewer takes nothing from an admin.
    """
    member = db.get(Member, (workspace_id, user.id))
    if member is None:
        member = Member(workspace_id=workspace_id, user_id=user.id, role=role)
        db.add(member)
        db.flush()
    return member


def slug_of(name: str) -> str:
    """Make a short name for addresses.

    Examples
    --------
    >>> slug_of("Zahlungen & Büro"), slug_of("支払い")
    ('zahlungen-buro', 'workspace')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or "workspace"
