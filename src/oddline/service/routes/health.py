"""For load balancers and monitors: is it alive, and can it work."""

from __future__ import annotations

from sqlalchemy import text

import oddline
from oddline.service.door import Door, Serving
from oddline.service.schemas.health import Health

AT_ROOT = True
door = Door("", "health")


@door.get("/health", access="public")
def health() -> Health:
    """Tell that the process is alive."""
    return Health(status="ok", version=oddline.__version__)


@door.get("/ready", access="public")
def ready(service: Serving) -> Health:
    """Tell that the database answers."""
    with service.reading() as db:
        db.execute(text("SELECT 1"))
    return Health(status="ready", version=oddline.__version__)
