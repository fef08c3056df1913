"""Signing in by OpenID Connect: whom the issuer's word lets in, and as whom."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import select

from oddline.service.acts import options
from oddline.service.acts import session as sessions
from oddline.service.acts.audit import note
from oddline.service.acts.registration import welcome
from oddline.service.context import Service
from oddline.service.db.tables import Invitation, User
from oddline.service.db.types import now
from oddline.service.door import Desk
from oddline.service.errors import NotFound, Refusal
from oddline.service.people import links
from oddline.service.people.accounts import by_email, make_user
from oddline.service.people.oidc import Flow, Provider, ProviderFailed
from oddline.service.people.pace import source
from oddline.service.people.secrets import same
from oddline.service.people.visit import Visit

__all__ = ["REASONS", "NotLetIn", "begin", "finish"]

REASONS = {
    "sso-failed": "The single sign-on did not work. Try again; an administrator finds the reason in the log.",
    "sso-old": "This sign-in was begun in another browser, or too long ago. Try again.",
    "sso-refused": "The single sign-on was broken off.",
    "sso-unverified": "Your e-mail address is not verified at the single sign-on.",
    "sso-unknown": "You have no account here. Ask an administrator of your workspace for an invitation.",
    "sso-shut": "Your account was shut. Ask an administrator of this server.",
    "sso-other": "Your account here belongs to another identity of the single sign-on.",
}
"""What the page of sign-in says, by the word in its address: nobody else's words are shown there."""

log = logging.getLogger("oddline.service")


class NotLetIn(Exception):
    """The person is not let in; ``code`` is one of ``REASONS``."""

    def __init__(self, code: str, email: str = "") -> None:
        super().__init__(code)
        self.code, self.email = code, email


def begin(service: Service, flow: Flow) -> str:
    """Give the issuer's address to sign in at.

    Raises
    ------
    NotFound
        If no issuer is set.
    NotLetIn
        If it cannot be reached.
    """
    try:
        return _provider(service).begin(flow)
    except ProviderFailed as error:
        log.warning("single sign-on: %s", error)
        raise NotLetIn("sso-failed") from error


def finish(visit: Visit, flow: Flow | None, *, code: str, state: str, key: str | None) -> str:
    """Let somebody in whom the issuer knows, and give the secret of their session.

    Raises
    ------
    NotLetIn
        If they are not let in.
    TooMany
        If it was tried too often.
    """
    keys, allowed = (f"oidc {source(visit.address)}",), visit.service.settings.limits.sign_ins_per_quarter_hour
    visit.service.pace.attempt(keys, allowed)
    try:
        secret = _let_in(visit, flow, code, state, key)
    except NotLetIn as refused:
        visit.service.metrics.refused.labels("oidc").inc()
        with visit.writing() as desk:
            note(desk, "session.refuse", refused.email[:320], how="oidc", why=refused.code)
        raise
    visit.service.pace.forgive(keys, allowed)
    return secret


def _let_in(visit: Visit, flow: Flow | None, code: str, state: str, key: str | None) -> str:
    provider = _provider(visit.service)
    if flow is None or not same(state, flow.derived("state")):
        raise NotLetIn("sso-old")
    if not code:
        raise NotLetIn("sso-refused")
    try:
        claims = provider.finish(flow, code)
    except ProviderFailed as error:
        log.warning("single sign-on: %s", error)
        raise NotLetIn("sso-failed") from error
    with visit.writing() as desk:
        user, place = _who(desk, claims, key)
        return sessions.begin(desk, visit, user, how="oidc", workspace_id=place)


def _provider(service: Service) -> Provider:
    if not service.settings.oidc_issuer or not service.settings.oidc_client_id:
        raise NotFound("there is no single sign-on here", hint="ODDLINE_OIDC_ISSUER and ODDLINE_OIDC_CLIENT_ID set one")
    provider: Provider = service.memory.setdefault("oidc", Provider(service.settings))
    return provider


def _who(desk: Desk[Any], claims: dict[str, Any], key: str | None) -> tuple[User, str | None]:
    """Find the person by the issuer's subject, else by a verified address, else make them if they may register."""
    subject = f"{claims['iss']} {claims['sub']}"
    email = str(claims.get("email") or "").strip().lower()[:320]
    user = desk.db.scalar(select(User).where(User.subject == subject))
    place = None
    if user is None:
        if not email or claims.get("email_verified") not in {True, "true"}:
            raise NotLetIn("sso-unverified", email)
        user = by_email(desk.db, email)
        if user is None:
            user, place = _new(desk, claims, email, subject, key)
        elif user.subject is not None:
            raise NotLetIn("sso-other", email)
        else:
            user.subject = subject
            note(desk, "user.link", user.id, by=user, issuer=claims["iss"])
    if not user.active:
        raise NotLetIn("sso-shut", email)
    return user, place


def _new(desk: Desk[Any], claims: dict[str, Any], email: str, subject: str, key: str | None) -> tuple[User, str]:
    mode = options.current(desk.db, desk.service.settings).registration
    link = None if mode == "off" else _invitation(desk, email, key)
    if mode == "off" or (link is None and mode != "open"):
        raise NotLetIn("sso-unknown", email)
    name = "".join(char for char in str(claims.get("name") or "") if char.isprintable()).strip()[:120]
    user = make_user(desk.db, name=name or email.partition("@")[0], email=email, subject=subject)
    return user, welcome(desk, user, link)


def _invitation(desk: Desk[Any], email: str, key: str | None) -> Invitation | None:
    """Find the invitation that somebody came by, or one that waits for their address."""
    if key:
        try:
            link = links.find(desk.db, "member", key, hold=True)
        except Refusal:
            link = None
        if link and link.email in {None, email}:
            return link
    waits = (Invitation.kind == "member") & (Invitation.email == email) & Invitation.used.is_(None)
    query = select(Invitation).where(waits, Invitation.expires > now()).order_by(Invitation.id.desc()).limit(1)
    return desk.db.scalar(query.with_for_update())
