"""What can be chosen, and the description of this API."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from oddline.service.acts import catalogue as acts
from oddline.service.door import Door
from oddline.service.schemas.catalogue import Detector, Detectors, Plugins
from oddline.service.schemas.problem import problems

door = Door("", "catalogue")


@door.get("/detectors", access="signed-in", responses=problems())
def detectors() -> Detectors:
    """List all detectors with their settings, the zero-configuration choice first."""
    return Detectors(items=list(acts.detectors()))


@door.get("/detectors/{name}", access="signed-in", responses=problems(404))
def detector(name: str) -> Detector:
    """Tell about one detector."""
    return acts.detector(name)


@door.get("/plugins/{room}", access="signed-in", responses=problems(404))
def plugins(room: str) -> Plugins:
    """List formats, windows, thresholds, features, templates or outputs."""
    return acts.plugins(room)


@door.get("/openapi.json", access="public", include_in_schema=False)
def openapi(request: Request) -> dict[str, Any]:
    """Describe this API (OpenAPI 3.1). It tells nothing of anybody's, so everybody may read it."""
    described: dict[str, Any] = request.app.openapi()
    return described
