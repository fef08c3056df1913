"""Tokens for programs."""

from __future__ import annotations

from typing import Any

from oddline.service.acts import tokens
from oddline.service.door import AnyDesk, Door
from oddline.service.paging import Cursor, Limit, Page
from oddline.service.schemas.tokens import NewToken, TokenMade, TokenShown

door = Door("/tokens", "tokens")


@door.get("", access="signed-in", response_model=Page[TokenShown])
def listed(desk: AnyDesk, all: bool = False, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:  # noqa: A002
    """List one's tokens for this workspace; with `all`, everybody's (admins)."""
    return tokens.listed(desk, everybodys=all, cursor=cursor, limit=limit)


@door.post("", access="signed-in", status_code=201, idempotent=False)
def make(desk: AnyDesk, body: NewToken) -> TokenMade:
    """Make a token; its secret is shown once."""
    return tokens.make(desk, body)


@door.delete("/{token}", access="signed-in", status_code=204)
def revoke(desk: AnyDesk, token: str) -> None:
    """End a token."""
    tokens.revoke(desk, token)
