"""Tokens: made by people for programs, shown once, ended by whoever made them or by an admin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from oddline.service.acts import session as sessions
from oddline.service.acts.audit import note
from oddline.service.asker import Asker, may
from oddline.service.db.tables import Token, User
from oddline.service.db.types import now
from oddline.service.door import Desk
from oddline.service.errors import Forbidden, NotFound
from oddline.service.paging import page_of
from oddline.service.people.secrets import TOKEN, digest, new_secret
from oddline.service.schemas.tokens import NewToken, TokenMade, TokenShown

__all__ = ["listed", "make", "revoke"]


def listed(desk: Desk[Asker], *, everybodys: bool, cursor: str | None, limit: int) -> dict[str, Any]:
    """List one's tokens for this workspace, or everybody's; those that were revoked stay in the list.

    Raises
    ------
    Forbidden
        If everybody's are asked for by somebody who is no admin.
    """
    query = select(Token).where(Token.workspace_id == desk.asker.workspace_id)
    if everybodys and desk.asker.role != "admin":
        raise Forbidden(f"everybody's tokens are shown to admins; you are {desk.asker.role}")
    if not everybodys:
        query = query.where(Token.user_id == desk.asker.user_id)
    return page_of(desk.db, query, Token.id, cursor, limit, lambda token: _shown(desk, token))


def make(desk: Desk[Asker], body: NewToken) -> TokenMade:
    """Make a token, and show its secret, which cannot be had again.

    Raises
    ------
    Forbidden
        If it could do more than who makes it, or if a token asks for it.
    """
    sessions.person(desk)
    if not may(desk.asker.role, body.role):
        raise Forbidden(f"a token may do no more than you; you are {desk.asker.role}", field="role")
    secret = new_secret(TOKEN)
    token = Token(
        workspace_id=desk.asker.workspace_id,
        user_id=desk.asker.user_id,
        name=body.name,
        role=body.role,
        digest=digest(secret),
        hint=f"…{secret[-4:]}",
        expires=None if body.days is None else now() + timedelta(days=body.days),
    )
    desk.db.add(token)
    desk.db.flush()
    note(desk, "token.make", token.id, name=token.name, role=token.role, days=body.days)
    return TokenMade(**_shown(desk, token).model_dump(), secret=secret)


def revoke(desk: Desk[Asker], token_id: str) -> None:
    """End a token; whoever ends one twice, has ended it.

    Raises
    ------
    NotFound
        If it is not theirs, nor they an admin of its workspace.
    """
    query = select(Token).where(Token.id == token_id, Token.workspace_id == desk.asker.workspace_id)
    if desk.asker.role != "admin":
        query = query.where(Token.user_id == desk.asker.user_id)
    token = desk.db.scalar(query)
    if token is None:
        raise NotFound(f"no token {token_id}", hint="GET /api/v1/tokens lists yours")
    if token.revoked is None:
        token.revoked = now()
        note(desk, "token.revoke", token.id, name=token.name, of=token.user_id)


def _shown(desk: Desk[Asker], token: Token) -> TokenShown:
    ended = token.expires is not None and token.expires <= now()
    return TokenShown(
        id=token.id,
        name=token.name,
        role=token.role,
        hint=token.hint,
        user=token.user_id,
        user_name=desk.db.get_one(User, token.user_id).name,
        created=token.created,
        expires=token.expires,
        last_used=token.last_used,
        revoked=token.revoked,
        state="revoked" if token.revoked else "expired" if ended else "live",
    )
