"""A typed Python client of the service: ``pip install 'oddline[client]'``."""

from __future__ import annotations

from oddline.client.connection import Client
from oddline.client.problems import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    ServiceDown,
    ServiceProblem,
    TooLarge,
    TooMany,
    WorkFailed,
)

__all__ = [
    "Client",
    "Conflict",
    "Forbidden",
    "Invalid",
    "NotFound",
    "NotSignedIn",
    "ServiceDown",
    "ServiceProblem",
    "TooLarge",
    "TooMany",
    "WorkFailed",
]
