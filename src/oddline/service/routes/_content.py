"""Bytes out of the store as a file to save: streamed, under a safe name, whole or one range of it."""

from __future__ import annotations

import re

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from oddline.service.errors import Refusal
from oddline.service.names import attachment
from oddline.service.storage.uploads import Content

__all__ = ["sent_as_file"]

ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class OutOfRange(Refusal):
    """A range that lies beyond the end."""

    status, kind = 416, "out-of-range"


def sent_as_file(request: Request, content: Content, *, etag: str = "") -> Response:
    """Stream a file, or the one range of it that is asked for.

    Raises
    ------
    OutOfRange
        If the range begins behind the end.
    """
    headers = {
        "Content-Disposition": attachment(content.name),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }
    if etag:
        headers["ETag"] = f'"{etag}"'
    start, end, status = 0, content.size, 200
    asked = _asked(request, content.size, headers.get("ETag", ""))
    if asked is not None:
        start, end, status = *asked, 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
    headers["Content-Length"] = str(end - start)
    pieces = content.chunks(start, end)
    return StreamingResponse(pieces, status, headers, media_type="application/octet-stream")


def _asked(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """Read the Range header; what is no single range of bytes is answered with the whole, as RFC 9110 allows."""
    found = ONE_RANGE.fullmatch(request.headers.get("range", ""))
    held_to = request.headers.get("if-range", etag)
    if found is None or held_to != etag or not (found[1] or found[2]):
        return None
    if not found[1]:  # the last so many bytes
        start, end = max(0, size - int(found[2])), size
    else:
        start, end = int(found[1]), min(size, int(found[2] or size) + 1)
    if start >= size or (found[1] and found[2] and int(found[2]) < start):
        raise OutOfRange(f"the file has {size} bytes", headers={"Content-Range": f"bytes */{size}"})
    return start, end
