"""Who is asking: a person with a session, a program with a token, or a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from fastapi import Request
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session as Database

from oddline.service.context import Service
from oddline.service.db.tables import ROLES, Member, Session, Token, User, Workspace
from oddline.service.db.types import now
from oddline.service.errors import Forbidden, Stranger
from oddline.service.people.secrets import TOKEN, digest, form_key, same

__all__ = ["COOKIE", "Asker", "Role", "asker_of", "may"]

Role = Literal["none", "ingest", "viewer", "analyst", "admin"]
"""``none``: somebody who belongs to no workspace; they can sign out, accept an invitation, and little else."""

COOKIE = "oddline_session"
WORKSPACE = "x-oddline-workspace"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SEEN_EVERY = timedelta(minutes=5)
"""When someone was last seen is written down so often at most: reading must not write."""


# Every request asks these, so they are put together once.
BY_TOKEN = (
    select(Token, User, Workspace, Member.role)
    .join(User, Token.user_id == User.id)
    .join(Workspace, Token.workspace_id == Workspace.id)
    .join(Member, (Member.user_id == User.id) & (Member.workspace_id == Workspace.id))
    .where(Token.digest == bindparam("secret"))
)
BY_SESSION = select(Session, User).join(User, Session.user_id == User.id).where(Session.id == bindparam("secret"))


@dataclass(frozen=True)
class Asker:
    """Who asks, in which workspace, as what."""

    user_id: str
    name: str
    email: str
    administrator: bool
    workspace_id: str
    workspace: str
    workspace_name: str
    role: Role
    address: str
    token_id: str | None = None
    session_id: str | None = None
    form_key: str = ""
    preferences: tuple[tuple[str, object], ...] = ()

    @property
    def id(self) -> str:
        """What limits and idempotency keys are counted by."""
        return self.token_id or self.user_id


def may(role: str, needed: Role) -> bool:
    """Tell whether a role is enough; ``ingest`` may send and scan, and read nothing.

    Examples
    --------
    >>> may("admin", "viewer"), may("ingest", "viewer"), may("viewer", "ingest"), may("analyst", "ingest")
    (True, False, False, True)
    """
    if needed == "ingest":
        return role in {"ingest", "analyst", "admin"}
    return role not in {"none", "ingest"} and ROLES.index(role) >= ROLES.index(needed)


def address_of(request: Request) -> str:
    """Give the address that a request came from."""
    return request.client.host if request.client else ""


def asker_of(request: Request, service: Service, db: Database) -> Asker | None:
    """Tell who asks, as ``db`` knows it; None for a stranger.

    Raises
    ------
    Stranger
        If a token or a session is shown that does not hold.
    Forbidden
        If a form key is missing or wrong, or the workspace is none of theirs.
    """
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind:
        if kind.lower() != "bearer" or not secret.startswith(TOKEN):
            raise Stranger("the Authorization header is none that we know", expected=f"Bearer {TOKEN}…")
        return _by_token(request, service, db, secret)
    cookie = request.cookies.get(COOKIE)
    return _by_session(request, service, db, cookie) if cookie else None


def _by_token(request: Request, service: Service, db: Database, secret: str) -> Asker:
    found = db.execute(BY_TOKEN, {"secret": digest(secret)}).one_or_none()
    if found is None or found.Token.revoked or not found.User.active:
        raise Stranger("the token is not valid", hint="make another one under Account")
    token: Token = found.Token
    if request.headers.get(WORKSPACE, found.Workspace.slug) != found.Workspace.slug:
        raise Forbidden(f"this token is for the workspace {found.Workspace.slug!r} only")
    if token.expires and token.expires <= now():
        raise Stranger(f"the token expired at {token.expires:%Y-%m-%d %H:%M} UTC", hint="make another one")
    if token.last_used is None or now() - token.last_used > SEEN_EVERY:
        with service.writing() as noting:
            noting.execute(update(Token).where(Token.id == token.id).values(last_used=now()))
    return _asker(request, found.User, found.Workspace, _lowered(token.role, found.role), token_id=token.id)


def _lowered(role: str, makers: str) -> str:
    """Give the role of a token: it is never more than its maker has become since."""
    if may(makers, role):  # type: ignore[arg-type]
        return role
    if role == "ingest":  # whoever may not send any more, may not read by this token instead
        raise Stranger("who made this token may not send any more", hint="ask an administrator")
    return makers


def _by_session(request: Request, service: Service, db: Database, secret: str) -> Asker | None:
    found = db.execute(BY_SESSION, {"secret": digest(secret)}).one_or_none()
    if found is None or found.Session.expires <= now() or not found.User.active:
        return None
    place = _place(request, db, found.Session, found.User)
    session: Session = found.Session
    if request.method not in SAFE:
        _check_form(request, secret)
    if now() - session.last_seen > SEEN_EVERY:
        with service.writing() as noting:
            noting.execute(update(Session).where(Session.id == session.id).values(last_seen=now()))
            noting.execute(update(User).where(User.id == session.user_id).values(last_seen=now()))
    workspace, role = place or (Workspace(id="", slug="", name=""), "none")
    return _asker(request, found.User, workspace, role, session_id=session.id, form_key=form_key(secret))


def _place(request: Request, db: Database, session: Session, user: User) -> tuple[Workspace, str] | None:
    """Find the workspace: the one that is asked for, the session's last one, or the first that there is."""
    query = select(Workspace, Member.role).join(Member).where(Member.user_id == user.id)
    slug = request.headers.get(WORKSPACE)
    if slug:
        chosen = db.execute(query.where(Workspace.slug == slug)).one_or_none()
        if chosen is None:
            raise Forbidden(f"you are no member of a workspace {slug!r}")
        return chosen.Workspace, chosen.role
    order = (Workspace.id != session.workspace_id, Member.created, Workspace.id)
    first = db.execute(query.order_by(*order).limit(1)).one_or_none()
    return None if first is None else (first.Workspace, first.role)


def _check_form(request: Request, secret: str) -> None:
    """Refuse what another site's page sent in this person's name."""
    sent = request.headers.get("x-csrf-token") or request.scope.get("oddline.form_key", "")
    if not same(sent, form_key(secret)):
        raise Forbidden("the form key is missing or old", expected="X-CSRF-Token", hint="reload the page")


def _asker(
    request: Request,
    user: User,
    workspace: Workspace,
    role: str,
    *,
    token_id: str | None = None,
    session_id: str | None = None,
    form_key: str = "",
) -> Asker:
    return Asker(
        user_id=user.id,
        name=user.name,
        email=user.email,
        administrator=user.administrator and token_id is None,
        workspace_id=workspace.id,
        workspace=workspace.slug,
        workspace_name=workspace.name,
        role=role,  # type: ignore[arg-type]
        address=address_of(request),
        token_id=token_id,
        session_id=session_id,
        form_key=form_key,
        preferences=tuple(sorted((user.preferences or {}).items())),
    )
