"""Previews of uploads, a few at a time: they take processor time, and the event loop must not wait for them."""

from __future__ import annotations

from functools import partial

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from oddline.service.acts.uploads import find
from oddline.service.asker import Asker
from oddline.service.context import Service
from oddline.service.door import Desk
from oddline.service.errors import Conflict
from oddline.service.preview.show import show
from oddline.service.schemas.preview import Preview
from oddline.service.storage.inspect import source_limits
from oddline.service.storage.turns import turns_of
from oddline.service.storage.uploads import content_of

__all__ = ["preview"]

AT_ONCE = 2


async def preview(
    service: Service, asker: Asker, upload_id: str, *, forced: str | None, header: bool | None, member: str
) -> Preview:
    """Show the beginning of an upload; its first part is enough.

    Raises
    ------
    Conflict
        If nothing of it has arrived, or it has failed.
    BadData
        If it is no log.
    """
    limiter: CapacityLimiter = turns_of(service, "previews", AT_ONCE)
    work = partial(_preview, service, asker, upload_id, forced=forced, header=header, member=member)
    return await run_sync(work, limiter=limiter)


def _preview(
    service: Service, asker: Asker, upload_id: str, *, forced: str | None, header: bool | None, member: str
) -> Preview:
    with service.reading() as db:
        upload = find(Desk(service, db, asker), upload_id)
    content = content_of(service, upload_id, asker.workspace_id, whole=False)
    if upload.state == "failed" or (upload.state == "receiving" and not content.size):
        raise Conflict("nothing of the upload is there to be shown", hint="send it first")
    limits = source_limits(service.settings)
    shown = show(content, upload_id, limits, forced=forced, header=header, member=member)
    if upload.state == "receiving":
        shown.warnings.insert(0, "it is still being sent: this is what has arrived")
        shown.exact, shown.whole = False, False
    return shown
