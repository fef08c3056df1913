"""The example, for whoever has no log at hand."""

from __future__ import annotations

from oddline.service.acts import example as acts
from oddline.service.door import AnyDesk, Door
from oddline.service.schemas.scans import ScanShown

door = Door("/example", "example")


@door.post("", access="analyst", status_code=202)
def start(desk: AnyDesk) -> ScanShown:
    """Scan the bundled recording of a shop whose database was killed part-way."""
    return acts.start(desk)
