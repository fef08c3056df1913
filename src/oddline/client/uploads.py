"""Files that are sent: in parts, going on where a broken connection left off."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from oddline.client.answers import Preview, Upload
from oddline.client.problems import Conflict, ServiceDown, TooMany
from oddline.client.wire import Wire
from oddline.core.errors import IOFailure

__all__ = ["Uploads"]

Sent = Callable[[int, int], None]


class Uploads:
    """Uploads of the workspace."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def send(
        self, path: str | Path, *, name: str | None = None, progress: Sent | None = None, resume: str | None = None
    ) -> Upload:
        """Send a file, and give the upload when all of it has arrived and its SHA-256 was compared.

        Parameters
        ----------
        name
            What it is to be called; by default what it is called.
        progress
            Called with the bytes that have arrived and those of the whole.
        resume
            The id of an upload to go on with, which an earlier run left half-sent.

        Raises
        ------
        ServiceProblem
            If the service refuses it, or cannot be reached for longer than the retries last.
        IOFailure
            If the file changed while it was sent.
        """
        path = Path(path)
        with path.open("rb") as file:
            modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            return self._send(file, path.stat().st_size, name or path.name, modified, progress, resume)

    def send_bytes(self, content: bytes, name: str) -> Upload:
        """Send what is at hand as a file of this name."""
        return self._send(io.BytesIO(content), len(content), name, None, None, None)

    def _send(
        self,
        file: BinaryIO,
        size: int,
        name: str,
        modified: datetime | None,
        progress: Sent | None,
        resume: str | None,
    ) -> Upload:
        upload = self.get(resume) if resume else self._begin(name, size, modified)
        digest, summed, failures = hashlib.sha256(), 0, 0
        while True:
            if progress is not None:
                progress(upload.received, size)
            if upload.state == "complete" or upload.received >= size:
                break
            if summed < upload.received:  # what an earlier run has sent
                summed = _sum_up(file, digest, summed, upload.received)
            file.seek(upload.received)
            part = file.read(min(upload.part_bytes, size - upload.received))
            if not part:
                raise IOFailure(f"{name} became shorter while it was sent", hint="send it again")
            if summed == upload.received:
                digest.update(part)
                summed += len(part)
            before = upload.received
            upload, failed = self._append(upload, part)
            failures = failures + 1 if failed and upload.received == before else 0
            if failed is not None and failures > self._wire.retries:
                raise failed
            if failures:
                self._wire.wait(failures - 1)
        return self._completed(upload, file, digest, summed, size)

    def _begin(self, name: str, size: int, modified: datetime | None) -> Upload:
        params = {"name": name, "size": size, "modified": modified}
        return Upload.model_validate_json(self._wire.ask("POST", "/uploads", params=params).content)

    def _append(self, upload: Upload, part: bytes) -> tuple[Upload, ServiceDown | TooMany | None]:
        """Send one part; if that fails, ask where the upload stands."""
        headers = {"Upload-Offset": str(upload.received), "Content-Type": "application/octet-stream"}
        try:
            answer = self._wire.ask("PATCH", f"/uploads/{upload.id}", again=False, content=part, headers=headers)
            return Upload.model_validate_json(answer.content), None
        except (ServiceDown, TooMany) as error:
            return self.get(upload.id), error
        except Conflict as error:
            # The answer to an earlier try was lost: what it sent has arrived.
            if isinstance(error.problem.get("offset"), int) and error.problem["offset"] != upload.received:
                return self.get(upload.id), None
            raise

    def _completed(self, upload: Upload, file: BinaryIO, digest: hashlib._Hash, summed: int, size: int) -> Upload:
        if summed < size:
            _sum_up(file, digest, summed, size)
        if upload.state != "complete":
            told = {"size": size, "sha256": digest.hexdigest()}
            return self._wire.send(Upload, "POST", f"/uploads/{upload.id}/complete", told)
        if upload.sha256 != digest.hexdigest():
            raise IOFailure(f"{upload.name} is another file than what arrived", hint="send it again, as a new upload")
        return upload

    def get(self, upload: str | Upload) -> Upload:
        """Tell about an upload."""
        return self._wire.get(Upload, f"/uploads/{_id(upload)}")

    def each(self, *, q: str | None = None, state: str | None = None) -> Iterator[Upload]:
        """Give the uploads, newest first."""
        return self._wire.each(Upload, "/uploads", q=q, state=state)

    def preview(
        self,
        upload: str | Upload,
        *,
        format: str | None = None,  # noqa: A002 - as everywhere in Oddline
        header: bool | None = None,
        member: str | None = None,
    ) -> Preview:
        """Show what the beginning of an upload looks like."""
        return self._wire.get(Preview, f"/uploads/{_id(upload)}/preview", format=format, header=header, member=member)

    def download(self, upload: str | Upload, target: str | Path | BinaryIO) -> int:
        """Write an upload into a file, and tell how many bytes it has."""
        return self._wire.save(f"/uploads/{_id(upload)}/content", target)

    def delete(self, upload: str | Upload) -> None:
        """Remove an upload."""
        self._wire.ask("DELETE", f"/uploads/{_id(upload)}")


def _id(upload: str | Upload) -> str:
    return upload if isinstance(upload, str) else upload.id


def _sum_up(file: BinaryIO, digest: hashlib._Hash, start: int, end: int) -> int:
    """Read a stretch of the file into the sum, and tell where that ends."""
    file.seek(start)
    while start < end and (piece := file.read(min(1 << 20, end - start))):
        digest.update(piece)
        start += len(piece)
    return start
