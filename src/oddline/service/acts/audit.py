"""The audit log: every act is written down in the transaction that does it, so neither is there without the other."""

from __future__ import annotations

from typing import Any

from oddline.service.db.tables import AuditEntry, User
from oddline.service.door import Desk

__all__ = ["note"]


def note(
    desk: Desk[Any],
    action: str,
    subject: str = "",
    *,
    by: User | None = None,
    workspace: str | None = None,
    **details: Any,
) -> None:
    """Write down that somebody did something; ``action`` reads ``noun.verb``, ``details`` hold no secrets.

    Parameters
    ----------
    by, workspace
        Who did it, and the id of where, if that is not the asker and their workspace: as when somebody signs in.
    """
    asker = desk.asker
    who = by or asker
    user_id = by.id if by else asker.user_id if asker else None
    desk.db.add(
        AuditEntry(
            workspace_id=workspace or (asker.workspace_id if asker else None) or None,
            user_id=user_id,
            who=f"{who.name} <{who.email}>" if who else "nobody",
            token_id=asker.token_id if asker else None,
            action=action,
            subject=subject,
            address=desk.address or (asker.address if asker else ""),
            details=details,
        )
    )
