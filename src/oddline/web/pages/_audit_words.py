"""Acts of the audit log in words; one that has none yet is shown by its name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["NOUNS", "details_words", "said"]

NOUNS = [
    ("session", "Signing in and out"),
    ("user", "Accounts"),
    ("member", "Members"),
    ("invitation", "Invitations"),
    ("token", "Tokens"),
    ("workspace", "Workspaces"),
    ("settings", "Settings"),
    ("upload", "Uploads"),
    ("scan", "Scans"),
    ("verdict", "Verdicts"),
    ("incident", "Incidents"),
    ("model", "Models"),
    ("job", "Jobs"),
    ("audit", "The audit log"),
    ("server", "The server"),
]

SAID = {
    "audit.download": "downloaded the audit log",
    "incident.change": "changed an incident",
    "incident.comment": "commented on an incident",
    "invitation.accept": "took up an invitation",
    "invitation.make": "invited somebody",
    "invitation.revoke": "took an invitation back",
    "job.cancel": "cancelled a job",
    "job.clean": "cleaned up",
    "job.retry": "tried a job again",
    "member.add": "let somebody in",
    "member.change": "changed a role",
    "member.remove": "removed a member",
    "model.fit": "fitted a model",
    "model.receive": "uploaded a model",
    "model.remove": "deleted a model",
    "model.rename": "renamed a model",
    "scan.remove": "deleted a scan",
    "scan.rename": "renamed a scan",
    "scan.start": "started a scan",
    "server.setup": "set the server up",
    "session.begin": "signed in",
    "session.choose": "went to another workspace",
    "session.end": "signed out",
    "session.end_others": "signed out everywhere else",
    "session.refuse": "was refused at sign-in",
    "settings.change": "changed a setting",
    "token.make": "made a token",
    "token.revoke": "revoked a token",
    "upload.begin": "began an upload",
    "upload.complete": "uploaded a file",
    "upload.remove": "deleted an upload",
    "user.change": "changed an account",
    "user.link": "signed in elsewhere for the first time",
    "user.password": "set a new password",
    "user.password_refuse": "gave a wrong old password",
    "user.prefer": "changed how pages look",
    "user.register": "registered",
    "user.rename": "changed their name",
    "user.reset": "set a new password by a link",
    "user.reset_link": "made a link for a new password",
    "verdict.give": "gave a verdict",
    "verdict.take_back": "took a verdict back",
    "workspace.create": "made a workspace",
    "workspace.rename": "renamed a workspace",
}


def said(action: str) -> str:
    """Say what was done.

    Examples
    --------
    >>> said("session.begin"), said("robot.paint")
    ('signed in', 'robot.paint')
    """
    return SAID.get(action, action)


def details_words(details: Mapping[str, Any]) -> str:
    """Say the particulars, one after the other.

    Examples
    --------
    >>> details_words({"role": "viewer", "days": 7, "email": None})
    'role: viewer, days: 7'
    """
    shown = {name.replace("_", " "): value for name, value in details.items() if value not in (None, "", [], {})}
    return ", ".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in shown.items()
    )
