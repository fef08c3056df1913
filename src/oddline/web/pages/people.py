"""People: who works in the workspace and as what, invitations; for administrators everybody, and all workspaces."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import Query, Request, Response

from oddline.service.acts import invitations, members, users, workspaces
from oddline.service.door import AnyDesk, Door
from oddline.service.schemas.people import Invitation
from oddline.service.schemas.users import MemberShown
from oddline.web import _filters as words
from oddline.web.frame import shell_of
from oddline.web.pages._roles import ROLES
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
MOST = 200
PARTS = ("members", "users", "workspaces")


@door.get("/people", access="viewer")
def people(
    desk: AnyDesk, request: Request, q: Annotated[str, Query(max_length=200)] = "", tab: str = "members"
) -> Response:
    """Show the people of the workspace; to administrators of the server, everybody too."""
    asker = desk.asker
    here = members.listed(desk, asker.workspace, q, None, MOST)
    everybody: list[Any] = users.listed(desk, q, None, MOST)["items"] if asker.administrator else []
    places: list[Any] = []
    if asker.administrator:
        places = workspaces.listed(desk, everything=True, cursor=None, limit=MOST)["items"]
    waiting: list[Invitation] = []
    if asker.role == "admin":
        waiting = invitations.listed(desk, None, MOST)["items"]
    return render(
        request,
        "people.html.j2",
        shell=shell_of(desk, "people"),
        q=q,
        tab=tab if tab in PARTS and asker.administrator else "members",
        me=asker.user_id,
        verdict=_verdict(here.items, waiting, asker.workspace_name, q, asker.role == "admin"),
        members=here.items,
        more=here.next is not None,
        invitations=waiting,
        users=everybody,
        workspaces=places,
        roles=[(name, f"{name}: {text}") for name, text in ROLES],
        names=[(name, name) for name, _text in ROLES],
    )


def _verdict(found: list[MemberShown], invited: list[Invitation], place: str, q: str, manages: bool) -> tuple[str, str]:
    counted = Counter(one.role for one in found)
    roles = ", ".join(words.counted(counted[name], name) for name, _text in ROLES if counted[name] and name != "ingest")
    senders = f"{', ' if roles else ''}{counted['ingest']} that only send" if counted["ingest"] else ""
    who = "person works" if len(found) == 1 else "people work"
    say = f"{len(found)} of {place} match “{q}”." if q else f"{len(found)} {who} in {place}."
    wait = sum(one.state == "waiting" for one in invited)
    tail = ""
    if manages:
        tail = (
            f" {words.counted(wait, 'invitation')} {'waits' if wait == 1 else 'wait'}."
            if wait
            else " No invitation waits."
        )
    return say, f"{roles}{senders}.{tail}" if found else tail.strip()
