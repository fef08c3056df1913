"""A workspace with finished scans in it, put there without a job: what pages are shown over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from oddline.drivers import batch
from oddline.service.context import Service
from oddline.service.db.tables import Artifact, Incident, Scan
from oddline.service.db.types import now
from oddline.service.results.findings import Findings
from oddline.service.results.leave import leave

EXAMPLES = Path(__file__).parents[3] / "examples"


@dataclass
class Stage:
    """Puts finished scans into a workspace."""

    service: Service
    workspace: str

    def scan(self, *paths: Path, title: str | None = None, told: dict[str, Any] | None = None, **asked: Any) -> str:
        """Scan files and keep what was found, as a job does."""
        with chdir(paths[0].parent):  # as in a job, sources are called by their own names
            result = batch.scan(batch.Request(paths=tuple(path.name for path in paths), **asked))
        with TemporaryDirectory() as folder:
            left = Path(folder) / "left"
            leave(result, left, **(told or {}))
            return self.keep(left, title or paths[0].name)

    def keep(self, folder: Path, title: str) -> str:
        """Keep the files of a finished scan."""
        found = Findings(folder)
        with self.service.writing() as db:
            scan = Scan(workspace_id=self.workspace, title=title, state="done", finished=now())
            scan.summary = json.loads(json.dumps(asdict(found.summary), default=str))
            db.add(scan)
            db.flush()
            for path in sorted(folder.iterdir()):
                blob, size = self._blob(path)
                kept = Artifact(owner_id=scan.id, name=path.name, workspace_id=self.workspace, blob=blob, size=size)
                db.add(kept)
            db.add_all(_incidents(scan, found))
            name: str = scan.id
        found.close()
        return name

    def unfinished(self, state: str, title: str = "app.log", **more: Any) -> str:
        """Keep a scan that is not done."""
        with self.service.writing() as db:
            scan = Scan(workspace_id=self.workspace, title=title, state=state, **more)
            db.add(scan)
            db.flush()
            name: str = scan.id
        return name

    def _blob(self, path: Path) -> tuple[str, int]:
        put = self.service.store.put_file(path)
        return (put if isinstance(put, str) else put[0]), path.stat().st_size


def _incidents(scan: Scan, found: Findings) -> Sequence[Incident]:
    return [
        Incident(
            workspace_id=scan.workspace_id,
            scan_id=scan.id,
            fingerprint=one.fingerprint,
            title=one.name,
            severity=one.severity,
            score=one.score,
            source=one.source,
            line=one.line,
            count=one.count,
            opened=one.opened,
            last_seen=one.last_seen,
            details=json.loads(json.dumps(asdict(one), default=str)),
        )
        for one in found.incidents()
    ]
