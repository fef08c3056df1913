"""The client: an address, a token, and nouns as attributes."""

from __future__ import annotations

from typing import Any, Self

from oddline.client.answers import Answer, Me
from oddline.client.jobs import Jobs
from oddline.client.models import Evaluations, Models, Tunings
from oddline.client.people import Audit, Detectors, Incidents, Members, Plugins, Tokens
from oddline.client.scans import Scans
from oddline.client.uploads import Uploads
from oddline.client.wire import Wire
from oddline.core.optional import need

__all__ = ["Client"]

TIMEOUT = 60.0


class Client:
    """A connection to one service, as one token.

    Everything is asked for by an attribute: ``uploads``, ``scans``, ``jobs``, ``incidents``, ``models``,
    ``evaluations``, ``tunings``, ``detectors``, ``plugins``, ``tokens``, ``audit``. What comes in lists is given by
    ``each``, an iterator that fetches pages as they are wanted. Requests that fail on the way are sent again, and
    done once. It can be shared among threads.

    Parameters
    ----------
    url
        The address of the service.
    token
        Made under Account; its role decides what can be asked for.
    workspace
        Another workspace than the token's cannot be reached; this is for sessions.
    timeout
        Seconds to wait for an answer.
    retries, pause
        How often a request is sent again, and the seconds before the first time.
    transport
        What carries requests instead of the network, as tests want it.

    Raises
    ------
    MissingExtra
        If httpx2 is not installed.

    Examples
    --------
    A service that knows one detector, without a network:

    >>> import httpx2
    >>> def service(request):
    ...     known = {"name": "isolation_forest", "title": "Isolation Forest", "summary": "Few random cuts."}
    ...     return httpx2.Response(200, json={"items": [known]})
    >>> client = Client("http://127.0.0.1:8765", "odl_…", transport=httpx2.MockTransport(service))
    >>> [detector.title for detector in client.detectors.each()]
    ['Isolation Forest']

    A real one:

    >>> def scanned(path):
    ...     client = Client("http://127.0.0.1:8765", "odl_…")
    ...     scan = client.scans.start(client.uploads.send(path), budget=5)
    ...     client.scans.wait(scan)
    ...     client.scans.download(scan, "odd.csv", anomalies=True)
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        workspace: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = 5,
        pause: float = 0.25,
        transport: Any = None,
    ) -> None:
        httpx = need("httpx2", extra="client")
        headers = {"Authorization": f"Bearer {token}".encode(), "Accept": "application/json"}
        if workspace is not None:
            headers["X-Oddline-Workspace"] = workspace
        http = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=timeout, transport=transport)
        self._wire = Wire(http, retries=retries, pause=pause)
        self.uploads = Uploads(self._wire)
        self.scans = Scans(self._wire)
        self.jobs = Jobs(self._wire)
        self.incidents = Incidents(self._wire)
        self.models = Models(self._wire)
        self.evaluations = Evaluations(self._wire)
        self.tunings = Tunings(self._wire)
        self.detectors = Detectors(self._wire)
        self.plugins = Plugins(self._wire)
        self.tokens = Tokens(self._wire)
        self.audit = Audit(self._wire)

    def me(self) -> Me:
        """Tell who the token speaks for."""
        return self._wire.get(Me, "/me")

    @property
    def members(self) -> Members:
        """Who belongs to the token's workspace."""
        return Members(self._wire, self.me().workspace)

    def compare(self, one: str, other: str) -> Answer:
        """Hold two scans side by side."""
        return self._wire.get(Answer, "/compare", a=one, b=other)

    def close(self) -> None:
        """Let the connections go."""
        self._wire.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
