"""What somebody may know and change of themselves."""

from __future__ import annotations

from sqlalchemy import select

from oddline.service.acts import session as sessions
from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.db.tables import Member, User, Workspace
from oddline.service.door import Desk
from oddline.service.errors import Stranger, Unprocessable
from oddline.service.people import passwords
from oddline.service.people.visit import Visit
from oddline.service.schemas.session import Me, MeChange, OwnPlace, PasswordChange, Preferences

__all__ = ["change", "new_password", "places", "shown"]


def shown(desk: Desk[Asker]) -> Me:
    """Tell who asks, where, as what, and where else they could work."""
    asker = desk.asker
    user = desk.db.get_one(User, asker.user_id)
    return Me(
        id=user.id,
        name=user.name,
        email=user.email,
        administrator=asker.administrator,
        workspace=asker.workspace,
        workspace_name=asker.workspace_name,
        role=asker.role,
        form_key=asker.form_key,
        has_password=user.password is not None,
        preferences=Preferences.model_validate(user.preferences or {}),
        workspaces=places(desk),
    )


def places(desk: Desk[Asker]) -> list[OwnPlace]:
    """List the workspaces of who asks; a token has one."""
    query = select(Workspace, Member.role).join(Member).where(Member.user_id == desk.asker.user_id)
    if desk.asker.token_id:
        query = query.where(Workspace.id == desk.asker.workspace_id)
    found = desk.db.execute(query.order_by(Workspace.name, Workspace.slug))
    return [OwnPlace(slug=workspace.slug, name=workspace.name, role=role) for workspace, role in found]


def change(desk: Desk[Asker], body: MeChange) -> None:
    """Change one's name and preferences; what is left out stays."""
    sessions.person(desk)
    user = desk.db.get_one(User, desk.asker.user_id)
    if body.name is not None and body.name != user.name:
        note(desk, "user.rename", user.id, before=user.name, after=body.name)
        user.name = body.name
    if body.preferences is not None:
        wanted = body.preferences.model_dump(exclude_none=True)
        kept = Preferences.model_validate(user.preferences or {}).model_dump()
        if kept | wanted != kept:
            user.preferences = kept | wanted
            note(desk, "user.prefer", user.id, **wanted)


def new_password(visit: Visit, body: PasswordChange) -> None:
    """Set a new password; whoever else is signed in by the old one is signed out.

    Raises
    ------
    Unprocessable
        If the old one is wrong, or the new one is weak.
    TooMany
        If the old one was tried too often.
    """
    with visit.reading() as desk:
        mine = sessions.person(desk)
        user = desk.db.get_one(User, desk.asker.user_id)
    passwords.refuse_weak(body.new, "new")
    if user.password is not None:
        keys, allowed = (f"password {user.id}",), visit.service.settings.limits.sign_ins_per_quarter_hour
        visit.service.pace.attempt(keys, allowed)
        if not passwords.check(user.password, body.old or ""):
            with visit.writing() as desk:
                note(desk, "user.password_refuse", user.id)
            raise Unprocessable("the old password is wrong", field="old")
        visit.service.pace.forgive(keys, allowed)
    kept = passwords.hashed(body.new)
    with visit.writing() as desk:
        fresh = desk.db.get_one(User, user.id)
        if fresh.password != user.password:  # it was changed elsewhere in this moment
            raise Stranger("the password has changed meanwhile", hint="sign in again")
        fresh.password = kept
        ended = sessions.end_all(desk, user.id, but=mine)
        note(desk, "user.password", user.id, sessions_ended=ended)
