"""What people say of rows: real, expected, known; with their name, and undone at any time."""

from __future__ import annotations

from oddline.core.errors import UsageError
from oddline.service.acts.audit import note
from oddline.service.acts.findings import VERDICTS, findings
from oddline.service.asker import Asker
from oddline.service.db.tables import Verdict
from oddline.service.db.types import now
from oddline.service.door import Desk
from oddline.service.errors import NotFound

__all__ = ["give", "take_back"]


def give(desk: Desk[Asker], scan_id: str, row: int, verdict: str, text: str) -> Verdict:
    """Say what a row is; a later verdict replaces the earlier one, and the log keeps both."""
    if verdict not in VERDICTS:
        raise UsageError(f"no verdict {verdict!r}", expected="one of " + ", ".join(VERDICTS))
    if not 0 <= row < findings(desk, scan_id).summary.rows:
        raise NotFound(f"no row {row} in {scan_id}")
    kept = desk.db.get(Verdict, (scan_id, row))
    before = kept.verdict if kept else None
    if kept is None:
        kept = Verdict(scan_id=scan_id, row=row, verdict=verdict)
        desk.db.add(kept)
    kept.verdict, kept.note, kept.user_id, kept.created = verdict, text, desk.asker.user_id, now()
    note(desk, "verdict.give", f"{scan_id}/{row}", before=before, after=verdict, text=text)
    return kept


def take_back(desk: Desk[Asker], scan_id: str, row: int) -> None:
    """Undo a verdict; it is no error if there is none."""
    findings(desk, scan_id)
    kept = desk.db.get(Verdict, (scan_id, row))
    if kept is not None:
        note(desk, "verdict.take_back", f"{scan_id}/{row}", before=kept.verdict)
        desk.db.delete(kept)
