"""Who belongs to a workspace, and as what; one admin stays in any case."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, or_, select

from oddline.service.acts.audit import note
from oddline.service.acts.workspaces import here
from oddline.service.asker import Asker
from oddline.service.db.tables import Member, User, Workspace
from oddline.service.door import Desk
from oddline.service.errors import Conflict, NotFound
from oddline.service.paging import Page, read_cursor, write_cursor
from oddline.service.people.accounts import by_email
from oddline.service.schemas.users import AddMember, MemberShown

__all__ = ["add", "change", "listed", "literal", "named", "remove"]

Query = Select[*tuple[Any, ...]]


def listed(desk: Desk[Asker], slug: str, q: str, cursor: str | None, limit: int) -> Page[MemberShown]:
    """List the people of a workspace, the newest account first."""
    query: Query = select(Member, User).join(User).where(Member.workspace_id == here(desk, slug).id)
    query = named(query, q)
    if cursor:
        query = query.where(User.id < str(read_cursor(cursor)[0]))
    rows = desk.db.execute(query.order_by(User.id.desc()).limit(limit + 1)).all()
    after = write_cursor(rows[limit - 1].User.id) if len(rows) > limit else None
    return Page[MemberShown](items=[_shown(row.Member, row.User) for row in rows[:limit]], next=after)


def named(query: Query, q: str) -> Query:
    """Narrow a query to people whose name or address holds each of some words."""
    for word in q.split():
        like = f"%{literal(word)}%"
        query = query.where(or_(User.name.ilike(like, escape="\\"), User.email.ilike(like, escape="\\")))
    return query


def literal(word: str) -> str:
    r"""Take from a word what LIKE would read as a pattern.

    Examples
    --------
    >>> print(literal("100%_"))
    100\%\_
    """
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def add(desk: Desk[Asker], slug: str, body: AddMember) -> MemberShown:
    """Let somebody who has an account into a workspace.

    Raises
    ------
    NotFound
        If nobody has this address.
    Conflict
        If they are in it.
    """
    workspace = here(desk, slug)
    user = by_email(desk.db, body.email)
    if user is None:
        raise NotFound(f"nobody here has the address {body.email}", hint="invite them", field="email")
    if desk.db.get(Member, (workspace.id, user.id)):
        raise Conflict(f"{user.name} is in {workspace.name} already", field="email")
    member = Member(workspace_id=workspace.id, user_id=user.id, role=body.role)
    desk.db.add(member)
    desk.db.flush()
    note(desk, "member.add", user.id, workspace=workspace.id, role=body.role)
    return _shown(member, user)


def change(desk: Desk[Asker], slug: str, user_id: str, role: str) -> MemberShown:
    """Give somebody another role.

    Raises
    ------
    Conflict
        If they are the last admin.
    """
    workspace, member = _member(desk, slug, user_id)
    if member.role != role:
        _keep_an_admin(desk, workspace, member)
        note(desk, "member.change", user_id, workspace=workspace.id, before=member.role, after=role)
        member.role = role
    return _shown(member, desk.db.get_one(User, user_id))


def remove(desk: Desk[Asker], slug: str, user_id: str) -> None:
    """Take somebody out of a workspace; their tokens for it do not work any more.

    Raises
    ------
    Conflict
        If they are the last admin.
    """
    workspace, member = _member(desk, slug, user_id)
    _keep_an_admin(desk, workspace, member)
    note(desk, "member.remove", user_id, workspace=workspace.id, role=member.role)
    desk.db.delete(member)


def _member(desk: Desk[Asker], slug: str, user_id: str) -> tuple[Workspace, Member]:
    workspace = here(desk, slug)
    member = desk.db.get(Member, (workspace.id, user_id))
    if member is None:
        raise NotFound(f"no member {user_id} of {slug}")
    return workspace, member


def _keep_an_admin(desk: Desk[Asker], workspace: Workspace, member: Member) -> None:
    """Refuse to take the last admin away; two who take each other away wait for each other here."""
    if member.role != "admin":
        return
    desk.db.execute(select(Workspace.id).where(Workspace.id == workspace.id).with_for_update())
    others = select(func.count()).select_from(Member).join(User)
    others = others.where(
        Member.workspace_id == workspace.id,
        Member.role == "admin",
        Member.user_id != member.user_id,
        User.active.is_(True),
    )
    if not desk.db.scalar(others):
        raise Conflict(f"this is the last admin of {workspace.name}", hint="make somebody else admin first")


def _shown(member: Member, user: User) -> MemberShown:
    return MemberShown(
        user=user.id,
        name=user.name,
        email=user.email,
        role=member.role,
        active=user.active,
        created=member.created,
        last_seen=user.last_seen,
    )
