"""Scans: started, waited for, read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal

from oddline.client.answers import Answer, Row, Rows, Scan, Template, Upload
from oddline.client.waiting import Progress, until_done
from oddline.client.wire import Wire

__all__ = ["Scans"]

Verdict = Literal["real", "expected", "known"]


class Scans:
    """Scans of the workspace. Where a scan is asked for, its id does as well."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def start(self, uploads: Upload | str | Sequence[Upload | str], **asked: Any) -> Scan:
        """Start a scan.

        Parameters
        ----------
        asked
            As the API takes it: ``baseline={"scan": …}``, ``detector="isolation_forest"``, ``settings={…}``,
            ``budget=5``, ``by="time:5m"``, ``seed=0``, ``tables={"label_column": "label"}`` and so on.
        """
        several = [uploads] if isinstance(uploads, str | Upload) else uploads
        return self._wire.send(Scan, "POST", "/scans", {"uploads": [_id(one) for one in several], **asked})

    def again(self, scan: str | Scan, **changes: Any) -> Scan:
        """Start a scan that is like another, but for some changes."""
        return self._wire.send(Scan, "POST", f"/scans/{_id(scan)}/again", changes)

    def get(self, scan: str | Scan) -> Scan:
        """Tell how a scan stands."""
        return self._wire.get(Scan, f"/scans/{_id(scan)}")

    def wait(self, scan: str | Scan, *, timeout: float | None = None, progress: Progress | None = None) -> Scan:
        """Wait until a scan is done.

        Raises
        ------
        WorkFailed
            If it failed or was cancelled.
        TimeoutError
            If it takes longer than ``timeout`` seconds.
        """
        return until_done(lambda: self.get(scan), timeout, progress)

    def each(self, *, state: str | None = None, q: str | None = None, upload: str | None = None) -> Iterator[Scan]:
        """Give the scans, newest first."""
        return self._wire.each(Scan, "/scans", state=state, q=q, upload=upload)

    def page(self, scan: str | Scan, **filters: Any) -> Rows:
        """Give one page of rows, with the figures of all: ``anomalies=True``, ``severity=["high"]``, ``q="refused"``,
        ``sort="-score"``, ``cursor=``, ``limit=`` and what else the API has.
        """  # noqa: D205
        return self._wire.get(Rows, f"/scans/{_id(scan)}/rows", **filters)

    def rows(self, scan: str | Scan, **filters: Any) -> Iterator[Row]:
        """Give all rows that meet the filters, page by page, as they are wanted."""
        return self._wire.each(Row, f"/scans/{_id(scan)}/rows", **{"limit": 1000} | filters)

    def row(self, scan: str | Scan, row: int, *, before: int = 10, after: int = 10) -> Answer:
        """Open a row: its lines, its neighbours, its reasons, the nearest normal line."""
        return self._wire.get(Answer, f"/scans/{_id(scan)}/rows/{row}", before=before, after=after)

    def timeline(self, scan: str | Scan, **stretch: Any) -> Answer:
        """Give volume and anomalies over time: ``start=``, ``end=``, ``bins=``."""
        return self._wire.get(Answer, f"/scans/{_id(scan)}/timeline", **stretch)

    def templates(self, scan: str | Scan, **filters: Any) -> Iterator[Template]:
        """Give the templates: ``change=["new"]``, ``q=``, ``sort=``."""
        return self._wire.each(Template, f"/scans/{_id(scan)}/templates", **filters)

    def incidents(self, scan: str | Scan) -> list[Answer]:
        """Give the incidents, the worst first."""
        told = self._wire.ask("GET", f"/scans/{_id(scan)}/incidents").json()
        return [Answer.model_validate(one) for one in (told["items"] if isinstance(told, dict) else told)]

    def metrics(self, scan: str | Scan) -> Answer:
        """Give what the verdicts are worth, if the scan had labels."""
        return self._wire.get(Answer, f"/scans/{_id(scan)}/metrics")

    def download(
        self,
        scan: str | Scan,
        target: str | Path | BinaryIO,
        *,
        format: Literal["csv", "ndjson", "parquet", "json", "html"] = "csv",  # noqa: A002 - as everywhere in Oddline
        **filters: Any,
    ) -> int:
        """Write the result into a file, byte for byte what ``oddline scan -o`` writes; tell how many bytes it has."""
        return self._wire.save(f"/scans/{_id(scan)}/download", target, format=format, **filters)

    def judge(self, scan: str | Scan, row: int, verdict: Verdict | None, note: str = "") -> None:
        """Say what a row really is; None takes it back."""
        path = f"/scans/{_id(scan)}/rows/{row}/verdict"
        if verdict is None:
            self._wire.ask("DELETE", path)
        else:
            self._wire.ask("PUT", path, json={"verdict": verdict, "note": note})

    def rename(self, scan: str | Scan, title: str) -> Scan:
        """Call a scan otherwise."""
        return self._wire.send(Scan, "PATCH", f"/scans/{_id(scan)}", {"title": title})

    def delete(self, scan: str | Scan) -> None:
        """Remove a scan; one that runs is cancelled."""
        self._wire.ask("DELETE", f"/scans/{_id(scan)}")


def _id(one: str | Scan | Upload) -> str:
    return one if isinstance(one, str) else one.id
