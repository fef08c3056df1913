"""Account: one's name, colours and keys, password, the browsers one is signed in with, and tokens for programs."""

from __future__ import annotations

import re

from fastapi import Request, Response

from oddline.service.acts import me, session, tokens
from oddline.service.asker import may
from oddline.service.door import AnyDesk, Door
from oddline.service.schemas.tokens import TokenShown
from oddline.web import _filters as words
from oddline.web.frame import shell_of
from oddline.web.pages._roles import ROLES
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
MOST = 200
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@door.get("/account", access="signed-in")
def account(desk: AnyDesk, request: Request) -> Response:
    """Show what one may know and change of oneself."""
    own = me.shown(desk)
    sessions = session.listed(desk)
    found: list[TokenShown] = []
    if own.workspace:
        found = tokens.listed(desk, everybodys=False, cursor=None, limit=MOST)["items"]
    return render(
        request,
        "account.html.j2",
        shell=shell_of(desk, "account"),
        me=own,
        verdict=_verdict(own.role, own.workspace_name, len(sessions), found),
        sessions=[(one, _agent(one.agent)) for one in sessions],
        tokens=sorted(found, key=lambda one: one.state != "live"),
        roles=[(name, f"{name}: {text}") for name, text in ROLES if may(own.role, name)],
    )


def _verdict(role: str, place: str, sessions: int, found: list[TokenShown]) -> tuple[str, str]:
    live = sum(one.state == "live" for one in found)
    say = f"You are {role} of {place}." if place else "You belong to no workspace yet. Ask an administrator for a link."
    browsers = f"You are signed in {'here only' if sessions == 1 else f'in {sessions} browsers'}."
    keys = f"{words.counted(live, 'token')} of yours can be used." if live else "No program has a token of yours."
    return say, f"{browsers} {keys}"


def _agent(agent: str) -> str:
    """Tell a browser from what it calls itself.

    Examples
    --------
    >>> _agent("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"), _agent("")
    ('Firefox on Linux', 'Unknown browser')
    """
    browser = next((name for sign, name in BROWSERS if f"{sign}/" in agent), "")
    system = next((name for sign, name in SYSTEMS if re.search(sign, agent)), "")
    return " on ".join(part for part in (browser or words.short(agent, 40), system) if part) or "Unknown browser"
