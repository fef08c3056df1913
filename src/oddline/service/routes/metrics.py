"""Figures for a monitor."""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from oddline.service.asker import address_of
from oddline.service.door import Door, Serving
from oddline.service.errors import Stranger
from oddline.service.people.secrets import same

AT_ROOT = True
door = Door("", "health")


@door.get("/metrics", access="public", response_class=Response)
def metrics(request: Request, service: Serving) -> Response:
    """Give the figures in the format of Prometheus: to this machine, or to whoever has the metrics token."""
    kept = service.settings.metrics_token
    sent = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not (same(sent, kept.get_secret_value()) if kept else _local(request)):
        raise Stranger("the figures are not for everybody", hint="Authorization: Bearer with ODDLINE_METRICS_TOKEN")
    with service.reading() as db:
        return Response(service.metrics.text(db), media_type=CONTENT_TYPE_LATEST)


def _local(request: Request) -> bool:
    """Tell whether this machine asks; what a proxy passes on is not from here, whoever the proxy is."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ip_address(address_of(request)).is_loopback
    except ValueError:
        return False
