"""The audit log: every act is written down in the transaction that does it, so neither is there without the other."""

from __future__ import annotations

from typing import Any

from oddline.service.asker import Asker
from oddline.service.db.tables import AuditEntry
from oddline.service.door import Desk

__all__ = ["note"]


def note(desk: Desk[Any], action: str, subject: str = "", *, who: Asker | None = None, **details: Any) -> None:
    """Write down that somebody did something; ``action`` reads ``noun.verb``, ``details`` hold no secrets.

    ``who`` is told where the asker of the desk is not who did it, as when somebody signs in.
    """
    asker = who or desk.asker
    desk.db.add(
        AuditEntry(
            workspace_id=asker.workspace_id if asker else None,
            user_id=asker.user_id if asker else None,
            who=f"{asker.name} <{asker.email}>" if asker else "nobody",
            token_id=asker.token_id if asker else None,
            action=action,
            subject=subject,
            address=asker.address if asker else "",
            details=details,
        )
    )
