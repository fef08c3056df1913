"""Incidents and what people do about them; tokens, members, the audit log; what can be chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oddline.client.answers import AuditEntry, Comment, Detector, Incident, Member, Plugin, Token
from oddline.client.wire import Wire

__all__ = ["Audit", "Detectors", "Incidents", "Members", "Plugins", "Tokens"]

UNCHANGED: Any = object()


class Incidents:
    """Incidents of all scans."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def each(self, **filters: Any) -> Iterator[Incident]:
        """Give them: ``state="open"``, ``severity=``, ``q=``, ``scan=``."""
        return self._wire.each(Incident, "/incidents", **filters)

    def get(self, incident: str) -> Incident:
        """Give one with what was said of it."""
        return self._wire.get(Incident, f"/incidents/{incident}")

    def change(self, incident: str, *, state: str | None = None, owner: str | None = UNCHANGED) -> Incident:
        """Change its state, or who looks after it (None: nobody)."""
        told: dict[str, str | None] = {"state": state} if state is not None else {}
        told |= {"owner": owner} if owner is not UNCHANGED else {}
        return self._wire.send(Incident, "PATCH", f"/incidents/{incident}", told)

    def comment(self, incident: str, text: str) -> Comment:
        """Say something of it."""
        return self._wire.send(Comment, "POST", f"/incidents/{incident}/comments", {"text": text})


class Tokens:
    """Keys for programs. They are made and revoked by people who are signed in, as the service asks for."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def each(self, **filters: Any) -> Iterator[Token]:
        """Give the tokens: ``all=True`` gives those of others too."""
        return self._wire.each(Token, "/tokens", **filters)

    def make(self, name: str, role: str, *, days: int | None = 90) -> Token:
        """Make a token; its ``secret`` is told this once."""
        return self._wire.send(Token, "POST", "/tokens", {"name": name, "role": role, "days": days})

    def revoke(self, token: str) -> None:
        """Revoke a token."""
        self._wire.ask("DELETE", f"/tokens/{token}")


class Members:
    """Who belongs to the workspace."""

    def __init__(self, wire: Wire, workspace: str) -> None:
        self._wire, self._workspace = wire, workspace

    def each(self, *, q: str | None = None) -> Iterator[Member]:
        """Give the members."""
        return self._wire.each(Member, f"/workspaces/{self._workspace}/members", q=q)


class Audit:
    """Who did what, when, from where."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def each(self, **filters: Any) -> Iterator[AuditEntry]:
        """Give the entries, newest first: ``action=``, ``user=``, ``q=``, ``since=``, ``until=``."""
        return self._wire.each(AuditEntry, "/audit", **filters)


class Detectors:
    """Detectors that can be chosen."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def each(self) -> Iterator[Detector]:
        """Give them, the zero-configuration choice first."""
        return self._wire.each(Detector, "/detectors")

    def get(self, name: str) -> Detector:
        """Give one with its parameters as JSON Schema."""
        return self._wire.get(Detector, f"/detectors/{name}")


class Plugins:
    """What else can be chosen by name."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def each(self, room: str) -> Iterator[Plugin]:
        """Give what is in a room: formats, windows, thresholds, features, templates, outputs."""
        return self._wire.each(Plugin, f"/plugins/{room}")
